"""The mixed model of slopes: weights, influences, units, and what is no fit. Equality with lme4: `tests/reference`."""

import numpy as np
import pandas as pd
import pytest

from analytics.function.mixed_model import SlopeFit, fit_slopes
from analytics.function.scores import Scores
from analytics.function.subject_sums import SubjectSums

N = 80


def cohort(
    seed: int = 4, *, heights: float = 5.0, slopes: float = 0.4, noise: float = 1.5, most: int = 8, n: int = N
) -> Scores:
    """Subjects with their own lines, every other one treated, and a few scores each."""
    draw = np.random.default_rng(seed)
    number = draw.integers(2, most + 1, n)
    start = np.append(0, np.cumsum(number))
    day = np.concatenate(
        [np.sort(draw.choice(np.arange(1, 360), each, replace=False)) for each in number]
    ).astype(float)
    day[start[:-1]] = 0.0
    owner = np.repeat(np.arange(n), number)
    line = np.column_stack([draw.normal(38, heights, n), draw.normal(-1, slopes, n)])
    value = line[owner, 0] + line[owner, 1] * day / 30.4375 + draw.normal(0, noise, len(day))
    return Scores(pd.Index([f"S{each:03d}" for each in range(n)]), start, day, value)


TREATED = np.arange(N) % 2


def fit(
    scores: Scores, rows: np.ndarray | None = None, weight: np.ndarray | None = None, until: float = 365
) -> SlopeFit:
    rows = np.arange(N) if rows is None else rows
    weight = np.ones(len(rows)) if weight is None else weight
    return fit_slopes(SubjectSums.until(scores, until, 30.4375).of(rows), TREATED[rows], weight)


def test_a_weight_of_two_is_the_subject_twice() -> None:
    scores, weight = cohort(), np.ones(N)
    weight[:20] = 2
    one, other = fit(scores, weight=weight), fit(scores, np.append(np.arange(N), np.arange(20)))
    assert one.coefficient == pytest.approx(other.coefficient, rel=1e-6)
    assert one.residual_variance == pytest.approx(other.residual_variance, rel=1e-6)
    assert one.influence[20:] == pytest.approx(other.influence[20:N], abs=1e-6)
    assert one.influence[:20] == pytest.approx(other.influence[:20] + other.influence[N:], abs=1e-6)


def test_influences_are_what_leaving_a_subject_out_does() -> None:
    scores = cohort()
    whole = fit(scores)
    without = np.array([fit(scores, np.delete(np.arange(N), left)).coefficient[3] for left in range(N)])
    assert np.corrcoef(whole.influence, whole.coefficient[3] - without)[0, 1] > 0.99
    jackknife = np.sqrt((N - 1) / N * ((without - without.mean()) ** 2).sum())
    assert np.sqrt(whole.influence @ whole.influence) == pytest.approx(jackknife, rel=0.06)
    assert np.sqrt(whole.covariance[3, 3]) == pytest.approx(jackknife, rel=0.2)


def test_another_start_ends_at_the_same_fit() -> None:
    scores = cohort()
    sums = SubjectSums.until(scores, 365, 30.4375)
    found = [
        fit_slopes(sums, TREATED, np.ones(N), start).coefficient
        for start in (None, np.array([0.3, -1.0, 9.0]))
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-5)


def test_adding_to_every_score_moves_heights_alone_and_units_scale() -> None:
    scores = cohort()
    raised = Scores(scores.subjects, scores.start, scores.day, scores.value + 1000)
    one, other = fit(scores), fit(raised)
    assert other.coefficient - one.coefficient == pytest.approx([1000, 0, 0, 0], abs=1e-5)
    weeks = fit_slopes(SubjectSums.until(scores, 365, 7.0), TREATED, np.ones(N))
    assert one.coefficient[2:] * 7 / 30.4375 == pytest.approx(weeks.coefficient[2:], rel=1e-9)
    assert one.influence * 7 / 30.4375 == pytest.approx(weeks.influence, rel=1e-9)


def test_scores_after_the_day_do_not_count() -> None:
    scores = cohort()
    spoilt = Scores(scores.subjects, scores.start, scores.day, np.where(scores.day > 200, 0.0, scores.value))
    assert fit(scores, until=200).coefficient == pytest.approx(fit(spoilt, until=200).coefficient, rel=1e-12)
    assert fit(scores, until=300).coefficient[3] != pytest.approx(
        fit(spoilt, until=300).coefficient[3], rel=1e-3
    )


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        (
            cohort(slopes=0.0, noise=6.0, seed=1),
            "singular: heights and slopes of subjects are correlated by 1 or -1",
        ),
        (cohort(most=2), "nobody of an arm has three scores"),
        (cohort(noise=0.0), "straight lines"),
    ],
)
def test_what_is_no_fit_says_why(scores: Scores, why: str) -> None:
    found = fit(scores)
    assert found.note is not None
    assert why in found.note
    assert np.isnan(found.coefficient).all()


def test_an_optimiser_that_ends_at_a_singular_model_starts_again() -> None:
    """Little differs but by noise: on the bounds, where the gradient is none, a search from one start ends at no fit."""
    scores = cohort(13, heights=2.0, slopes=0.15, noise=3.0)
    found = fit(scores)
    assert found.note is None
    elsewhere = fit_slopes(
        SubjectSums.until(scores, 365, 30.4375), TREATED, np.ones(N), np.array([0.6, 0.5, 0.5])
    )
    assert found.coefficient == pytest.approx(elsewhere.coefficient, rel=1e-4)


def test_what_does_not_converge_is_no_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy import optimize

    minimize = optimize.minimize
    monkeypatch.setattr(
        optimize, "minimize", lambda *given, **named: minimize(*given, **{**named, "options": {"maxiter": 1}})
    )
    assert fit(cohort()).note == "the mixed model did not converge"


def test_dropout_of_those_who_have_lost_most_is_allowed_for() -> None:
    """Missing at random: who is seen no more after a low score has the slope that the score foretold."""
    whole = cohort(2, most=9, slopes=0.6, n=4000)
    seen = np.concatenate(
        [_seen(whole.value[a:b]) for a, b in zip(whole.start[:-1], whole.start[1:], strict=True)]
    )
    start = np.append(0, np.cumsum(np.add.reduceat(seen.astype(int), whole.start[:-1])))
    left = Scores(whole.subjects, start, whole.day[seen], whole.value[seen])
    treated = np.arange(4000) % 2
    model, complete = (
        fit_slopes(SubjectSums.until(each, 365, 30.4375), treated, np.ones(4000)) for each in (left, whole)
    )
    assert complete.coefficient[2] == pytest.approx(-1, abs=0.05)
    assert model.coefficient[2] == pytest.approx(
        complete.coefficient[2], abs=3 * np.sqrt(model.covariance[2, 2])
    )
    # A line through all scores that were seen is another: the fast ones are missing in it.
    mine = treated[left.owner] == 0
    through_all = np.polyfit(left.day[mine] / 30.4375, left.value[mine], 1)[0]
    assert through_all - complete.coefficient[2] > 0.15


def _seen(value: np.ndarray) -> np.ndarray:
    """Until after the first score below 34."""
    return np.cumsum(np.append(False, value[:-1] < 34)) == 0
