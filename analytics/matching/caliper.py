"""Widths of calipers: how far apart a matched pair may be.

Belongs here: turning a multiple of a standard deviation into a width. Whether pairs respect it is up to the
matching methods, which never exceed it.
"""

import numpy as np
import pandas as pd

from analytics.propensity.score_terms import is_categorical

SCALES = ("pooled_logit", "matchit", "absolute")


def caliper_width(score: np.ndarray, treated: np.ndarray, multiple: float | None, scale: str) -> float:
    """Width of a caliper on a score.

    Args:
        score: (n,) the score the caliper applies to; for "pooled_logit" the logit of the propensity.
        treated: (n,) 1 treated, 0 control.
        multiple: standard deviations; None or 0 means no caliper.
        scale: "pooled_logit": square root of the mean of the two arms' variances (Austin 2011);
            "matchit": standard deviation over everyone (R's MatchIt); "absolute": `multiple` is the width itself.

    Returns:
        The width; infinite without a caliper.

    Raises:
        ValueError: unknown scale or a negative multiple.
    """
    if multiple is None or multiple == 0:
        return float("inf")
    if multiple < 0:
        raise ValueError("matching: a caliper cannot be negative")
    if scale not in SCALES:
        raise ValueError(f"matching: caliper_scale {scale!r} is not one of {', '.join(SCALES)}")
    if scale == "absolute":
        return float(multiple)
    arm = np.asarray(treated) == 1
    known = np.isfinite(score)
    if scale == "matchit":
        return float(multiple * np.std(score[known], ddof=1)) if known.sum() > 1 else 0.0
    spreads = [np.var(group, ddof=1) for group in (score[arm & known], score[~arm & known]) if group.size > 1]
    # Of a single subject there is no variance: the other arm's stands alone, and without either only equals match.
    return float(multiple * np.sqrt(np.mean(spreads))) if spreads else 0.0


def covariate_widths(
    covariates: pd.DataFrame, treated: np.ndarray, calipers: dict[str, float], *, standardised: bool = True
) -> np.ndarray:
    """Widths of calipers on covariates, in standard deviations over everyone (as MatchIt) or in their own units.

    A width of 0 matches the covariate exactly.

    Raises:
        ValueError: a caliper on a column that is not there or holds text, or a negative one.
    """
    scale = "matchit" if standardised else "absolute"
    missing = [name for name in calipers if name not in covariates.columns]
    if missing:
        raise ValueError(f"matching: caliper on {missing[0]}, which is not among the covariates")
    text = [name for name in calipers if is_categorical(covariates[name])]
    if text:
        raise ValueError(f"matching: caliper on {text[0]}, which holds categories; match it exactly")
    return np.array(
        [
            caliper_width(covariates[name].to_numpy(dtype=float), treated, width, scale) if width else 0.0
            for name, width in calipers.items()
        ]
    )
