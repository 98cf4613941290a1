"""Files that come with the package: template, style, prose."""

import tomllib
from importlib.resources import files
from typing import Any


def packaged_text(name: str) -> str:
    """A file of `templates`, as text."""
    return files("analytics.report").joinpath("templates", name).read_text(encoding="utf-8")


def packaged_toml(name: str) -> dict[str, Any]:
    """A TOML file of `templates`."""
    return tomllib.loads(packaged_text(name))
