"""No setting of the protocol is a promise that nobody keeps."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from analytics.protocol import Protocol

ANALYTICS = Path(__file__).parents[3] / "analytics"
CODE = "\n".join(
    path.read_text(encoding="utf-8") for path in ANALYTICS.rglob("*.py") if path.parent.name != "protocol"
)
# Named by the protocol's own properties, which the code reads instead.
BY_PROPERTY = {"window_days", "undated_death", "label", "information_events", "simulated_label"}


def _settings(model: type[BaseModel]) -> list[str]:
    names = []
    for name, field in model.model_fields.items():
        inner = [kind for kind in re.findall(r"\w+", str(field.annotation)) if kind in SECTIONS]
        names += [n for kind in inner for n in _settings(SECTIONS[kind])] if inner else [name]
    return names


def _sections() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    pending: list[type[BaseModel]] = [Protocol.__mro__[1]]
    while pending:
        for kind in pending.pop().__subclasses__():
            found[kind.__name__] = kind
            pending.append(kind)
    return found


SECTIONS = _sections()


@pytest.mark.parametrize("setting", sorted(set(_settings(Protocol)) - BY_PROPERTY))
def test_the_analysis_reads_every_setting(setting: str) -> None:
    assert re.search(rf"\.{setting}\b", CODE), f"{setting} has no effect"
