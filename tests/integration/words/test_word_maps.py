"""Every map from a delivered word to a fact: hundreds of words of strangers, each judged by hand rules, in one database."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from study_build import PROJECT, run_dbt, write_delivery_tables, write_source, write_words
from word_cases import Case, cases

from orchestration.extracts.dictionary import load_dictionaries
from orchestration.extracts.register_words import word_key
from orchestration.extracts.site_terms import SiteTerm, SiteTerms

DICTIONARIES = load_dictionaries(PROJECT)
MODELS = ("resource_type:seed", "path:models/staging/delivery", "stg_proact__word", "stg_registry__word")
WORDS = "(from staging.stg_proact__word union all from staging.stg_registry__word)"
TAUGHT = SiteTerms(
    (
        SiteTerm(2, "DS", "DSDECOD", "입적", "DEATH", "disposition"),
        SiteTerm(3, "DS", "DSDECOD", "completed", "WITHDRAWAL", "disposition"),
        SiteTerm(4, "EX", "EXTRT", "EXOCELL-1", "STUDY PRODUCT", "product"),
        SiteTerm(5, "PR", "PRTRT", "tracheal stent", "NONE", "procedure"),
    ),
    "taught",
)
LEARNED = {
    ("ds", "DSDECOD", "입적"): "DEATH",
    ("ds", "DSTERM", "입적"): None,
    ("ds", "DSDECOD", "Completed"): "WITHDRAWAL",
    ("ds", "DSTERM", "Completed"): "COMPLETION",
    ("ex", "EXTRT", "exocell-1 2x10^6 cells"): "STUDY PRODUCT",
    ("ex", "EXTRT", "exocell-2"): None,
    ("dm", "ARM", "Exocell-1"): "STUDY PRODUCT",
    ("dm", "ARM", "Exocell-1 placebo"): "PLACEBO",
    ("pr", "PRTRT", "Tracheal stent"): "NONE",
    ("ex", "EXTRT", "lenzumestrocel"): "STUDY PRODUCT",
}


def judged(folder: Path, words: list[tuple[str, str, str, str]], taught: SiteTerms) -> Path:
    """A database in which every word of (source, table, column, word) has its meaning."""
    database = folder / "vigil.duckdb"
    records: dict[str, dict[str, list[dict[str, str]]]] = {
        "registry": defaultdict(list),
        "proact": defaultdict(list),
    }
    for source, table, column, word in words:
        records[source][table].append({column: word})
    with duckdb.connect(str(database)) as connection:
        write_delivery_tables(connection, date(2024, 6, 30))
        for source, tables in records.items():
            write_source(connection, source, tables, None)
        write_words(connection, taught)
    built = run_dbt(database, folder / "target", dbt_tests=False, select=MODELS)
    assert not built.failures
    return database


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = judged(tmp_path_factory.mktemp("words"), [case[:4] for case in cases()], SiteTerms())
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def meaning_of(connection: duckdb.DuckDBPyConnection, case: Case) -> str | None:
    source, table, column, word, _ = case
    (row,) = connection.execute(
        f"select meaning from {WORDS} where source = ? and table_name = ? and column_name = ? and value = ?",
        [source.upper(), table, column, word_key(DICTIONARIES[source].tables[table], word)],
    ).fetchall()
    return row[0]


def holds(meaning: str | None, expected: str) -> bool:
    if expected == "?":
        return meaning is None
    if expected.startswith("not "):
        return meaning != expected.removeprefix("not ")
    return meaning == expected


def test_hundreds_of_words_mean_what_they_say(words: duckdb.DuckDBPyConnection) -> None:
    every = cases()
    assert len(every) >= 1000
    wrong = [(case, found) for case in every if not holds(found := meaning_of(words, case), case[4])]
    assert not wrong, "\n".join(map(str, wrong))


def test_no_word_is_left_without_one_of_three_outcomes(words: duckdb.DuckDBPyConnection) -> None:
    (row,) = words.execute(
        f"""select count(*), count(*) filter (where is_known = 'Y' and meaning is null),
                  count(*) filter (where is_known = 'N' and (meaning is not null or possible_meaning is null))
           from {WORDS}"""
    ).fetchall()
    assert row[0] >= 1000
    assert row[1:] == (0, 0)


def test_what_the_site_taught_comes_first_and_only_for_its_variable(tmp_path: Path) -> None:
    path = judged(tmp_path, [("registry", *place) for place in LEARNED], TAUGHT)
    with duckdb.connect(str(path), read_only=True) as connection:
        found = {place: meaning_of(connection, ("registry", *place, "")) for place in LEARNED}
    assert found == LEARNED


def test_a_site_that_names_its_product_has_no_other(tmp_path: Path) -> None:
    named = SiteTerms((SiteTerm(2, "STUDY", "PRODUCT", "Drug X", "NAME", "product_name"),), "taught")
    places = [
        ("ex", "EXTRT", "DRUG X 50 mg tablets"),
        ("ex", "EXTRT", "lenzumestrocel"),
        ("dm", "ARM", "Drug-X group"),
    ]
    path = judged(tmp_path, [("registry", *place) for place in places], named)
    with duckdb.connect(str(path), read_only=True) as connection:
        found = [meaning_of(connection, ("registry", *place, "")) for place in places]
        name = connection.execute("select product_name from staging.stg_delivery__product").fetchall()
    assert found == ["STUDY PRODUCT", None, "STUDY PRODUCT"]
    assert name == [("Drug X",)]
