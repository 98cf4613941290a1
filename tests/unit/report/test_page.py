"""The page as a whole: complete, self-contained, deterministic, marked, within its limits."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pandas as pd
import pytest

from analytics import study
from analytics.report import Material, Provenance, render_report
from analytics.report.packaged import packaged_text
from analytics.report.sections import OPEN, SECTIONS
from analytics.report.sections.provenance import DICTIONARY
from orchestration.night.reporting import write_analysis_report

MAX_BYTES = 3_000_000


class Tags(HTMLParser):
    """Every start tag with its attributes, ids, and whether tags are balanced."""

    VOID = frozenset({"meta", "link", "br", "col", "hr", "img", "input"})

    def __init__(self, html):
        super().__init__()
        self.found, self.open, self.unbalanced = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)


@pytest.fixture(scope="module")
def tags(page):
    return Tags(page)


def figures(page):
    return re.findall(r"<figure class=.*?</figure>", page, flags=re.DOTALL)


def test_every_section_is_there_and_in_the_contents(page):
    for place, module in enumerate(SECTIONS):
        assert f'<section id="{module.KEY}"' in page
        # A link into what is folded opens it.
        target = module.KEY if place < OPEN else f"{module.KEY}-opened"
        assert f'href="#{target}"' in page
        assert page.count(f'id="{target}"') == 1


def test_what_is_behind_the_fourth_section_is_folded(page):
    open_part, *folded = page.split('class="folded"><details>')
    assert len(folded) == len(SECTIONS) - OPEN
    assert open_part.count("<section") == OPEN + 1


def test_what_is_not_released_says_so_over_everything_and_on_every_printed_page(material):
    page = render_report(replace(material, released=False))
    ribbon = re.search(r'<div class="ribbon" role="note">(.*?)</div>', page, re.DOTALL)
    assert ribbon is not None
    assert "NOT RELEASED" in ribbon[1]
    assert "made from simulated records" in ribbon[1]
    assert re.search(r'@top-center \{ content: "[^"]*NOT RELEASED"', page)
    assert "<title>NOT RELEASED – " in page
    genuine = render_report(replace(material, released=False, simulated=False))
    assert re.search(r'@top-center \{ content: "NOT RELEASED"', genuine)
    assert "NOT RELEASED" not in render_report(material)


def test_the_page_says_from_which_day_on_its_data_are_old(material, page):
    # 2026-01-31 and thirty days is the second of March.
    assert 'data-cut="2026-01-31" data-limit="30"' in page
    assert "(old from 2026-03-03 on, more than 30 days)" in page
    never = material.protocol.model_copy(
        update={"report": material.protocol.report.model_copy(update={"old_after_days": None})}
    )
    for shown in (replace(material, protocol=never), replace(material, provenance=Provenance())):
        assert 'id="age"' not in render_report(shown)


# What lies beside the report in a release; a link asks for nothing before somebody follows it.
BESIDE = ("a", "href", DICTIONARY)


def test_nothing_is_requested_from_anywhere(tags, page):
    for tag, attributes in tags.found:
        for name in ("src", "href", "xlink:href", "action", "data", "poster", "srcset"):
            target = attributes.get(name)
            if (tag, name, target) == BESIDE:
                continue
            assert target is None or target.startswith(("#", "data:")), (tag, name, target)
    assert not {"iframe", "object", "embed"} & {tag for tag, _ in tags.found}
    # One script, its own, which the policy knows by its digest.
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert script == packaged_text("report.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{digest}';" in page
    assert not re.search(r"fetch|XMLHttp|import|eval|innerHTML|https?:", script)
    assert all(target.startswith("#") for target in re.findall(r"url\(['\"]?([^)'\"]*)", page))
    assert "@import" not in page


def test_tags_are_balanced_and_ids_are_unique(tags):
    assert not tags.unbalanced
    assert not tags.open
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_references_inside_figures_have_a_target(tags):
    ids = {attributes["id"] for _, attributes in tags.found if "id" in attributes}
    used = {attributes["xlink:href"][1:] for _, attributes in tags.found if "xlink:href" in attributes}
    clips = {attributes["clip-path"][5:-1] for _, attributes in tags.found if "clip-path" in attributes}
    assert used
    assert used | clips <= ids


def test_every_figure_has_a_text_alternative(page):
    pictures = re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL)
    assert len(pictures) >= 12
    for svg in pictures:
        name = re.search(r'aria-labelledby="(\S+) (\S+)"', svg)
        assert 'role="img"' in svg
        assert f'<title id="{name.group(1)}">' in svg
        assert re.search(rf'<desc id="{name.group(2)}">[^<]{{10,}}</desc>', svg)


def test_simulated_data_are_marked_on_every_figure_table_section_and_printed_page(page):
    assert len(figures(page)) >= 25
    for figure in figures(page):
        assert "SYNTHETIC" in re.search(r"<(figcaption|caption)>(.*?)</\1>", figure, flags=re.DOTALL).group(2)
    for svg in re.findall(r"<svg .*?</svg>", page, flags=re.DOTALL):
        assert ">SYNTHETIC</text>" in svg
    for heading in re.findall(r"<section.*?</h2>", page, flags=re.DOTALL):
        assert "SYNTHETIC" in heading
    assert 'content: "SYNTHETIC: made from simulated records"' in page


def test_genuine_data_carry_no_mark(material):
    genuine = render_report(replace(material, simulated=False))
    body = genuine[genuine.index("</style>") : genuine.index("simulated_label")]
    assert "SYNTHETIC" not in body


def test_equal_material_gives_equal_text_whatever_the_order_of_subjects(material, page):
    assert render_report(material) == page
    shuffled = {
        name: frame.sample(frac=1, random_state=3) if name in ("propensity_score", "ae_death") else frame
        for name, frame in material.results.items()
    }
    assert render_report(replace(material, results=shuffled)) == page


def test_the_page_is_small(page):
    assert len(page.encode()) <= MAX_BYTES


def test_no_subject_is_named(page, marts):
    assert not [subject for subject in marts["adsl"]["USUBJID"] if subject in page]


def test_text_of_a_protocol_cannot_become_markup(material):
    treatment = material.protocol.treatment.model_copy(update={"treated_label": "<script>alert(1)</script>"})
    hostile = material.protocol.model_copy(update={"treatment": treatment})
    assert "<script>alert" not in render_report(replace(material, protocol=hostile))


def test_a_report_without_results_says_so_in_every_section(protocol):
    page = render_report(Material(protocol, {}, simulated=False))
    assert page.count("<section") == len(SECTIONS)
    assert "cannot be answered from this data cut" in page


@pytest.mark.parametrize("left_out", [("adae",), ("adex", "adae")])
def test_an_analysis_without_events_or_injections_still_has_a_report(protocol, marts, left_out):
    fewer = {name: frame for name, frame in marts.items() if name not in left_out}
    light = protocol.model_copy(
        update={"sensitivity": protocol.sensitivity.model_copy(update={"specification_curve": False})}
    )
    page = render_report(Material(light, study.run(light, fewer), simulated=True, adsl=fewer["adsl"]))
    assert "no adverse events were given" in page
    assert ("no injections were given" in page) == ("adex" in left_out)


def test_every_result_table_may_be_empty(material):
    empty = {name: frame.iloc[:0] for name, frame in material.results.items()}
    page = render_report(replace(material, results=empty, change=pd.DataFrame(), attribution=pd.DataFrame()))
    assert page.count("<section") == len(SECTIONS)


def test_an_analysis_alone_writes_one_file_with_its_mark(protocol, marts, results, tmp_path):
    path = write_analysis_report(protocol, marts, results, tmp_path / "new", simulated=True)
    assert path == tmp_path / "new" / "report.html"
    assert "SYNTHETIC" in path.read_text(encoding="utf-8")


def test_hostile_text_is_shown_as_it_is_and_runs_nowhere(protocol, results, marts) -> None:
    label = "{{ }}<script>document.title = 'RUN'</script>\x01\u202e"
    treatment = protocol.treatment.model_copy(update={"control_label": label})
    hostile = protocol.model_copy(update={"treatment": treatment})
    page = render_report(Material(hostile, results, simulated=True, adsl=marts["adsl"]))
    assert page.count("<script") == 1
    assert "{{ }}&lt;script&gt;" in page
    assert not {"\x01", "\u202e"} & set(page)
    assert "⟨U+0001⟩⟨U+202E⟩" in page
    policy = [a for tag, a in Tags(page).found if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy[0]["content"].startswith("default-src 'none'")


def test_a_report_is_made_of_a_study_whose_robustness_broke(protocol, results, marts) -> None:
    stages = [stage for stage in study.STAGES if stage.group == study.TOLERANT]
    lost = {
        name: frame
        for stage in stages
        for name, frame in study.not_made(stage, protocol, {}, "not made: it broke").items()
    }
    page = render_report(Material(protocol, {**results, **lost}, simulated=True, adsl=marts["adsl"]))
    assert "not made: it broke" in page


def test_tables_and_figures_are_numbered_in_their_order_wherever_they_are_folded(page):
    for kind, name in (("caption", "Table"), ("figcaption", "Figure")):
        found = re.findall(rf"<{kind}>(?:<span[^>]*>[^<]*</span> )?<strong>{name} (\d+)\. ", page)
        assert [int(number) for number in found] == list(range(1, len(found) + 1))
        assert len(found) > 5


def test_a_term_is_linked_where_a_section_first_uses_it_and_nowhere_inside_a_figure(page):
    links = re.findall(r'<a class="term" href="#(term-[\w-]+)">', page)
    assert {"term-hazard-ratio", "term-confidence-interval"} & set(links)
    assert all(f'<dt id="{target}">' in page for target in links)
    for section in page.split("<section ")[1:]:
        mine = re.findall(r'<a class="term" href="#(term-[\w-]+)">', section)
        assert len(mine) == len(set(mine))
    inside = re.findall(r"<(?:svg|table)\b.*?</(?:svg|table)>", page, flags=re.DOTALL)
    assert not any('class="term"' in part for part in inside)


def test_numbers_of_the_first_screen_say_how_they_are_traced(page):
    assert (
        "<code>vigil trace effect_estimate specification=matched endpoint=OS measure=hazard_ratio headline=Y</code>"
        in page
    )
