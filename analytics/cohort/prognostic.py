"""The ENCALS prognostic score of every subject at time zero, where the marts hold what it needs.

Belongs here: which `adsl` columns feed it. The formula is in `analytics.cohort.encals`.
"""

import numpy as np
import pandas as pd

from analytics.cohort.encals import encals_linear_predictor

COLUMN = "ENCALS"
INPUTS = ("AGE", "SYMPDURM", "DIAGDELM", "DFRS", "VCPP", "BULBAR", "ELESCOR")
MONTHS_A_YEAR = 12.0


def with_prognostic_score(subjects: pd.DataFrame) -> pd.DataFrame:
    """Subjects with a column ENCALS (linear predictor, higher is worse); unchanged where an input column is absent.

    FTD and C9orf72 are taken as absent, since neither source records them. A subject with a missing input has no
    score. It is a covariate one may name and a diagnostic of balance, not a control by itself.
    """
    if COLUMN in subjects or not set(INPUTS) <= set(subjects.columns):
        return subjects
    number = {name: pd.to_numeric(subjects[name], errors="coerce").to_numpy(float) for name in INPUTS[:-1]}
    definite = subjects["ELESCOR"].eq("DEFINITE").to_numpy(float)
    score = encals_linear_predictor(
        age_onset_years=number["AGE"] - number["SYMPDURM"] / MONTHS_A_YEAR,
        diagnostic_delay_months=number["DIAGDELM"],
        slope_points_per_month=-number["DFRS"],
        vital_capacity_pct=number["VCPP"],
        bulbar=number["BULBAR"],
        definite_el_escorial=np.where(subjects["ELESCOR"].isna(), np.nan, definite),
    )
    return subjects.assign(**{COLUMN: score})
