"""`vigil protocol document`: the plan as Word reads it, equal bytes for equal protocols, and what is refused."""

from pathlib import Path

import docx
import pytest

from analytics.protocol import parse_protocol, protocol_hash
from analytics.report.analysis_plan import analysis_plan
from orchestration.cli import main
from orchestration.export.tables import document

MINE = '[study]\nid = "MINE"\nversion = "2"\n[matching]\nmethod = "full"\n'
BEFORE = '[study]\nid = "MINE"\nversion = "1"\n'


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "mine.toml").write_text(MINE)
    (tmp_path / "before.toml").write_text(BEFORE)
    return str(tmp_path / "mine.toml"), str(tmp_path / "before.toml")


def test_word_reads_every_row_of_the_plan(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "new" / "plan.docx"
    assert main(["protocol", "document", files[0], "--before", files[1], "--out", str(out)]) == 0
    made = docx.Document(str(out))
    plan = analysis_plan(parse_protocol(MINE), parse_protocol(BEFORE))
    found = [[tuple(cell.text for cell in row.cells) for row in table.rows] for table in made.tables]
    assert found == [[each.head, *each.rows] for each in plan.chapters]
    head = made.sections[0].header.paragraphs[0].text
    assert "MINE 2" in head
    assert protocol_hash(parse_protocol(MINE)) in head
    headings = [each.text for each in made.paragraphs if each.style.name == "Heading 2"]
    assert [each.partition(". ")[2] for each in headings] == [each.title for each in plan.chapters]


def test_equal_protocols_give_equal_bytes_of_no_day(files: tuple[str, str], tmp_path: Path) -> None:
    one, other = tmp_path / "one.docx", tmp_path / "other.docx"
    for out in (one, other):
        assert main(["protocol", "document", files[0], "--out", str(out)]) == 0
    assert one.read_bytes() == other.read_bytes()
    assert (
        b"2013"
        not in docx.Document(str(one))
        .part.package.part_related_by(
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
        )
        .blob
    )


def test_without_a_file_it_is_the_protocol_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path))
    monkeypatch.delenv("VIGIL_PROTOCOL", raising=False)
    assert main(["protocol", "document", "--out", str(tmp_path / "plan.docx")]) == 0
    assert "LENZ-PMS" in docx.Document(str(tmp_path / "plan.docx")).sections[0].header.paragraphs[0].text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--out", "plan.pdf"], "give a name that ends in .docx"),
        (["--out", "plan"], "give a name that ends in .docx"),
        (["--before", "nowhere.toml", "--out", "plan.docx"], "nowhere.toml is not there"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(
    files: tuple[str, str], tmp_path: Path, given: list[str], told: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["protocol", "document", files[0], *given]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert not list(tmp_path.glob("plan*"))


def test_without_the_extra_it_says_what_to_install(
    files: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(document, "find_spec", lambda name: None)
    assert main(["protocol", "document", files[0], "--out", str(tmp_path / "plan.docx")]) == 1
    assert "uv sync --frozen --extra tables" in capsys.readouterr().err
