"""Who was counted, and why the others were not."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.report.drawing import figure
from analytics.report.figures.flow import flow_diagram, flow_steps
from analytics.report.findings import hazard_ratio
from analytics.report.markup import paragraph
from analytics.report.material import Material
from analytics.report.names import in_sentence, specification
from analytics.report.threats import told

KEY, TITLE = "flow", "Who is in the comparison"


def body(material: Material) -> Markup:
    """Flow diagram and the treated without a control."""
    found = hazard_ratio(material, material.headline)
    count = material.disclosure.count
    last = ("", "")
    if found is not None:
        what = in_sentence(specification(material.headline))
        last = (f"n = {count(found.n_treated)} {what}", f"n = {count(found.n_control)} {what}")
    # Exact: steps that leave out few are added up before they are told in bands.
    flow = material.results.get("cohort_flow", pd.DataFrame())
    steps = "; ".join(_ends(material, flow[flow["arm"] == arm], arm) for arm in material.arms if len(flow))
    draw = partial(
        flow_diagram, "flow", flow, material.arms, material.disclosure, description=f"Subjects left by arm. {steps}",
        mark=material.mark, last=last,
    )  # fmt: skip
    note = "Criteria in the protocol’s order; an unknown value is left out as a step of its own. A step that leaves out "
    note += "few is drawn with its neighbour."
    note += " Nobody who was harvested but not injected is dropped from the data." if told(material) else ""
    nothing = "no eligibility flow was made"
    return Markup("").join(
        [
            figure(material, "Flow of eligibility by source.", draw, note, nothing=nothing),
            _losses(material),
        ]
    )


def _ends(material: Material, flow: pd.DataFrame, arm: str) -> str:
    steps = flow_steps(flow, material.disclosure) if len(flow) else []
    return (
        f"{arm}: {steps[0].remaining} in the source, {steps[-1].remaining} eligible"
        if steps
        else f"{arm}: nobody"
    )


def _losses(material: Material) -> Markup:
    losses = material.table("matching_loss")
    if losses.empty:
        return Markup("")
    first = losses[losses["imputation"] == losses["imputation"].min()]
    parts = [
        f"{reason} ({material.disclosure.count(n)})"
        for reason, n in first["reason"].value_counts().sort_index().items()
    ]
    return paragraph(
        f"Treated patients without a matched control, in the first data set: {'; '.join(parts)}."
    )
