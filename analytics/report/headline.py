"""The answer in plain words, with its uncertainty and what threatens it; never more than the design can carry."""

import pandas as pd

from analytics.cohort.prognostic import COLUMN as PROGNOSTIC
from analytics.comparison.specification import CRUDE
from analytics.report.disclosure import missing_or_zero
from analytics.report.figures.specification_curve import is_biased
from analytics.report.findings import Estimate, hazard_ratio, not_proportional, sensitivity_value
from analytics.report.material import Material
from analytics.report.milestones import sentences
from analytics.report.names import estimand, in_sentence, specification
from analytics.report.numbers import fixed, interval, missing, percent, ratio

REFUTED = (
    "The comparison is not randomised: the controls come from other trials, other countries and other years. Two earlier "
    "apparent benefits against PRO-ACT controls (this therapy’s own, and AMX0035 with a hazard ratio of 0.48) were not "
    "confirmed by the randomised trials that followed."
)
NOT_RANDOMISED = (
    "The comparison is not randomised: whatever differs between the arms and was not measured may explain it."
)
TRACHEOSTOMY = "; the surveillance also records tracheostomy, PRO-ACT does not"
# An upper limit beyond this is that of a fit without information: too few deaths count in one arm.
NO_INFORMATION = 1000
UNLIKE = 1.2
"""From this ratio of median follow-up on, numbers of events mislead."""


def told(material: Material) -> bool:
    """Whether the report may speak of this therapy and its two sources: the protocol says so."""
    return material.protocol.study.background != "none"


def answer(material: Material) -> str:
    """Two or three sentences that answer the question."""
    treated, control = material.arms
    event = _event(material)
    found = hazard_ratio(material, material.headline)
    if found is None or not found.known:
        reason = found.reason if found is not None and found.reason else "no estimate was made"
        return f"The question cannot be answered from this data cut: {reason}."
    how = _how(material)
    numbers = (
        f"hazard ratio {ratio(found.value)}, {_level(material)} interval {interval(found.lower, found.upper)}"
    )
    text = f"{_verdict(found, treated, control, event, how)} ({numbers}). {_meaning(found, event)}"
    if not_proportional(material) and (alive := " ".join(sentences(material))):
        return f"{alive} {text} The two curves do not keep one ratio, so that this ratio is an average over follow-up."
    return text


def _verdict(found: Estimate, treated: str, control: str, event: str, how: str) -> str:
    if found.direction == "undecided":
        return f"This data cut does not show a difference in {event} between {treated} patients and {how} {control} patients"
    return f"{treated} patients had a {found.direction} rate of {event} than {how} {control} patients"


def _meaning(found: Estimate, event: str) -> str:
    if found.direction == "undecided":
        return f"It is compatible with anything from {_change(found.lower)} to {_change(found.upper)} rate of {event}."
    return (
        "This is an association in a comparison that was not randomised; it does not show that the treatment is the reason, "
        "and the threats below could explain it."
    )


def _change(value: float | None) -> str:
    number = float(value or 1)
    if round(100 * abs(number - 1)) == 0:
        return "an equal"
    if number < 1:
        return f"a {fixed(100 * (1 - number), 0)} % lower"
    return f"a {fixed(100 * (number - 1), 0)} % higher" if number < 3 else f"a {fixed(number, 1)}-fold"


def _event(material: Material) -> str:
    names = [event.replace("_", " ") for event in material.protocol.primary.events]
    return " or ".join(names)


def _how(material: Material) -> str:
    return {"matched": "matched", "crude": "unadjusted"}.get(material.headline, "weighted")


def _level(material: Material) -> str:
    return f"{100 * material.protocol.outcome.level:g} %"


def about(material: Material) -> str:
    """Whom the headline is about and what it rests on."""
    treated, control = material.arms
    found = hazard_ratio(material, material.headline)
    if found is None:
        return ""
    count = material.disclosure.count
    whom = estimand(found.estimand, treated)
    text = f"It is about {whom}: {count(found.n_treated)} {treated} patients ({count(found.n_event_treated)} events) and "
    text += f"{count(found.n_control)} {control} patients ({count(found.n_event_control)} events). "
    text += _unlike_follow_up(material)
    crude = hazard_ratio(material, "crude")
    if crude is not None and crude.known and material.headline != "crude":
        text += (
            f"Before any adjustment the hazard ratio was {ratio(crude.value)} ({interval(crude.lower, crude.upper)}); "
            "that crude contrast mixes treatment with who was treated and is not an answer."
        )
    return text


