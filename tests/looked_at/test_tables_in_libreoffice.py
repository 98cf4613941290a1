"""Tables and figures as a writer's program shows them: pages of the right size, captions, heads on following pages.

Skipped where LibreOffice or poppler is not installed; no part of the suite. The pictures stay in `build/tables`, to be
looked at: no test sees that a figure is legible.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from homes import environment

from orchestration.cli import main

OFFICE = shutil.which("soffice")
PICTURES = Path(__file__).parents[2] / "build" / "tables"
PERIOD = ("--from", "2024-12-31", "--language", "ko")

pytestmark = pytest.mark.skipif(
    OFFICE is None or shutil.which("pdftoppm") is None,
    reason="Debian's packages libreoffice-writer-nogui and poppler-utils are not installed",
)


@pytest.fixture(scope="module")
def home(request: pytest.FixtureRequest) -> Path:
    """The home that `VIGIL_TABLES_OF` names, or a small one."""
    named = os.environ.get("VIGIL_TABLES_OF")
    return Path(named) if named else request.getfixturevalue("refreshed_home")


@pytest.fixture(scope="module", params=["public-docx", "public-rtf", "in-house-docx", "in-house-rtf"])
def pdf(request: pytest.FixtureRequest, home: Path) -> Path:
    """A document as LibreOffice prints it, with a picture of each page beside it."""
    edition, _, form = request.param.rpartition("-")
    out = PICTURES / request.param
    shutil.rmtree(out, ignore_errors=True)
    asked = ("--in-house",) if edition == "in-house" else ()
    with environment(home):
        assert main(["export", "--tables", form, "--out", str(out), *asked, *PERIOD]) == 0
    (file,) = out.glob(f"*.{form}")
    convert = [str(OFFICE), "--headless", "--convert-to", "pdf", "--outdir", str(out), str(file)]
    subprocess.run(convert, check=True, capture_output=True, timeout=600)
    made = file.with_suffix(".pdf")
    subprocess.run(["pdftoppm", "-r", "70", "-png", str(made), str(out / "page")], check=True, timeout=600)
    return made


def pages(pdf: Path) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    return text.stdout.split("\f")[:-1]


def test_every_page_is_a4_across_with_its_running_head_and_number(pdf: Path) -> None:
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", told)
    assert size is not None
    assert [float(each) for each in size.groups()] == pytest.approx([841.9, 595.3], abs=1)
    every = pages(pdf)
    assert len(every) > 40
    for number, page in enumerate(every, start=1):
        assert f"Page {number} of {len(every)}" in page
        assert page.count("SYNTHETIC") >= 2, number
        assert "protocol version" in page


def test_each_caption_stands_on_the_page_that_its_list_says(pdf: Path) -> None:
    every = pages(pdf)
    listed = re.findall(r"((?:Table|Figure) \d+)\. .*?[ .]{2,}(\d+)\n", "\n".join(every[1:5]))
    assert len(listed) > 40
    for label, number in listed:
        assert f"{label}. " in every[int(number) - 1], label
    assert len({number for _, number in listed}) == len(listed), "each on pages of its own"


def test_no_page_of_a_table_is_without_its_heads(pdf: Path) -> None:
    every = pages(pdf)
    start = next(
        n for n, page in enumerate(every[5:], 5) if re.search(r"Table \d+\. Treatment-emergent", page)
    )
    following = [page for page in every[start : start + 2] if "Class and term" in page]
    assert len(following) == 2
    assert any(re.search("[가-힣]", page) for page in every[:2])
