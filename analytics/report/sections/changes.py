"""What changed since the release before, and why the estimates moved."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from analytics.change.changes import SERIOUS
from analytics.report.markup import absent, paragraph, table
from analytics.report.material import Material
from analytics.report.names import specification
from analytics.report.numbers import MISSING, fixed, missing, ratio, words

KEY, TITLE = "changes", "What changed since the last release"


def body(material: Material) -> Markup:
    """Counts of what changed, then the steps from the last estimate to this one."""
    if material.change.empty and material.attribution.empty:
        return absent("this is the first release of its kind, or there is none to compare with")
    return _changes(material) + _attribution(material)


def _changes(material: Material) -> Markup:
    rows = _told(material)
    if rows.empty:
        return paragraph("Nothing was counted as changed.")
    arm = rows["arm"].fillna("both arms") if "arm" in rows else pd.Series("both arms", index=rows.index)
    shown = pd.DataFrame(
        {
            "kind": rows["kind"],
            "arm": arm,
            "n": [_number(material, row["kind"], row["n"]) for _, row in rows.iterrows()],
            "note": words(rows["note"]).map(material.disclosure.remark),
        }
    )  # fmt: skip
    labels = {"kind": "What", "arm": "Arm", "n": "Number", "note": "Note"}
    return table(
        shown,
        labels,
        key="change",
        title="Changes since the last release.",
        mark=material.mark,
        text=["arm", "note"],
    )


def _told(material: Material) -> pd.DataFrame:
    """Of terms those that as many subjects have as may be told, and of few no more than that they are few."""
    rows, small = material.change, material.disclosure.small
    if material.disclosure.threshold is None or rows.empty:
        return rows
    few = rows["n"].map(lambda n: not missing(n) and small(abs(float(n)))).to_numpy()
    of_a_term = rows["kind"].str.startswith(f"{SERIOUS}: ").to_numpy()
    return rows.assign(note=rows["note"].mask(few, None))[~(few & of_a_term)]


def _number(material: Material, kind: str, n: float) -> str:
    """A count as shown; days are sums, which of a single subject would be its own."""
    if missing(n):
        return MISSING
    if "days" in kind:
        return fixed(n if material.disclosure.threshold is None else 100 * round(n / 100), 0)
    return ("−" if n < 0 else "") + material.disclosure.count(abs(float(n)))


def _attribution(material: Material) -> Markup:
    rows = material.attribution
    if rows.empty:
        return Markup("")
    shown = pd.DataFrame(
        {
            "group": rows["specification"].map(specification),
            "step": rows["step"],
            "before": [_ratio(value) for value in rows["log_hazard_ratio_before"]],
            "after": [_ratio(value) for value in rows["log_hazard_ratio_after"]],
            "factor": [
                MISSING if missing(value) else f"× {np.exp(float(value)):.3f}" for value in rows["difference"]
            ],
            "note": words(rows["note"]) if "note" in rows else "",
        }
    )
    labels = {"step": "Step", "before": "HR before", "after": "HR after", "factor": "Factor", "note": "Note"}
    note = (
        "One cause at a time, each on top of those above; the factors multiply exactly to the whole change. "
    )
    note += "Another order of steps would share the change out differently."
    return table(
        shown, labels, key="attribution", title="Why the hazard ratios moved.", mark=material.mark, group="group",
        note=note, text=["note"],
    )  # fmt: skip


def _ratio(log_value: float) -> str:
    return MISSING if missing(log_value) else ratio(float(np.exp(float(log_value))))
