"""How far choices and bias could move the result."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.report import names
from analytics.report.drawing import figure
from analytics.report.figures.forest import forest
from analytics.report.figures.rows import sensitivity_rows
from analytics.report.figures.specification_curve import is_biased, specification_curve
from analytics.report.findings import hazard_ratio
from analytics.report.markup import absent, heading, paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import effect, fixed, interval, missing, p_value, ratio, words

KEY, TITLE = "sensitivity", "Sensitivity to choices and bias"
DRAWN = (
    ("vital_status_window", "Hazard ratio by vital-status rule.", "✕: late deaths count although survivors end at their "
     "last visit, which favours the arm with complete reporting; a biased reference, not an alternative."),
    ("tipping_point", "Hazard ratio when a share of the lost of one arm is taken to have died.",
     "Rows: share of the lost, treated or controls, that die at their last visit; 0 % is the headline."),
)  # fmt: skip


def body(material: Material) -> Markup:
    """Figures for what is a curve of choices, one table for everything."""
    rows = _that_apply(material, material.table("sensitivity"))
    parts = [_curve(material)]
    if rows.empty:
        return Markup("").join([*parts, absent("no sensitivity analysis was made")])
    for kind, title, note in DRAWN:
        mine = _once(rows[rows["analysis"] == kind])
        parts.append(_figure(material, mine, kind, title, note + _rests_on_fewer(material, mine)))
    lead = "What the figures above do not show. An E-value of 1, or a finding lost at Γ = 1, means that the data "
    lead += "show no difference that hidden bias would be needed to explain."
    return Markup("").join(
        [*parts, heading("Other analyses"), paragraph(lead), _table(material, _not_drawn(rows))]
    )


def _that_apply(material: Material, rows: pd.DataFrame) -> pd.DataFrame:
    """Without the wait from harvest to injection, of anyone's study that knows neither."""
    if rows.empty:
        return rows
    waits = rows["analysis"] == "time_zero"
    known = waits & rows["scenario"].str.contains("harvest") & rows["estimate"].notna()
    foreign = material.protocol.study.background == "none"
    return rows[~waits] if foreign and not known.any() else rows


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Of an arm of which nobody was lost one share alone: all of them are one and the same number, and look robust."""
    shares = rows["analysis"] == "tipping_point"
    alike = rows.groupby(["specification", "scenario"])["estimate"].transform("nunique") == 1
    again = rows.duplicated(["specification", "scenario", "estimate"])
    return rows[~(shares & alike & again)]


def _rests_on_fewer(material: Material, rows: pd.DataFrame) -> str:
    """Why the protocol's own row need not be the headline."""
    found, made = hazard_ratio(material, material.headline), rows["n_imputation"].dropna()
    if found is None or made.empty or made.max() >= found.n_imputation:
        return ""
    return (
        f" Made on {int(made.max())} of the headline's {found.n_imputation} imputed data sets: the row of the protocol's "
        "own choice differs from the headline by their noise."
    )


def _not_drawn(rows: pd.DataFrame) -> pd.DataFrame:
    drawn = rows["analysis"].isin([kind for kind, _, _ in DRAWN]) & (rows["measure"] == "hazard_ratio")
    return rows[~drawn]


def _figure(material: Material, rows: pd.DataFrame, kind: str, title: str, note: str) -> Markup:
    lines = sensitivity_rows(rows)
    if not lines:
        return Markup("")
    words = "; ".join(f"{line.group}, {line.label}: {ratio(line.estimate)}" for line in lines)
    key = f"sens-{kind}".replace("_", "-")
    draw = partial(forest, key, lines, title=title, description=words, mark=material.mark)
    warned = "" if any(line.biased for line in lines) else note.partition("✕")[0]
    return figure(material, title, draw, f"{warned or note} Bars: {material.level} intervals.")


def _table(material: Material, rows: pd.DataFrame) -> Markup:
    count = material.disclosure.count
    shown = pd.DataFrame(
        {
            "group": rows["analysis"].map(names.analysis),
            "scenario": [_scenario(row) for _, row in rows.iterrows()],
            "measure": rows["measure"].map(names.measure),
            "estimate": [effect(row["measure"], row["estimate"]) for _, row in rows.iterrows()],
            "interval": [interval(row["ci_lower"], row["ci_upper"]) for _, row in rows.iterrows()],
            "p": rows["p_value"].map(p_value),
            "n": rows["n"].map(count),
            "events": rows["n_event"].map(count),
            "note": words(rows["note"]),
        }
    )
    labels = {
        "scenario": "Scenario", "measure": "Measure", "estimate": "Estimate", "interval": "Interval", "p": "p", "n": "n",
        "events": "Events", "note": "Note",
    }  # fmt: skip
    built = table(
        shown, labels, key="sensitivity-table", title="Sensitivity analyses.", mark=material.mark, group="group",
        text=["measure", "note"], note=f"{material.protocol.primary.title}; crude or headline comparison as named.",
    )  # fmt: skip
    return Markup('<div class="wide">{}</div>').format(built)


def _scenario(row: pd.Series) -> str:
    scenario = "" if missing(row["scenario"]) else str(row["scenario"])
    if "biased reference" in scenario:
        scenario = f"✕ BIASED: {scenario}"
    value = (
        ""
        if missing(row["parameter_value"])
        else f"{str(row['parameter']).replace('_', ' ')} {row['parameter_value']:g}"
    )
    text = scenario if value.endswith(scenario) or value in scenario or not value else f"{scenario}: {value}"
    return f"{names.specification(row['specification'])}: {text}"


def _curve(material: Material) -> Markup:
    curve = material.table("specification_curve", endpoint=material.protocol.primary.name)
    if curve.empty:
        return absent("the protocol asks for no specification curve")
    known = curve[curve["estimate"].notna() & curve["same_as"].isna()]
    biased = int(is_biased(known).sum())
    reach = f"{ratio(known['estimate'].min())} to {ratio(known['estimate'].max())}"
    words = f"{len(known)} distinct results of {len(curve)} specifications; hazard ratios {reach}; "
    words += f"{biased} of them under the biased reference rule"
    draw = partial(
        specification_curve, "specifications", curve, title="Specification curve", description=words, mark=material.mark
    )  # fmt: skip
    lost = int(curve["estimate"].isna().sum())
    note = (
        f"{words}. {fixed(lost, 0)} could not be estimated. Estimates share data: the curve is not a "
        f"sample and not a test. An arrowhead: the interval goes on beyond the picture."
    )
    note += _rests_on_fewer(material, curve)
    title = "Specification curve: the hazard ratio under other choices."
    return figure(material, title, draw, note, nothing="no specification could be estimated")
