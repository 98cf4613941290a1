"""What this report cannot do."""

from markupsafe import Markup

from analytics.report.markup import items
from analytics.report.material import Material

KEY, TITLE = "limits", "Limits"


def body(material: Material) -> Markup:
    """A list, with what the disclosure rule hides."""
    treated, control = material.arms
    threshold = material.disclosure.threshold
    hidden = (
        "no small cell is suppressed; this copy must not leave the house."
        if threshold is None
        else f"counts are shown to the nearest {threshold}, those of 1 to {threshold - 1} as <{threshold}, so that neither "
        "this report nor the one before tells of a few; they need not add up, and may be wrong by "
        f"{threshold // 2}. Percentages, rates and their limits are those of the shown counts; curves are drawn by month, "
        f"in steps that at least {threshold} patients make, and end where fewer than "
        f"{material.disclosure.curve_min_at_risk} are at risk. Ratios "
        "and restricted means are exact; survival and its differences are in these steps, limits outward; medians are whole "
        "months, standardised differences of one decimal. The edition for the "
        "house, and the database, tell everything."
    )
    return items(
        [
            ("No causal proof.",
             f"{treated} patients were not allocated at random; no method here can turn the "
             f"comparison into a trial."),
            ("No overlap in place and time.",
             f"Country, ethnicity and era hardly overlap with {control}; adjustment for them is "
             f"impossible."),
            ("Unknown deaths.",
             f"Vital status of many {control} patients is not recorded; every rule for them is "
             f"an assumption."),
            ("Many looks.",
             "The analysis runs on every data cut; its p values are descriptive and its "
             "intervals are not corrected for that."),
            ("Subgroups and doses.", "Exploratory, uncorrected, and open to selection over time."),
            ("Safety.", "Counts depend on reporting; rare reactions are not excluded by zero among few patients."),
            ("Not a clinical guideline.", "Nothing here advises for or against treatment of a patient."),
            ("Disclosure:", hidden),
        ]
    )  # fmt: skip
