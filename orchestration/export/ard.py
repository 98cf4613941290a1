"""Analysis results data in the shape of CDISC's Analysis Results Standard 1.0: a reporting event with its analyses.

A result table is an analysis; the columns that say of whom or what a row is are its groupings, the others the operations of
its method, and every cell a result. Operations are called as pharmaverse's `cards` calls statistics, where it has a name.
Does not belong here: what an edition may tell (`analytics.report.results_data`).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.catalogue import TABLES
from analytics.report.disclosure import Disclosure
from analytics.report.public import COUNT, COUNTED
from analytics.report.results_data import COUNTS, ResultsData

STATISTICS = {
    "n_subject": "n",
    "n_total": "N",
    "standard_error": "std.error",
    "ci_lower": "conf.low",
    "ci_upper": "conf.high",
    "p_value": "p.value",
}
"""Columns under the names that `cards` has for them."""
ROW = "row"
ROW_MEANING = "Number of the row among those that are of the same."
PURPOSE = {"sponsorTermId": "TERM.SURVEILLANCE"}
TERMS = {
    "id": "TERMS.PURPOSE",
    "enumeration": "AnalysisPurposeEnum",
    "sponsorTerms": [
        {
            "id": PURPOSE["sponsorTermId"],
            "submissionValue": "NIGHTLY SURVEILLANCE",
            "description": "Repeated on every data cut; its intervals are no formal tests.",
        }
    ],
}


@dataclass(frozen=True)
class Event:
    """Whose results these are: a release, its title, and which edition, in words."""

    release_id: str
    title: str
    edition: str


def reporting_event(event: Event, data: ResultsData) -> dict[str, Any]:
    """The reporting event as JSON content, without its analyses.

    Args:
        event: whose results.
        data: what its edition tells.
    """
    groupings = dict.fromkeys(_oid("GRP", column) for name in data.tables for column in TABLES[name].groups)
    contents = [
        {"name": name, "level": 1, "order": place, "analysisId": _oid("AN", name)}
        for place, name in enumerate(data.tables, 1)
    ]
    return {
        "id": f"vigil.{event.release_id}",
        "name": event.title,
        "description": _description(event, data),
        "mainListOfContents": {"name": "Result tables", "contentsList": {"listItems": contents}},
        "terminologyExtensions": [TERMS],
        "dataGroupings": [_grouping(oid) for oid in [*groupings, _oid("GRP", ROW)]],
        "methods": [_method(name, frame) for name, frame in data.tables.items()],
    }


def analyses(data: ResultsData, disclosure: Disclosure) -> Iterator[dict[str, Any]]:
    """The analyses of the event with all their results, one after the other.

    Args:
        data: what the edition tells.
        disclosure: the limit of the edition; a count below it has no raw value.
    """
    for name, frame in data.tables.items():
        yield _analysis(name, frame, disclosure)


def _oid(kind: str, *names: str) -> str:
    return ".".join((kind, *names))


def _description(event: Event, data: ResultsData) -> str:
    told = [event.edition]
    for reason in dict.fromkeys(data.left_out.values()):
        names = ", ".join(name for name, why in data.left_out.items() if why == reason)
        told.append(f"Left out, {reason}: {names}.")
    return " ".join(told)


def _grouping(oid: str) -> dict[str, Any]:
    column = oid.removeprefix("GRP.")
    declared = (table.columns[column] for table in TABLES.values() if column in table.groups)
    meaning = ROW_MEANING if column == ROW else next(declared).meaning
    return {"id": oid, "label": meaning, "dataDriven": True, "groupingVariable": column}


def _method(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    meanings = {**TABLES[name].meanings(), **COUNTS}
    operations = [
        {
            "id": _oid("OP", name, column),
            "name": STATISTICS.get(column, column),
            "label": column,
            "order": place,
            "description": meanings.get(column, column),
        }
        for place, column in enumerate(_values(name, frame), 1)
    ]
    return {"id": _oid("MTH", name), "name": name, "operations": operations}


def _values(name: str, frame: pd.DataFrame) -> list[str]:
    return [str(column) for column in frame if column not in TABLES[name].groups]


def _analysis(name: str, frame: pd.DataFrame, disclosure: Disclosure) -> dict[str, Any]:
    groups = [column for column in TABLES[name].groups if column in frame]
    number = _number_among_alike(frame, groups)
    keyed = frame if number is None else frame.assign(**{ROW: number})
    named = groups if number is None else [*groups, ROW]
    return {
        "id": _oid("AN", name),
        "name": name,
        "description": TABLES[name].description,
        "reason": {"controlledTerm": "SPECIFIED IN PROTOCOL"},
        "purpose": PURPOSE,
        "methodId": _oid("MTH", name),
        "orderedGroupings": [
            {"order": place, "groupingId": _oid("GRP", column), "resultsByGroup": True}
            for place, column in enumerate(named, 1)
        ],
        "results": list(_results(name, keyed, named, _values(name, frame), disclosure)),
    }


def _number_among_alike(frame: pd.DataFrame, groups: list[str]) -> "pd.Series[int] | None":
    """Which of the rows of the same groups each is, from 1; None where no two are of the same."""
    number = frame.groupby(groups, dropna=False, sort=False).cumcount() + 1
    return number if (number > 1).any() else None


def _results(
    name: str, frame: pd.DataFrame, groups: list[str], values: list[str], disclosure: Disclosure
) -> Iterator[dict[str, Any]]:
    columns = list(map(str, frame))
    for cells in frame.itertuples(index=False, name=None):
        row = dict(zip(columns, cells, strict=True))
        of = [
            {"groupingId": _oid("GRP", column), "groupValue": text(row[column])}
            for column in groups
            if not _absent(row[column])
        ]
        for column in values:
            if not _absent(row[column]):
                result = {"operationId": _oid("OP", name, column), "resultGroups": of}
                yield result | _value(column, row, disclosure)


def _value(column: str, row: Mapping[str, Any], disclosure: Disclosure) -> dict[str, str]:
    """A value as it is; a count that the edition does not tell as it is shown."""
    value = row[column]
    is_count = COUNT.fullmatch(column) or (column == "value" and row.get("unit") in COUNTED)
    if is_count and not isinstance(value, str) and disclosure.small(float(value)):
        return {"formattedValue": disclosure.count(float(value))}
    return {"rawValue": text(value)}


def _absent(value: object) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
    )


def text(value: Any) -> str:
    """A value as text that gives it back to the last digit: numbers shortest, dates ISO, truth as `true` and `false`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(float(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
