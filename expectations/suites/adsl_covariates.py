"""Covariates of ADSL: on their scales, in the expected unit by source, and known of enough subjects by arm."""

from expectations.rules import Rule
from expectations.shapes import FEW, between, filled, mean_between, median_between

TREATED, PLACEBO = "TRT01AN == 1", "TRT01AN == 0"
REGISTRY, PROACT = "SOURCE == 'REGISTRY'", "SOURCE == 'PROACT'"

PLAUSIBLE: tuple[Rule, ...] = (
    between("age is possible", "AGE", 0, 120, "Age lies between 0 and 120 years.", "F23"),
    between("age is an adult's", "AGE", 18, 100, "Age lies between 18 and 100 years.",
            "trials and registry enrol adults", severity="warning"),
    between("ALSFRS-R is on its scale", "ALSFRSR", 0, 48, "ALSFRS-R lies between 0 and 48.", "F23", may_be_empty=True),
    between("ALSFRS-R at harvest is on its scale", "ALSFRSRH", 0, 48, "ALSFRS-R at harvest lies between 0 and 48.",
            "F23", may_be_empty=True),
    between("ALSFRS is on its scale", "ALSFRS", 0, 40, "The original ALSFRS lies between 0 and 40.", "F23; quirk 4",
            may_be_empty=True),
    between("progression rate is possible", "DFRS", 0, 49,
            "The progression rate is not negative, and loses at most 48 points in the 30 days it needs.", "F22",
            may_be_empty=True),
    between("progression rate is usual", "DFRS", 0, 6, "The progression rate is at most 6 points a month.",
            "layout 7: mean 0.6 to 1.0 a month", mostly=0.99, severity="warning", may_be_empty=True),
    between("progression rate at harvest is possible", "DFRSH", 0, 49,
            "The progression rate at harvest is not negative and at most 49 points a month.", "F22", may_be_empty=True),
    between("slope is usual", "SLOPE", -15, 12, "The slope before the index lies between -15 and 12 points a month.",
            "layout 7: mean -1.0, SD 2.3 a month", mostly=0.98, severity="warning", may_be_empty=True),
    between("symptom duration is possible", "SYMPDURD", 0, 18_263,
            "At least 99 % of the subjects had their first symptoms at most 50 years before the index.", "F22; quirk 9",
            mostly=0.99, least=FEW, may_be_empty=True),
    between("vital capacity is possible", "VCPP", 1, 200, "Vital capacity lies between 1 and 200 % of predicted.",
            "F22, F23; quirk 28", may_be_empty=True),
    between("vital capacity is usual", "VCPP", 20, 150, "Vital capacity lies between 20 and 150 % of predicted.",
            "layout 7: mean 84 to 94, SD 13 to 17", mostly=0.99, severity="warning", may_be_empty=True),
    between("height is possible", "HEIGHT", 100, 230, "Height lies between 100 and 230 cm.", "F22; quirk 29",
            may_be_empty=True),
    between("weight is possible", "WEIGHT", 25, 250, "Weight lies between 25 and 250 kg.", "F22; quirk 29",
            may_be_empty=True),
    between("body mass index is possible", "BMI", 4, 260, "Body mass index lies between 4 and 260 kg/m2.",
            "F22; quirk 29", may_be_empty=True),
    between("body mass index is usual", "BMI", 12, 60, "Body mass index lies between 12 and 60 kg/m2.",
            "layout 7: mean 25, SD 4", mostly=0.99, severity="warning", may_be_empty=True),
    between("baseline is not later than its window", "ALSFRSDY", -180, 14,
            "The baseline ALSFRS-R was measured between 180 days before the index and 14 days after.",
            "baseline rule of ADSL", may_be_empty=True),
    between("treated baseline is before treatment", "ALSFRSDY", -180, 0,
            "No covariate of a registry patient was measured after the index.", "covariates precede time zero",
            where=REGISTRY, may_be_empty=True),
)  # fmt: skip


def _unit_rules(source: str, where: str) -> tuple[Rule, ...]:
    """Medians that a unit mixed up over a whole delivery would move beyond the limits."""
    return (
        median_between(
            f"median age, {source}",
            "AGE",
            40,
            75,
            "The median age is 40 to 75 years.",
            "F22; layout 7: 52 to 57",
            where=where,
            may_be_empty=True,
        ),
        median_between(
            f"median symptom duration, {source}",
            "SYMPDURM",
            3,
            72,
            "The median symptom duration is 3 to 72 months; years or days taken for months lie beyond.",
            "F22; layout 7: 13 to 19 months",
            where=where,
            may_be_empty=True,
        ),
        median_between(
            f"median height, {source}",
            "HEIGHT",
            150,
            185,
            "The median height is 150 to 185 cm; inches lie near 67.",
            "F22; quirk 29",
            where=where,
            may_be_empty=True,
        ),
        median_between(
            f"median weight, {source}",
            "WEIGHT",
            45,
            100,
            "The median weight is 45 to 100 kg; pounds lie near 160.",
            "F22; quirk 29",
            where=where,
            may_be_empty=True,
        ),
        median_between(
            f"median vital capacity, {source}",
            "VCPP",
            40,
            120,
            "The median vital capacity is 40 to 120 % of predicted; litres lie near 3, shares near 1.",
            "F22; quirk 28; layout 7: 84 to 94",
            where=where,
            may_be_empty=True,
        ),
    )


def _missing_rules(arm: str, where: str, shares: dict[str, float]) -> tuple[Rule, ...]:
    """How much of a covariate may be missing before a matched comparison rests on too few."""
    return tuple(
        filled(
            f"{column} is filled, {arm}",
            column,
            share,
            f"{column} is known of at least {share:.0%} of the {arm}.",
            "layout 5; propensity covariates",
            where=where,
        )
        for column, share in shares.items()
    )


UNITS: tuple[Rule, ...] = (*_unit_rules("PRO-ACT", PROACT), *_unit_rules("registry", REGISTRY))

COMPLETE: tuple[Rule, ...] = (
    *_missing_rules(
        "treated",
        TREATED,
        {
            "AGE": 0.98,
            "SEX": 0.98,
            "BULBAR": 0.90,
            "SYMPDURM": 0.90,
            "ALSFRSR": 0.80,
            "DFRS": 0.80,
            "VCPP": 0.70,
            "RILUZOLE": 0.70,
        },
    ),
    *_missing_rules(
        "controls",
        PLACEBO,
        {
            "AGE": 0.70,
            "SEX": 0.98,
            "BULBAR": 0.60,
            "SYMPDURM": 0.50,
            "ALSFRSR": 0.35,
            "DFRS": 0.30,
            "VCPP": 0.60,
            "RILUZOLE": 0.50,
        },
    ),
    mean_between(
        "share of bulbar onset, treated",
        "BULBAR",
        0.05,
        0.50,
        "Between 5 and 50 % of the treated have bulbar onset.",
        "layout 7: 18 to 26 %",
        where=TREATED,
    ),
    mean_between(
        "share of bulbar onset, controls",
        "BULBAR",
        0.05,
        0.50,
        "Between 5 and 50 % of the controls have bulbar onset.",
        "layout 7: 18 to 26 %",
        where=PLACEBO,
    ),
)
