"""Terms of the report in plain words."""

from markupsafe import Markup

from analytics.report.material import Material

KEY, TITLE = "glossary", "Glossary"
TERMS = (
    ("ALSFRS-R", "Functional rating scale of ALS, 0 to 48; lower is worse."),
    ("ATT, ATE, ATO, ATM", "Average effect in the treated, in everyone, in those in whom either treatment was likely (overlap), "
     "in those who can be matched."),
    ("Balance gate", "The protocol’s rule that decides whether measured covariates are balanced enough for the headline."),
    ("Caliper", "Widest difference in the propensity score at which two patients may be matched."),
    ("Confidence interval", "Range of effects with which the data are compatible, given the design and no bias."),
    ("E-value", "Least strength of an unmeasured factor, as a risk ratio with treatment and with the event, that could explain an estimate."),
    ("Emergent", "An adverse event that begins, or worsens, after treatment has begun; the exact rule is stated with the tables."),
    ("Estimand", "Precisely what an estimate is an estimate of: in whom, of what against what, on which outcome."),
    ("External control", "Controls that come from another study, not from random allocation."),
    ("Γ (gamma)", "Rosenbaum’s measure of hidden bias: by how much two matched patients may differ in their odds of treatment."),
    ("Hazard ratio", "Rate of the event among the treated divided by that among controls; 1 is no difference."),
    ("Immortal time", "Time in which the event could not have happened, such as the time before a dose that was later given."),
    ("Kaplan–Meier", "Estimate of the share that is free of the event as time goes on, allowing for those whose follow-up ends."),
    ("Landmark", "Day at which groups are formed, counting only what happened before and comparing only what comes after."),
    ("Propensity score", "Estimated probability of being in the treated arm given the covariates at time zero."),
    ("Restricted mean survival", "Average time free of the event up to a horizon."),
    ("SADR", "Serious adverse drug reaction: serious, and not excluded to be related."),
    ("SMD", "Standardised mean difference: difference of two means in units of a standard deviation."),
    ("Specification curve", "The result under every combination of choices that could have been defended."),
    ("Target trial", "The randomised trial that would answer the question, which these data try to imitate."),
    ("Tipping point", "The assumption about unknown facts at which a conclusion changes."),
    ("Vital-status rule", "Until when a death counts and what is done with deaths without a date and with patients of unknown status."),
)  # fmt: skip


def body(material: Material) -> Markup:
    """A definition list."""
    entry = Markup("<dt>{}</dt><dd>{}</dd>")
    return Markup("<dl>{}</dl>").format(Markup("").join(entry.format(*term) for term in TERMS))
