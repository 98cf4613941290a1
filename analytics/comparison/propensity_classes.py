"""Classes of the propensity score: subjects who were about equally likely to be treated.

Belongs here: which class a subject is in. Does not belong here: what is compared within classes (`cox_models`), and
subclasses as a match (`analytics.matching.coarsened`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from analytics.comparison.comparison import Comparison

COLUMN = "PROPENSITY"


def with_propensity_classes(
    made: Iterable[Comparison], scores: pd.DataFrame, number: int
) -> Iterator[Comparison]:
    """Comparisons whose frames have `PROPENSITY` besides: 0 for who was least likely to be treated, to `number` - 1.

    Classes hold equally many of everyone scored in the same data set, both arms together (Rosenbaum and Rubin 1984); who
    stands at the border is in the lower one. What has no score has no comparison.

    Args:
        made: of any specification but the crude one.
        scores: `propensity_score`.
        number: of classes; fewer are left where equal scores fill several.
    """
    by_data_set = dict(iter(scores.groupby("imputation")))
    for each in (each for each in made if each.imputation in by_data_set):
        found = _classes(by_data_set[each.imputation], number)
        yield replace(each, frame=each.frame.assign(**{COLUMN: found.loc[each.frame["usubjid"]].to_numpy()}))


def _classes(scores: pd.DataFrame, number: int) -> "pd.Series[int]":
    """Class by subject: how many of the quantiles k / number lie below; by ranks, so that no rounding moves a border."""
    place = scores["logit_propensity"].rank(method="min").to_numpy(int) - 1
    below = -(-place * number // max(len(scores) - 1, 1)) - 1
    return pd.Series(below.clip(0), index=scores["usubjid"])
