"""Equals: neither the order of rows or covariates nor the last bit of a score decides who is matched with whom."""

from collections.abc import Callable
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.matching.coarsened import match_coarsened, match_exact
from analytics.matching.full import match_full
from analytics.matching.matched_set import MatchedSet
from analytics.matching.nearest import match_nearest
from analytics.matching.optimal import match_optimal
from analytics.propensity.model import fit_propensity, score_logit

Method = Callable[..., MatchedSet]
METHODS: dict[str, Method] = {
    "descending": match_nearest,
    "closest": partial(match_nearest, order="closest"),
    "random": partial(match_nearest, order="random", seed=3),
    "two controls": partial(match_nearest, ratio=2),
    "variable": partial(match_nearest, ratio=2, max_controls=3),
    "with replacement": partial(match_nearest, replace=True, ratio=2),
    "optimal": match_optimal,
    "optimal, two controls": partial(match_optimal, ratio=2),
    "full": match_full,
}
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


@pytest.fixture
def ward() -> pd.DataFrame:
    """What a ward writes down: whole years, whole points, yes and no; many patients alike, some in every respect."""
    rng = np.random.default_rng(7)
    treated = (np.arange(240) % 4 == 0).astype(int)
    frame = pd.DataFrame(
        {
            "ID": [f"P{i:03d}" for i in rng.permutation(240)],
            "TREATED": treated,
            "AGE": rng.integers(58, 66, 240) - treated,
            "POINTS": rng.integers(36, 42, 240),
            "SEX": rng.choice(["F", "M"], 240),
            "GRADE": rng.integers(1, 4, 240),
        }
    )
    return frame.sort_values("ID", ignore_index=True)


COVARIATES = ["AGE", "POINTS", "SEX", "GRADE"]


def matched(method: Method, frame: pd.DataFrame, columns: list[str], **more: Any) -> MatchedSet:
    score = fit_propensity(
        frame[columns], frame["TREATED"].to_numpy(), ids=frame["ID"].to_numpy(object)
    ).logit
    return method(
        frame["TREATED"].to_numpy(), score, frame["ID"].to_numpy(object), covariates=frame[columns], **more
    )


def same(first: MatchedSet, second: MatchedSet) -> None:
    pd.testing.assert_frame_equal(first.pairs, second.pairs, check_exact=False, rtol=0, atol=1e-12)
    pd.testing.assert_frame_equal(first.unmatched, second.unmatched)


@every_method
def test_the_order_of_covariates_changes_nothing(method: Method, ward: pd.DataFrame) -> None:
    first = matched(method, ward, COVARIATES)
    for columns in list(permutations(COVARIATES))[1::4]:
        same(first, matched(method, ward, list(columns)))


@pytest.mark.parametrize("method", [match_nearest, match_optimal, match_full])
def test_nor_does_it_where_covariates_are_matched_themselves(method: Method, ward: pd.DataFrame) -> None:
    def again(columns: list[str]) -> MatchedSet:
        return matched(method, ward, columns, mahalanobis=ward[columns], exact=ward[["SEX"]])

    for columns in list(permutations(COVARIATES))[1::6]:
        same(again(COVARIATES), again(list(columns)))


def test_nor_does_it_for_strata(ward: pd.DataFrame) -> None:
    treated, ids = ward["TREATED"].to_numpy(), ward["ID"].to_numpy(object)
    for strata in (match_exact, match_coarsened):
        same(strata(treated, ids, ward[COVARIATES]), strata(treated, ids, ward[COVARIATES[::-1]]))


@every_method
def test_the_order_of_rows_changes_nothing(method: Method, ward: pd.DataFrame) -> None:
    shuffled = ward.sample(frac=1, random_state=4).reset_index(drop=True)
    same(matched(method, ward, COVARIATES), matched(method, shuffled, COVARIATES))


@every_method
@pytest.mark.parametrize("step", [0.1, 1 / 3, 0.0471])
def test_the_last_bit_of_a_score_decides_nothing(method: Method, step: float, ward: pd.DataFrame) -> None:
    """One covariate in whole numbers: for most treated two controls are equally far, one on either side."""
    treated, ids = ward["TREATED"].to_numpy(), ward["ID"].to_numpy(object)
    score = -7.3 + step * ward["AGE"].to_numpy(float)
    rng = np.random.default_rng(5)
    first = method(treated, score, ids, covariates=ward[["POINTS"]])
    for _ in range(5):
        noise = rng.choice([-4e-16, -2e-16, 0, 2e-16, 4e-16], score.size) * 8
        same(first, method(treated, score + noise, ids, covariates=ward[["POINTS"]]))


