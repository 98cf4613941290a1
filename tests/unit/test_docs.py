"""Documents name only what exists."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[document.name for document in DOCUMENTS])
def test_every_path_a_document_names_exists(document: Path) -> None:
    named = re.findall(
        r"`((?:tests|docs|analytics|orchestration|expectations|dbt_project)/[\w./-]*)`", document.read_text()
    )
    linked = re.findall(r"\]\((?!http)([\w./-]+)\)", document.read_text())
    missing = [path for path in named if not (REPOSITORY / path).exists()]
    missing += [path for path in linked if not (document.parent / path).exists()]
    assert missing == []


TO_COME = {"F32"}


def test_every_fault_is_shown_by_tests_that_name_it() -> None:
    rows = re.findall(r"^\| (F\d\d) \|.*\|([^|]*)\|$", (REPOSITORY / "docs" / "faults.md").read_text(), re.M)
    assert sorted(number for number, _ in rows) == [f"F{n:02d}" for n in range(1, 51)]
    assert {number for number, shown in rows if not shown.strip()} == TO_COME
    unnamed = [
        f"{number}: {path}"
        for number, shown in rows
        for path in re.findall(r"`([^`]+)`", shown)
        if not re.search(rf"\b{number}\b|_{number.lower()}_", (REPOSITORY / path).read_text())
    ]
    assert unnamed == []
