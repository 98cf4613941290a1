"""Terms of the report in plain words, from `templates/glossary.toml`."""

from markupsafe import Markup

from analytics.report.material import Material
from analytics.report.packaged import packaged_toml

KEY, TITLE = "glossary", "Glossary"


def body(material: Material) -> Markup:
    """A definition list."""
    entry = Markup("<dt>{}</dt><dd>{}</dd>")
    terms = packaged_toml("glossary.toml")["terms"]
    return Markup("<dl>{}</dl>").format(Markup("").join(entry.format(*term) for term in terms.items()))