@every_method
def test_a_pseudonym_decides_between_subjects_alike_in_every_covariate_alone(
    method: Method, ward: pd.DataFrame
) -> None:
    """Other keys: who is matched changes, but not with what covariates."""
    other = dict(zip(ward["ID"], np.random.default_rng(2).permutation(ward["ID"]), strict=True))
    renamed = ward.assign(ID=ward["ID"].map(other))
    found = []
    for frame in (ward, renamed):
        pairs = matched(method, frame, COVARIATES).pairs.merge(frame, left_on="usubjid", right_on="ID")
        found.append(
            pairs.sort_values(["set_id", "treated", *COVARIATES])[["set_id", "treated", *COVARIATES]]
        )
    pd.testing.assert_frame_equal(*[frame.reset_index(drop=True) for frame in found])


@every_method
def test_without_equal_scores_no_drawn_order_changes_anything(method: Method) -> None:
    rng = np.random.default_rng(8)
    treated, score, ids = np.arange(90) % 3 == 0, rng.normal(size=90), np.arange(90).astype(str)
    first = method(treated, score, ids)
    same(first, method(treated, score, ids, tie_places=rng.permutation(90)))


def test_drawn_places_decide_among_equals_whatever_the_covariates(ward: pd.DataFrame) -> None:
    first, places = matched(match_nearest, ward, ["AGE"]), np.random.default_rng(1).permutation(240)
    drawn = matched(match_nearest, ward, ["AGE"], tie_places=places)
    assert not first.pairs["usubjid"].equals(drawn.pairs["usubjid"])
    same(drawn, matched(match_nearest, ward.assign(POINTS=0), ["AGE"], tie_places=places))


def test_optimal_pairs_do_not_cross() -> None:
    """Treated 1 and 2, controls 3, 4 and 5: both pairings of 3 and 4 cost the same."""
    ids = np.array(list("abcde"), dtype=object)
    for score in ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], [0.1, 0.2, 0.3, 0.4, 0.5]):
        pairs = match_optimal(np.array([1, 1, 0, 0, 0]), np.array(score, float), ids, caliper=None).pairs
        low, high = np.argsort(score[:2])
        partner = pairs[pairs["treated"] == 0].set_index("set_id")["usubjid"]
        owner = pairs[pairs["treated"] == 1].set_index("usubjid")["set_id"]
        nearest = np.argsort(score[2:])
        assert partner[owner[ids[low]]] == ids[2:][nearest[0]]
        assert partner[owner[ids[high]]] == ids[2:][nearest[1]]


@st.composite
def whole_numbers(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    n_treated, n_control = draw(st.integers(1, 4)), draw(st.integers(4, 6))
    n = n_treated + n_control
    score = draw(st.lists(st.integers(0, 6), min_size=n, max_size=n))
    return np.r_[np.ones(n_treated, int), np.zeros(n_control, int)], np.array(score, float)


def places(treated: np.ndarray, score: np.ndarray) -> np.ndarray:
    place = np.empty(score.size, int)
    place[np.lexsort((np.arange(score.size), treated, score))] = np.arange(score.size)
    return place


def by_rule(treated: np.ndarray, score: np.ndarray) -> tuple[float, int]:
    """Least total, then fewest squared steps in the canonical order, by trying every pairing."""
    place = places(treated, score)
    cases, controls = np.flatnonzero(treated), np.flatnonzero(treated == 0)
    return min(
        (
            float(np.abs(score[cases] - score[list(chosen)]).sum()),
            int(((4 * (place[cases] - place[list(chosen)]) - 1) ** 2).sum()),
        )
        for chosen in permutations(controls, cases.size)
    )


@settings(max_examples=80, deadline=None)
@given(whole_numbers(), st.sampled_from([1.0, 0.1, 1 / 7]))
def test_of_equal_totals_the_one_of_fewest_steps_is_taken(
    study: tuple[np.ndarray, np.ndarray], step: float
) -> None:
    treated, score = study
    ids = np.array([f"S{i}" for i in range(score.size)], dtype=object)
    pairs = match_optimal(treated, score * step, ids, caliper=None).pairs
    row = pairs["usubjid"].str[1:].astype(int).to_numpy()
    place = places(treated, score)
    case, control = row[pairs["treated"] == 1], row[pairs["treated"] == 0]
    found = (
        float(np.abs(score[case] - score[control]).sum()),
        int(((4 * (place[case] - place[control]) - 1) ** 2).sum()),
    )
    assert found == by_rule(treated, score)


def test_scores_do_not_depend_on_the_order_of_columns_by_a_single_bit(ward: pd.DataFrame) -> None:
    fits = [
        fit_propensity(ward[list(columns)], ward["TREATED"].to_numpy())
        for columns in (COVARIATES, COVARIATES[::-1])
    ]
    assert np.array_equal(fits[0].logit, fits[1].logit)
    first, second = (fit.table().set_index("term")["coefficient"] for fit in fits)
    assert second.index.tolist() == ["(Intercept)", "GRADE", "SEX=M", "POINTS", "AGE"]
    pd.testing.assert_series_equal(first.sort_index(), second.sort_index(), check_exact=True)
    for fit, columns in zip(fits, (COVARIATES, COVARIATES[::-1]), strict=True):
        again = score_logit(fit.terms, fit.coefficient, ward[columns])
        assert np.array_equal(again, fit.logit)
