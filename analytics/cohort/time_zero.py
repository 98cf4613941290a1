"""Time zero: which of the two sets of covariates in `adsl` is the one measured at it."""

import pandas as pd

# Column at first injection or trial baseline → its twin measured at harvest.
AT_HARVEST = {
    "AGE": "AGEH",
    "SYMPDURD": "SYMPDRDH",
    "SYMPDURM": "SYMPDRMH",
    "ALSFRSR": "ALSFRSRH",
    "DFRS": "DFRSH",
    "SLOPE": "SLOPEH",
    "FVCPP": "FVCPPH",
    "VCPP": "VCPPH",
    "RILUZOLE": "RILUZOLH",
    "WEIGHT": "WEIGHTH",
    "BMI": "BMIH",
    "DIAGDURM": "DIAGDRMH",
}


def at_time_zero(adsl: pd.DataFrame, treated_time_zero: str) -> pd.DataFrame:
    """`adsl` with every covariate as measured at time zero.

    Args:
        adsl: one row per subject.
        treated_time_zero: `first_injection` or `harvest`.

    Returns:
        The frame itself for `first_injection`; for `harvest` a copy in which the columns that have a harvest twin hold it.
        A frame without such twins is returned as it is.
    """
    if treated_time_zero != "harvest":
        return adsl
    twins = {column: twin for column, twin in AT_HARVEST.items() if twin in adsl.columns}
    return adsl.assign(**{column: adsl[twin] for column, twin in twins.items()})
