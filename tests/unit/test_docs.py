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
