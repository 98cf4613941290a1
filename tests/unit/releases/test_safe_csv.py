"""F38: what a spreadsheet would run is text in every CSV that leaves, and numbers stay numbers."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.export.safe_csv import defused, write_safe_csv

HOSTILE = ["=HYPERLINK(0)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_becomes_text(text: str) -> None:
    assert defused(text) == "'" + text


def test_text_is_defused_and_numbers_are_not(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"AEDECOD": ["=1+1", "Headache", None], "estimate": [-3.5, 0.0, 2.0], "n": [-1, 0, 1]}
    )
    write_safe_csv(frame, tmp_path / "out.csv")
    with open(tmp_path / "out.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["AEDECOD", "estimate", "n"],
        ["'=1+1", "-3.5", "-1"],
        ["Headache", "0.0", "0"],
        ["", "2.0", "1"],
    ]


@given(st.text())
def test_no_text_starts_as_a_formula_and_none_is_lost(text: str) -> None:
    written = defused(text)
    assert not str(written).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert written in (text, "'" + text)
