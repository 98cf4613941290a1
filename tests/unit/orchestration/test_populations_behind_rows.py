"""Who is said to stand behind a row: those whom a release keeps, or nobody."""

import pytest

from orchestration.tracing.populations import TraceError, population_of


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("sensitivity", {"analysis": "time_zero", "specification": "matched", "endpoint": "OS"}),
        ("specification_curve", {"time_zero": "left_truncation", "endpoint": "OS"}),
        ("specification_curve", {"time_zero": "index_date_imputation", "endpoint": "OS"}),
    ],
)
def test_other_people_of_another_time_zero_are_not_given_out_as_those_of_the_headline(
    table: str, row: dict[str, object]
) -> None:
    with pytest.raises(TraceError, match=f"^{table}: other people stand behind .* trace effect_estimate"):
        population_of(table, row)


def test_other_rows_have_their_people() -> None:
    found = population_of("specification_curve", {"time_zero": "first_injection", "endpoint": "OS"})
    assert (
        found.note
        == "the sets of a variant are not kept: these are the eligible of the protocol's own time zero"
    )
    matched = population_of(
        "effect_estimate", {"specification": "matched", "endpoint": "OS", "method": "Cox"}
    )
    assert matched.parameters == {"specification": "matched", "endpoint": "OS"}
