"""Which columns of a subject feed the prognostic score, in which unit and with which sign."""

import numpy as np
import pandas as pd
import pytest

from analytics.cohort.encals import encals_linear_predictor
from analytics.cohort.prognostic import COLUMN, INPUTS, with_prognostic_score

SUBJECTS = pd.DataFrame(
    {
        "AGE": [62.0, 62.0, 62.0, 62.0],
        "SYMPDURM": [18.0, 18.0, 18.0, 18.0],
        "DIAGDELM": [9.0, 9.0, 9.0, np.nan],
        "DFRS": [-0.8, -0.8, -0.8, -0.8],
        "VCPP": [71.0, 71.0, 71.0, 71.0],
        "BULBAR": [1, 0, 1, 1],
        "ELESCOR": ["DEFINITE", "PROBABLE", None, "DEFINITE"],
    }
)


def by_hand(bulbar: float, definite: float) -> float:
    """At 62, eighteen months after onset: 60.5 then. The score falls by 0.8 a month, which is a slope of 0.8."""
    return float(
        encals_linear_predictor(
            age_onset_years=60.5,
            diagnostic_delay_months=9.0,
            slope_points_per_month=0.8,
            vital_capacity_pct=71.0,
            bulbar=bulbar,
            definite_el_escorial=definite,
        )
    )


def test_units_and_signs_of_every_input() -> None:
    score = with_prognostic_score(SUBJECTS)[COLUMN]
    assert score[:2].tolist() == [pytest.approx(by_hand(1, 1)), pytest.approx(by_hand(0, 0))]


def test_who_lacks_an_input_has_no_score_and_is_no_worse_off_for_it() -> None:
    assert with_prognostic_score(SUBJECTS)[COLUMN].isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize("name", INPUTS)
def test_without_a_column_there_is_no_score(name: str) -> None:
    assert COLUMN not in with_prognostic_score(SUBJECTS.drop(columns=name))


@pytest.mark.parametrize("name", [name for name in INPUTS if name != "ELESCOR"])
def test_numbers_given_as_text_are_numbers(name: str) -> None:
    told = SUBJECTS.assign(**{name: SUBJECTS[name].map(lambda value: f"{value:g}").replace("nan", "unknown")})
    pd.testing.assert_frame_equal(
        with_prognostic_score(told)[[COLUMN]], with_prognostic_score(SUBJECTS)[[COLUMN]]
    )


def test_a_score_that_was_delivered_stands() -> None:
    given = SUBJECTS.assign(**{COLUMN: -5.0})
    pd.testing.assert_frame_equal(with_prognostic_score(given), given)
