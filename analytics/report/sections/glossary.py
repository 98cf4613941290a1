"""Terms of the report in plain words, from `templates/glossary.toml`."""

from markupsafe import Markup

from analytics.report.material import Material
from analytics.report.packaged import packaged_toml
from analytics.report.terms import anchor

KEY, TITLE = "glossary", "Glossary"


def body(material: Material) -> Markup:
    """A definition list."""
    entry = Markup('<dt id="{}">{}</dt><dd>{}</dd>')
    terms = packaged_toml("glossary.toml")["terms"]
    entries = (entry.format(anchor(term), term, meaning) for term, meaning in terms.items())
    return Markup("<dl>{}</dl>").format(Markup("").join(entries))
