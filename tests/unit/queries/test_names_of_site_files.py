"""File names that every system can write, whatever a site is called, and no two alike."""

import unicodedata

import pytest

from orchestration.queries.files import file_names


@pytest.mark.parametrize(
    ("site", "name"),
    [
        ("101", "queries-101.csv"),
        ("서울대학교 병원", "queries-서울대학교_병원.csv"),
        (unicodedata.normalize("NFD", "서울"), "queries-서울.csv"),
        ("A/B", "queries-A_B.csv"),
        ("..", "queries-site.csv"),
        ("../../etc/passwd", "queries-etc_passwd.csv"),
        ("C:\\x\n*?", "queries-C_x.csv"),
        ("///", "queries-site.csv"),
        ("a" * 300, f"queries-{'a' * 60}.csv"),
    ],
)
def test_a_site_of_any_name_has_a_file(site: str, name: str) -> None:
    assert file_names([site], None) == {site: name}
    assert len(name.encode()) <= 255


@pytest.mark.parametrize(
    "sites",
    [("A/B", "A_B"), ("A B", "A_B", "A/B"), ("site a", "SITE A"), ("/", "*"), ("a" * 61, "a" * 62)],
)
def test_sites_whose_names_fall_together_have_a_file_each(sites: tuple[str, ...]) -> None:
    names = file_names(sites, None)
    assert len({name.casefold() for name in names.values()}) == len(sites)
    assert file_names(reversed(sites), None) == names


def test_another_site_changes_no_name_of_one_that_is_told_apart() -> None:
    two = file_names(["A/B", "A_B"], None)
    assert file_names(["A/B", "A_B", "C"], None) == {**two, "C": "queries-C.csv"}


def test_simulated_ones_say_so() -> None:
    assert file_names(["101"], "SYNTHETIC") == {"101": "SYNTHETIC-queries-101.csv"}
