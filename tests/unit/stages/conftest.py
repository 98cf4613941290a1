"""A small study in the shape of the marts, without ties in the score, and the protocol for it."""

import numpy as np
import pandas as pd
import pytest

from analytics.protocol import Protocol, parse_protocol
from analytics.stages.variant import with_settings

TEXT = """
[treatment]
treated_label = "Drug"
control_label = "Placebo"
[population]
criteria = []
[[endpoint]]
name = "OS"
horizon_days = 300
milestones_days = [150, 300]
[propensity]
covariates = ["AGE", "SCORE", "SITE"]
missing = "complete_case"
imputation_noise = 0
[weighting]
bootstrap_replicates = 0
[sensitivity]
calipers = [0, 0.2]
specification_curve = false
[exposure]
covariates = ["AGE"]
[[subgroup]]
name = "Age"
column = "AGE"
cut = 60
[[outcome.cox]]
name = "adjusted"
covariates = ["TREATED", "AGE", "SCORE", "SITE"]
"""


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    # For the tests that impute; the file could not say it beside complete cases.
    return with_settings(parse_protocol(TEXT), propensity={"imputations": 2})


@pytest.fixture
def marts(made_marts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """A test's own, to do with as it likes."""
    return {name: frame.copy() for name, frame in made_marts.items()}


@pytest.fixture(scope="session")
def made_marts() -> dict[str, pd.DataFrame]:
    """Everybody's, not to be changed."""
    rng = np.random.default_rng(11)
    n = 160
    usubjid = np.array([f"S{i:03d}" for i in range(n)], dtype=object)
    arm = (np.arange(n) % 3 == 0).astype(int)
    age = rng.normal(60, 9, n) - 2 * arm
    adsl = pd.DataFrame(
        {
            "USUBJID": usubjid,
            "TRT01PN": arm,
            "AGE": np.where(rng.random(n) < 0.05, np.nan, age),
            "SCORE": rng.normal(38, 5, n),
            "SITE": rng.choice(["LIMB", "BULBAR", "BOTH"], n, p=[0.6, 0.3, 0.1]),
        }
    )
    time = np.ceil(rng.exponential(350 * np.exp((60 - age) / 30))).clip(1, 900)
    censored = rng.random(n) < 0.3
    adtte = pd.DataFrame({"USUBJID": usubjid, "PARAMCD": "OS", "AVAL": time, "CNSR": censored.astype(int)})
    return {"adsl": adsl, "adtte": adtte}


@pytest.fixture
def scored_marts(made_marts: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """With a visit every 40 days while alive, the treated losing half a point a month less."""
    adsl = made_marts["adsl"].assign(ALSFRSR=made_marts["adsl"]["SCORE"].clip(20, 48).round())
    draw, stop = np.random.default_rng(3), made_marts["adtte"].set_index("USUBJID")["AVAL"]
    pace = draw.gamma(6, 0.25, len(adsl)) - 0.5 * adsl["TRT01PN"].to_numpy()
    rows = [
        pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "ALSFRSR", "INDEXDY": day,
                      "AVAL": (adsl["ALSFRSR"] - pace * day / 30.4375 + draw.normal(0, 1, len(adsl)) * (day > 0)).round()})
        for day in range(0, 401, 40)
    ]  # fmt: skip
    adqs = pd.concat(rows, ignore_index=True)
    alive = adqs["INDEXDY"] < adqs["USUBJID"].map(stop)
    return {**{name: frame.copy() for name, frame in made_marts.items()}, "adsl": adsl, "adqs": adqs[alive]}
