"""Of delivered words, those stand in a build that a list knows, or that enough subjects carry in a column not verbatim."""

import duckdb
import pytest
from delivery_builder import DICTIONARIES, Site, csv_bytes, registry_files

from orchestration.extracts.register_words import register_words, small_cell
from orchestration.extracts.site_terms import NO_SITE_TERMS, SiteTerm, SiteTerms
from orchestration.extracts.words import stand_in

DS = ["STUDYID", "DOMAIN", "USUBJID", "DSSEQ", "DSTERM", "DSDECOD", "DSSTDTC"]


def words(site: Site, rows: list[tuple[str, str]], taught: SiteTerms = NO_SITE_TERMS, **how: bool) -> dict:
    """Word in the build by (column, word as delivered), of dispositions with these terms and decodes."""
    lines = [["LENZ", "DS", f"LENZ-{i:03d}", "1", *row, "2026-03-01"] for i, row in enumerate(rows, 1)]
    raw = site.raw(site.take("REGISTRY", {**registry_files(), "DS.csv": csv_bytes(DS, lines)}))
    raw.execute("DROP TABLE raw.registry_delivered_word")
    register_words(raw, DICTIONARIES["registry"], taught, **how)
    return dict(_by_delivered(raw))


def _by_delivered(raw: duckdb.DuckDBPyConnection) -> list[tuple[tuple[str, str], str]]:
    found = []
    for column in ("DSTERM", "DSDECOD"):
        query = f"""select distinct {column}, normalised from raw.registry_ds join raw.registry_delivered_word
                    on md5({column}) = value where column_name = '{column}' and part = 0"""
        found += [((column, text), word) for text, word in raw.execute(query).fetchall()]
    return found


def test_a_listed_word_is_itself_whoever_carries_it(site: Site) -> None:
    assert words(site, [("사망", "Death")])["DSDECOD", "Death"] == "DEATH"


def test_a_word_of_few_is_a_hash(site: Site) -> None:
    found = words(site, [("", "Kim Cheolsu")] * (small_cell() - 1) + [("", "DEATH")])
    assert found["DSDECOD", "Kim Cheolsu"] == stand_in("KIM CHEOLSU", "disposition")
    assert "KIM" not in stand_in("KIM CHEOLSU", "disposition")


def test_a_word_of_many_is_itself_whatever_its_spelling(site: Site) -> None:
    rows = [("", "Ward Seven")] * (small_cell() - 2) + [("", "WARD-SEVEN"), ("", "ward seven ")]
    assert words(site, rows)["DSDECOD", "Ward Seven"] == "WARD SEVEN"


def test_a_verbatim_word_is_never_itself(site: Site) -> None:
    found = words(site, [("Ward Seven", "DEATH")] * (small_cell() + 2))
    assert found["DSTERM", "Ward Seven"] == stand_in("WARD SEVEN", "disposition")


def test_what_the_site_taught_is_listed(site: Site) -> None:
    taught = SiteTerms((SiteTerm(2, "DS", "DSDECOD", "ward seven", "NONE", "disposition"),), "x")
    assert words(site, [("", "Ward Seven")], taught)["DSDECOD", "Ward Seven"] == "WARD SEVEN"


def test_a_build_that_is_thrown_away_shows_all(site: Site) -> None:
    assert words(site, [("Kim Cheolsu", "x")], show_all=True)["DSTERM", "Kim Cheolsu"] == "KIM CHEOLSU"


@pytest.mark.parametrize(
    ("word", "vocabulary", "stem"),
    [("RILUZOLE STOPPED BY DR KIM", "medication", "RILU"), ("김씨 기관절개 상담", "procedure", "기관절")],
)
def test_the_stem_of_a_fact_is_left_so_that_it_is_asked_about(word: str, vocabulary: str, stem: str) -> None:
    kept = stand_in(word, vocabulary)
    assert stem in kept.replace(" ", "")
    assert not [part for part in ("DR", "KIM", "STOPPED", "김씨", "상담") if part in kept]
