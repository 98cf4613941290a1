"""How the two sources differ in what no statistics can repair; stated facts beside measured ones."""

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from analytics.report.markup import paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import MISSING, fixed, percent

KEY, TITLE = "sources", "How comparable the sources are"
STATED = (
    ("Kind of data", "post-marketing surveillance of everyone treated", "placebo arms of completed randomised trials, pooled",
     "trial volunteers are selected and watched; no trial id is given, so trials cannot be told apart"),
    ("Era", "after approval, still enrolling", "trials of about 1990 to 2015; no calendar dates are given",
     "later care may lengthen life; era cannot be adjusted for, only allowed for in the bias analysis"),
    ("Region and ethnicity", "Korea", "almost wholly North America and Europe",
     "hardly any overlap (positivity is violated); no model repairs it"),
    ("Care", "routine Korean care; tracheostomy is common (20–50 % of Korean patients)", "trial centres; ventilation rare or unrecorded",
     "tracheostomy can postpone death; analysed as part of an endpoint that is marked one-sided"),
    ("Ascertainment of death", "reported to the registry up to the data cut", "death record with or without date, or no record at all",
     "no record is not alive: three-state vital status, window rule and sensitivity analyses"),
    ("Event definition", "death; tracheostomy and permanent ventilation also recorded", "death only",
     "death is the primary endpoint; composite endpoints are one-sided"),
    ("Time zero", "first injection (a patient had to live from harvest to it)", "trial baseline (a patient had to enter a trial)",
     "results by choice of time zero in the specification curve"),
    ("Adverse events", "surveillance reporting, causality assessed", "trial reporting, other dictionaries and intensity",
     "not compared across arms unless the protocol states that collection is comparable"),
)  # fmt: skip


def body(material: Material) -> Markup:
    """One table of stated differences, one of measured ones."""
    treated, control = material.arms
    stated = pd.DataFrame(STATED, columns=["aspect", "treated", "control", "consequence"])
    labels = {
        "aspect": "Aspect",
        "treated": treated,
        "control": control,
        "consequence": "Consequence, and what is done",
    }
    first = table(
        stated, labels, key="sources-stated", title="Differences between the sources, as they are known.",
        mark=material.mark, text=["treated", "control", "consequence"],
        note="Stated from the sources’ documentation, not estimated.",
    )  # fmt: skip
    lead = "A propensity score balances what was measured. The differences below were not measured, or cannot overlap."
    return Markup("").join(
        [paragraph(lead), Markup('<div class="wide">{}</div>').format(first), _measured(material)]
    )


def _measured(material: Material) -> Markup:
    adsl, column = material.adsl, material.protocol.treatment.column
    if adsl.empty or column not in adsl:
        return Markup("")
    arm = pd.to_numeric(adsl[column], errors="coerce")
    groups = [adsl[arm == value] for value in (1, 0)]
    rows = [(label, *cells) for label, cells in _facts(material, groups)]
    if not rows:
        return Markup("")
    treated, control = material.arms
    return table(
        pd.DataFrame(rows, columns=["fact", "treated", "control"]),
        {"fact": "Measured in the source", "treated": treated, "control": control},
        key="sources-measured", title="Both sources before any eligibility criterion.", mark=material.mark,
        note=f"Denominator: every subject of the arm in the source. Shares of small cells are shown as {MISSING}.",
    )  # fmt: skip


def _facts(material: Material, groups: list[pd.DataFrame]) -> Iterator[tuple[str, list[str]]]:
    count = material.disclosure.count
    yield "Subjects", [count(len(group)) for group in groups]
    for column, label, digits in (
        ("AGE", "Age, median, years", 0),
        ("SYMPDURM", "Symptom duration, median, months", 1),
        ("ALSFRSR", "ALSFRS-R, median", 0),
    ):
        if column in groups[0]:
            yield label, [fixed(group[column].median(), digits) for group in groups]
    for column, value, label in (
        ("VITSTAT", "DIED", "Recorded as died"),
        ("VITSTAT", "NOT RECORDED", "Vital status not recorded"),
        ("DTHUNDFL", "Y", "Died without a date"),
        ("TRACHDY", None, "Tracheostomy recorded"),
        ("PAVDY", None, "Permanent ventilation recorded"),
    ):
        if column in groups[0]:
            yield label, [_share(material, group[column], value) for group in groups]


def _share(material: Material, values: pd.Series, wanted: str | None) -> str:
    n = int(values.notna().sum() if wanted is None else (values == wanted).sum())
    if not len(values) or material.disclosure.small(n) or material.disclosure.small(len(values) - n):
        return MISSING
    return f"{material.disclosure.count(n)} ({percent(n / len(values))})"
