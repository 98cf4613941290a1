"""What could explain the result instead of the treatment, with this cut's own numbers.

Does not belong here: the answer itself (`headline`), nor how much of each there is (the stages).
"""

from analytics.comparison.specification import CRUDE
from analytics.report.figures.specification_curve import is_biased
from analytics.report.findings import median_follow_up, sensitivity_value
from analytics.report.material import Material
from analytics.report.numbers import missing, ratio, ratio_with_limits

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


def told(material: Material) -> bool:
    """Whether the report may speak of this therapy and its two sources: the protocol says so."""
    return material.protocol.study.background != "none"


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
        f"event by a risk ratio of {ratio(value.get('estimate'))} (E-value). "
    )
    if ratio(value.get("interval")) == "1.00":
        text += (
            "The interval holds no difference already: nothing unmeasured is needed to explain the result."
        )
    else:
        text += f"For the nearer limit of the interval {ratio(value.get('interval'))} is enough."
    return [("Unmeasured differences.", text)]


def _ascertainment(material: Material) -> list[tuple[str, str]]:
    rows = sensitivity_value(material, "vital_status_window")
    rows = rows[~rows["scenario"].str.contains("biased reference")] if len(rows) else rows
    believable = rows[rows["ci_upper"] < NO_INFORMATION] if len(rows) else rows
    if believable.empty:
        return []
    low, high = believable["estimate"].min(), believable["estimate"].max()
    several = believable["parameter_value"].nunique(dropna=False) > 1
    what = "Depending on until when a death counts and" if several else "Depending on"
    text = (
        f"The controls' source often does not record whether a patient lived. {what} what is done with undated deaths, the "
        f"headline hazard ratio runs from {ratio(low)} to {ratio(high)}"
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
        f"{ratio_with_limits(row['estimate'], row['ci_lower'], row['ci_upper'])}; how far that lies "
        f"from 1 hints at the error "
        "left in the method."
    )
    return [("A test where the answer is known.", text)]


def _follow_up(material: Material) -> list[tuple[str, str]]:
    days = median_follow_up(material)
    if days is None:
        return []
    (treated, control), in_months = material.arms, material.disclosure.months
    text = (
        f"Half of the {treated} patients are followed beyond {in_months(days[0])} months, half of the {control} patients "
        f"beyond {in_months(days[1])}{TRACHEOSTOMY if told(material) else ''}. What happens after "
        "the controls’ follow-up ends has no comparison at all."
    )
    return [("Unequal follow-up and event definitions.", text)]
