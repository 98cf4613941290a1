"""The answer in plain words, with its uncertainty, whom it is about and whether balance lets it be read.

Never more than the design can carry. Does not belong here: what else could explain it (`threats`).
"""

from analytics.cohort.prognostic import COLUMN as PROGNOSTIC
from analytics.comparison.specification import MATCHED
from analytics.report.findings import Estimate, hazard_ratio, median_follow_up, not_proportional
from analytics.report.material import Material
from analytics.report.milestones import milestone_sentences
from analytics.report.names import estimand, in_sentence, specification
from analytics.report.numbers import fixed, interval, missing, ratio, ratio_with_limits
from analytics.report.sentences import ENGLISH, sentences

UNLIKE = 1.2
"""From this ratio of median follow-up on, numbers of events mislead."""


def answer(material: Material) -> str:
    """Two or three sentences that answer the question."""
    treated, control = material.arms
    event = _event(material)
    found = hazard_ratio(material, material.headline)
    if found is None or not found.known:
        reason = found.reason if found is not None and found.reason else "no estimate was made"
        return f"The question cannot be answered from this data cut: {reason}."
    how = _how(material)
    kind = "cause-specific hazard ratio" if material.protocol.primary.competing else "hazard ratio"
    numbers = f"{kind} {ratio(found.value)}, {material.level} interval {interval(found.lower, found.upper)}"
    text = f"{_verdict(found, treated, control, event, how)} ({numbers}). {_meaning(found, event)}"
    if not_proportional(material) and (alive := " ".join(milestone_sentences(material, sentences(ENGLISH)))):
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
    primary = material.protocol.primary
    if primary.competing:
        return in_sentence(primary.title)
    return " or ".join(event.replace("_", " ") for event in primary.events)


def _how(material: Material) -> str:
    return {"matched": "matched", "crude": "unadjusted"}.get(material.headline, "weighted")


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
    if found.n_imputation > 1 and material.headline == MATCHED:
        text += f"They are matched anew in each of {found.n_imputation} imputed data sets: these numbers are medians. "
    text += _unlike_follow_up(material)
    crude = hazard_ratio(material, "crude")
    if crude is not None and crude.known and material.headline != "crude":
        text += (
            f"Before any adjustment the hazard ratio was {ratio_with_limits(crude.value, crude.lower, crude.upper)}; "
            "that crude contrast mixes treatment with who was treated and is not an answer."
        )
    return text


def _unlike_follow_up(material: Material) -> str:
    """Why the counts of events do not say what the hazard ratio says."""
    days, in_months = median_follow_up(material), material.disclosure.months
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
    largest = (
        material.disclosure.smd(row["largest_smd"]) if not missing(row["largest_smd"]) else "not computable"
    )
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
    if rows.empty or missing(rows.iloc[0]["smd"]) or abs(rows.iloc[0]["smd"]) < limit:
        return ""
    return (
        f"The prognostic score ({PROGNOSTIC}), which the gate does not judge, still differs by "
        f"{material.disclosure.smd(abs(rows.iloc[0]['smd']))}. "
    )
