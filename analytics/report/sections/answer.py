"""First screen: the answer, whether balance supports it, what threatens it, and the main numbers."""

from functools import partial

from markupsafe import Markup

from analytics.comparison.horizon_effects import milestone_of
from analytics.comparison.specification import CRUDE, specifications
from analytics.report import headline, reactions, threats
from analytics.report.drawing import figure
from analytics.report.figures.forest import ForestRow, forest
from analytics.report.findings import hazard_ratio
from analytics.report.markup import folded, heading, items, paragraph
from analytics.report.material import Material
from analytics.report.milestones import state
from analytics.report.names import specification
from analytics.report.numbers import (
    MISSING,
    effect,
    fixed,
    interval,
    milestone,
    missing,
    ratio,
    ratio_with_limits,
)
from analytics.report.sections.second_opinion import disagreement

KEY, TITLE = "answer", "What this data cut says"
COUNTED = {"alive": "Alive", "event-free": "Free of the event", "incidence": "Had the event"}


def body(material: Material) -> Markup:
    """The answer in words, a forest of the main estimates, the gate, the threats."""
    supported, words = headline.gate(material)
    return Markup("").join(
        [
            paragraph(headline.answer(material), "answer"),
            paragraph(words, "support" if supported else "caution"),
            disagreement(material),
            _tiles(material),
            _sources(material),
            paragraph(headline.about(material)),
            paragraph(reactions.safety(material)),
            heading("What else could explain it"),
            items(threats.threats(material)),
            _figure(material),
        ]
    )


def _tiles(material: Material) -> Markup:
    tiles = [
        _ratio_tile(material, material.headline, "headline"),
        _milestone_tile(material),
        _ratio_tile(material, CRUDE, "unadjusted: no answer") if material.headline != CRUDE else None,
        _safety_tile(material),
    ]
    cell = Markup('<div class="tile"><b>{}</b><span>{}</span></div>')
    return Markup('<div class="tiles">{}</div>').format(
        Markup("").join(cell.format(*tile) for tile in tiles if tile)
    )


def _sources(material: Material) -> Markup:
    """The command that follows each of these numbers back to the delivered lines."""
    primary, window = material.protocol.primary.name, f'arm="{material.arms[0]}" category=sadr_window'
    compared = f"specification={material.headline} endpoint={primary}"
    commands = {
        "Hazard ratio": f"effect_estimate {compared} measure=hazard_ratio headline=Y",
        COUNTED[state(material)]: f"survival_summary {compared}",
        "Serious adverse drug reactions": f"ae_overview {window}",
    }
    line = Markup("<li>{} <code>vigil trace {}</code></li>")
    lines = Markup("").join(line.format(f"{name}:", command) for name, command in commands.items())
    return folded("Where these numbers come from", Markup("<ul>{}</ul>").format(lines))


def _ratio_tile(material: Material, name: str, remark: str) -> tuple[str, str] | None:
    found = hazard_ratio(material, name)
    if found is None:
        return None
    if not found.known:
        return "HR –", f"{specification(name)}: {found.reason}"
    return (
        f"HR {ratio(found.value)}",
        f"{specification(name)}, {interval(found.lower, found.upper)}; {remark}",
    )


def _milestone_tile(material: Material) -> tuple[str, str] | None:
    """Difference in survival, or in cumulative incidence, at the latest milestone that could be estimated."""
    primary = material.protocol.primary
    measure, what = milestone_of(primary)[1], "cumulative incidence" if primary.competing else "survival"
    rows = material.table(
        "effect_estimate", specification=material.headline, endpoint=primary.name, measure=measure
    )
    known = rows[rows["estimate"].notna()].sort_values("horizon_days") if len(rows) else rows
    if known.empty:
        return None
    row = known.iloc[-1]
    limits = interval(row["ci_lower"], row["ci_upper"], lambda value: effect(measure, value))
    words = f"percentage points (pp): difference in {what} at {milestone(row['horizon_days'])}, {limits}"
    return effect(measure, row["estimate"]), words


def _safety_tile(material: Material) -> tuple[str, str] | None:
    row = reactions.reactions(material)
    if row is None:
        return None
    window = material.protocol.safety.window_days
    what = f"with a serious adverse drug reaction in {window} days"
    if missing(row["n_subject"]):
        return MISSING, f"{what}: {row['note']}"
    upper = (
        "" if missing(row["pct_ci_upper"]) else f"; upper 95 % limit {fixed(float(row['pct_ci_upper']), 1)} %"
    )
    said = f"{what}{upper}{reactions.unassessed(material)}; {reactions.completed_window(material, row)}"
    count = material.disclosure.count
    return f"{count(row['n_subject'])} of {count(row['n_total'])}", said.rstrip("; ")


def _figure(material: Material) -> Markup:
    rows = []
    for name in specifications(material.protocol):
        found = hazard_ratio(material, name)
        if found is not None:
            label = f"{specification(name)}"
            rows.append(
                ForestRow(
                    label, found.value, found.lower, found.upper, found.reason, main=name == material.headline
                )
            )
    if not rows:
        return Markup("")
    title = (
        f"{material.protocol.primary.title}: hazard ratio of {material.arms[0]} against {material.arms[1]}"
    )
    words = "; ".join(f"{row.label}: {ratio_with_limits(row.estimate, row.lower, row.upper)}" for row in rows)
    note = "Marginal Cox models; each row has an estimand of its own, so the rows are not to be averaged. Bold: headline. "
    note += f"Bars: {material.level} intervals."
    draw = partial(forest, "headline", rows, title=title, mark=material.mark, description=words)
    return figure(material, title + ".", draw, note, narrow=True)
