"""Units as the SQL converts them: against a reference written apart, and what a number without a unit may be."""

import csv
import random

import duckdb
import pytest
from sql_macros import sql

from orchestration.settings import DBT_PROJECT

# From the definitions: inch, foot and pound of 1959, stone of 14 pounds, conventional millimetre of mercury.
REFERENCE = {
    ("height", "IN"): lambda n: n * 0.0254 * 100,
    ("height", "FT"): lambda n: n * 12 * 2.54,
    ("height", "M"): lambda n: n * 100,
    ("height", "MM"): lambda n: n / 10,
    ("weight", "LB"): lambda n: n * 0.45359237,
    ("weight", "ST"): lambda n: n * 14 * 0.45359237,
    ("weight", "G"): lambda n: n / 1000,
    ("vital_capacity", "ML"): lambda n: n / 1000,
    ("vital_capacity", "CL"): lambda n: n / 100,
    ("vital_capacity", "DL"): lambda n: n / 10,
    ("temperature", "F"): lambda n: (n - 32) * 5 / 9,
    ("systolic", "KPA"): lambda n: n * 760 / 101.325,
    ("neurofilament", "NG/ML"): lambda n: n * 1000,
}
STANDARD = {
    "height": "CM",
    "weight": "KG",
    "vital_capacity": "L",
    "temperature": "C",
    "systolic": "MMHG",
    "neurofilament": "PG/ML",
}


def answer(expression: str, **columns: object) -> object:
    """The value of one expression on one row of doubles and texts."""
    given = ", ".join(
        f"cast({'null' if value is None else repr(value)} as {'varchar' if isinstance(value, str) else 'double'}) as {name}"
        for name, value in columns.items()
    )
    with duckdb.connect() as connection:
        (row,) = connection.execute(f"select {expression} from (select {given})").fetchall()
    return row[0]


@pytest.mark.parametrize(("quantity", "unit"), REFERENCE)
def test_a_unit_is_worth_what_its_definition_says(quantity: str, unit: str) -> None:
    draw = random.Random(7)
    for _ in range(20):
        number = round(draw.uniform(0.1, 400), 3)
        found = answer(sql("in_standard_unit", "n", "u", quantity), n=number, u=unit)
        assert found == pytest.approx(REFERENCE[quantity, unit](number), rel=2e-6)


@pytest.mark.parametrize(("quantity", "unit"), STANDARD.items())
def test_the_standard_unit_is_itself_and_no_other_quantity_has_it(quantity: str, unit: str) -> None:
    assert answer(sql("in_standard_unit", "n", "u", quantity), n=3.7, u=unit) == 3.7
    for other, of_other in STANDARD.items():
        if other != quantity:
            assert answer(sql("in_standard_unit", "n", "u", quantity), n=3.7, u=of_other) is None


@pytest.mark.parametrize(
    ("quantity", "number", "unit"),
    [("height", 170, "CM"), ("height", 66, "IN"), ("height", 1.7, "M"), ("height", 100, None), ("height", 5.8, None),
     ("weight", 62, "KG"), ("weight", 76.9, "KG"), ("weight", 77, None), ("weight", 120, None), ("weight", 160, None),
     ("weight", 161, "LB"), ("weight", 210, "LB"), ("weight", 400, None), ("weight", 12, None),
     ("vital_capacity_test", 3.2, "L"), ("vital_capacity_test", 3200, "ML"), ("vital_capacity_test", 81, "%"),
     ("vital_capacity_test", 12, None), ("vital_capacity_test", 320, None), ("vital_capacity", 81, None),
     ("vital_capacity_pct", 8, "%"), ("temperature", 36.6, "C"), ("temperature", 98.6, "F"), ("temperature", 60, None),
     ("systolic", 120, "MMHG"), ("systolic", 16, "KPA"), ("systolic", 40, None), ("diastolic", 80, "MMHG")],
)  # fmt: skip
def test_a_number_alone_says_its_unit_only_where_one_is_possible(
    quantity: str, number: float, unit: str | None
) -> None:
    assert answer(sql("unit_by_number", "n", quantity), n=number) == unit


@pytest.mark.parametrize("quantity", ["height", "weight", "vital_capacity_test", "temperature", "systolic"])
def test_whatever_a_number_alone_is_taken_for_no_other_range_holds_it(quantity: str) -> None:
    """Over a grid: a unit is named exactly where the number lies in one range, and `several` exactly where in more."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select n, {sql('unit_by_number', 'n', quantity)}, {sql('may_be_of_several_units', 'n', quantity)}"
            " from (select range / 10.0 as n from range(1, 100000))"
        ).fetchall()
    assert all(not (unit is not None and several) for _, unit, several in rows)
    assert {unit for _, unit, _ in rows} > {None}


def settled(*rows: tuple[str, float | None, float | None, float | None]) -> list[float | None]:
    """Weights settled, in the order given; rows of (subject, known kilograms, number alone, height)."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table weighed(usubjid varchar, weight_kg double, weight_alone double, height_cm double, n integer)"
        )
        connection.executemany(
            "insert into weighed values (?, ?, ?, ?, ?)", [[*row, n] for n, row in enumerate(rows)]
        )
        found = connection.execute(
            f"with {sql('settled_weights', 'weighed')} select settled_kg from settled_weight order by n"
        ).fetchall()
    return [None if kg is None else round(kg, 2) for (kg,) in found]


def test_the_body_mass_index_tells_the_unit_of_a_number_alone() -> None:
    assert settled(("A", None, 85, 170.0)) == [85]
    assert settled(("A", None, 150, 160.0)) == [68.04]
    assert settled(("A", None, 120, 175.0)) == [None]
    assert settled(("A", None, 85, None)) == [None]


def test_the_own_weights_tell_what_the_height_leaves_open() -> None:
    assert settled(("A", 98, None, None), ("A", None, 102, None), ("B", None, 102, None)) == [98, 102, None]
    assert settled(("A", 60, None, None), ("A", None, 130, None)) == [60, 58.97]
    # Nobody's own weight: neither reading is near it.
    assert settled(("A", 200, None, None), ("A", None, 90, None)) == [200, None]


def test_every_unit_that_a_word_means_belongs_to_a_quantity() -> None:
    with (DBT_PROJECT / "seeds" / "terms" / "term_unit.csv").open(encoding="utf-8", newline="") as handle:
        meant = {row["meaning"] for row in csv.DictReader(handle)}
    quantities = ["height", "weight", "vital_capacity", "vital_capacity_pct", "temperature", "systolic", "pulse", "score",
                  "body_mass", "neurofilament"]  # fmt: skip
    known = {
        unit
        for quantity in quantities
        for unit in meant
        if answer(sql("in_standard_unit", "n", "u", quantity), n=1.0, u=unit) is not None
    }
    assert meant - known == {"NONE"}
