"""Stage: who takes part, with the covariates measured at time zero. Blind to outcome but for usable follow-up."""

from collections.abc import Mapping

import pandas as pd

from analytics.cohort import analysis_set, eligible_cohort
from analytics.cohort.prognostic import COLUMN, with_prognostic_score
from analytics.protocol import Protocol, check_kinds

NEEDS = ("adsl",)
MAKES = ("cohort_flow", "analysis_set")


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Eligibility flow and the analysis set.

    Raises:
        ColumnError: text where the protocol asks for numbers.
    """
    check_kinds(protocol, tables["adsl"])
    cohort = eligible_cohort(protocol, tables["adsl"])
    subjects = with_prognostic_score(cohort.subjects)
    columns = dict.fromkeys([*protocol.covariates(), *([COLUMN] if COLUMN in subjects else [])])
    codes = protocol.population.categorical
    return {"cohort_flow": cohort.flow, "analysis_set": analysis_set(subjects, columns, codes)}
