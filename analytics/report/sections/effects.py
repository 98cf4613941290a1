"""Effects as a forest and in full: hazard ratios, restricted means, milestone survival, tests, models."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.comparison.functional_effects import MEASURES as OF_FUNCTION
from analytics.comparison.marginal_effects import HEADLINE
from analytics.protocol.population import Endpoint
from analytics.report.drawing import figure
from analytics.report.figures.forest import forest
from analytics.report.figures.rows import effect_rows
from analytics.report.markup import absent, heading, paragraph, table
from analytics.report.material import Material
from analytics.report.names import covariate, in_sentence, measure, of_cause, specification
from analytics.report.numbers import (
    MISSING,
    effect,
    fixed,
    interval,
    milestone,
    missing,
    p_value,
    ratio,
    words,
)

KEY, TITLE = "effects", "Effect of treatment"


def body(material: Material) -> Markup:
    """Forest, the table of every measure, outcome models, tests of proportional hazards."""
    effects = material.table("effect_estimate")
    if effects.empty:
        return absent("no effect was estimated")
    lead = (
        "Nightly estimates carry intervals, not tests: p values are descriptive and not corrected for looking every night. "
        "Rows differ in estimand and are never pooled. A dash is an estimate that could not be "
        "made; its reason stands beside it."
    )
    parts = [paragraph(lead), _figure(material, effects)]
    parts += [_table(material, effects, endpoint) for endpoint in material.protocol.endpoint]
    return Markup("").join(
        [*parts, heading("Outcome models"), _models(material), _hazards(material), _looks(material)]
    )


def _figure(material: Material, effects: pd.DataFrame) -> Markup:
    rows = effect_rows(effects, material.protocol, material.headline)
    if not rows:
        return absent("no hazard ratio was estimated")
    words = "; ".join(f"{row.group}, {row.label}: {ratio(row.estimate)}" for row in rows)
    draw = partial(forest, "effects", rows, title="Hazard ratios", description=words, mark=material.mark)
    note = "Marginal estimates first, conditional ones (a different estimand) below. Bold: headline. "
    note += f"Bars: {material.level} intervals."
    return figure(material, "Hazard ratios by endpoint and comparison.", draw, note)


def _table(material: Material, effects: pd.DataFrame, endpoint: Endpoint) -> Markup:
    rows = effects[(effects["endpoint"] == endpoint.name) & ~effects["measure"].isin(OF_FUNCTION)]
    count = material.disclosure.count
    shown = pd.DataFrame(
        {
            "group": rows["specification"].map(specification),
            "measure": [_measured(row) for _, row in rows.iterrows()],
            "method": rows["method"] + " · " + rows["estimand"],
            "estimate": [effect(row["measure"], row["estimate"]) for _, row in rows.iterrows()],
            "interval": [
                interval(row["ci_lower"], row["ci_upper"], lambda v, m=row["measure"]: effect(m, v))
                for _, row in rows.iterrows()
            ],
            "p": rows["p_value"].map(p_value),
            "n": [f"{count(row['n_treated'])} / {count(row['n_control'])}" for _, row in rows.iterrows()],
            "events": [
                f"{count(row['n_event_treated'])} / {count(row['n_event_control'])}"
                for _, row in rows.iterrows()
            ],
            "note": words(rows["note"]),
        }
    )
    labels = {
        "measure": "Measure", "method": "Method · estimand", "estimate": "Estimate", "interval": "Interval", "p": "p",
        "n": "n, T / C", "events": "Events, T / C", "note": "Note",
    }  # fmt: skip
    note = (
        f"T: {material.arms[0]}, C: {material.arms[1]}. pp: percentage points; mo: months of 30.4375 days; {MISSING}: not "
        f"estimable, see note. "
    )
    note += "Events are those of the whole follow-up, also beside what speaks of a day. "
    note += f"Difference: treated minus control. Intervals: {100 * material.protocol.outcome.level:g} %.{of_cause(endpoint)}"
    return table(
        shown, labels, key=f"effects-{endpoint.name}".lower(), title=f"Effects on {endpoint.title.lower()}.",
        mark=material.mark, note=note, group="group", text=["method", "note"],
    )  # fmt: skip


def _measured(row: pd.Series) -> str:
    words = measure(row["measure"]).partition(",")[0]
    return words if missing(row["horizon_days"]) else f"{words}, {milestone(row['horizon_days'])}"


def _models(material: Material) -> Markup:
    rows = material.table("cox_coefficient", endpoint=material.protocol.primary.name)
    if rows.empty:
        return absent("the protocol asks for no further outcome model, or none could be fitted")
    count = material.disclosure.count
    rows = rows.assign(_model=[f"{r['model']} ({r['population']}; n = {count(r['n'])}, {count(r['n_event'])} events)"
                               for _, r in rows.iterrows()])  # fmt: skip
    shown = pd.DataFrame(
        {
            "group": rows["_model"],
            "term": rows["term"].map(_term),
            "hazard_ratio": rows["hazard_ratio"].map(ratio),
            "interval": [interval(row["ci_lower"], row["ci_upper"]) for _, row in rows.iterrows()],
            "p": rows["p_value"].map(p_value),
            "note": words(rows["note"]) if "note" in rows else "",
        }
    )
    labels = {
        "term": "Term",
        "hazard_ratio": "Hazard ratio",
        "interval": "Interval",
        "p": "p",
        "note": "Note",
    }
    note = (
        "Cox models with Efron ties and robust variance. Coefficients of covariates are adjusted for, "
        "not effects of them."
    )
    return table(
        shown, labels, key="models", title=f"Outcome models, {material.protocol.primary.title.lower()}.",
        mark=material.mark, note=note, group="group", text=["note"],
    )  # fmt: skip


def _term(term: str) -> str:
    name, _, level = term.partition("[")
    return covariate(name, level.rstrip("]") or None)


def _hazards(material: Material) -> Markup:
    rows = material.table("proportional_hazards", endpoint=material.protocol.primary.name)
    rows = rows[rows["term"].isin(["TREATED", "GLOBAL"])] if len(rows) else rows
    if rows.empty:
        return Markup("")
    pooled = rows.groupby(["model", "term", "transform"], sort=False, as_index=False)[
        ["chi2", "df", "p_value"]
    ].median()
    shown = pd.DataFrame(
        {
            "model": pooled["model"].replace(
                {HEADLINE: f"The headline: {in_sentence(specification(material.headline))}"}
            ),
            "term": pooled["term"].map({"TREATED": "Treatment", "GLOBAL": "Whole model"}),
            "chi2": pooled["chi2"].map(lambda value: fixed(value, 2)),
            "df": pooled["df"].map(lambda value: fixed(value, 0)),
            "p": pooled["p_value"].map(p_value),
        }
    )
    labels = {"model": "Model", "term": "Term", "chi2": "χ²", "df": "df", "p": "p"}
    note = "Scaled Schoenfeld residuals, of the first imputed data set. A small p speaks against a constant hazard ratio: "
    note += "then restricted means, milestones and time ratios are the ones to read."
    return table(
        shown,
        labels,
        key="hazards",
        title="Tests of proportional hazards.",
        mark=material.mark,
        note=note,
        text=["term"],
    )


def _looks(material: Material) -> Markup:
    rows = material.table("monitoring_look")
    if rows.empty:
        text = "The protocol asks for no formal look at accumulating data; no error probability is spent by this report."
        return heading("Formal looks") + paragraph(text)
    shown = pd.DataFrame(
        {
            "look": rows["look"].astype(str),
            "method": rows["method"].astype(str).str.replace("_", " "),
            "events": rows["n_event"].map(material.disclosure.count),
            "statistic": rows["statistic"].map(lambda value: fixed(value, 2)),
            "boundary": rows["boundary"].map(lambda value: fixed(value, 2)),
            "estimate": rows["estimate"].map(ratio),
            "interval": [interval(row["ci_lower"], row["ci_upper"]) for _, row in rows.iterrows()],
            "decision": words(rows["decision"]),
            "note": words(rows["note"]),
        }
    )
    labels = {
        "look": "Look", "method": "Method", "events": "Events", "statistic": "Statistic", "boundary": "Boundary",
        "estimate": "Hazard ratio", "interval": "Interval", "decision": "Decision", "note": "Note",
    }  # fmt: skip
    return heading("Formal looks") + table(
        shown,
        labels,
        key="looks",
        title="Formal looks, as taken.",
        mark=material.mark,
        text=["method", "decision", "note"],
    )
