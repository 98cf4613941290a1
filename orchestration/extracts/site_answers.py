"""`landing/registry/answers.csv`: what the sites answered to their data queries.

Columns: query_id, status, answer_date; a row an answer, `#` begins a remark. Others, a comment too, are not read: the rows
of a file of `vigil queries` can stand here as a site sent them back. Here: reading and checking the file. Not here: what is
asked (the data queries of dbt), nor what an answer changes (`analytics.change.history`).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.extracts.errors import one_of
from orchestration.extracts.instructions import instruction
from orchestration.extracts.site_rows import SiteFileError, site_rows

ANSWERS_FILE = "answers.csv"
ANSWERS_PLACE = f"landing/registry/{ANSWERS_FILE}"
COLUMNS = ("query_id", "status", "answer_date")
STATUSES = ("answered", "closed")
_QUERY_ID = re.compile(r"[0-9a-f]{32}")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class SiteAnswer:
    """One row of the file.

    Attributes:
        line: where it stands.
        query_id: of the query, as in `quality.data_query`.
        status: answered by the site, or closed without an answer.
        answer_date: ISO date.
    """

    line: int
    query_id: str
    status: str
    answer_date: str


@dataclass(frozen=True)
class SiteAnswers:
    """The answers of the sites, and the hash of the file's bytes (empty where there is no file)."""

    answers: tuple[SiteAnswer, ...] = ()
    sha256: str = ""


NO_SITE_ANSWERS = SiteAnswers()


def read_site_answers(registry: Path, today: date) -> SiteAnswers:
    """The answers in `landing/registry/`; none where the file is not there.

    A row with neither status nor date is a query that nobody has answered yet, and is passed over.

    Args:
        registry: the folder `landing/registry`.
        today: an answer cannot be of a later day.

    Raises:
        DeliveryError: the file cannot be read or has errors; one line each, with file, line, column and the way out.
    """
    content = instruction(registry / ANSWERS_FILE, ANSWERS_PLACE)
    if content is None:
        return NO_SITE_ANSWERS
    given = [
        SiteAnswer(line, row["query_id"].lower(), row["status"].lower(), row["answer_date"])
        for line, row in site_rows(content, ANSWERS_PLACE, COLUMNS)
        if row["status"] or row["answer_date"]
    ]
    errors = [
        f"{ANSWERS_PLACE}: line {answer.line}, column {what}"
        for answer in given
        for what in _wrong(answer, today)
    ]
    errors += _repeated(given)
    if errors:
        raise SiteFileError(errors)
    return SiteAnswers(tuple(given), hashlib.sha256(content).hexdigest())


def _wrong(answer: SiteAnswer, today: date) -> Iterator[str]:
    """Column, rule and way out. No cell is quoted: in a row with a shifted column it may be a subject's number."""
    if not _QUERY_ID.fullmatch(answer.query_id):
        yield "query_id: is no query id; copy it from the file of vigil queries"
    if answer.status not in STATUSES:
        yield f"status: is not known; {one_of(STATUSES)}"
    day = _day(answer.answer_date)
    if day is None:
        yield "answer_date: is no day like 2026-01-31; write year, month and day"
    elif day > today:
        yield "answer_date: is in the future; write the day on which the site answered"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def _repeated(given: list[SiteAnswer]) -> Iterator[str]:
    first: dict[str, SiteAnswer] = {}
    for answer in given:
        if (other := first.setdefault(answer.query_id, answer)) is not answer:
            yield (
                f"{ANSWERS_PLACE}: line {answer.line}, column query_id: is answered in line {other.line} already; keep one"
            )
