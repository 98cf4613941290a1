"""Treated and control subjects some of whose covariates were not recorded, as marts, for the validation of whole studies.

Here: two generators that share neither distribution nor dependence with the estimators' working models. No treatment
effect is planted: the truth of every estimand is a hazard ratio of 1. Not here: estimators.
"""

import numpy as np
import pandas as pd

Marts = dict[str, pd.DataFrame]
N_TREATED, N_CONTROL = 150, 450


def gaps_by_speed(rng: np.random.Generator) -> Marts:
    """Weibull survival; slower and fitter treated; whoever declines fast has two covariates recorded less often."""
    arm = _arms()
    x = rng.multivariate_normal(np.zeros(3), 0.3 + 0.7 * np.eye(3), len(arm))
    x -= np.outer(arm, [0.5, 0.4, 0.3])
    death = 650 * (rng.exponential(size=len(arm)) / np.exp(x @ [0.5, 0.45, 0.35])) ** 0.5
    likely = 1 / (1 + np.exp(2.0 - 0.5 * x[:, 0] - 0.3 * arm))
    covariates = {"SPEED": x[:, 0], "AGE": _gone(x[:, 1], likely, rng), "LOSS": _gone(x[:, 2], likely, rng)}
    return _marts(arm, covariates, death, rng.uniform(200, 1100, len(arm)))


def gaps_by_site(rng: np.random.Generator) -> Marts:
    """As `sites_with_everything_recorded`, at sites that record less than others."""
    marts = sites_with_everything_recorded(rng)
    adsl = marts["adsl"]
    rarely = np.array([0.05, 0.1, 0.15, 0.25, 0.3, 0.35])[adsl["SITE"].astype(int)]
    for name in ("BULBAR", "SLOPE"):
        adsl[name] = _gone(adsl[name].to_numpy(), rarely, rng)
    return marts


def sites_with_everything_recorded(rng: np.random.Generator) -> Marts:
    """Log-normal survival, whose hazard rises and falls; skewed and two-valued covariates; sites whose patients are older
    than others'; treatment by a latent threshold."""
    n = 4 * (N_TREATED + N_CONTROL)
    site = rng.integers(0, 6, n)
    age = rng.gamma(9, 7, n) + 1.5 * site
    bulbar = (rng.random(n) < 0.2 + 0.004 * (age - 60).clip(0)).astype(float)
    slope = rng.lognormal(-0.5 + 0.3 * bulbar, 0.6)
    wish = -0.03 * (age - 68) - 0.5 * bulbar - 0.4 * np.log(slope) + rng.normal(0, 1.2, n)
    treated = np.argsort(-wish, kind="stable")[: n // 4]
    others = rng.permutation(np.setdiff1d(np.arange(n), treated))[:N_CONTROL]
    rows = np.concatenate([rng.permutation(treated)[:N_TREATED], others])
    arm, site, age, bulbar, slope = _arms(), site[rows], age[rows], bulbar[rows], slope[rows]
    death = np.exp(
        6.9 - 0.015 * (age - 68) - 0.3 * bulbar - 0.5 * np.log(slope) + rng.normal(0, 0.7, len(rows))
    )
    covariates = {"AGE": age, "BULBAR": bulbar, "SLOPE": slope, "SITE": site * 1.0}
    return _marts(arm, covariates, death, rng.uniform(300, 1300, len(rows)))


def _arms() -> np.ndarray:
    return np.repeat([1, 0], [N_TREATED, N_CONTROL])


def _gone(values: np.ndarray, share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random(len(values)) < share, np.nan, values)


def _marts(
    arm: np.ndarray, covariates: dict[str, np.ndarray], death: np.ndarray, leaves: np.ndarray
) -> Marts:
    subject = [f"S{i:04d}" for i in range(len(arm))]
    stop = np.ceil(np.minimum(death, leaves)).clip(1)
    adsl = pd.DataFrame({"USUBJID": subject, "TRT01PN": arm, **covariates})
    event = pd.DataFrame(
        {"USUBJID": subject, "PARAMCD": "OS", "AVAL": stop, "CNSR": (death > leaves).astype(int)}
    )
    return {"adsl": adsl, "adtte": event}
