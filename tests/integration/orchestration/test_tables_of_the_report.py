"""`vigil export --tables`: what a medical writer gets is what the report says, to the digit, and no more."""

import importlib.util
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import docx
import duckdb
import pytest
from docx.document import Document
from homes import environment

from analytics.protocol import parse_canonical
from analytics.safety.reporting_period import COUNTED, ReportingPeriod, period_tables
from analytics.stages.safety import settings, with_arms
from orchestration.cli import main

EDITIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "public": ("report", ()),
    "in-house": ("in-house", ("--in-house",)),
}
CAPTION = re.compile(r"(?:Table|Figure) \d+\. .*")
PERIOD = ("--from", "2024-12-31")
N_OF_PERIOD = 6
SMALL = re.compile(r"(?<![\d.,])[1-4](?![\d.,])")


class Page(HTMLParser):
    """Captions of a page in order, and the cells of each of its tables, by its own parser."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.captions: list[str] = []
        self.cells: list[list[str]] = []
        self.notes: list[str] = []
        self.inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        if tag == "table":
            self.cells.append([])
        elif tag in ("caption", "figcaption"):
            self.captions.append("")
        elif tag in ("td", "th"):
            self.cells[-1].append("")
        elif tag == "span" and dict(attrs).get("class") == "remark":
            self.notes.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        within = {
            tag for tag in self.inside if tag in ("caption", "figcaption", "td", "th", "strong", "span")
        }
        if within & {"td", "th"}:
            self.cells[-1][-1] += data
        elif within >= {"strong"} and within & {"caption", "figcaption"}:
            self.captions[-1] += data


def folded(text: str) -> str:
    return re.sub(r"[ \n\t]+", " ", text).strip(" ")


@dataclass
class Exports:
    """Exports from the home, each made once; the file."""

    home: Path
    folder: Path

    def __call__(self, form: str, edition: str, again: str = "") -> Path:
        out = self.folder / f"{form}-{edition}{again}"
        if not out.is_dir():
            asked = (*EDITIONS[edition][1], *PERIOD, "--language", "ko")
            with environment(self.home):
                assert main(["export", "--tables", form, "--out", str(out), *asked]) == 0
        (file,) = out.glob(f"*.{form}")
        return file


@pytest.fixture(scope="module")
def export(refreshed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return Exports(refreshed_home, tmp_path_factory.mktemp("tables"))


def page_of(home: Path, edition: str) -> str:
    return (home / "releases" / "current" / EDITIONS[edition][0] / "report.html").read_text()


def cells_of(document: Document) -> list[list[str]]:
    """Cells of each table, one that spans columns once."""
    return [
        [folded("".join(t.text or "" for t in cell.iter(f"{W}t"))) for cell in table._tbl.iter(f"{W}tc")]
        for table in document.tables
    ]


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_table_and_figure_of_the_page_is_in_the_document_once_with_its_cells(
    refreshed_home: Path, export: Exports, edition: str
) -> None:
    page = Page(page_of(refreshed_home, edition))
    document = docx.Document(str(export("docx", edition)))
    titles = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    # Behind those of the report stand those of the period.
    assert titles[:-N_OF_PERIOD] == [folded(each).removesuffix(".") for each in page.captions]
    assert len(titles) > 40
    shown = cells_of(document)[:-N_OF_PERIOD]
    assert len(shown) == len(page.cells), "no table of this study is too wide for a page"
    for mine, theirs in zip(shown, page.cells, strict=True):
        assert sorted(filter(None, mine)) == sorted(filter(None, map(folded, theirs)))
    assert len(document.inline_shapes) == page_of(refreshed_home, edition).count("<figcaption>")
    for shape in document.inline_shapes:
        assert len(shape._inline.docPr.get("descr")) > 20, "a picture has a text alternative"


def test_a_document_is_landscape_with_its_running_head_lists_and_repeated_heads(export: Exports) -> None:
    document = docx.Document(str(export("docx", "public")))
    page = document.sections[0]
    assert (page.page_width.mm, page.page_height.mm) == (
        pytest.approx(297, abs=0.1),
        pytest.approx(210, abs=0.1),
    )
    head = page.header.paragraphs[0].text
    for part in (
        "protocol version",
        "data cut",
        "Public edition",
        "release 000",
        "not approved",
        "SYNTHETIC",
    ):
        assert part in head
    fields = [field.text for field in page.footer._element.iter(f"{W}instrText")]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "SYNTHETIC" in page.footer.paragraphs[0].text
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
    texts = [p.text for p in document.paragraphs]
    assert any(re.search("[가-힣]", text) for text in texts)
    listed = [text.rstrip("\t") for text in texts if text.endswith("\t") and CAPTION.match(text)]
    titles = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert sorted(listed) == sorted(titles)
    marks = {mark.get(f"{W}name") for mark in document.element.iter(f"{W}bookmarkStart")}
    asked = {
        f.text.split()[1] for f in document.element.iter(f"{W}instrText") if f.text.startswith("PAGEREF")
    }
    assert asked == {mark for mark in marks if mark.startswith("tlf")}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_rtf_has_every_caption_and_cell_and_no_letter_beyond_ascii(
    refreshed_home: Path, export: Exports, edition: str
) -> None:
    source = export("rtf", edition).read_bytes()
    assert source.isascii()
    assert source.count(b"{") - source.count(b"\\{") == source.count(b"}") - source.count(b"\\}")
    text = plain(source.decode())
    page = Page(page_of(refreshed_home, edition))
    for caption in page.captions:
        # In its list and over its table, and there again on each following page.
        title = folded(caption).removesuffix(".")
        assert text.count(f"\n{title}\n") + text.count(f"\n{title}|") == 2, title
    cells = {folded(each) for line in text.split("\n") for each in line.split("|")}
    for table in page.cells:
        missing = {folded(cell) for cell in table} - cells - {""}
        assert not missing
    assert source.count(b"\\pict") == page_of(refreshed_home, edition).count("<figcaption>")


def plain(source: str) -> str:
    """Words of an RTF text: cells end in `|`, rows and paragraphs in a line."""
    text = re.sub(r"\{\\pict.*?\n?\}(?=\\par)", "", source, flags=re.DOTALL)
    text = re.sub(r"\{\\\*\\bkmk(?:start|end) \w+\}", "", text)
    text = re.sub(r"\\cell\b ?", "|", re.sub(r"\\(row|par|line)\b ?", "\n", text.replace("\n", "")))
    units = re.compile(r"(?:\\u-?\d+\?)+")
    text = units.sub(
        lambda found: b"".join(
            int(n).to_bytes(2, "little", signed=True) for n in re.findall(r"-?\d+", found[0])
        ).decode("utf-16-le"),
        text,
    )
    text = re.sub(r"\\([{}\\])", lambda found: {"{": "⦃", "}": "⦄", "\\": "⧵"}[found[1]], text)
    text = re.sub(r"\\\*?[a-z]*-?\d* ?", "", text)
    return re.sub(r"[{}]", "", text).replace("⦃", "{").replace("⦄", "}").replace("⧵", "\\")


@pytest.mark.parametrize("form", ["docx", "rtf"])
def test_the_same_release_gives_the_same_bytes(export: Exports, form: str) -> None:
    assert export(form, "public").read_bytes() == export(form, "public", again="-again").read_bytes()


def test_the_period_is_cumulative_to_what_the_release_itself_counts(refreshed_home: Path) -> None:
    with duckdb.connect(str(refreshed_home / "releases/current/vigil.duckdb"), read_only=True) as connection:
        (canonical,) = connection.sql("select canonical from release.protocol").fetchone()
        adsl, adae = (connection.sql(f"from marts.{name}").df() for name in ("adsl", "adae"))
        expected, rates = (connection.sql(f"from results.{name}").df() for name in ("ae_by_term", "ae_rate"))
        (cut,) = connection.sql("select data_cut from release.info").fetchone()
    protocol = parse_canonical(canonical)
    made = period_tables(
        settings(protocol), with_arms(protocol, adsl), adae, ReportingPeriod("2024-12-31", cut, True)
    )
    keys, counts = ["subset", "arm", "level", "soc", "pt"], ["n_subject", "n_event", "n_total"]
    mine = made.by_term[made.by_term["span"] == "cumulative"].set_index(keys)[counts].sort_index()
    theirs = expected[expected["subset"].isin(COUNTED)].set_index(keys)[counts].sort_index()
    assert len(mine) > 30
    assert mine.astype(int).to_dict("index") == theirs.astype(int).to_dict("index")
    whole = rates[(rates["level"] == "overall") & (rates["kind"] == "all_events")].set_index(
        ["subset", "arm"]
    )
    for row in made.exposure[made.exposure["span"] == "cumulative"].itertuples():
        there = whole.loc[(row.subset, row.arm)]
        assert (row.n_event, row.person_years) == (there["n_event"], pytest.approx(there["person_years"]))


def test_the_public_period_tells_no_small_count_and_the_houses_every_one(export: Exports) -> None:
    public = docx.Document(str(export("docx", "public")))
    ours = docx.Document(str(export("docx", "in-house")))
    assert len(public.tables) > 6
    for table in public.tables[-N_OF_PERIOD:]:
        for row in table.rows:
            for cell in row.cells[1:]:
                count = cell.text.split(" (")[0].replace(",", "")
                assert not count.isdigit() or int(count) % 5 == 0, cell.text
    counts = {cell.text for table in ours.tables[-5:] for row in table.rows for cell in row.cells[1:]}
    assert any(SMALL.fullmatch(count) for count in counts), (
        "a public edition that hides nothing shows nothing"
    )
    titles = [p.text for p in public.paragraphs if p.style.name == "Heading 2"]
    tables = [int(title.split(".")[0].split()[1]) for title in titles if title.startswith("Table")]
    assert tables == list(range(1, len(tables) + 1)), "numbered on from those of the report"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--language", "fr"), "not in fr; it is in: en, ko"),
        (("--to", "2025-12-31"), "add --from"),
        (("--from", "2025-12-31", "--to", "2025-12-31"), "is not earlier than --to 2025-12-31"),
        (("--from", "2026-12-31"), "is not earlier than"),
        (("--from", "2024-12-31", "--to", "2030-01-31"), "is later than the data cut"),
        (("--from", "2024-12-30"), "neither a data cut of a release nor the last day of a month"),
        (("--release", "99"), "no release 99"),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_no_file(
    refreshed_home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    with environment(refreshed_home):
        assert main(["export", "--tables", "rtf", "--out", str(tmp_path / "out"), *arguments]) != 0
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_without_the_extra_it_is_said_how_to_install_it(
    refreshed_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(
        "orchestration.export.tables.document.find_spec",
        lambda name: None if name == "rtflite" else there(name),
    )
    with environment(refreshed_home):
        assert main(["export", "--tables", "rtf", "--out", str(tmp_path / "out")]) != 0
    assert capsys.readouterr().err.endswith(".uv/bin/uv sync --frozen --extra tables\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("arguments", [("--from", "2024-12-31"), ("--language", "ko")])
def test_what_is_of_tables_is_refused_without_them(
    refreshed_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    with environment(refreshed_home):
        assert main(["export", "--results", "--out", str(tmp_path / "out"), *arguments]) != 0
    assert "add --tables" in capsys.readouterr().err
