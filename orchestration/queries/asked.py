"""What a release asks of the sites: its open queries, under pseudonyms.

Not here: who the subjects are (`subjects`).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.extracts.site_answers import SiteAnswers
from orchestration.releases.analysts import open_hardened
from orchestration.warehouse import scalar, table_names

if TYPE_CHECKING:
    import pandas as pd

OPEN_QUERY = "release.open_query"
_OPEN = f"""
select asked.query_id, usubjid, table_name, column_name, rule, found, expected, source_file, source_line, since
from quality.data_query as asked join {OPEN_QUERY} as opened on asked.query_id = opened.query_id
where source = 'REGISTRY' order by asked.query_id
"""
_PROACT = "select count(*) from quality.data_query where source = 'PROACT'"
_RAISED = "select query_id from quality.data_query where source = 'REGISTRY'"
_ANSWERED = "select query_id from release.site_answer where standing = 'raised'"


@dataclass(frozen=True)
class Asked:
    """The queries of a release.

    Attributes:
        open: a row per open query to the registry, in the order of their ids: query_id, usubjid, table_name, column_name,
            rule, found, expected, source_file, source_line, since.
        answered: ids of queries that a site answered, which are not asked again.
        stray: of the answers given since, lines of those to a query that the release does not raise.
        n_proact: queries about PRO-ACT, which has no sites to ask.
    """

    open: "pd.DataFrame"
    answered: frozenset[str]
    stray: tuple[int, ...]
    n_proact: int


def asked_by(database: Path, given: SiteAnswers) -> Asked:
    """The queries of a release.

    Args:
        database: of the release.
        given: the answers as they are by now; a query they answer is not asked again, though no release says so yet.

    Raises:
        LookupError: it was made before releases told since when a query is open.
    """
    with open_hardened(database) as connection:
        there = table_names(connection)
        if OPEN_QUERY not in there:
            raise LookupError(
                f"release {database.parent.name} does not tell since when its queries are open; run vigil refresh, and ask "
                "the new release"
            )
        raised = {query_id for (query_id,) in connection.sql(_RAISED).fetchall()}
        then = connection.sql(_ANSWERED).fetchall() if "release.site_answer" in there else []
        answered = {query_id for (query_id,) in then} | (raised & {a.query_id for a in given.answers})
        rows = connection.sql(_OPEN).df()
        stray = tuple(answer.line for answer in given.answers if answer.query_id not in raised)
        n_proact = int(scalar(connection, _PROACT))
    return Asked(rows[~rows["query_id"].isin(answered)], frozenset(answered), stray, n_proact)


def worded(rule: str) -> str:
    """A rule's name as people read it."""
    return rule.replace("_", " ")


def request(expected: str | None) -> str:
    """What is asked of the site, a sentence: each rule says beside itself, in dbt, what it expects."""
    asked = "Please correct the record, or answer that it is right as it stands."
    return f"{asked} Expected: {expected}." if expected else asked


def age_days(since: str, data_cut: str) -> int:
    """Days from the cut that first had the query to the one that is released."""
    return (date.fromisoformat(data_cut) - date.fromisoformat(since)).days
