"""The Dagster UI renders previews as Markdown: what was delivered must stay text in it."""

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from analytics.protocol import Protocol
from orchestration.dagster_parts import metadata
from orchestration.dagster_parts.metadata import preview, table_metadata
from orchestration.night.build import Build


def test_a_term_draws_no_picture_and_leads_nowhere() -> None:
    terms = ["![x](http://elsewhere/p.png)", "[y](javascript:z)", "<img src=x>", "a|b", None]
    shown = preview(pd.DataFrame({"term": terms, "n": [1, 2, 3, 4, 5]}))
    assert "![" not in shown.replace("\\!\\[", "")
    assert "\\!\\[x\\]\\(http://elsewhere/p.png\\)" in shown
    assert "\\[y\\]\\(javascript:z\\)" in shown
    assert "\\<img src=x\\>" in shown
    assert "a\\|b" in shown
    assert shown.count("\n") == 6


def test_a_picture_that_cannot_be_drawn_ends_no_night(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("LENZ-001")

    monkeypatch.setattr(metadata, "_figure", broken)
    build = cast(Build, SimpleNamespace(protocol=Protocol()))
    shown = table_metadata(build, "sensitivity", pd.DataFrame({"estimate": [1.0]}))
    assert shown["figure"].value == "not drawn: unexpected ZeroDivisionError, a defect; please report it"
    assert shown["dagster/row_count"].value == 1
