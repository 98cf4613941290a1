"""What the report says of queries to the sites: by site in the house's edition, together and in bands in the public one."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from markupsafe import Markup

from analytics.report import Material
from analytics.report.glance.amiss import amiss
from analytics.report.queries import NO_SITE, SiteQueries, by_site
from analytics.report.sections import data_queries
from analytics.report.sentences import ENGLISH, sentences

CUT, EARLIER = "2026-01-31", "2025-10-31"
SITES = ["101"] * 9 + ["서울"] * 7 + [None] * 1
IDS = [f"q{k}" for k in range(len(SITES))]
ANSWERED = ["q0", "q9", "q10"]


@pytest.fixture
def asked(material: Material) -> Material:
    """Queries to two sites and one about nobody; three are answered, and so is one that is not raised any more."""
    rows = pd.DataFrame(
        {"query_id": IDS, "source": "REGISTRY", "table_name": "dm", "rule": "odd", "site": SITES}
    )
    proact = pd.DataFrame(
        {"query_id": ["p1"], "source": "PROACT", "table_name": "labs", "rule": "unit", "site": None}
    )
    opened = [each for each in IDS if each not in ANSWERED]
    since = [EARLIER if each in ("q1", "q2", "q3", "q11") else CUT for each in opened]
    return replace(
        material,
        data_query=pd.concat([rows, proact]),
        open_query=pd.DataFrame({"query_id": [*opened, "p1"], "since": [*since, CUT]}),
        site_answer=pd.DataFrame(
            {"query_id": [*ANSWERED, "gone"], "standing": ["raised"] * 3 + ["no longer raised"]}
        ),
    )


def cells(page: Markup, key: str) -> list[list[str]]:
    """Rows of a table of the page, as text."""
    part = page[page.index(f'id="{key}"') :]
    rows = re.findall(r"<tr>(.*?)</tr>", part[: part.index("</table>")], re.S)
    texts = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S) for row in rows]
    return [[Markup(re.sub(r"<[^>]+>", "", cell)).unescape().strip() for cell in row] for row in texts]


def test_queries_are_counted_by_site(asked: Material) -> None:
    assert by_site(asked, together=False) == [
        SiteQueries("101", 8, 1, 3, 0.0, 92.0),
        SiteQueries("서울", 5, 2, 1, 0.0, 92.0),
        SiteQueries(NO_SITE, 1, 0, 0, 0.0, 0.0),
    ]


def test_the_house_reads_them_by_site(asked: Material) -> None:
    page = data_queries.part(replace(asked, in_house=True))
    assert cells(page, "site-queries")[1:] == [
        ["101", "8", "3", "0", "92", "1"],
        ["서울", "5", "1", "0", "92", "2"],
        [NO_SITE, "1", "0", "0", "0", "0"],
    ]
    assert "Answers to queries that this release does not raise: 1 " in page


def test_the_public_reads_all_together_in_bands(asked: Material) -> None:
    page = data_queries.part(asked)
    assert cells(page, "site-queries")[1:] == [["all sites", "15", "<5", "0", "92", "<5"]]
    assert not any(site in page for site in ("101", "서울"))
    assert "Answers to queries that this release does not raise: &lt;5 " in page


def test_of_a_few_no_age_is_told(asked: Material) -> None:
    few = replace(asked, data_query=asked.data_query.iloc[:4])
    assert cells(data_queries.part(few), "site-queries")[1][2:5] == ["<5", "–", "–"]


def test_an_answered_query_is_not_open_anywhere(asked: Material) -> None:
    house = replace(asked, in_house=True)
    assert cells(data_queries.part(house), "queries")[-1][-1] == "14"
    told = dict(amiss(house, sentences(ENGLISH)))
    (text,) = told.values()
    assert (
        "14 data queries to the sites are open, 4 of them since an earlier cut, the oldest since 2025-10-31"
        in text
    )


def test_a_release_without_answers_is_told_as_before(asked: Material) -> None:
    before = replace(asked, site_answer=pd.DataFrame(), in_house=True)
    assert [each.n_answered for each in by_site(before, together=False)] == [0, 0, 0]
    assert "does not raise" not in data_queries.part(before)
