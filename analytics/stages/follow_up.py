"""Stage: entry, stop and event of every eligible subject, endpoint by endpoint. The design stages do not read it."""

from collections.abc import Mapping

import pandas as pd

from analytics.cohort import follow_up
from analytics.protocol import Protocol

NEEDS = ("analysis_set", "adsl", "adtte")
MAKES = ("follow_up",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One row per eligible subject and endpoint."""
    subjects = eligible_subjects(tables["analysis_set"], tables["adsl"])
    parts = [follow_up(protocol, tables["adtte"], subjects, endpoint) for endpoint in protocol.endpoint]
    return {"follow_up": pd.concat(parts, ignore_index=True)}


def eligible_subjects(analysis_set: pd.DataFrame, adsl: pd.DataFrame) -> pd.DataFrame:
    """`adsl` rows of the analysis set, with TREATED."""
    treated = analysis_set.set_index("usubjid")["treated"]
    subjects = adsl[adsl["USUBJID"].isin(treated.index)]
    return subjects.assign(TREATED=subjects["USUBJID"].map(treated))
