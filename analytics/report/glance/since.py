"""Who and what is new since the release before."""

from collections.abc import Iterator

import pandas as pd

from analytics.change.changes import SERIOUS
from analytics.report.material import Material
from analytics.report.numbers import missing
from analytics.report.sentences import Sentences

FOLLOWS = "Follows release"
MOST_TERMS = 4
COUNTED = {
    "subjects in: eligible": "change-in",
    "subjects out: eligible": "change-out",
    "subjects corrected": "change-corrected",
    "events added": "change-event",
    "adverse events added": "change-adverse",
}
"""Kinds of change that people open the page for, by how they begin, and their words."""


def since(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """The cut, and how many more there are of what is counted."""
    facts = material.provenance.facts
    cut, before = facts.get("Data cut", ""), facts.get(FOLLOWS, "")
    what = say("since-cut", cut=cut) if cut else say("since-nowhere")
    if not material.released:
        yield what, say("since-trial")
    elif material.change.empty:
        yield what, say("since-first" if FOLLOWS in facts else "since-alone")
    else:
        told = [words for row in _rows(material.change) if (words := _counted(material, row, say))]
        changes = "; ".join(told) or say("since-nothing")
        # A release is named by its number and its data cut.
        then = before.partition("-")[2]
        if not then:
            yield what, say("since-new-release", changes=changes)
        elif then == cut:
            yield what, say("since-again", release=before, changes=changes)
        else:
            yield what, say("since-new", before=then, changes=changes)


def _rows(change: pd.DataFrame) -> Iterator[pd.Series]:
    for kind in COUNTED:
        for _, row in change[change["kind"].str.startswith(kind)].iterrows():
            yield row


def _counted(material: Material, row: pd.Series, say: Sentences) -> str:
    """One kind of change in one arm; nothing where there is none, or too few to be told."""
    if missing(row["n"]) or row["n"] <= 0 or material.disclosure.small(float(row["n"])):
        return ""
    name = next(name for kind, name in COUNTED.items() if row["kind"].startswith(kind))
    if name == "change-event" and material.protocol.primary.is_death:
        name = "change-death"
    shown = material.disclosure.count(float(row["n"]))
    arm = "" if missing(row["arm"]) else f" ({row['arm']})"
    return say(name, shown=shown, number=1 if shown == "1" else 2, arm=arm)


def serious(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """Serious events that were not told before, by term where few may be told."""
    change, disclosure = material.change, material.disclosure
    rows = change[change["kind"] == SERIOUS] if len(change) else change
    n = float(rows["n"].sum()) if len(rows) else 0.0
    if rows.empty or disclosure.small(n):
        return
    told = {"shown": disclosure.count(n), "arm": material.arms[0]}
    named = _by_term(material)
    if not named:
        yield say("serious"), say("serious-told", **told)
        return
    name = "serious-terms" if len(named) <= MOST_TERMS else "serious-more-terms"
    yield say("serious"), say(name, **told, terms=", ".join(named[:MOST_TERMS]))


def _by_term(material: Material) -> list[str]:
    """Terms with their number, the most frequent first; none of which too few may be told."""
    prefix, disclosure = f"{SERIOUS}: ", material.disclosure
    terms = material.change[material.change["kind"].str.startswith(prefix)]
    ordered = terms.sort_values(["n", "kind"], ascending=[False, True])
    return [
        f"{kind.removeprefix(prefix)} {disclosure.count(n)}"
        for kind, n in zip(ordered["kind"], ordered["n"].astype(float), strict=True)
        if not disclosure.small(n)
    ]
