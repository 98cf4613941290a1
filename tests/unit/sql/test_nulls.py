"""Every macro that makes a value of values, with each of its arguments null: nothing is made of what is not known."""

import re
from typing import NamedTuple

import duckdb
import pytest
from sql_macros import MACROS, sql


class Case(NamedTuple):
    """A macro's arguments as SQL values, what it gives for them, and for nulls (null, if nothing else is said).

    `before` and `after` are names that stand before and after the values: of a domain, a quantity.
    """

    macro: str
    values: tuple[str, ...]
    answer: object
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    of_null: tuple[object, ...] = ()


SEVENTY, METRES = "cast(70 as double)", "cast(1.75 as double)"
CASES = [
    Case("predicted_fvc_litres", ("'M'", "cast(180 as double)", "cast(50 as double)"), 4.728),
    Case("predicted_fvc_litres", ("'F'", "cast(160 as double)", "cast(20 as double)"), 3.548),
    Case("in_standard_unit", (SEVENTY, "'IN'"), 177.8, after=("height",)),
    Case("measured_in", (SEVENTY, "'IN'", "true"), 177.8, after=("height",), of_null=(None, None, 177.8)),
    Case("converted", (SEVENTY,), 140.0, after=(2, 0)),
    Case("unit_by_number", (SEVENTY,), "IN", after=("height",)),
    Case("may_be_of_several_units", ("cast(120 as double)",), True, after=("weight",), of_null=(False,)),
    Case("the_only_one", (SEVENTY, "cast(31 as double)", "cast(1 as int)", "cast(9 as int)"), 70.0, after=("0", "5"),
         of_null=(None, 70.0, None, None)),
    Case("body_mass_index", (SEVENTY, "cast(175 as double)"), 22.857142857),
    Case("is_unit_of_parameter", ("'WEIGHT'", "'LB'"), True, before=("vs",), of_null=(False, None)),
    Case("parameter_unit_by_number", ("'FVCL'", "cast(3.1 as double)"), "L", before=("re",)),
    Case("parameter_in_standard_unit", ("'WEIGHT'", SEVENTY, "'KG'"), 70.0, before=("vs",)),
    Case("parameter_of_unit", ("'FVCL'", "'%'"), "FVCPP", of_null=(None, "FVCL")),
    Case("parameter_impossible", ("'WEIGHT'", "cast(700 as double)"), True, before=("vs",), of_null=(False, False)),
    Case("item_score", ("cast(3.5 as double)",), 3.5),
    Case("within_limits", (SEVENTY,), 70.0, after=("weight_kg",)),
    Case("outside_limits", ("cast(700 as double)",), True, after=("weight_kg",), of_null=(False,)),
    Case("days_between", ("date '2024-02-28'", "date '2024-03-01'"), 2),
    Case("days_to_months", ("cast(60.875 as double)",), 2.0),
    Case("study_day", ("cast(0 as int)",), 1),
    Case("to_int", ("'17'",), 17),
    Case("to_double", ("'1.5'",), 1.5),
    Case("result_number", ("'<1,500'",), 1500.0),
    Case("result_comparator", ("'<5'",), "<"),
    Case("el_escorial_rank", ("'PROBABLE'",), 2),
    Case("number_text", ("cast(4 as double)",), "4"),
    Case("plain_number", ("cast(12345678.5 as double)",), "12345678.5"),
    Case("found_on_day", (SEVENTY, "cast(3 as int)"), "70 on day 3", of_null=(None, "70 on day unknown")),
    Case("shape_of", ("'abc'",), "text of 3 characters"),
    Case("shown", ("'12.5'",), "12.5"),
    Case("shown_age", ("'62'",), "62"),
    Case("fact_of_finding", ("'ONSET SITE'",), "SYMPTOM ONSET"),
    Case("identifying_value", ("' 001 '",), "1"),
    Case("term_key", ("' Head  ACHE '",), "head ache"),
    Case("seed_term", ("'non-bulbar'",), "NON BULBAR"),
    Case("is_dictionary_version", ("'MedDRA 27.1'",), True),
    Case("yes_or_no", ("'N'",), "N"),
    Case("severity_number", ("'SEVERE'",), 3),
    Case("fatal_event", ("'FATAL'", "'Y'", "'FATAL'", "cast(5 as int)"), "Y", of_null=("Y", "Y", "Y", "Y")),
    Case("emergent_cdisc", ("cast(3 as int)", "cast('D' as string)", "cast(0 as int)"), "Y",
         of_null=(None, "Y", None)),
    # An event without a date is emergent, by PHUSE's own rule.
    Case("emergent_phuse", ("cast(3 as int)", "cast(9 as int)", "cast(0 as int)"), "Y", of_null=("Y", "Y", None)),
    Case("treatment_label", ("cast(1 as int)", "'Nervonil'"), "Nervonil"),
    Case("is_filled", ("'12'",), True, of_null=(False,)),
    Case("is_number", ("'<12.5'",), True, of_null=(False,)),
    Case("is_result", ("'정상'",), True, of_null=(False,)),
    Case("proact_usubjid", ("cast(7 as int)",), "PROACT-7"),
    Case("matches", ("'2024'",), True, after=("[0-9]{4}",)),
]  # fmt: skip
# With dates in tests/unit/sql/test_dates.py.
DATES = {"add_days", "date_flag", "last_told_day", "read_dates", "_date_text", "_is_day", "_is_month", "_is_year",
         "_first_day", "_last_day", "_unknown_part", "_is_short_interval"}  # fmt: skip
