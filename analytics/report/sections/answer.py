"""First screen: the answer, whether balance supports it, what threatens it, and the main numbers."""

from markupsafe import Markup

from analytics.report import headline
from analytics.report.figures.forest import ForestRow, forest
from analytics.report.findings import hazard_ratio
from analytics.report.markup import heading, items, paragraph, picture
from analytics.report.material import Material
from analytics.report.names import specification
from analytics.report.numbers import interval, ratio
from analytics.stages.comparison import specifications

KEY, TITLE = "answer", "What this data cut says"


def body(material: Material) -> Markup:
    """The answer in words, a forest of the main estimates, the gate, the threats."""
    treated, control = material.arms
    question = (
        f"How do patients under {treated} surveillance survive, and how safely, against comparable {control} patients, and "
        "how far could bias explain the answer?"
    )
    supported, words = headline.gate(material)
    return Markup("").join(
        [
            paragraph(question, "soft"),
            paragraph(headline.answer(material), "answer"),
            paragraph(words, "support" if supported else "caution"),
            _tiles(material),
            paragraph(headline.about(material)),
            paragraph(headline.safety(material)),
            heading("What else could explain it"),
            items(headline.threats(material)),
            _figure(material),
        ]
    )


def _tiles(material: Material) -> Markup:
    tiles = []
    for name in specifications(material.protocol):
        found = hazard_ratio(material, name)
        if found is None:
            continue
        value = ratio(found.value) if found.known else "–"
        below = interval(found.lower, found.upper) if found.known else found.reason
        tiles.append((f"HR {value}", f"{specification(name)}: {below}"))
    cell = Markup('<div class="tile"><b>{}</b><span>{}</span></div>')
    return Markup('<div class="tiles">{}</div>').format(Markup("").join(cell.format(*tile) for tile in tiles[:4]))


def _figure(material: Material) -> Markup:
    rows = []
    for name in specifications(material.protocol):
        found = hazard_ratio(material, name)
        if found is not None:
            label = f"{specification(name)}"
            rows.append(
                ForestRow(label, found.value, found.lower, found.upper, found.reason, main=name == material.headline)
            )
    if not rows:
        return Markup("")
    title = f"{material.protocol.primary.title}: hazard ratio of {material.arms[0]} against {material.arms[1]}"
    svg = forest(
        "headline", rows, title=title, mark=material.mark,
        description="; ".join(f"{row.label}: {ratio(row.estimate)} ({interval(row.lower, row.upper)})" for row in rows),
    )  # fmt: skip
    note = "Marginal Cox models; each row has an estimand of its own, so the rows are not to be averaged. Bold: headline."
    return picture(svg, title + ".", material.mark, note)
