"""ADTTE: follow-up that can have happened and events that are neither absent nor absurdly many.

Checked on `quality.follow_up_profile`, a row per source, endpoint, origin and vital-status rule.
"""

from expectations.rules import Suite
from expectations.shapes import between, contains, not_after

RULES = [
    f"{undated}_{window}" for undated in ("EXCL", "LASTVIS") for window in ("0", "30", "90", "180", "INF")
]
USUAL_RULE = "vsrule == 'EXCL_90'"
CONTROLS = f"source == 'PROACT' and origin == 'TRIAL_BASELINE' and {USUAL_RULE}"
TREATED = f"source == 'REGISTRY' and origin == 'FIRST_INJECTION' and {USUAL_RULE}"

ADTTE = Suite(
    name="adtte",
    table="marts.adtte",
    profile="quality.follow_up_profile",
    places=("source", "paramcd", "origin", "vsrule"),
    columns=(
        "source", "paramcd", "origin", "vsrule", "n_subject", "n_event", "n_death", "shortest", "median_days", "longest",
        "rate_per_100py", "longest_entry", "n_after_cut",
    ),
    rules=(
        between("times are positive", "shortest", 1, None, "No time is shorter than one day.", "ADaM AVAL"),
        between("times are possible", "longest", 1, 25_568,
                "No time is longer than 70 years: 50 of symptoms and 20 of follow-up.", "F21, F22", severity="warning"),
        between("times are usual", "median_days", 30, 5_479,
                "The median time from any origin is between a month and 15 years.", "F22", severity="warning"),
        not_after("events are not more than subjects", "n_event", "n_subject", "Nobody has the event twice.",
                  "ADaM CNSR"),
        not_after("the composite counts every death", "n_death", "n_event",
                  "Death, tracheostomy or permanent ventilation happens to at least as many as death.",
                  "event over censoring", where="paramcd == 'TFS'"),
        contains("both endpoints are there", "paramcd", ["OS", "TFS"], "Both endpoints are there.", "design: adtte"),
        contains("controls have every rule", "vsrule", RULES, "Controls have every vital-status rule.",
                 "design: vital status", where="source == 'PROACT'"),
        contains("treated have every rule", "vsrule", RULES, "Registry patients have every vital-status rule.",
                 "design: vital status", where="source == 'REGISTRY'"),
        contains("controls have their origin", "origin", ["TRIAL_BASELINE"], "Controls start at their trial's baseline.",
                 "design: origins", where="source == 'PROACT'"),
        contains("treated have their origin", "origin", ["FIRST_INJECTION"], "Treated start at their first injection.",
                 "design: origins", where="source == 'REGISTRY'"),
        between("follow-up ends with the cut", "n_after_cut", 0, 0, "No follow-up ends after the data cut.", "F23",
                where="source == 'REGISTRY'"),
        between("controls die", "n_event", 1, None,
                "Among the controls there are deaths within 90 days of the last visit; none means that DEATHDATA or the"
                " visits were misread.", "F23; quirks 11, 12", where=f"{CONTROLS} and n_subject >= 50", may_be_empty=True),
        between("treated die", "n_event", 1, None,
                "Among the treated there are deaths; none means follow-up too short to compare, or deaths not reported.",
                "F44", where=TREATED, severity="warning"),
        between("controls die at a usual rate", "rate_per_100py", 2, 100,
                "Controls die at 2 to 100 per 100 person-years.",
                "layout 7: 0.4 to 3.9 per 100 person-months", where=CONTROLS, severity="warning"),
        between("treated die at a usual rate", "rate_per_100py", 1, 150,
                "The treated die at 1 to 150 per 100 person-years.",
                "layout 7: 0.4 to 3.9 per 100 person-months", where=TREATED, severity="warning"),
        between("controls are many", "n_subject", 50, None, "There are at least 50 controls with a time.",
                "design: matching", where=CONTROLS, severity="warning"),
        between("treated are enough", "n_subject", 10, None, "There are at least 10 treated with a time.",
                "design: fewer than 10 at risk is not estimable", where=TREATED, severity="warning"),
        between("time zero follows the origin", "longest_entry", 0, None, "Time zero does not precede the origin.",
                "design: delayed entry"),
        between("time zero is near the origin", "longest_entry", 0, 18_263,
                "Time zero comes at most 50 years after the origin.", "F22; quirk 9", severity="warning"),
    ),
)  # fmt: skip
