"""What is new in this data cut: who and what came, where the headline was and why it moved, what is amiss."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from markupsafe import Markup

from analytics.report.findings import hazard_ratio
from analytics.report.markup import items, paragraph
from analytics.report.material import Material
from analytics.report.numbers import fixed, missing, ratio

KEY, TITLE = "news", "New in this data cut"
FOLLOWS = "Follows release"
COUNTED = {
    "subjects in: eligible": ("patient more can be compared", "patients more can be compared"),
    "subjects out: eligible": ("patient less", "patients less"),
    "subjects corrected": ("patient corrected", "patients corrected"),
    "events added": ("event more among those compared before", "events more among those compared before"),
    "adverse events added": ("adverse event more", "adverse events more"),
}
"""Kinds of change that people open the page for, in words for one and for more."""


def body(material: Material) -> Markup:
    """A list of a few sentences."""
    lines = [*_since(material), *_moved(material), *_amiss(material)]
    if not material.released:
        return paragraph("Nothing is new: this is another protocol on a data cut that is released.") + items(
            lines[1:]
        )
    return items(lines)


def _since(material: Material) -> Iterator[tuple[str, str]]:
    facts = material.provenance.facts
    cut, before = facts.get("Data cut", ""), facts.get(FOLLOWS, "")
    what = f"Data cut {cut}." if cut else "This analysis."
    if material.change.empty:
        yield what, "It is the first release, or there is none to compare it with."
        return
    # A release is named by its number and its data cut.
    then = f"since the cut of {before.partition('-')[2]}" if "-" in before else "since the release before"
    told = [words for words in map(lambda row: _counted(material, row), _rows(material.change)) if words]
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
    return f"{material.disclosure.count(float(row['n']))} {one if row['n'] == 1 else more}{arm}"


def _moved(material: Material) -> Iterator[tuple[str, str]]:
    steps = material.attribution
    found = hazard_ratio(material, material.headline)
    if found is None or steps.empty:
        return
    mine = steps[
        (steps["specification"] == material.headline) & (steps["endpoint"] == material.protocol.primary.name)
    ]
    known = mine[mine["difference"].notna()] if len(mine) else mine
    if known.empty or missing(mine.iloc[0]["log_hazard_ratio_before"]):
        return
    before = float(np.exp(mine.iloc[0]["log_hazard_ratio_before"]))
    largest = known.loc[known["difference"].abs().idxmax()]
    factor = float(np.exp(largest["difference"]))
    why = (
        "nothing moved it"
        if fixed(factor, 2) == "1.00"
        else f"mostly: {largest['step']} (× {fixed(factor, 2)})"
    )
    yield "The headline.", f"Hazard ratio {ratio(before)} before, {ratio(found.value)} now; {why}."


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
