"""Words and columns that a site taught: a file that is there and cannot be read is refused, and never taken for none."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.site_answers import NO_SITE_ANSWERS, read_site_answers
from orchestration.extracts.site_columns import NO_SITE_COLUMNS, read_site_columns
from orchestration.extracts.site_terms import NO_SITE_TERMS, read_site_terms
from orchestration.landing import dictionaries

READERS = {
    "terms.csv": lambda folder: read_site_terms(folder, dictionaries()),
    "columns.toml": lambda folder: read_site_columns(folder, dictionaries()["registry"]),
    "answers.csv": lambda folder: read_site_answers(folder, date(2026, 5, 2)),
}
OBSTACLES: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a link that leads nowhere": lambda path: path.symlink_to("elsewhere"),
    "a pipe or device": os.mkfifo,
    "larger than 4 MiB": lambda path: path.write_bytes(b"#" * (4 * 2**20 + 1)),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("what", OBSTACLES)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, what: str) -> None:
    OBSTACLES[what](tmp_path / name)
    with pytest.raises(DeliveryError, match=f"landing/registry/{name}: {what}"):
        READERS[name](tmp_path)


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_may_not_be_read_is_refused_by_name(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).touch()

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(
        DeliveryError, match=rf"landing/registry/{name}: cannot be read \(Permission denied\)"
    ):
        READERS[name](tmp_path)


def test_where_nothing_lies_nothing_is_taught(tmp_path: Path) -> None:
    assert READERS["terms.csv"](tmp_path) == NO_SITE_TERMS
    assert READERS["columns.toml"](tmp_path) == NO_SITE_COLUMNS
    assert READERS["answers.csv"](tmp_path) == NO_SITE_ANSWERS


@pytest.mark.parametrize("piece", ["[", "{a=", "'x',["])
def test_columns_nested_deeply_are_one_line(tmp_path: Path, piece: str) -> None:
    (tmp_path / "columns.toml").write_text("dm = [" + piece * 100_000)
    with pytest.raises(DeliveryError, match=r"columns\.toml: (nested too deeply|not readable)") as refused:
        READERS["columns.toml"](tmp_path)
    assert "\n" not in str(refused.value)


def test_terms_with_a_cell_without_end_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "terms.csv").write_text(
        "domain,variable,term,meaning\nDS,DSDECOD," + "x" * 200_000 + ",DEATH\n"
    )
    with pytest.raises(DeliveryError, match=r"terms\.csv: not readable as CSV"):
        READERS["terms.csv"](tmp_path)
