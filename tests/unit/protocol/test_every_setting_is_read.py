"""No setting of `[safety]` is a promise that nobody keeps; the other sections have a law a setting beside this file."""

import re
from pathlib import Path

import pytest

from analytics.protocol.reporting import Safety, SpecialInterest

ANALYTICS = Path(__file__).parents[3] / "analytics"
CODE = "\n".join(
    path.read_text(encoding="utf-8") for path in ANALYTICS.rglob("*.py") if path.parent.name != "protocol"
)


@pytest.mark.parametrize("setting", sorted({*Safety.model_fields, *SpecialInterest.model_fields}))
def test_the_analysis_reads_every_setting(setting: str) -> None:
    assert re.search(rf"\.{setting}\b", CODE), f"{setting} has no effect"
