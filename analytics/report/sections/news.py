"""At a glance: what is read in the morning, in every language of the protocol, and the headline cut by cut."""

from functools import partial

from markupsafe import Markup

from analytics.report.drawing import figure
from analytics.report.figures.history import estimate_history
from analytics.report.glance import lines
from analytics.report.markup import items
from analytics.report.material import Material
from analytics.report.numbers import ratio
from analytics.report.packaged import packaged_template
from analytics.report.sentences import LANGUAGES, sentences

KEY, TITLE = "news", "At a glance"
HISTORY = "The headline hazard ratio, cut by cut"


def body(material: Material) -> Markup:
    """A list of a few sentences a language, side by side, and the small chart."""
    said = [
        (language, LANGUAGES[language], sentences(language)("at-a-glance"), _listed(material, language))
        for language in material.protocol.report.languages
    ]
    return Markup(packaged_template("languages.html.j2").render(said=said, chart=_history(material)))


def _listed(material: Material, language: str) -> Markup:
    return items(lines(material, sentences(language)))


def _history(material: Material) -> Markup:
    """How the headline went from cut to cut, where there was more than one."""
    rows = material.estimate_history
    if len(rows):
        is_mine = (rows["specification"] == material.headline) & (
            rows["endpoint"] == material.protocol.primary.name
        )
        rows = rows[is_mine].drop_duplicates("data_cut", keep="last")
    if len(rows) < 2:
        return Markup("")
    told = "; ".join(f"{row['data_cut']}: {ratio(row['estimate'])}" for _, row in rows.iterrows())
    draw = partial(estimate_history, "history", rows, mark=material.mark, title=HISTORY, description=told)
    return figure(material, f"{HISTORY}.", draw, f"Bars: {material.level} intervals.", narrow=True)
