"""How the two sources differ in what no statistics can repair; stated facts beside measured ones."""

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from analytics.report.markup import paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import MISSING, fixed
from analytics.report.packaged import packaged_toml
from analytics.report.threats import told

LEAD_UNTOLD = (
    "A propensity score balances what was measured. The protocol states nothing on how the sources of the arms differ in "
    "era, care, ascertainment and event definitions."
)
KEY, TITLE = "sources", "How comparable the sources are"


def body(material: Material) -> Markup:
    """One table of stated differences, one of measured ones."""
    if not told(material):
        return Markup("").join([paragraph(LEAD_UNTOLD), _measured(material)])
    treated, control = material.arms
    stated = pd.DataFrame(packaged_toml("sources.toml")["difference"])
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
        note="Denominator: every subject of the arm in the source.",
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
    return material.disclosure.share(n, len(values)) if len(values) else MISSING
