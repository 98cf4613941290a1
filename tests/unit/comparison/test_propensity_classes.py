"""Classes of the score hold equally many of everyone scored, and an outcome model compares within them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.comparison.comparison import Comparison
from analytics.comparison.propensity_classes import with_propensity_classes


def scores(logit: list[float], imputation: int = 1) -> pd.DataFrame:
    names = [f"S{i:03d}" for i in range(len(logit))]
    return pd.DataFrame({"imputation": imputation, "usubjid": names, "logit_propensity": logit})


def classes(
    known: pd.DataFrame, number: int, members: list[str] | None = None, imputation: int = 1
) -> list[int]:
    frame = pd.DataFrame({"usubjid": known["usubjid"] if members is None else members})
    (found,) = with_propensity_classes([Comparison("all", imputation, "mine", frame)], known, number)
    return found.frame["PROPENSITY"].tolist()


@given(st.lists(st.integers(-20, 20), min_size=2, max_size=60), st.integers(2, 12))
def test_a_class_is_how_many_quantiles_lie_below_the_score(logit: list[int], number: int) -> None:
    # By the definition of the quantile in exact arithmetic: k (n - 1) / number places from the lowest.
    ordered = sorted(logit)
    borders = []
    for k in range(1, number):
        place, rest = divmod(k * (len(logit) - 1), number)
        step = (ordered[place + 1] - ordered[place]) * rest if rest else 0
        borders.append(ordered[place] * number + step)
    expected = [sum(border < value * number for border in borders) for value in logit]
    assert classes(scores([float(value) for value in logit]), number) == expected


def test_classes_are_of_equal_size_whatever_the_scores() -> None:
    rng = np.random.default_rng(5)
    sizes = np.bincount(classes(scores((rng.normal(size=1001) ** 3).tolist()), 10))
    assert len(sizes) == 10
    assert set(sizes) <= {100, 101}


def test_who_is_compared_does_not_move_a_class_nor_does_the_order_of_rows() -> None:
    rng = np.random.default_rng(6)
    known = scores(rng.normal(size=90).tolist())
    of = dict(zip(known["usubjid"], classes(known, 5), strict=True))
    some = ["S010", "S003", "S003", "S077"]
    assert classes(known.sample(frac=1, random_state=3), 5, some) == [of[name] for name in some]


def test_each_data_set_has_the_classes_of_its_own_scores() -> None:
    both = pd.concat([scores([1.0, 2.0, 3.0, 4.0]), scores([4.0, 3.0, 2.0, 1.0], imputation=2)])
    members = ["S000", "S003"]
    assert classes(both, 2, members) == [0, 1]
    assert classes(both, 2, members, imputation=2) == [1, 0]


def test_somebody_without_a_score_is_in_no_class() -> None:
    with pytest.raises(KeyError):
        classes(scores([1.0, 2.0]), 2, ["S999"])
