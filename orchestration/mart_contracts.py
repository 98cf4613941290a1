"""The contracts of the marts: their columns as the dbt project declares them, known before any of them is built.

Does not belong here: what is in a released one (`export.dataset`).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings import DBT_PROJECT

TEXT = "string"


@cache
def columns(mart: str, project: Path = DBT_PROJECT) -> tuple[Mapping[str, Any], ...]:
    """The declared columns of a mart, in their order: `name`, `data_type`, `description`, `config`."""
    (model,) = yaml.safe_load((project / "models" / "marts" / f"{mart}.yml").read_text(encoding="utf-8"))[
        "models"
    ]
    return tuple(model["columns"])


def text_columns(mart: str) -> dict[str, bool]:
    """Columns of a mart, and whether they hold text."""
    return {column["name"]: column["data_type"] == TEXT for column in columns(mart)}
