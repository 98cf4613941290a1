"""What Dagster shows of a check: a name that fits its page, and what must hold."""

import json

import pytest

from orchestration.dagster_parts.dbt_manifest import manifest_path
from orchestration.definitions import defs
from orchestration.night.check_words import meaning, shown_name


def generated(kind: str, name: str, **arguments: object) -> dict:
    """A test as dbt makes it of a word in a model's description."""
    return {"name": name, "test_metadata": {"name": kind, "kwargs": {"model": "m", **arguments}}}


def test_every_check_is_described_under_a_name_that_fits() -> None:
    specs = [
        spec
        for checked in (*(defs.assets or ()), *(defs.asset_checks or ()))
        for spec in getattr(checked, "check_specs", ())
    ]
    assert len({spec.key for spec in specs}) == len(specs) > 150
    assert [spec.name for spec in specs if "__" in spec.name or len(spec.name) > 60] == []
    assert [spec.name for spec in specs if not spec.description or "_ " in spec.description] == []


def test_every_test_that_reads_a_table_is_a_check_of_one() -> None:
    """Of several tables, of the one made last: a test of both sides of the study is no check of the export's."""
    checked = {
        spec.metadata["dagster_dbt/unique_id"]: spec.asset_key
        for assets in defs.assets or ()
        for spec in getattr(assets, "check_specs", ())
        if "dagster_dbt/unique_id" in spec.metadata
    }
    nodes = json.loads(manifest_path().read_text())["nodes"]
    reading = {
        name
        for name, node in nodes.items()
        if node["resource_type"] == "test" and node["depends_on"]["nodes"]
    }
    assert checked.keys() == reading
    (demographics,) = (
        key for name, key in checked.items() if "adam_every_subject_is_in_demographics" in name
    )
    assert demographics.to_user_string() == "marts/adsl"


def test_no_two_tests_of_a_table_are_shown_under_one_name() -> None:
    nodes = json.loads(manifest_path().read_text())["nodes"].values()
    tests = [node for node in nodes if node["resource_type"] == "test"]
    shown = {
        (node.get("attached_node") or tuple(node["depends_on"]["nodes"]), shown_name(node)) for node in tests
    }
    assert len(shown) == len(tests) > 140
    assert [node["name"] for node in tests if meaning(node) == node["name"].replace("_", " ")] == []


@pytest.mark.parametrize(
    ("node", "name", "words"),
    [
        (
            generated("unique", "unique_adsl_USUBJID", column_name="USUBJID"),
            "unique_USUBJID",
            "No two rows have the same USUBJID.",
        ),
        (
            generated(
                "unique_combination", "unique_combination_x_a___file___line", columns=["a", "_file", "_line"]
            ),
            "unique_combination_a_file_line",
            "One row per a, _file and _line.",
        ),
        (
            generated("accepted_range", "accepted_range_x_day__0", column_name="day", max_value=0),
            "accepted_range_day",
            "day, where it is known, is at most 0.",
        ),
        (
            generated(
                "accepted_range", "accepted_range_x_v__1", column_name="v", min_value=1, inclusive=False
            ),
            "accepted_range_v",
            "v, where it is known, is above 1.",
        ),
        (
            generated("relationships", "relationships_x_id__id__ref_y_", column_name="id", to="ref('y')"),
            "relationships_id",
            "Every id is in y.",
        ),
        (
            generated(
                "column_values",
                "column_values_x_",
                required=["a"],
                sets={"b": ["Y", "N"]},
                ranges={"c": [0, 9]},
            ),
            "column_values",
            "Never missing: a. No other words: b Y or N. Within bounds: c 0 to 9.",
        ),
        (
            generated("expression_holds", "counts_add_up", expression="a <= b")
            | {"description": "None is lost."},
            "counts_add_up",
            "None is lost.",
        ),
        (
            {"name": "nobody_dies_twice", "raw_code": "-- Nobody dies\n-- twice.\nselect 1"},
            "nobody_dies_twice",
            "Nobody dies twice.",
        ),
        ({"name": "of_a_package", "raw_code": "select 1"}, "of_a_package", "of a package"),
    ],
)
def test_a_test_is_called_by_its_kind_and_says_what_must_hold(node: dict, name: str, words: str) -> None:
    assert (shown_name(node), meaning(node)) == (name, words)