# Of columns of a relation: their tests are the builds.
OF_RELATIONS = {
    "accepted", "als_parameter", "als_total", "alsfrs_original_items", "alsfrs_revised_items", "alsfrs_shared_items",
    "asked_words", "came_to_an_end", "capitals", "cast_cell", "both_sources", "combined_onset_site", "copy_number",
    "daily_value",
    "data_queries", "data_queries_of", "data_query_id", "delivered_dates", "delivered_tables", "dictionary_columns",
    "dictionary_table", "drop_existing", "finding", "finding_is_read", "generate_schema_name", "happened", "has_result",
    "hash_key",
    "identifying_variables", "is_date_column", "item_codes", "items_answered", "items_but_fifth", "items_sum",
    "items_sum_present", "limits", "limits_text", "lone_after_days", "may_be_empty", "meanings", "measure_units",
    "measured_parameters", "measurement", "n_blank", "near_own_median", "near_own_weight", "prefixed", "proact_key_rules",
    "proact_records", "qualified_records", "qualified_tables", "qualifier_variables", "quoted_list",
    "records_contradict", "registry_age", "registry_cell", "registry_finding", "registry_typed_findings",
    "registry_typed_records", "rows_of_cells", "said_by_cell", "same_word", "serious_event", "settled_weights",
    "shown_cell", "source_dictionary_rows", "source_values", "stable_sum", "stated_or_possible",
    "survival_contradicts", "survival_status",
    "typed_records", "uncastable_cell",
    "uncastable_cells", "was_done", "was_given", "weighted_median", "word_joined", "word_queries", "words_of",
    "_pair_of_result",
}  # fmt: skip


def made(case: Case, values: tuple[str, ...]) -> object:
    """What the macro makes of the values."""
    with duckdb.connect() as connection:
        (row,) = connection.execute(
            f"select {sql(case.macro, *case.before, *values, *case.after)}"
        ).fetchall()
    return row[0]


def nulled(case: Case, place: int) -> tuple[str, ...]:
    """The values with a null of the same type in one place."""
    return tuple(
        f"case when 1 = 2 then {value} end" if number == place else value
        for number, value in enumerate(case.values)
    )


NULLS = [
    pytest.param(case, place, id=f"{case.macro}-{place}")
    for case in CASES
    for place in range(len(case.values))
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.macro)
def test_of_known_values_a_macro_makes_its_answer(case: Case) -> None:
    found = made(case, case.values)
    assert found == (pytest.approx(case.answer) if isinstance(case.answer, float) else case.answer)


@pytest.mark.parametrize(("case", "place"), NULLS)
def test_of_a_null_nothing_is_made(case: Case, place: int) -> None:
    expected = case.of_null[place] if case.of_null else None
    assert made(case, nulled(case, place)) == expected


def test_no_macro_is_left_out() -> None:
    defined = {
        name
        for path in MACROS.glob("*.sql")
        for name in re.findall(r"{%-? macro (\w+)\(", path.read_text(encoding="utf-8"))
        if not name.startswith(("default__", "spark__"))
    }
    assert defined == {case.macro for case in CASES} | DATES | OF_RELATIONS
