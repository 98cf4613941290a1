"""The contracts of the marts: their columns as the dbt project declares them, known before any of them is built.

A column's `meta` says what an export makes of it: `label`; `study_day: own`, its days count from 0 and are exported as
ADaM's, which have no day 0, or `study_day: OTHER`, the column that has them already, so that this one stays behind;
`exported_as`, its name there; `predecessor`, the variable that it repeats; `decoded_by`, the column with the words for its
codes; `vocabulary`, the seeds' list of what it may hold.

Does not belong here: what is in a released one (`export.dataset`).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.settings import DBT_PROJECT

TEXT = "string"
OWN = "own"


@cache
def _model(mart: str, project: Path) -> Mapping[str, Any]:
    path = project / "models" / "marts" / f"{mart}.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return dict(model)


def columns(mart: str, project: Path = DBT_PROJECT) -> tuple[Mapping[str, Any], ...]:
    """The declared columns of a mart, in their order: `name`, `data_type`, `description`, `config`."""
    return tuple(_model(mart, project)["columns"])


def metas(mart: str) -> dict[str, Mapping[str, str]]:
    """What is declared of each column beside its type and meaning."""
    return {column["name"]: column.get("config", {}).get("meta", {}) for column in columns(mart)}


def text_columns(mart: str) -> dict[str, bool]:
    """Columns of a mart, and whether they hold text."""
    return {column["name"]: column["data_type"] == TEXT for column in columns(mart)}


def required_columns(mart: str) -> frozenset[str]:
    """Columns that are never null, by the tests of the mart."""
    return frozenset(_cell_rules(mart).get("required", ()))


def closed_lists(mart: str) -> dict[str, tuple[str | int, ...]]:
    """Columns that hold nothing but listed values, and these, by the tests of the mart."""
    return {name: tuple(values) for name, values in _cell_rules(mart).get("sets", {}).items()}


def _cell_rules(mart: str) -> Mapping[str, Any]:
    tests = _model(mart, DBT_PROJECT).get("data_tests", ())
    rules = (test["column_values"]["arguments"] for test in tests if "column_values" in test)
    return next(rules, {})
