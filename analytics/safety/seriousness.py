"""Serious or not, of each adverse event, and by which criterion.

Here: the rule of ICH E2A on the flags of ADAE, the same that the SQL of the marts has (`serious_event`). Not here: counting.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import flag, noted, upper_text

# Name: columns of ADAE that say it, and the criterion in words. Cancer and overdose were criteria of their own once.
CRITERIA = {
    "serious_death": (("AESDTH",), "results in death"),
    "serious_life_threatening": (("AESLIFE",), "is life-threatening"),
    "serious_hospitalisation": (("AESHOSP",), "requires or prolongs hospitalisation"),
    "serious_disability": (("AESDISAB",), "persistent or significant disability"),
    "serious_congenital": (("AESCONG",), "congenital anomaly or birth defect"),
    "serious_other": (("AESMIE", "AESCAN", "AESOD"), "other medically important event"),
}


def criteria(adae: pd.DataFrame) -> pd.DataFrame:
    """Which criteria each event meets: a boolean column a criterion, n rows; one whose columns are absent is met by none."""
    met = {
        name: np.logical_or.reduce([flag(adae, column) for column in columns])
        for name, (columns, _) in CRITERIA.items()
    }
    return pd.DataFrame(met, index=adae.index)


def seriousness(adae: pd.DataFrame) -> np.ndarray:
    """Y where AESER says so or a criterion is met, N where AESER denies it and none is, else null; array of length n."""
    said, denied = flag(adae, "AESER"), upper_text(adae, "AESER").isin(("N", "NO", "0", "0.0", "FALSE"))
    result = noted(denied, "N")
    result[said | criteria(adae).any(axis=1).to_numpy()] = "Y"
    return result


def unavailable(adae: pd.DataFrame) -> dict[str, str]:
    """Why seriousness or a criterion cannot be told, by its name: the file has none of its columns."""
    absent = {
        name: f"{columns[0]} is absent from adae"
        for name, (columns, _) in CRITERIA.items()
        if not set(columns) & set(adae.columns)
    }
    if "AESER" not in adae.columns and len(absent) == len(CRITERIA):
        absent["serious"] = "AESER and the seriousness criteria are absent from adae"
    return absent
