"""Files that come with the package: templates, style, prose."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Template


def packaged_text(name: str) -> str:
    """A file of `templates`, as text."""
    return files("analytics.report").joinpath("templates", name).read_text(encoding="utf-8")


def packaged_toml(name: str) -> dict[str, Any]:
    """A TOML file of `templates`."""
    return tomllib.loads(packaged_text(name))


@cache
def packaged_template(name: str) -> "Template":
    """A template of `templates`. It escapes whatever is not Markup, and a name it is not given is an error."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, keep_trailing_newline=True, undefined=StrictUndefined)
    return environment.from_string(packaged_text(name))
