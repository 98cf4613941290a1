"""Rules that leave out subjects whose treatment was all but decided.

Belongs here: which subjects a rule keeps. Trimming changes the population, hence the estimand: say so.
"""

import numpy as np

from analytics.propensity.diagnostics import common_support


def trim_common_support(treated: np.ndarray, propensity: np.ndarray) -> np.ndarray:
    """Keep the range of propensity met in both arms; a boolean per subject."""
    low, high = common_support(treated, propensity)
    return np.asarray((propensity >= low) & (propensity <= high))


def trim_crump(propensity: np.ndarray, threshold: float | None = 0.1) -> np.ndarray:
    """Keep `threshold ≤ e ≤ 1 − threshold` (Crump, Hotz, Imbens and Mitnik 2009).

    Args:
        propensity: (n,) probabilities.
        threshold: 0.1 is their rule of thumb; None takes their variance-minimising one from the data.
    """
    alpha = optimal_crump_threshold(propensity) if threshold is None else threshold
    return np.asarray((propensity >= alpha) & (propensity <= 1.0 - alpha))


def optimal_crump_threshold(propensity: np.ndarray) -> float:
    """The α with 1/(α(1−α)) equal to twice the mean of 1/(e(1−e)) over those kept; 0 if nobody need go."""
    inverse = np.sort(1.0 / (propensity * (1.0 - propensity)))
    if inverse.size == 0 or inverse[-1] <= 2.0 * inverse.mean():
        return 0.0
    # The mean over {g ≤ γ} is constant between neighbouring values of g, so the root 2·mean(γ) = γ lies in the
    # first interval [g_i, g_{i+1}) that contains twice the running mean.
    twice_mean = 2.0 * np.cumsum(inverse) / np.arange(1, inverse.size + 1)
    following = np.append(inverse[1:], np.inf)
    first = int(np.argmax((twice_mean >= inverse) & (twice_mean < following)))
    return float(0.5 - np.sqrt(max(0.25 - 1.0 / twice_mean[first], 0.0)))


def trim_sturmer(treated: np.ndarray, propensity: np.ndarray, percent: float = 5.0) -> np.ndarray:
    """Keep scores from the treated's low percentile to the controls' high one (Stürmer et al. 2010).

    Args:
        treated: (n,) 1 treated, 0 control.
        propensity: (n,) probabilities.
        percent: 5 keeps from the 5th percentile among treated to the 95th among controls.
    """
    arm = np.asarray(treated) == 1
    low = np.percentile(propensity[arm], percent)
    high = np.percentile(propensity[~arm], 100.0 - percent)
    return np.asarray((propensity >= low) & (propensity <= high))
