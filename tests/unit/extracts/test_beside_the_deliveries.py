"""Files beside the deliveries: a near name is told, and what may be a withdrawal list is refused."""

from pathlib import Path

import pytest

from orchestration.extracts.beside import notes_beside
from orchestration.extracts.errors import DeliveryError


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Terms.CSV", "terms.csv"), ("terms.xlsx", "terms.csv"), ("term.csv", "terms.csv"), ("terms (1).csv", "terms.csv"),
     ("terms.csv.txt", "terms.csv"), ("column.toml", "columns.toml"), ("columns.tml", "columns.toml"),
     ("Columns.toml", "columns.toml"), ("Answers.csv", "answers.csv"), ("answer.csv", "answers.csv"),
     ("answers (2).xlsx", "answers.csv")],
)  # fmt: skip
def test_a_near_name_of_what_is_read_is_told(tmp_path: Path, name: str, meant: str) -> None:
    (tmp_path / name).write_text("x")
    assert notes_beside(tmp_path) == (f"landing/registry: '{name}' is not read; did you mean {meant}?",)


@pytest.mark.parametrize(
    "name",
    ["terms.csv", "columns.toml", "answers.csv", "2026-06-30.accept-drop", "notes.txt", "2026-06-30.zip"],
)
def test_others_are_not_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (tmp_path / "2026-06-30").mkdir()
    assert notes_beside(tmp_path) == ()


@pytest.mark.parametrize("name", ["WITHDRAWALS.csv", "withdrawal.xlsx", "erase.txt", "동의철회.csv"])
def test_a_withdrawal_list_beside_the_deliveries_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("USUBJID,REQUEST")
    with pytest.raises(DeliveryError, match=r"put it into the delivery's folder as WITHDRAWALS\.csv"):
        notes_beside(tmp_path)


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert notes_beside(tmp_path / "registry") == ()
