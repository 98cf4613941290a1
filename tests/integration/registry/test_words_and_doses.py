"""Registries in other words: each record's outcome, one question a word, and two registries that say the same."""

from pathlib import Path

import pytest
from registry_faults import Fault
from registry_records import added, disposition, merged, patient, record
from study_build import ONE_CONTROL, Records, StudyBuild, build_study
from word_faults import word_faults

from orchestration.extracts.site_terms import SiteTerm, SiteTerms

MARTS = ("adsl", "adex", "adqs", "adae", "adtte")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    """One delivery with every word and dose, built with the project's own tests."""
    records = merged(*(case.records for case in word_faults()))
    return build_study(
        tmp_path_factory.mktemp("spoken"), registry=records, proact=ONE_CONTROL, target=dbt_target
    )


@pytest.mark.parametrize("case", word_faults(), ids=lambda case: f"{case.fault}: {case.what}")
def test_a_word_or_dose_has_its_outcome(spoken: StudyBuild, case: Fault) -> None:
    assert spoken.rows(case.sql) == case.expected


def test_it_builds_and_passes_every_blocking_check(spoken: StudyBuild) -> None:
    assert spoken.failures == {}


def test_a_word_is_asked_about_once_and_names_the_file(spoken: StudyBuild) -> None:
    queries = spoken.rows(
        "select column_name, found, expected from quality.data_query where rule = 'word_unknown' order by 1"
    )
    assert len(queries) == len({(column, found) for column, found, _ in queries})
    assert {"DSDECOD", "MHLOC", "CMTRT", "EXTRT", "ARM", "SEX", "EXOCCUR"} <= {
        column for column, _, _ in queries
    }
    assert all("landing/registry/terms.csv" in expected for _, _, expected in queries)


def test_only_a_word_that_many_carry_is_shown_and_free_text_never(tmp_path: Path, dbt_target: Path) -> None:
    many = [added(patient(n), ds=[disposition(n, 2, "Relocated", "2022-01-01")]) for n in range(1, 6)]
    few = [added(patient(n), ds=[disposition(n, 2, f"Kim {n}", "2022-01-01")]) for n in range(6, 9)]
    text = [added(patient(n), cm=[record(n, CMSEQ="1", CMTRT="riluzole by Dr Lee")]) for n in range(9, 16)]
    build = build_study(
        tmp_path, registry=merged(*many, *few, *text), proact=ONE_CONTROL, target=dbt_target, dbt_tests=False
    )
    found = build.rows(
        "select column_name, found, expected from quality.data_query where rule = 'word_unknown' order by 1, 2"
    )
    assert [(column, word) for column, word, _ in found] == [
        ("CMTRT", None), ("DSDECOD", "RELOCATED"), ("DSDECOD", None),
    ]  # fmt: skip
    assert found[0][2].startswith("a meaning: 7 records of 1 words not shown")
    assert found[1][2].startswith("a meaning: 5 records of this word")
    assert found[2][2].startswith("a meaning: 3 records of 3 words not shown")


# The same registry in the words of another house, none of which the package knows.
OTHER_WORDS = {
    ("dm", "ARM", "LENZUMESTROCEL"): "ARMO ALFA", ("dm", "SEX", "M"): "SINJORO",
    ("ex", "EXTRT", "LENZUMESTROCEL"): "ĈELOJ-9",
    ("mh", "MHTERM", "ALS ONSET"): "EKO", ("mh", "MHTERM", "ALS DIAGNOSIS"): "DIAGNOZO", ("mh", "MHLOC", "LIMB"): "MEMBRO",
    ("mh", "MHSCAT", "DEFINITE"): "CERTA", ("pr", "PRTRT", "BONE MARROW ASPIRATION"): "OSTOMEDOLO",
    ("pr", "PRTRT", "TRACHEOSTOMY"): "TRAĤEOTOMIO", ("ds", "DSDECOD", "LAST CONTACT"): "LASTA KONTAKTO",
    ("ds", "DSDECOD", "DEATH"): "MORTO", ("qs", "QSTESTCD", "ALSFRSR"): "SUMO", ("cm", "CMTRT", "RILUZOLE"): "RILUZOLO",
}  # fmt: skip
MEANINGS = {
    ("dm", "ARM"): ("STUDY PRODUCT", "arm"), ("dm", "SEX"): ("M", "sex"), ("ex", "EXTRT"): ("STUDY PRODUCT", "product"),
    ("mh", "MHLOC"): ("LIMB", "onset_site"), ("mh", "MHSCAT"): ("DEFINITE", "el_escorial"),
    ("cm", "CMTRT"): ("RILUZOLE", "medication"),
    ("qs", "QSTESTCD"): ("ALSFRSR", "als_item"),
}  # fmt: skip
MORE = {
    "EKO": ("SYMPTOM ONSET", "history"), "DIAGNOZO": ("DIAGNOSIS", "history"), "OSTOMEDOLO": ("HARVEST", "procedure"),
    "TRAĤEOTOMIO": ("TRACHEOSTOMY", "procedure"), "LASTA KONTAKTO": ("LAST CONTACT", "disposition"),
    "MORTO": ("DEATH", "disposition"),
}  # fmt: skip


