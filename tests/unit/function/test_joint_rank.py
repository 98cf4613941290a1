"""Joint rank against a count of all pairs as the definition has it, and its variance against permutations."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.function.joint_rank import JointRank, joint_rank
from analytics.function.scores import Scores, scores

MILESTONE = 100


@dataclass(frozen=True)
class Person:
    """Follow-up in days; visits; `zero`, a score on day 0, None where nothing was measured then."""

    treated: int
    stop: int
    died: bool
    zero: int | None
    visits: tuple[tuple[int, int], ...]
    weight: int = 1


def person(treated: int, stop: int, died: bool, *visits: tuple[int, int], zero: int | None = 40) -> Person:
    return Person(treated, stop, died, zero, visits)


def lines(people: list[Person]) -> tuple[Scores, pd.Series]:
    names = pd.Series([f"P{number:03d}" for number in range(len(people))])
    measured = [_measured(each) for each in people]
    rows = [(name, *visit) for name, visits in zip(names, measured, strict=True) for visit in visits]
    visits = pd.DataFrame(rows, columns=["usubjid", "day", "value"]).astype({"day": float, "value": float})
    return scores(visits, pd.Series([each.stop for each in people], names, dtype=float)), names


def ranked(people: list[Person]) -> JointRank:
    found, names = lines(people)
    stop, died, treated, weight = (
        np.array([getattr(each, name) for each in people]) for name in ("stop", "died", "treated", "weight")
    )
    return joint_rank(stop, died, treated, weight.astype(float), found.place(names), found, MILESTONE)


def better(one: Person, other: Person) -> float:
    """1 where the first fares better, 0 where the other does, a half for a tie: the rule, slowly."""
    for mine, theirs, won in ((one, other, 0.0), (other, one, 1.0)):
        if mine.died and mine.stop <= MILESTONE:
            later_death = theirs.died and theirs.stop > mine.stop
            seen_alive = not theirs.died and theirs.stop >= mine.stop
            if later_death or seen_alive:
                return won
    if one.died and other.died and one.stop == other.stop <= MILESTONE:
        return 0.5
    courses = [_course(each) for each in (one, other)]
    if not all(len(days) for days, _ in courses):
        return 0.5
    begin, day = max(0, *(days[0] for days, _ in courses)), min(MILESTONE, *(days[-1] for days, _ in courses))
    if day <= begin:
        return 0.5
    change = [float(np.diff(np.interp([begin, day], days, values))[0]) for days, values in courses]
    return 0.5 if abs(change[0] - change[1]) <= 1e-9 else float(change[0] > change[1])


def _measured(each: Person) -> list[tuple[int, int]]:
    return sorted([*each.visits, *([] if each.zero is None else [(0, each.zero)])])


def _course(each: Person) -> tuple[list[int], list[int]]:
    """Days and scores while followed, from the last by time zero on, else from one soon after."""
    visits = [visit for visit in _measured(each) if visit[0] < each.stop]
    before = [visit for visit in visits if visit[0] <= 0][-1:]
    course = before + [visit for visit in visits if visit[0] > 0]
    if not course or course[0][0] > 14:
        return [], []
    return [day for day, _ in course], [value for _, value in course]


def brute_force(people: list[Person]) -> tuple[float, np.ndarray]:
    """Win probability and, of all people ranked by what they win of all others, their ranks."""
    treated = [each for each in people if each.treated]
    controls = [each for each in people if not each.treated]
    pairs = [(one.weight * other.weight, better(one, other)) for one in treated for other in controls]
    total = sum(weight for weight, _ in pairs)
    ranks = [1 + sum(better(one, other) for other in people if other is not one) for one in people]
    return sum(weight * won for weight, won in pairs) / total, np.array(ranks)


DAYS = st.integers(1, 200)
VISITS = st.lists(
    st.tuples(st.integers(-90, 200).filter(bool), st.integers(30, 44)),
    max_size=4,
    unique_by=lambda visit: visit[0],
)
PEOPLE = st.builds(
    Person, st.sampled_from([0, 1]), DAYS, st.booleans(), st.one_of(st.none(), st.integers(38, 42)), VISITS.map(tuple),
    st.integers(1, 3),
)  # fmt: skip


@given(st.lists(PEOPLE, min_size=2, max_size=14))
@settings(max_examples=300, deadline=None)
def test_it_is_a_count_of_all_pairs(people: list[Person]) -> None:
    found = ranked(people)
    if len({each.treated for each in people}) < 2:
        assert np.isnan(found.win_probability)
        return
    expected, _ = brute_force(people)
    assert found.win_probability == pytest.approx(expected, abs=1e-12)
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)
    assert sum(found.decided.values()) == pytest.approx(1)


@given(st.lists(PEOPLE.map(lambda each: Person(**(vars(each) | {"weight": 1}))), min_size=2, max_size=12))
@settings(max_examples=100, deadline=None)
def test_mean_ranks_differ_by_the_total_times_the_win_probability_above_a_half(people: list[Person]) -> None:
    treated = np.array([each.treated == 1 for each in people])
    if treated.all() or not treated.any():
        return
    found, (_, ranks) = ranked(people), brute_force(people)
    apart = ranks[treated].mean() - ranks[~treated].mean()
    assert found.total * (found.win_probability - 0.5) == pytest.approx(apart, abs=1e-9)


@pytest.mark.parametrize(
    ("treated", "control", "won"),
    [
        # Who dies first loses, whatever the score.
        (person(1, 90, True, (80, 40)), person(0, 50, True, (40, 48)), 1.0),
        (person(1, 50, True), person(0, 50, True), 0.5),
        # Deaths after the milestone do not count.
        (person(1, 101, True, (60, 39)), person(0, 130, False, (60, 30)), 1.0),
        (person(1, 100, True, (60, 39)), person(0, 130, False, (60, 30)), 0.0),
        # Censored on the day of the other's death is alive then; censored before, function tells.
        (person(1, 50, False), person(0, 50, True), 1.0),
        (person(1, 49, False, (40, 30)), person(0, 50, True, (40, 36)), 0.0),
        (person(1, 49, False, (40, 36)), person(0, 50, True, (40, 30)), 1.0),
        # Change, not the score; at the last day both are known, 40: −4 against −10 · 40/80.
        (person(1, 130, False, (40, 26), zero=30), person(0, 130, False, (80, 38), zero=48), 1.0),
        (person(1, 130, False, (40, 25), zero=30), person(0, 130, False, (80, 38), zero=48), 0.5),
        # By the milestone, on the way to a visit after it: −10 against −20 · 100/125.
        (person(1, 130, False, (100, 30)), person(0, 130, False, (125, 20)), 1.0),
        # What comes after the milestone does not count: −5 against −4 on day 100.
        (person(1, 200, False, (100, 35), (120, 35)), person(0, 200, False, (100, 36), (120, 20)), 0.0),
        # The score before time zero stands on its own day: both lose a point in ten days.
        (person(1, 130, False, (-45, 42), (55, 32), zero=None), person(0, 130, False, (60, 34)), 0.5),
        (person(1, 130, False, (-45, 42), (55, 32), zero=None), person(0, 130, False, (60, 33)), 1.0),
        # The first of one is on day 10: change of both from then on, though the other lost more before.
        (
            person(1, 130, False, (10, 39), (60, 34), zero=None),
            person(0, 130, False, (10, 35), (60, 30)),
            0.5,
        ),
        # The last before time zero is all that is known of one.
        (person(1, 130, False, (-45, 42), zero=None), person(0, 130, False, (60, 34)), 0.5),
        (person(1, 130, False, (15, 40), (60, 40), zero=None), person(0, 130, False, (60, 34)), 0.5),
        # Nothing known of one after time zero.
        (person(1, 130, False), person(0, 130, False, (60, 48)), 0.5),
        (person(1, 130, False, (60, 10), zero=None), person(0, 130, False, (60, 48)), 0.5),
    ],
)
def test_of_a_pair(treated: Person, control: Person, won: float) -> None:
    assert better(treated, control) == won
    assert ranked([treated, control]).win_probability == won
    mirrored = [Person(**(vars(each) | {"treated": 1 - each.treated})) for each in (treated, control)]
    assert ranked(mirrored).win_probability == 1 - won


def pairs_alike(n: int, seed: int) -> list[Person]:
    """Matched pairs whose members are alike in what decides their course, and in which treatment does nothing."""
    draw = np.random.default_rng(seed)
    people = []
    for number in range(2 * n):
        pace = np.exp(draw.normal(0, 0.5)) if number % 2 == 0 else pace * np.exp(draw.normal(0, 0.2))  # noqa: F821
        death = int(draw.exponential(150 / pace)) + 1
        leaves = int(draw.uniform(40, 200))
        days = np.arange(20, 120, draw.integers(10, 30))
        visits = tuple((int(day), round(40 - 0.08 * pace * day + draw.normal(0, 1.5))) for day in days)
        people.append(Person(number % 2, min(death, leaves), death <= leaves, 40, visits))
    return people


def test_the_variance_is_that_of_permutations_within_pairs() -> None:
    people, n = pairs_alike(150, 5), 150
    _, ranks = brute_force(people)
    # Exchanging the members of a pair exchanges their ranks; nothing else changes.
    apart = ranks[1::2] - ranks[0::2]
    turns = np.random.default_rng(8).choice([-1.0, 1.0], (10_000, n))
    permuted = (turns @ apart / n) / (2 * n)
    found = ranked(people)
    sets = np.repeat(np.arange(n), 2)
    by_pair = np.bincount(sets, found.influence)
    assert np.sqrt(by_pair @ by_pair) == pytest.approx(permuted.std(), rel=0.03)
    # By subject it would be another: members of a pair are alike.
    assert np.sqrt(found.influence @ found.influence) > 1.1 * permuted.std()


def test_the_variance_of_unmatched_arms_is_that_of_permutations() -> None:
    people = pairs_alike(150, 6)[::2] + pairs_alike(100, 7)[::2]
    people = [Person(**(vars(each) | {"treated": int(number < 150)})) for number, each in enumerate(people)]
    _, ranks = brute_force(people)
    draw, treated = np.random.default_rng(9), np.arange(250) < 150
    permuted = []
    for _ in range(10_000):
        mine = draw.permutation(treated)
        permuted.append((ranks[mine].mean() - ranks[~mine].mean()) / 250)
    found = ranked(people)
    assert np.sqrt(found.influence @ found.influence) == pytest.approx(np.std(permuted), rel=0.04)


def test_a_weight_of_two_is_two_of_the_same() -> None:
    people = pairs_alike(12, 3)
    twice = [Person(**(vars(each) | {"weight": 1 + each.treated})) for each in people]
    doubled = people + [each for each in people if each.treated]
    assert ranked(twice).win_probability == pytest.approx(ranked(doubled).win_probability, abs=1e-12)
