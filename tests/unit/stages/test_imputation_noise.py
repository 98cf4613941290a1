"""As many imputations as the headline needs, and no more."""

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.effect_row import headline_row
from analytics.comparison.hazard_ratio import hazard_ratio
from analytics.protocol import Protocol
from analytics.stages import imputation
from analytics.stages.variant import design, with_settings

Marts = dict[str, pd.DataFrame]


@pytest.fixture
def gappy(marts: Marts) -> Marts:
    """A third of the ages and of the scores are not known."""
    rng = np.random.default_rng(3)
    adsl = marts["adsl"]
    age, score = (adsl[name].mask(rng.random(len(adsl)) < 0.33) for name in ("AGE", "SCORE"))
    return {**marts, "adsl": adsl.assign(AGE=age, SCORE=score)}


def asking(protocol: Protocol, noise: float, first: int = 2) -> Protocol:
    asked = {"missing": "impute", "imputations": first, "imputation_noise": noise}
    return with_settings(protocol, propensity=asked)


def draws(tables: Marts) -> int:
    return int(tables["imputed_covariate"]["imputation"].max())


def test_draws_are_added_by_tens_until_their_noise_is_small(protocol: Protocol, gappy: Marts) -> None:
    asked = asking(protocol, 0.2)
    tables = design(asked, gappy, imputations=None)
    number = draws(tables)
    assert number > 2
    assert number % 10 == 2
    parts = followed(comparisons(asked, tables, "matched"), tables["follow_up"], "OS")
    assert len(parts) == number
    assert hazard_ratio(parts, 0.95).imputation_noise <= 0.2
    assert hazard_ratio(parts[:-10], 0.95).imputation_noise > 0.2


def test_further_draws_are_those_of_a_longer_run(protocol: Protocol, gappy: Marts) -> None:
    adaptive = design(asking(protocol, 0.2), gappy, imputations=None)["imputed_covariate"]
    fixed = design(asking(protocol, 0, draws({"imputed_covariate": adaptive})), gappy, imputations=None)
    keys = ["imputation", "covariate", "usubjid"]
    pd.testing.assert_frame_equal(
        adaptive.sort_values(keys, ignore_index=True),
        fixed["imputed_covariate"].sort_values(keys, ignore_index=True),
    )


def test_at_the_most_the_headline_says_what_noise_is_left(
    protocol: Protocol, gappy: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imputation, "MOST", 6)
    results = study.run(asking(protocol, 0.001), gappy)
    assert draws(results) == 6
    headline = headline_row(results["effect_estimate"], "matched", "OS")
    assert headline is not None
    assert headline["imputation_noise"] > 0.001
    assert headline["note"].startswith("the noise of 6 imputations is ")


def test_none_are_added_where_nothing_hangs_on_them(protocol: Protocol, gappy: Marts) -> None:
    assert draws(design(asking(protocol, 0), gappy, imputations=None)) == 2
    frozen = with_settings(asking(protocol, 0.2), matching={"refresh": "frozen"})
    assert draws(design(frozen, gappy, imputations=None)) == 2
    bare = with_settings(asking(protocol, 0.2), matching={"method": "none"}, weighting={"schemes": []})
    assert draws(design(bare, gappy, imputations=None)) == 2
