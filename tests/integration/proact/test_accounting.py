"""Every record is accounted for, every known column is read, and the checks that say so can fail."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from proact_build import PROJECT, SOURCES, Build, dictionary

STAGING = PROJECT / "models" / "staging" / "proact"


def compiled(built: Build, model: str, check: str) -> str:
    """SQL of a check as dbt ran it. dbt shortens long names, so the file of the model leads to it."""
    found = list((built.database.parent / "target" / "compiled").rglob(f"{model}.yml/{check}*.sql"))
    assert len(found) == 1
    return found[0].read_text()


def test_unusable_keys_and_unknown_subjects_are_rejected_with_a_reason(built: Build):
    rejected = built.rows(
        "select table_name, rule, count(*) from ("
        " from staging.rej_proact__demographics union all by name from staging.rej_proact__alsfrs"
        ") group by 1, 2 order by 1, 2"
    )
    assert rejected == [
        ("alsfrs", "unknown_subject", 1),
        ("demographics", "duplicate_subject", 1),
        ("demographics", "key_missing", 1),
        ("demographics", "key_unusable", 2),
    ]


def test_every_delivered_record_is_staged_or_rejected(built: Build):
    for table in dictionary():
        delivered, staged, rejected = built.rows(
            f"select (select count(*) from raw.proact_{table}), (select count(*) from staging.stg_proact__{table}),"
            f" (select count(*) from staging.rej_proact__{table})"
        )[0]
        assert delivered == staged + rejected, table


def test_every_check_of_the_models_passes(built: Build):
    # Nothing was delivered for muscle strength: an empty table that may be empty warns.
    not_passed = {name for name, status in built.status.items() if status not in {"success", "pass"}}
    assert not_passed == {"has_rows_stg_proact__musclestrength_"}


@pytest.mark.parametrize(
    "loss",
    [
        "update raw.delivered_file set n_record = n_record + 1 where table_name = 'alsfrs'",
        "update raw.delivered_file set n_record = n_record - 1 where table_name = 'alsfrs'",
        "insert into raw.decode_reject values ('PROACT', 'alsfrs', 'f', 900, 'field_count', 'too few fields')",
    ],
    ids=["a record lost", "a record doubled", "an undecoded record not counted"],
)
def test_a_record_out_of_account_fails_the_check(built: Build, tmp_path: Path, loss: str):
    copy = tmp_path / "vigil.duckdb"
    shutil.copy(built.database, copy)
    check = compiled(built, "stg_proact__alsfrs", "accounted_for")
    with duckdb.connect(str(copy)) as connection:
        assert connection.execute(check).fetchall() == []
        connection.execute(loss)
        assert len(connection.execute(check).fetchall()) == 1


def test_every_known_column_is_staged():
    for table, columns in dictionary().items():
        model = (STAGING / "typed" / f"typed_proact__{table}.sql").read_text()
        read = set(re.findall(r"\('\w+', '(?:int|double|text|date)', '(\w+)'\)", model)) | {"subject_id"}
        assert read == set(columns), table


def test_only_tables_that_may_be_empty_warn_when_empty():
    source = yaml.safe_load(SOURCES.read_text())["sources"][0]
    for table in source["tables"]:
        model = yaml.safe_load((STAGING / f"stg_proact__{table['name']}.yml").read_text())["models"][0]
        warns = {"has_rows": {"config": {"severity": "warn"}}} in model["data_tests"]
        assert warns == table["config"]["meta"]["may_be_empty"], table["name"]
        assert warns or "has_rows" in model["data_tests"]
