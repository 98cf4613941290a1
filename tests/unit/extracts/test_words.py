"""Words made comparable: spellings that are one word, what is left of a verbatim, and the seeds in the same form."""

import csv
import re

import pytest
import yaml

from orchestration.extracts.dictionary import load_dictionaries
from orchestration.extracts.words import core, normalised, parts, token_lists
from orchestration.settings import DBT_PROJECT

TERMS = DBT_PROJECT / "seeds" / "terms"


def rows(name: str) -> list[dict[str, str]]:
    with (TERMS / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize(
    ("delivered", "normal"),
    [
        ("  lost  to\tfollow-up ", "LOST TO FOLLOW UP"),
        ("ＲＩＬＵＺＯＬＥ", "RILUZOLE"),
        ("lost to follow\u2011up", "LOST TO FOLLOW UP"),
        ("Lou Gehrig\u2019s disease", "LOU GEHRIGS DISEASE"),
        ("recovered / resolved", "RECOVERED/RESOLVED"),
        ("사\u200b망", "사망"),
        ("\u1109\u1161\u1106\u1161\u11bc", "사망"),
        ("Death.", "DEATH"),
        ("y", "Y"),
        ("\u00a0예\u3000", "예"),
        ("가족력 ( - )", "가족력 (NEG)"),
        ("Bulbar\uff08\uff0b\uff09", "BULBAR(POS)"),
        ("riluzole \u2013", "RILUZOLE ?"),
        ("-", ""),
    ],
)
def test_spellings_of_a_word_are_one_word(delivered: str, normal: str) -> None:
    assert normalised(delivered) == normal
    assert normalised(normal) == normal


@pytest.mark.parametrize(
    ("vocabulary", "word", "left", "negative"),
    [
        ("medication", "Riluzole 50 mg tab", "RILUZOLE", None),
        ("medication", "RILUTEK 50MG BID", "RILUTEK", None),
        ("medication", "리루텍정50밀리그램", "리루텍정", None),
        ("medication", "no riluzole", "RILUZOLE", "NONE"),
        ("medication", "RILUZOLE PLACEBO", "RILUZOLE", "NONE"),
        ("medication", "riluzole stopped", "RILUZOLE STOPPED", None),
        ("procedure", "tracheostomy tube change", "TRACHEOSTOMY", "NONE"),
        ("procedure", "tracheostomy tube", "TRACHEOSTOMY TUBE", None),
        ("disposition", "Death of spouse", "DEATH", "NONE"),
        ("disposition", "Death due to respiratory failure", "DEATH", None),
        ("product", "AMX0035 3 g sachet", "AMX0035", None),
        ("arm", "Lenzumestrocel placebo", "LENZUMESTROCEL", "PLACEBO"),
        ("arm", "placebo, lenzumestrocel", "LENZUMESTROCEL", "?"),
        ("product", "placebo lenzumestrocel", "LENZUMESTROCEL", "?"),
        ("product", "placebo of lenzumestrocel", "LENZUMESTROCEL", "NONE"),
        ("medication", "riluzole tablets not coated", "RILUZOLE", "?"),
        ("medication", "riluzole not taken, not refused", "RILUZOLE", "?"),
        ("medication", "riluzole 50 mg tab (-)", "RILUZOLE", "NONE"),
        ("medication", "riluzole (-) later", "RILUZOLE LATER", "?"),
        ("medication", "riluzole 0.0 mg", "RILUZOLE", "?"),
        ("medication", "riluzole 10.0 mg", "RILUZOLE", None),
        ("als_item", "total 1-3", "TOTAL", "?"),
        ("als_item", "3. swallowing", "SWALLOWING", None),
        ("als_item", "ALSFRS-R total (0-48)", "TOTAL", None),
    ],
)
def test_what_is_left_of_a_verbatim_is_what_every_part_leaves(
    vocabulary: str, word: str, left: str, negative: str | None
) -> None:
    assert core(normalised(word), token_lists()[vocabulary]) == (left, negative)


@pytest.mark.parametrize(
    ("vocabulary", "word", "listed"),
    [
        ("medication", "baclofen; riluzole", ("BACLOFEN", "RILUZOLE")),
        ("medication", "riluzole", ()),
        ("medication", "riluzole; stopped in May", ()),
        ("medication", "no riluzole; aspirin", ()),
        ("onset_site", "arm, leg and tongue", ("ARM", "LEG", "TONGUE")),
        ("onset_site", "leg, later tongue", ()),
        ("disposition", "death; spouse", ()),
        ("onset_site", "arm, tongue (-)", ("ARM", "TONGUE (NEG)")),
        ("onset_site", "arm, tongue?", ()),
    ],
)
def test_a_cell_lists_words_unless_something_in_it_qualifies_them(
    vocabulary: str, word: str, listed: tuple[str, ...]
) -> None:
    assert parts(normalised(word), token_lists()[vocabulary]) == listed


def test_seeds_are_in_the_form_that_sql_gives_them() -> None:
    for path in sorted(TERMS.glob("term_*.csv")):
        if path.stem in ("term_stem", "term_token"):
            continue
        for row in rows(path.stem):
            in_sql = row["term"].upper().replace("-", " ").replace("_", " ")
            assert normalised(row["term"]) == in_sql, (path.stem, row["term"])


def test_a_term_has_one_meaning_in_its_vocabulary_and_names_its_list() -> None:
    known: dict[tuple[str, str], str] = {}
    for path in sorted(TERMS.glob("term_*.csv")):
        if path.stem in ("term_stem", "term_token"):
            continue
        for row in rows(path.stem):
            key = (row["vocabulary"], normalised(row["term"]))
            assert known.setdefault(key, row["meaning"]) == row["meaning"], key
            assert row["list"], key


def test_every_coded_column_has_a_vocabulary() -> None:
    vocabularies = {row["vocabulary"] for row in rows("vocabulary")}
    coded = {
        vocabulary
        for dictionary in load_dictionaries(DBT_PROJECT).values()
        for table in dictionary.tables.values()
        for column in table.columns
        for vocabulary in column.vocabularies
    }
    assert coded <= vocabularies
    used = {row["vocabulary"] for path in TERMS.glob("term_*.csv") for row in rows(path.stem)}
    assert used <= vocabularies


def test_every_parameter_that_words_mean_is_a_parameter() -> None:
    with (DBT_PROJECT / "seeds" / "registry" / "registry_parameter.csv").open(newline="") as handle:
        parameters = {row["paramcd"] for row in csv.DictReader(handle)}
    tests = ("als_item", "respiratory_test", "vital_sign_test")
    meant = {row["meaning"] for row in rows("term_measurement") if row["vocabulary"] in tests}
    assert meant - {"NONE", "TOTAL"} <= parameters


def test_every_disposition_says_whether_it_ends_the_study() -> None:
    meant = {row["meaning"] for row in rows("term_disposition") if row["vocabulary"] == "disposition"}
    assert meant - {"NONE"} <= {row["fact"] for row in rows("disposition_fact")}


def test_cdisc_completion_terms_are_all_there() -> None:
    listed = {row["term"] for row in rows("term_disposition") if row["list"] == "CDISC NCOMPLT"}
    some = {
        "ADVERSE EVENT",
        "LACK OF EFFICACY",
        "WITHDRAWAL BY SUBJECT",
        "LOST TO FOLLOW-UP",
        "DEATH",
        "COMPLETED",
    }
    assert some <= listed
    assert len(listed) >= 44


def test_the_sources_file_names_no_unknown_property() -> None:
    content = yaml.safe_load((DBT_PROJECT / "models/staging/registry/_registry__sources.yml").read_text())
    for table in content["sources"][0]["tables"]:
        for column in table["columns"]:
            meta = column.get("config", {}).get("meta", {})
            assert set(meta) <= {"required", "identifier", "aliases", "coded", "verbatim"}, column["name"]


def test_no_model_reads_a_column_that_is_not_stored() -> None:
    typed = DBT_PROJECT / "models" / "staging" / "registry" / "typed"
    findings = (DBT_PROJECT / "macros" / "registry_findings.sql").read_text()
    for name, table in load_dictionaries(DBT_PROJECT)["registry"].tables.items():
        sql = (typed / f"typed_registry__{name}.sql").read_text()
        if "registry_typed_findings" in sql:
            sql += re.sub(r"prefix ~ '(\w+)'", rf"{name.upper()}\1", findings)
        dropped = {column.name for column in table.columns if column.identifier == "drop"}
        assert not dropped & set(re.findall(r"\b[A-Z]+\b", sql)), name
