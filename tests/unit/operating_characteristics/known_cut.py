"""Cuts of which it is known that treatment does nothing."""

import numpy as np
import pandas as pd

from analytics.protocol import Protocol
from analytics.stages.variant import design


def cut_of(
    protocol: Protocol, n_treated: int, n_control: int, apart: float = 0.04
) -> dict[str, pd.DataFrame]:
    """Design and follow-up of a cut of so many; those of slow decline live longer, and are treated more often.

    Args:
        protocol: of the study.
        n_treated, n_control: eligible patients.
        apart: how unlike the arms are.
    """
    rng = np.random.default_rng(5)
    n = n_treated + n_control
    treated = np.repeat([1, 0], [n_treated, n_control])
    age, decline = rng.normal(60 - 20 * apart * treated, 9, n), rng.gamma(2.0, 0.4 - apart * treated, n)
    days = np.ceil(900 * (rng.exponential(size=n) / np.exp(0.03 * (age - 60) + np.log(decline + 0.1))) ** 0.8)
    seen = np.ceil(np.where(treated == 1, rng.uniform(100, 900, n), rng.uniform(250, 500, n)))
    adsl = pd.DataFrame(
        {
            "USUBJID": [f"S{place:04d}" for place in range(n)],
            "TRT01PN": treated,
            "AGE": np.where(rng.random(n) < 0.1, np.nan, age),
            "DECLINE": decline,
            "SITE": rng.choice(["LIMB", "BULBAR"], n),
        }
    )
    adtte = pd.DataFrame(
        {
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "OS",
            "AVAL": np.minimum(days, seen),
            "CNSR": (days > seen).astype(int),
        }
    )
    return design(protocol, {"adsl": adsl, "adtte": adtte}, imputations=None)
