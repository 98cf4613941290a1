"""What is amiss: checks that warned, queries that are open and for how long, what the release lacks."""

from collections.abc import Iterator

import pandas as pd

from analytics.report.material import Material
from analytics.report.queries import PROACT, open_queries
from analytics.report.sentences import Sentences

MOST_NAMES = 3


def amiss(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """One line of all of it; none where nothing is known of any."""
    parts = [*_checks(material, say), *_queries(material, say), *_gaps(material, say)]
    if parts:
        text = "; ".join(parts)
        yield say("amiss"), f"{text[0].upper()}{text[1:]}."


def _checks(material: Material, say: Sentences) -> Iterator[str]:
    checks = material.check_result
    if checks.empty:
        return
    raised = int((checks["status"] != "pass").sum())
    total = str(len(checks))
    yield (
        say("amiss-raised", raised=str(raised), total=total) if raised else say("amiss-passed", total=total)
    )


def _queries(material: Material, say: Sentences) -> Iterator[str]:
    """Open queries and their age; what is asked of a source that answers nobody is told apart."""
    queries, count = open_queries(material), material.disclosure.count
    if queries.empty:
        return
    asked = queries[queries["source"] != PROACT]
    if len(asked):
        shown, old = count(len(asked)), _older(material, asked)
        if len(old):
            yield say("amiss-queries-since", shown=shown, old=count(len(old)), since=str(old.min()))
        else:
            yield say("amiss-queries", shown=shown)
    if len(asked) < len(queries):
        yield say("amiss-unanswered", shown=count(len(queries) - len(asked)), source=PROACT)


def _older(material: Material, asked: pd.DataFrame) -> pd.Series:
    """Since when those are open that are older than this cut; none where it is not known."""
    cut = material.provenance.facts.get("Data cut")
    if material.open_query.empty or "query_id" not in asked or cut is None:
        return pd.Series(dtype=object)
    since = asked["query_id"].map(material.open_query.set_index("query_id")["since"]).dropna()
    return since[since < cut]


def _gaps(material: Material, say: Sentences) -> Iterator[str]:
    gaps = [*material.gaps, *material.undrawn]
    if gaps:
        names = "; ".join(material.disclosure.remark(gap.subject) for gap in gaps[:MOST_NAMES])
        name = "amiss-gaps" if len(gaps) <= MOST_NAMES else "amiss-more-gaps"
        yield say(name, total=str(len(gaps)), names=names)


def counts(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """How counts are shown, where they are not shown as they are."""
    threshold = material.disclosure.threshold
    if threshold is not None:
        yield say("counts"), say("counts-rounded", threshold=str(threshold), last=str(threshold - 1))
