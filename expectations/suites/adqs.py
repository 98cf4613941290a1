"""ADQS: every parameter of each source within what a living person has, in one unit, before cut and death.

Checked on `quality.measurement_profile`, a row per source and parameter: there may be a million measurements.
"""

from expectations.rules import Rule, Suite
from expectations.shapes import ENOUGH_FOR_A_MEDIAN, FEW, between, contains, not_after

# Parameter: lowest and highest possible value, limits of the median (a unit mixed up moves it), reason.
LIMITS: dict[str, tuple[float, float, float, float, str]] = {
    "ALSFRSR": (0, 48, 15, 46, "twelve items of 0 to 4"),
    "ALSFRS": (0, 40, 10, 38, "ten items of 0 to 4"),
    "FVCPP": (1, 200, 35, 120, "F22: litres lie near 3, shares near 1"),
    "SVCPP": (1, 200, 35, 120, "F22: litres lie near 3, shares near 1"),
    "FVCL": (0.05, 10, 1, 6, "F22: percentages lie near 80, millilitres near 3000"),
    "SVCL": (0.05, 10, 1, 6, "F22: percentages lie near 80, millilitres near 3000"),
    "WEIGHT": (25, 250, 45, 100, "F22: pounds lie near 160"),
    "HEIGHT": (100, 230, 150, 185, "F22: inches lie near 67, metres near 1.7"),
    "BMI": (4, 260, 17, 35, "F22: of weight and height"),
}


def _limit_rules(paramcd: str) -> tuple[Rule, ...]:
    low, high, median_low, median_high, reason = LIMITS[paramcd]
    where, source = f"paramcd == '{paramcd}'", f"F23; {reason}"
    return (
        between(f"{paramcd} is not too low", "lowest", low, None, f"No {paramcd} is below {low:g}.", source,
                where=where, may_be_empty=True),
        between(f"{paramcd} is not too high", "highest", None, high, f"No {paramcd} is above {high:g}.", source,
                where=where, may_be_empty=True),
        between(f"median {paramcd}", "typical", median_low, median_high,
                f"The median {paramcd} of each source is {median_low:g} to {median_high:g}.", f"F22; {reason}",
                where=where, may_be_empty=True),
    )  # fmt: skip


ADQS = Suite(
    name="adqs",
    table="marts.adqs",
    profile="quality.measurement_profile",
    columns=(
        "source", "paramcd", "n_row", "n_subject", "n_unit", "lowest", "median_value", "highest", "median_change",
        "first_day", "last_day", "n_baseline", "n_after_cut", "n_after_death",
    ),
    derived={
        "after_death_pct": f"100 * n_after_death * (n_after_death >= {FEW}) / n_row",
        "typical": f"median_value.where(n_subject >= {ENOUGH_FOR_A_MEDIAN})",
    },
    places=("source", "paramcd"),
    rules=(
        *(rule for paramcd in LIMITS for rule in _limit_rules(paramcd)),
        between("no parameter is negative", "lowest", 0, None, "No measured quantity is negative.", "F23"),
        between("one unit a parameter", "n_unit", 0, 1, "Each parameter of a source is in one unit.", "F22; ADaM PARAM"),
        between("nothing is measured after the cut", "n_after_cut", 0, 0,
                "No measurement is later than the data cut.", "F23"),
        between("few are measured after death", "after_death_pct", 0, 1,
                "At most 1 % of the measurements are later than the death of their subject.", "F26; quirk 14"),
        between("measurements are within the trial", "first_day", -3_653, None,
                "No measurement is more than ten years before the index.", "quirks 5, 15", severity="warning"),
        between("measurements end with the study", "last_day", None, 7_305,
                "No measurement is more than 20 years after the index.", "quirks 5, 15", severity="warning"),
        not_after("one baseline a subject", "n_baseline", "n_subject",
                  "There are not more baseline records than subjects.", "ADaM ABLFL"),
        contains("the outcome scale is there", "paramcd", ["ALSFRSR"],
                 "There are ALSFRS-R totals.", "propensity covariates", severity="warning"),
        contains("controls have the outcome scale", "paramcd", ["ALSFRSR"],
                 "There are ALSFRS-R totals of controls.", "quirk 4", where="source == 'PROACT'", severity="warning"),
        contains("registry has the outcome scale", "paramcd", ["ALSFRSR"],
                 "There are ALSFRS-R totals of the registry.", "registry layout: QS",
                 where="source == 'REGISTRY'", severity="warning", may_be_empty=True),
        between("the disease does not improve", "median_change", None, 1,
                "ALSFRS-R and vital capacity fall over time; a scale put upside down rises.", "layout 7: -1.0 a month",
                where="paramcd in ['ALSFRSR', 'ALSFRS', 'FVCPP', 'SVCPP']", severity="warning", may_be_empty=True),
    ),
)  # fmt: skip
