"""The project's SQL macros outside dbt, rendered for an engine, so that one connection can try thousands of inputs.

Here belongs the rendering. Macros that ask dbt for relations (ref, source, graph) are rendered but cannot be called.
"""

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn
from unittest.mock import patch

import jinja2
import jinja2.runtime

MACROS = Path(__file__).parents[3] / "dbt_project" / "macros"


class _Returned(Exception):
    """What a macro returns instead of its text."""


class _Macro(jinja2.runtime.Macro):
    """A macro that can return a value, as dbt's can."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        try:
            return super().__call__(*arguments, **named)
        except _Returned as returned:
            return returned.args[0]


def _return(value: Any) -> NoReturn:
    raise _Returned(value)


@cache
def _module(engine: str) -> Any:
    """Every macro of the project as a function that gives an engine's SQL."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(MACROS.glob("*.sql"))]
    # Tests and materializations are dbt's own tags.
    plain = "\n".join(text for text in texts if "{% test" not in text and "{% materialization" not in text)
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    adapter = SimpleNamespace(dispatch=lambda name, _: _dispatched(engine, name))
    environment.globals.update({"return": _return, "adapter": adapter, "execute": False})
    with patch("jinja2.runtime.Macro", _Macro):
        return environment.from_string(plain).module


def _dispatched(engine: str, name: str) -> Any:
    module = _module(engine)
    return getattr(module, f"{engine}__{name}", None) or getattr(module, f"default__{name}")


def sql(macro: str, *arguments: Any, engine: str = "duckdb") -> str:
    """The SQL that a macro makes of its arguments, for an engine."""
    return str(getattr(_module(engine), macro)(*arguments)).strip()
