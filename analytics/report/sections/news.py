"""At a glance: who and what is new in this data cut, how many are alive, the headline, why it moved, and what is amiss."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

import numpy as np
import pandas as pd
from markupsafe import Markup

from analytics.change.changes import SERIOUS
from analytics.report.drawing import figure
from analytics.report.figures.history import estimate_history
from analytics.report.findings import hazard_ratio, not_proportional
from analytics.report.markup import items
from analytics.report.material import Material
from analytics.report.milestones import counts_deaths, sentences
from analytics.report.names import in_sentence, specification
from analytics.report.numbers import fixed, interval, missing, p_value, ratio

KEY, TITLE = "news", "At a glance"
PROACT = "PROACT"
MOST_TERMS = 4
FOLLOWS = "Follows release"
COUNTED = {
    "subjects in: eligible": ("patient more can be compared", "patients more can be compared"),
    "subjects out: eligible": ("patient less", "patients less"),
    "subjects corrected": ("patient corrected", "patients corrected"),
    "events added": ("{event} more among those compared before", "{event}s more among those compared before"),
    "adverse events added": ("adverse event more", "adverse events more"),
}
"""Kinds of change that people open the page for, in words for one and for more."""


def body(material: Material) -> Markup:
    """A list of a few sentences."""
    effect = [*_headline(material)], [*_alive(material)]
    # What means the same whenever it is asked leads where the ratio of hazards does not.
    ordered = reversed(effect) if not_proportional(material) else effect
    lines = [*_since(material), *_serious(material), *chain(*ordered), *_amiss(material), *_rounded(material)]
    return items(lines) + _history(material)


def _since(material: Material) -> Iterator[tuple[str, str]]:
    facts = material.provenance.facts
    cut, before = facts.get("Data cut", ""), facts.get(FOLLOWS, "")
    what = f"Data cut {cut}." if cut else "This analysis."
    if not material.released:
        yield what, "Nothing in it is new: another protocol is tried on a data cut that is released."
        return
    if material.change.empty:
        first = "It is the first release, or there is none to compare it with."
        yield what, first if FOLLOWS in facts else "It stands alone: there is no release before it."
        return
    # A release is named by its number and its data cut.
    then = f"since the cut of {before.partition('-')[2]}" if "-" in before else "since the release before"
    told = [words for row in _rows(material.change) if (words := _counted(material, row))]
    yield what, f"New {then}: {'; '.join(told) or 'nothing that is counted'}."


def _serious(material: Material) -> Iterator[tuple[str, str]]:
    """Serious events that were not told before, by term where few may be told."""
    change = material.change
    rows = change[change["kind"] == SERIOUS] if len(change) else change
    if rows.empty:
        return
    n = float(rows["n"].sum())
    if material.disclosure.small(n):
        return
    terms = change[change["kind"].str.startswith(f"{SERIOUS}: ")]
    named = [
        f"{kind.removeprefix(f'{SERIOUS}: ')} {material.disclosure.count(count)}"
        for kind, count in terms.sort_values(["n", "kind"], ascending=[False, True])[
            ["kind", "n"]
        ].itertuples(index=False)
        if not material.disclosure.small(float(count))
    ]
    told = (
        f": {', '.join(named[:MOST_TERMS])}{' and others' if len(named) > MOST_TERMS else ''}"
        if named
        else ""
    )
    yield "New serious events.", f"{material.disclosure.count(n)} among {material.arms[0]} patients{told}."


def _rows(change: pd.DataFrame) -> Iterator[pd.Series]:
    for kind in COUNTED:
        for _, row in change[change["kind"].str.startswith(kind)].iterrows():
            yield row


def _counted(material: Material, row: pd.Series) -> str:
    """One kind of change in one arm; nothing where there is none."""
    if missing(row["n"]) or row["n"] <= 0:
        return ""
    one, more = next(words for kind, words in COUNTED.items() if row["kind"].startswith(kind))
    arm = "" if missing(row["arm"]) else f" ({row['arm']})"
    if material.disclosure.small(float(row["n"])):
        return ""
    shown = material.disclosure.count(float(row["n"]))
    event = "death" if counts_deaths(material) else "event"
    return f"{shown} {(one if shown == '1' else more).format(event=event)}{arm}"


def _headline(material: Material) -> Iterator[tuple[str, str]]:
    found = hazard_ratio(material, material.headline)
    if found is None:
        return
    if not found.known:
        yield "The headline.", f"There is none: {found.reason or 'no estimate was made'}."
        return
    treated, control = material.arms
    yield (
        "The headline.",
        f"Hazard ratio {ratio(found.value)} ({interval(found.lower, found.upper)}), {treated} against "
        f"{in_sentence(specification(material.headline))} {control}: 1 is no difference, above 1 {treated} patients have "
        f"the event sooner{_moved(material)}.{_not_constant(material)}",
    )


def _not_constant(material: Material) -> str:
    p = not_proportional(material)
    if p is None:
        return ""
    return f" The curves do not keep one ratio (p = {p_value(p)}): it is an average, and how many are alive says more."


def _moved(material: Material) -> str:
    """What it was before, and which cause moved it most; nothing where it cannot be told."""
    steps = material.attribution
    if steps.empty:
        return ""
    mine = steps[
        (steps["specification"] == material.headline) & (steps["endpoint"] == material.protocol.primary.name)
    ]
    known = mine[mine["difference"].notna()] if len(mine) else mine
    if known.empty or missing(mine.iloc[0]["log_hazard_ratio_before"]):
        return ""
    before = ratio(float(np.exp(mine.iloc[0]["log_hazard_ratio_before"])))
    largest = known.loc[known["difference"].abs().idxmax()]
    factor = fixed(float(np.exp(largest["difference"])), 2)
    why = (
        "; nothing moved it" if factor == "1.00" else f", moved mostly by {largest['step']} (×\u00a0{factor})"
    )
    return f". It was {before} before{why}"


def _alive(material: Material) -> Iterator[tuple[str, str]]:
    told = list(sentences(material))
    if told:
        yield ("Alive." if counts_deaths(material) else "Free of the event."), " ".join(told)


def _queries(material: Material) -> list[str]:
    """Open queries and their age; what is asked of a source that answers nobody is told apart."""
    queries, count = material.data_query, material.disclosure.count
    if queries.empty:
        return []
    asked = queries[queries["source"] != PROACT]
    parts = (
        [f"{count(len(asked))} data queries to the sites are open{_age(material, asked)}"]
        if len(asked)
        else []
    )
    if len(asked) < len(queries):
        parts.append(f"{count(len(queries) - len(asked))} about {PROACT} stay open, which answers none")
    return parts


def _age(material: Material, asked: pd.DataFrame) -> str:
    """How many are older than this cut, and since when; nothing where it is not known."""
    cut = material.provenance.facts.get("Data cut")
    if material.open_query.empty or "query_id" not in asked or cut is None:
        return ""
    since = asked["query_id"].map(material.open_query.set_index("query_id")["since"]).dropna()
    old = since[since < cut]
    return (
        f", {material.disclosure.count(len(old))} of them since an earlier cut, the oldest since {old.min()}"
        if len(old)
        else ""
    )


def _rounded(material: Material) -> Iterator[tuple[str, str]]:
    threshold = material.disclosure.threshold
    if threshold is not None:
        yield (
            "Counts.",
            f"Counts of patients, events and records are to the nearest {threshold}; fewer than {threshold} are not told.",
        )


def _history(material: Material) -> Markup:
    """How the headline went from cut to cut, where there was more than one."""
    rows = material.estimate_history
    if len(rows):
        mine = (rows["specification"] == material.headline) & (
            rows["endpoint"] == material.protocol.primary.name
        )
        rows = rows[mine].drop_duplicates("data_cut", keep="last")
    if len(rows) < 2:
        return Markup("")
    told = "; ".join(f"{row['data_cut']}: {ratio(row['estimate'])}" for _, row in rows.iterrows())
    draw = partial(
        estimate_history,
        "history",
        rows,
        mark=material.mark,
        title="The headline hazard ratio, cut by cut",
        description=told,
    )
    title = "The headline hazard ratio, cut by cut."
    return figure(material, title, draw, "As released then; estimates share patients.", narrow=True)


def _amiss(material: Material) -> Iterator[tuple[str, str]]:
    checks, parts = material.check_result, list[str]()
    if len(checks):
        raised = int((checks["status"] != "pass").sum())
        parts.append(
            f"{raised} of {len(checks)} checks raised a warning"
            if raised
            else f"all {len(checks)} checks passed"
        )
    parts += _queries(material)
    gaps = [*material.gaps, *material.undrawn]
    if gaps:
        shown = "; ".join(material.disclosure.remark(gap.subject) for gap in gaps[:3])
        parts.append(f"{len(gaps)} things are lacking ({shown}{' and more' if len(gaps) > 3 else ''})")
    if parts:
        text = "; ".join(parts)
        yield "What is amiss.", f"{text[0].upper()}{text[1:]}."
