"""Subjects of two arms, followed up: what the tests of comparisons begin with."""

import numpy as np
import pandas as pd


def people(n: int = 120, seed: int = 4) -> pd.DataFrame:
    """Every fourth is treated; treatment does nothing."""
    rng = np.random.default_rng(seed)
    death = np.ceil(rng.exponential(400, n))
    leaves = np.ceil(rng.uniform(100, 900, n))
    return pd.DataFrame(
        {"usubjid": [f"S{i:03d}" for i in range(n)], "treated": (np.arange(n) % 4 == 0).astype(int), "set_id": 0,
         "weight": 1.0, "entry_days": 0.0, "stop_days": np.minimum(death, leaves), "event": (death <= leaves).astype(int)}
    )  # fmt: skip


def people_with_age(younger: float) -> pd.DataFrame:
    """Two hundred, of whom the treated are so many years younger."""
    frame = people(200)
    age = np.random.default_rng(7).normal(60, 8, len(frame)) - younger * frame["treated"]
    return frame.assign(AGE=age)
