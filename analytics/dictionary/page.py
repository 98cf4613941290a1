"""The page of a dictionary: pictures, then every table with its columns, in one template with its style inside."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from analytics.dictionary.contents import SCHEMAS, Dictionary, Table
from analytics.dictionary.key_picture import key_picture
from analytics.dictionary.neighbours import neighbours
from analytics.dictionary.reference_picture import reference_picture

if TYPE_CHECKING:
    from jinja2 import Template

_GRAIN = re.compile(r"One row(?: per [^.;]+)?")


def render_dictionary(dictionary: Dictionary) -> str:
    """The whole dictionary as one HTML text that needs nothing but itself.

    Equal dictionaries give equal text: no clock, no random ids.
    """
    from analytics.report.packaged import packaged_text

    script = _packaged("search.html")
    return _template().render(
        about=dictionary.about,
        mark=dictionary.mark,
        style=Markup(packaged_text("report.css") + _packaged("dictionary.css")),
        script=Markup(script),
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        references=reference_picture(dictionary),
        schemas=[
            {
                "name": name,
                "meaning": SCHEMAS.get(name, ""),
                "key_picture": key_picture(tables),
                "tables": [_told(dictionary, table) for table in tables],
            }
            for name, tables in dictionary.schemas.items()
        ],
        n_table=len(dictionary.tables),
        n_column=sum(len(table.columns) for table in dictionary.tables),
    )


def grain(meaning: str) -> str:
    """What a row of a table is, of the table's meaning; empty where it does not say."""
    found = _GRAIN.search(meaning)
    return found[0] if found else ""


def _told(dictionary: Dictionary, table: Table) -> dict[str, object]:
    """A table as the template shows it."""
    leads: dict[str, list[str]] = {}
    for each in dictionary.leads(table.name):
        for column in each.columns:
            leads.setdefault(table.column(column), []).append(each.refers_to)
    return {
        "table": table,
        "grain": grain(table.meaning),
        "key": set(table.key),
        "leads": {
            name: [(to, _led(dictionary, to, name)) for to in targets] for name, targets in leads.items()
        },
        "led_to": [each.table for each in dictionary.led_to(table.name)],
        "made_of": [name for name in table.made_of if name in dictionary.by_name],
        "delivered": [name for name in table.made_of if name not in dictionary.by_name],
        "makes": dictionary.makes(table.name),
        "picture": neighbours(dictionary, table),
        "has_values": any(column.values for column in table.columns),
    }


def _led(dictionary: Dictionary, table: str, column: str) -> str:
    """The column that one of the same name leads to, as its table spells it."""
    return dictionary.by_name[table].column(column)


def _packaged(name: str) -> str:
    return files("analytics.dictionary").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_packaged("dictionary.html.j2"))
