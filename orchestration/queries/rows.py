"""A query as a row of a site's file: the subject's own number, the record, what was found and what is asked.

Not here: who is meant (`subjects`), which record (`records`), nor the files (`files`).
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from orchestration.queries.asked import age_days, request, worded
from orchestration.queries.files import COLUMNS
from orchestration.queries.records import NO_VISIT, Place, visits
from orchestration.queries.subjects import SiteSubjects
from orchestration.tracing.proof import Landing


def rows_of(asked: pd.DataFrame, subjects: SiteSubjects, landing: Landing, data_cut: str) -> pd.DataFrame:
    """The rows of all files, by site and subject.

    Args:
        asked: as `Asked.open`, with pseudonym; each is one of `subjects`.
        subjects: of the delivery.
        landing: the files of the release.
        data_cut: the release's, ISO date.

    Returns:
        `files.COLUMNS`.
    """
    records = asked.to_dict("records")
    places = [_place(record) for record in records]
    seen = visits(landing, [place for place in places if place is not None])
    rows = []
    for record, place in zip(records, places, strict=True):
        subject, visit = subjects.known[record["pseudonym"]], seen.get(place, NO_VISIT) if place else NO_VISIT
        rows.append(
            (record["query_id"], subject.site, subject.number, record["table_name"].upper(), record["source_file"],
             visit.visit, visit.date, record["column_name"], worded(record["rule"]), record["found"],
             request(record["expected"]), record["since"], age_days(record["since"], data_cut))
        )  # fmt: skip
    told = pd.DataFrame(rows, columns=list(COLUMNS)) if rows else no_rows()
    return told.sort_values(["site", "subject", "form", "field", "query_id"], ignore_index=True)


def _place(record: Mapping[Any, Any]) -> Place | None:
    name, line = record["source_file"], record["source_line"]
    if not isinstance(name, str) or pd.isna(line):
        return None
    return Place(name, int(line), record["pseudonym"])


def no_rows() -> pd.DataFrame:
    """Nothing to tell."""
    return pd.DataFrame(columns=list(COLUMNS))
