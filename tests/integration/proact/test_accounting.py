"""Every record is accounted for and every known column is read."""

import re

from study_build import STAGING, StudyBuild, dictionary


def test_unusable_keys_and_unknown_subjects_are_rejected_with_a_reason(built: StudyBuild):
    rejected = built.rows(
        "select table_name, rule, count(*) from ("
        " select 'alsfrs' as table_name, _reject_rule as rule from staging.typed_proact__alsfrs union all"
        " select 'demographics', _reject_rule from staging.typed_proact__demographics"
        ") where rule is not null group by 1, 2 order by 1, 2"
    )
    assert rejected == [
        ("alsfrs", "unknown_subject", 1),
        ("demographics", "duplicate_subject", 1),
        ("demographics", "key_missing", 1),
        ("demographics", "key_unusable", 2),
        ("demographics", "subjects_collide", 2),
    ]


def test_every_delivered_record_is_staged_or_rejected(built: StudyBuild):
    for table in dictionary("proact"):
        delivered, staged, rejected = built.rows(
            f"select (select count(*) from raw.proact_{table}), (select count(*) from staging.stg_proact__{table}),"
            f" (select count(*) from staging.typed_proact__{table} where _reject_rule is not null)"
        )[0]
        assert delivered == staged + rejected, table


def test_every_check_of_the_models_passes(built: StudyBuild):
    assert built.failures == {}
    assert set(built.status.values()) == {"success", "pass"}


def test_every_known_column_is_staged():
    for table, columns in dictionary("proact").items():
        model = (STAGING / "proact" / "typed" / f"typed_proact__{table}.sql").read_text()
        read = set(re.findall(r"\('\w+', '(?:int|double|text|date)', '(\w+)'\)", model)) | {"subject_id"}
        assert read == set(columns), table
