"""The project's SQL macros outside dbt, rendered for DuckDB, so that one connection can try thousands of inputs.

Here belongs the rendering. Macros that ask dbt for relations (ref, source, graph) are rendered but cannot be called.
"""

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2

MACROS = Path(__file__).parents[3] / "dbt_project" / "macros"


@cache
def _module() -> Any:
    """Every macro of the project as a function that gives SQL."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(MACROS.glob("*.sql"))]
    # Tests and materializations are dbt's own tags.
    plain = "\n".join(text for text in texts if "{% test" not in text and "{% materialization" not in text)
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)
    environment.globals.update(
        {"return": lambda value: value, "adapter": SimpleNamespace(dispatch=_dispatch), "execute": False}
    )
    return environment.from_string(plain).module


def _dispatch(name: str, _package: str) -> Any:
    return getattr(_module(), f"default__{name}")


def sql(macro: str, *arguments: Any) -> str:
    """The SQL that a macro makes of its arguments."""
    return str(getattr(_module(), macro)(*arguments)).strip()