def _median_follow_up(material: Material) -> tuple[float, float] | None:
    """Days, of the treated and the controls of the headline; None where either is not known."""
    rows = material.table(
        "survival_summary", specification=material.headline, endpoint=material.protocol.primary.name
    )
    days = rows.set_index("arm")["follow_up_median_days"] if len(rows) else pd.Series(dtype=float)
    treated, control = (days.get(arm) for arm in material.arms)
    return None if missing(treated) or missing(control) else (float(treated or 0), float(control or 0))


def _unlike_follow_up(material: Material) -> str:
    """Why the counts of events do not say what the hazard ratio says."""
    days, in_months = _median_follow_up(material), material.disclosure.months
    if days is None or max(days) < UNLIKE * min(days):
        return ""
    return (
        f"They are not followed equally long (half of them beyond {in_months(days[0])} and {in_months(days[1])} months), so "
        "the two counts of events are not to be compared: the arm that is followed longer has more time to count in. "
    )


def gate(material: Material) -> tuple[bool | None, str]:
    """Whether the balance gate supports the headline, in words; None where there is no gate."""
    rows = material.table("balance_gate", specification=material.headline)
    name = in_sentence(specification(material.headline))
    if rows.empty:
        return (
            None,
            f"No balance gate applies: the {name} comparison was not balanced, or no balance could be computed.",
        )
    row = rows.iloc[0]
    limit = material.protocol.balance.max_abs_smd
    largest = ratio(row["largest_smd"]) if not missing(row["largest_smd"]) else "not computable"
    if row["supported"] == "Y":
        return True, (
            f"What was measured before treatment is alike in both arms: after adjustment the largest standardised mean "
            f"difference of a covariate of the score is {largest} (limit {limit:g}). {_ungated(material)}That lets the "
            f"comparison be read; it does not confirm its result, and says nothing about what was not measured."
        )
    why = row["failing"] if not missing(row["failing"]) else row["note"]
    return False, (
        f"The balance gate does NOT support this headline: {why}. The largest standardised mean difference is {largest} "
        f"(limit {limit:g}). The hazard ratio above must not be read as an answer."
    )


def _ungated(material: Material) -> str:
    """The prognostic score is a diagnostic and not gated; a difference beyond the limit must not go unsaid."""
    rows = material.table(
        "covariate_balance", specification=material.headline, stage="adjusted", covariate=PROGNOSTIC
    )
    limit = material.protocol.balance.max_abs_smd
    if rows.empty or missing(rows.iloc[0]["smd"]) or abs(rows.iloc[0]["smd"]) <= limit:
        return ""
    return (
        f"The prognostic score ({PROGNOSTIC}), which the gate does not judge, still differs by "
        f"{ratio(abs(rows.iloc[0]['smd']))}. "
    )


def threats(material: Material) -> list[tuple[str, str]]:
    """What could explain the result instead, the gravest first, with this cut's own numbers."""
    return [
        ("Not randomised.", REFUTED if told(material) else NOT_RANDOMISED),
        *_hidden_confounding(material),
        *_ascertainment(material),
        *_choices(material),
        *_falsification(material),
        *_follow_up(material),
    ]


def _hidden_confounding(material: Material) -> list[tuple[str, str]]:
    rows = sensitivity_value(material, "e_value")
    if rows.empty:
        return []
    value = {row["scenario"]: row["estimate"] for _, row in rows.iterrows()}
    text = (
        f"A factor that was not measured could move the estimate to no difference if it were tied to both treatment and the "
        f"event by a risk ratio of {ratio(value.get('estimate'))}; for the nearer limit of the interval the value is "
        f"{ratio(value.get('interval'))} (E-values; 1 means that nothing unmeasured is needed)."
    )
    return [("Unmeasured differences.", text)]


def _ascertainment(material: Material) -> list[tuple[str, str]]:
    rows = sensitivity_value(material, "vital_status_window")
    rows = rows[~rows["scenario"].str.contains("biased reference")] if len(rows) else rows
    believable = rows[rows["ci_upper"] < NO_INFORMATION] if len(rows) else rows
    if believable.empty:
        return []
    low, high = believable["estimate"].min(), believable["estimate"].max()
    text = (
        "The controls' source often does not record whether a patient lived. Depending on until when a death "
        "counts and what is done with "
        f"undated deaths, the headline hazard ratio runs from {ratio(low)} to {ratio(high)}"
    )
    useless = len(rows) - len(believable)
    text += f" ({useless} of {len(rows)} such variants tell nothing)." if useless else "."
    bounds = sensitivity_value(material, "vital_status_bounds")
    if len(bounds):
        low, high = bounds["estimate"].min(), bounds["estimate"].max()
        text += (
            f" If everyone of unrecorded status had died at the last visit, or lived on, it would lie between {ratio(low)} "
            f"and {ratio(high)}."
        )
    return [("Deaths were not looked for alike.", text)]