def taught() -> SiteTerms:
    """A terms file that teaches every word of the other house."""
    rows = []
    for line, ((table, column, _), word) in enumerate(OTHER_WORDS.items(), 2):
        meaning, vocabulary = MORE.get(word) or MEANINGS[table, column]
        rows.append(SiteTerm(line, table.upper(), column, word, meaning, vocabulary))
    return SiteTerms(tuple(rows), "taught")


def plain() -> Records:
    """Five patients in the words of the package, one of whom dies and one with a tracheostomy."""
    people = [
        added(patient(n), cm=[record(n, CMSEQ="1", CMTRT="RILUZOLE", CMSTDTC="2020-06-01")])
        for n in range(1, 6)
    ]
    people.append({"ds": [disposition(2, 2, "DEATH", "2022-08-01")]})
    people.append({"pr": [record(3, PRSEQ="2", PRTRT="TRACHEOSTOMY", PRSTDTC="2021-10-01")]})
    records = merged(*people)
    # The verbatim follows the decode in the other house too: it is free text and not compared.
    records["ds"] = [{k: v for k, v in row.items() if k != "DSTERM"} for row in records["ds"]]
    return records


def in_other_words(records: Records) -> Records:
    """The same records, every word exchanged."""
    return {
        table: [
            {column: OTHER_WORDS.get((table, column, value), value) for column, value in row.items()}
            for row in rows
        ]
        for table, rows in records.items()
    }


def test_two_registries_that_say_the_same_give_the_same_marts(tmp_path: Path, dbt_target: Path) -> None:
    ours = build_study(
        tmp_path / "ours", registry=plain(), proact=ONE_CONTROL, target=dbt_target, dbt_tests=False
    )
    theirs = build_study(
        tmp_path / "theirs",
        registry=in_other_words(plain()),
        proact=ONE_CONTROL,
        target=dbt_target,
        dbt_tests=False,
        site_terms=taught(),
    )
    as_delivered = {"adsl": "exclude (ARM)", "adex": "exclude (EXTRT)"}
    for mart in MARTS:
        rows = [
            sorted(map(repr, build.rows(f"select * {as_delivered.get(mart, '')} from marts.{mart}")))
            for build in (ours, theirs)
        ]
        assert rows[0] == rows[1], mart
    assert ours.one("select count(*) from marts.adtte where CNSR = 0")[0] > 0
    assert theirs.rows("select * from quality.data_query where rule = 'word_unknown'") == []


def test_untaught_the_same_registry_is_asked_about_and_nothing_is_taken_for_known(
    tmp_path: Path, dbt_target: Path
) -> None:
    build = build_study(
        tmp_path, registry=in_other_words(plain()), proact=ONE_CONTROL, target=dbt_target, dbt_tests=False
    )
    known = build.rows(
        "select distinct TRT01PN, TRT01AN, SEX, VITSTAT, EOSSTT, ONSETSIT, RILUZOLE, NINJ from marts.adsl"
        " where SOURCE = 'REGISTRY'"
    )
    assert known == [(None, None, None, "NOT RECORDED", None, None, None, None)]
    asked = {
        row[0] for row in build.rows("select column_name from quality.data_query where rule = 'word_unknown'")
    }
    assert {"ARM", "SEX", "EXTRT", "DSDECOD", "CMTRT"} <= asked
