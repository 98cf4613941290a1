"""Whether the headline's own hazards keep one ratio: told where they do not, silent where they do."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparison.marginal_effects import HEADLINE, hazards_test
from analytics.protocol import parse_protocol
from analytics.survival.followed import Followed

PROTOCOL = parse_protocol("[propensity]\nimputations = 2\n")


def followed(times: np.ndarray, event: np.ndarray, treated: np.ndarray) -> Followed:
    n = len(times)
    frame = pd.DataFrame(
        {"usubjid": [f"S{k}" for k in range(n)], "treated": treated, "set_id": 0, "weight": 1.0, "entry_days": 0.0,
         "stop_days": times, "event": event}
    )  # fmt: skip
    return Followed("crude", 1, "unadjusted", frame)


def made(shape: float, seed: int) -> Followed:
    """Weibull times: of one shape in both arms hazards are proportional, of two they cross."""
    draw = np.random.default_rng(seed)
    treated = np.repeat([1, 0], 300)
    power = np.where(treated == 1, shape, 1.0)
    times = 600 * draw.exponential(size=600) ** (1 / power) + 1
    end = draw.uniform(300, 1500, 600)
    return followed(np.minimum(times, end), (times <= end).astype(int), treated)


def test_crossing_hazards_are_told() -> None:
    found = hazards_test(PROTOCOL, PROTOCOL.primary, [made(2.5, 1)])
    assert found[["model", "endpoint", "term"]].to_numpy().tolist() == [[HEADLINE, "OS", "TREATED"]]
    assert found["p_value"].iloc[0] < 1e-6


def test_of_proportional_ones_few_are_called_otherwise() -> None:
    p = [hazards_test(PROTOCOL, PROTOCOL.primary, [made(1.0, seed)])["p_value"].iloc[0] for seed in range(60)]
    assert sum(value < 0.05 for value in p) <= 9


@pytest.mark.parametrize("n_event", [0])
def test_where_there_is_no_headline_there_is_no_test(n_event: int) -> None:
    part = made(1.0, 3)
    none = Followed("crude", 1, "unadjusted", part.frame.assign(event=n_event))
    assert hazards_test(PROTOCOL, PROTOCOL.primary, [none]).empty
    assert hazards_test(PROTOCOL, PROTOCOL.primary, []).empty
    few = Followed("crude", 1, "unadjusted", part.frame.iloc[298:302])
    assert hazards_test(PROTOCOL, PROTOCOL.primary, [few], "too few").empty
