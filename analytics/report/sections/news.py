"""At a glance: who and what is new in this data cut, the headline and why it moved, how many are alive, what is amiss."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from markupsafe import Markup

from analytics.report.findings import hazard_ratio
from analytics.report.markup import items
from analytics.report.material import Material
from analytics.report.milestones import counts_deaths, sentences
from analytics.report.names import in_sentence, specification
from analytics.report.numbers import fixed, interval, missing, ratio

KEY, TITLE = "news", "At a glance"
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
    return items([*_since(material), *_headline(material), *_alive(material), *_amiss(material)])


def _since(material: Material) -> Iterator[tuple[str, str]]:
    facts = material.provenance.facts
    cut, before = facts.get("Data cut", ""), facts.get(FOLLOWS, "")
    what = f"Data cut {cut}." if cut else "This analysis."
    if not material.released:
        yield what, "Nothing in it is new: another protocol is tried on a data cut that is released."
        return
    if FOLLOWS not in facts:
        yield what, "It stands alone: there is no release before it."
        return
    if material.change.empty:
        yield what, "It is the first release, or there is none to compare it with."
        return
    # A release is named by its number and its data cut.
    then = f"since the cut of {before.partition('-')[2]}" if "-" in before else "since the release before"
    told = [words for row in _rows(material.change) if (words := _counted(material, row))]
    yield what, f"New {then}: {'; '.join(told) or 'nothing that is counted'}."


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
        f"the event sooner{_moved(material)}.",
    )


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


def _amiss(material: Material) -> Iterator[tuple[str, str]]:
    checks, count = material.check_result, material.disclosure.count
    parts = []
    if len(checks):
        raised = int((checks["status"] != "pass").sum())
        parts.append(
            f"{raised} of {len(checks)} checks raised a warning"
            if raised
            else f"all {len(checks)} checks passed"
        )
    if len(material.data_query):
        parts.append(f"{count(len(material.data_query))} data queries are open")
    gaps = [*material.gaps, *material.undrawn]
    if gaps:
        shown = "; ".join(material.disclosure.remark(gap.subject) for gap in gaps[:3])
        parts.append(f"{len(gaps)} things are lacking ({shown}{' and more' if len(gaps) > 3 else ''})")
    if parts:
        text = "; ".join(parts)
        yield "What is amiss.", f"{text[0].upper()}{text[1:]}."