def _choices(material: Material) -> list[tuple[str, str]]:
    curve = material.table("specification_curve", endpoint=material.protocol.primary.name)
    if curve.empty:
        return []
    biased = is_biased(curve) | (curve["specification"] == CRUDE)
    fair = curve[curve["estimate"].notna() & ~biased].drop_duplicates(["estimate", "ci_lower", "ci_upper"])
    if fair.empty:
        return []
    below, above = int((fair["ci_upper"] < 1).sum()), int((fair["ci_lower"] > 1).sum())
    text = (
        f"Of {len(fair)} distinct results of ways to do this analysis (the crude one and biased rules left out), {below} "
        f"put the whole interval below 1 and {above} above 1; hazard ratios run from {ratio(fair['estimate'].min())} to "
        f"{ratio(fair['estimate'].max())}."
    )
    return [("Choices of the analyst.", text)]


def _falsification(material: Material) -> list[tuple[str, str]]:
    rows = sensitivity_value(material, "falsification", measure="hazard_ratio")
    if rows.empty:
        return []
    row = rows.iloc[0]
    if missing(row["estimate"]):
        return [("A test where the answer is known.", f"It could not be made: {row['note']}.")]
    text = (
        "The same method, applied to an arm of the control source in which no benefit should "
        "appear, gives a hazard ratio of "
        f"{ratio(row['estimate'])} ({interval(row['ci_lower'], row['ci_upper'])}); how far that lies "
        f"from 1 hints at the error "
        "left in the method."
    )
    return [("A test where the answer is known.", text)]


def _follow_up(material: Material) -> list[tuple[str, str]]:
    days = _median_follow_up(material)
    if days is None:
        return []
    (treated, control), in_months = material.arms, material.disclosure.months
    text = (
        f"Half of the {treated} patients are followed beyond {in_months(days[0])} months, half of the {control} patients "
        f"beyond {in_months(days[1])}{TRACHEOSTOMY if told(material) else ''}. What happens after "
        "the controls’ follow-up ends has no comparison at all."
    )
    return [("Unequal follow-up and event definitions.", text)]


def safety(material: Material) -> str:
    """Serious adverse drug reactions within the window, with the limit that the count excludes."""
    row = reactions(material)
    if row is None:
        return ""
    window, count = material.protocol.safety.window_days, material.disclosure.count
    what = f"Serious adverse drug reactions within {window} days of the first administration"
    if missing(row["n_subject"]):
        serious = reactions(material, "serious")
        known = "" if serious is None or missing(serious["n_subject"]) else (
            f" Serious adverse events, whatever their cause: {count(serious['n_subject'])} of {count(serious['n_total'])} "
            f"{material.arms[0]} patients."
        )  # fmt: skip
        return f"{what} cannot be told: {row['note']}.{known}"
    text = f"{what}: {count(row['n_subject'])} of {count(row['n_total'])} {material.arms[0]} patients"
    if not missing(row["pct_ci_upper"]):
        share = percent(float(row["pct_ci_upper"]) / 100)
        rare = "none seen is not none possible: " if row["n_subject"] == 0 else ""
        text += f" ({rare}the upper 95 % limit is {share})"
    return f"{text}{unassessed(material)}. {completed_window(material, row)}".strip()


def reactions(material: Material, category: str = "sadr_window") -> pd.Series | None:
    """A row of the overview, of the treated arm; None where there is none."""
    rows = material.table("ae_overview", category=category)
    rows = rows[rows["arm"] == material.arms[0]] if len(rows) else rows
    return None if rows.empty else rows.iloc[0]


def unassessed(material: Material) -> str:
    """How many of the reactions count for want of a recorded causality, in words; nothing where none does."""
    row = reactions(material, "sadr_window_causality_missing")
    if row is None or missing(row["n_subject"]) or row["n_subject"] == 0:
        return ""
    return f"; {material.disclosure.count(row['n_subject'])} of these count because no causality is recorded"


def completed_window(material: Material, row: pd.Series) -> str:
    """How many were followed for the whole window, and the limit among them when nobody had a reaction."""
    completed = row.get("n_completed_window")
    if completed is None or missing_or_zero(completed):
        return ""
    text = f"{material.disclosure.count(completed)} were followed for the whole window"
    if row["n_subject"] != 0 or material.disclosure.small(completed):
        return text + "."
    limit = 1 - 0.025 ** (1 / float(completed))
    return f"{text}; among them none means an upper limit of {percent(limit)}."
