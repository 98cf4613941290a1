"""Function beside survival: mean ALSFRS-R by month, difference of slopes, joint rank of survival and function."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.comparison.functional_effects import MEASURES
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.report.drawing import figure
from analytics.report.figures.functional_course import functional_course
from analytics.report.markup import absent, paragraph, table
from analytics.report.material import Material
from analytics.report.names import estimand, in_sentence, measure, specification
from analytics.report.numbers import MISSING, effect, fixed, interval, milestone, p_value, words

KEY, TITLE = "function", "Function"
LEAD = (
    "ALSFRS-R counts what a patient can do, from 48 down to 0. Death ends its course: means speak of those alive, and "
    "slopes take the dead as if they had gone on declining as before. A treatment that keeps weaker patients alive "
    "would look worse by them. The joint rank counts death as well: each treated patient is compared with each control, "
    "first on who lives longer, and where that does not tell, on who has lost less of the score by the last day on "
    "which that of both is known. The win probability is the share of these pairs in which the treated fares better, "
    "ties counted half: 50 % is no difference, and more speaks for treatment."
)


def body(material: Material) -> Markup:
    """What is compared, means by month, and a row for each day and measure."""
    effects = material.table("effect_estimate")
    rows = effects[effects["measure"].isin(MEASURES)] if len(effects) else effects
    if rows.empty:
        return absent("the protocol asks for no comparison of function")
    foreign = material.protocol.study.background == "none"
    if foreign and rows["estimate"].isna().all() and material.table("function_course").empty:
        return absent(str(words(rows["note"]).iloc[0]))
    return paragraph(LEAD) + _figure(material) + _table(material, rows)


def _figure(material: Material) -> Markup:
    name = material.headline
    course = material.table("function_course", specification=name)
    title = f"Mean ALSFRS-R of those alive: {in_sentence(specification(name))}"
    draw = partial(
        functional_course, "function-course", course, material.arms, material.disclosure, title=title,
        description=_description(material, course), mark=material.mark,
    )  # fmt: skip
    note = (
        f"Bars: {material.level} intervals{'' if name in (CRUDE, MATCHED) else ', weighted'}. Between two visits a score "
        "lies on the line between theirs. Those who have died are in no mean."
    )
    nothing = f"{title}: too few scores are known"
    return figure(material, title + ".", draw, note, nothing=nothing, narrow=True)


def _description(material: Material, course: pd.DataFrame) -> str:
    """First and last mean of each arm."""
    told = []
    for arm in material.arms:
        rows = course[course["arm"] == arm] if len(course) else course
        if len(rows):
            first, last = rows.iloc[0], rows.iloc[-1]
            told.append(
                f"{arm}: {fixed(first['mean'], 1)} at time zero, {fixed(last['mean'], 1)} at {last['time_months']} months"
            )
    return f"Mean ALSFRS-R by month with intervals. {'; '.join(told)}"


def _table(material: Material, rows: pd.DataFrame) -> Markup:
    rows = rows.sort_values("horizon_days", kind="stable")
    count = material.disclosure.count
    shown = pd.DataFrame(
        {
            "group": ("Up to " + rows["horizon_days"].map(milestone)).to_numpy(),
            "measure": rows["measure"].map(measure).to_numpy(),
            "estimate": [effect(row["measure"], row["estimate"]) for _, row in rows.iterrows()],
            "interval": [
                interval(row["ci_lower"], row["ci_upper"], lambda v, m=row["measure"]: effect(m, v))
                for _, row in rows.iterrows()
            ],
            "p": rows["p_value"].map(p_value).to_numpy(),
            "n": [f"{count(row['n_treated'])} / {count(row['n_control'])}" for _, row in rows.iterrows()],
            "note": words(rows["note"]).to_numpy(),
        }
    )
    labels = {
        "measure": "Measure", "estimate": "Estimate", "interval": "Interval", "p": "p", "n": "n, T / C", "note": "Note",
    }  # fmt: skip
    note = (
        f"T: {material.arms[0]}, C: {material.arms[1]}. About {estimand(rows['estimand'].iloc[0], material.arms[0])}. "
        "Difference: treated minus control; a slope above 0 is slower loss. Win odds: win probability over its complement; "
        "1 is no difference. Mean joint ranks: among all compared, the higher the better. Intervals: "
        f"{material.level}. {MISSING}: not estimable, see note. {' '.join(f'{each}.' for each in rows['method'].unique())}"
    )
    return table(
        shown, labels, key="function-table", title="Function and survival, and function alone.", mark=material.mark,
        note=note, group="group", text=["note"],
    )  # fmt: skip
