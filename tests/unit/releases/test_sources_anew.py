"""Nothing is a correction where a source delivered the same records, whatever the site taught meanwhile."""

from orchestration.night.since_parent import sources_anew

DM, DEATHS = ("REGISTRY", "dm.csv", "1"), ("PROACT", "PROACT_DEATHDATA.csv", "1")


def test_the_same_files_are_nothing_new() -> None:
    assert sources_anew([DM, DEATHS], [DEATHS, DM]) == set()


def test_other_bytes_another_file_and_a_missing_one_are_new_of_their_source_alone() -> None:
    other, added = ("REGISTRY", "dm.csv", "2"), ("REGISTRY", "cm.csv", "1")
    assert sources_anew([other, DEATHS], [DM, DEATHS]) == {"REGISTRY"}
    assert sources_anew([DM, added, DEATHS], [DM, DEATHS]) == {"REGISTRY"}
    assert sources_anew([DM], [DM, DEATHS]) == {"PROACT"}


def test_taught_words_and_allowed_columns_are_no_records() -> None:
    taught = [("REGISTRY", "terms.csv", "1"), ("REGISTRY", "columns.toml", "1")]
    assert sources_anew([DM, *taught], [DM]) == set()
    assert sources_anew([DM, ("REGISTRY", "terms.csv", "2")], [DM, *taught]) == set()
