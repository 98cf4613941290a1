"""Two numbers agree within the tolerance and no farther; where they do not, both are told apart in words."""

import numpy as np
import pytest

from analytics.second_opinion.judgement import Answer, Curve, NoAnswer, Sought, judged
from analytics.second_opinion.quantities import CURVE, LOG_HAZARD_RATIO, MEDIAN, RESTRICTED_MEAN


@pytest.mark.parametrize(
    ("ours", "theirs", "agrees"),
    [(0.4, 0.4, "Y"), (0.4, 0.4 + 0.99e-5, "Y"), (0.4, 0.4 + 1.01e-5, "N"), (0.4, 0.4 - 1.01e-5, "N"), (0.4, -0.4, "N")],
)  # fmt: skip
def test_the_tolerance_is_the_largest_difference_that_is_none(
    ours: float, theirs: float, agrees: str
) -> None:
    assert judged(Sought(LOG_HAZARD_RATIO), ours, Answer(theirs))["agrees"] == agrees


def test_a_dispute_tells_both_numbers_apart_and_what_they_are() -> None:
    row = judged(Sought(LOG_HAZARD_RATIO), 0.412, Answer(0.431), imputation=2)
    assert row["note"] == "two implementations disagree: 0.412, 0.431 (log hazard ratio, imputation 2)"
    near = judged(Sought(LOG_HAZARD_RATIO, None, 540.0), 0.412, Answer(0.41202), imputation=0)
    assert near["note"] == "two implementations disagree: 0.412, 0.41202 (log hazard ratio on day 540)"


def test_theirs_and_the_difference_are_rounded_ours_is_not() -> None:
    row = judged(Sought(LOG_HAZARD_RATIO), 0.12345678, Answer(0.12345649))
    assert (row["ours"], row["theirs"], row["difference"]) == (0.12345678, 0.123456, 0.0)
    assert np.copysign(1, judged(Sought(LOG_HAZARD_RATIO), 0.1, Answer(0.1 + 1e-9))["difference"]) == 1


def test_a_median_that_neither_reaches_agrees_and_one_that_one_reaches_does_not() -> None:
    assert judged(Sought(MEDIAN, 1), np.nan, Answer(np.nan), arm="Drug")["agrees"] == "Y"
    one = judged(Sought(MEDIAN, 1), 412.0, Answer(np.nan), arm="Drug")
    assert one["agrees"] == "N"
    assert one["note"] == "two implementations disagree: 412, none (median survival in days of Drug)"


def test_curves_are_compared_on_every_day_of_either() -> None:
    ours = Curve(np.array([0.0, 10.0, 20.0]), np.array([1.0, 0.8, 0.5]))
    theirs = Curve(np.array([0.0, 10.0, 15.0, 20.0]), np.array([1.0, 0.8, 0.7, 0.5]))
    row = judged(Sought(CURVE, 0), ours, Answer(theirs), arm="Placebo")
    assert (row["day"], row["ours"], row["theirs"], row["agrees"]) == (15.0, 0.8, 0.7, "N")
    assert row["note"] == "two implementations disagree: 0.8, 0.7 (survival of Placebo on day 15)"
    assert judged(Sought(CURVE, 0), ours, Answer(ours))["day"] == 20.0, "equal curves: the last day"


def test_noise_chooses_no_day() -> None:
    ours = Curve(np.array([0.0, 10.0, 20.0]), np.array([1.0, 0.8, 0.5]))
    noisy = Curve(ours.time, ours.value + np.array([0.0, 3e-16, 0.0]))
    assert judged(Sought(CURVE, 0), ours, Answer(noisy))["day"] == 20.0


def test_an_answer_may_bring_its_own_tolerance_and_reason() -> None:
    row = judged(Sought(RESTRICTED_MEAN, 1, 540.0), 400.0, Answer(400.0005, 540e-6, "each day"))
    assert (row["agrees"], row["tolerance"], row["tolerance_reason"]) == ("Y", 540e-6, "each day")


def test_where_there_is_no_answer_ours_stands_alone_with_the_reason() -> None:
    row = judged(Sought(LOG_HAZARD_RATIO), 0.4, NoAnswer("lifelines did not converge"))
    assert row["ours"] == 0.4
    assert row["theirs"] is row["difference"] is row["agrees"] is None
    assert row["note"] == "no second opinion: lifelines did not converge"
