"""Differences of proportions between arms: Miettinen–Nurminen score interval and Fisher's exact test.

Here: the methods, vectorised, and the table. Not here: rates. No comparison is made across sources unless the
protocol states comparable collection; then it is a null with a note.
"""

import numpy as np
import pandas as pd
from scipy import special

from analytics.safety.columns import noted
from analytics.safety.population import OTHER_SOURCE, Population
from analytics.safety.settings import SafetySettings

CROSS_SOURCE = "not compared with external controls: comparable adverse-event collection is not stated"
ONE_ARM = "one arm only: nothing to compare"


def miettinen_nurminen(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score interval of p1 - p2 (Miettinen & Nurminen 1985, with the factor N / (N - 1)).

    Args:
        x1, n1, x2, n2: events and subjects of both groups, length k.
        level: confidence level.

    Returns:
        Difference, lower and upper limit as fractions; null where a group is empty.
    """
    x1, n1, x2, n2 = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (x1, n1, x2, n2))
    )
    tables, back = np.unique(np.stack([x1, n1, x2, n2]), axis=1, return_inverse=True)
    a, m, b, n = tables
    known = (m > 0) & (n > 0)
    m, n = np.where(known, m, 1.0), np.where(known, n, 1.0)
    difference = a / m - b / n
    z2 = special.ndtri((1 + level) / 2) ** 2
    distinct = np.stack([a, m, b, n])
    lower, upper = (_limit(distinct, difference, z2, side) for side in (-1.0, 1.0))
    return tuple(np.where(known, v, np.nan)[back] for v in (difference, lower, upper))  # type: ignore[return-value]


def _limit(tables: np.ndarray, difference: np.ndarray, z2: float, side: float) -> np.ndarray:
    """Bisect between the difference and ±1 for the point where the score statistic reaches z²."""
    inside, outside = difference.copy(), np.full_like(difference, side)
    for _ in range(60):
        middle = (inside + outside) / 2
        reached = _score(tables, middle) > z2
        outside, inside = np.where(reached, middle, outside), np.where(reached, inside, middle)
    return (inside + outside) / 2


def _score(tables: np.ndarray, delta: np.ndarray) -> np.ndarray:
    """Chi-square score statistic of p1 - p2 = delta, with proportions estimated under that restriction."""
    a, m, b, n = tables
    total, events = m + n, a + b
    # The restricted estimate of p2 is a root of a cubic (Farrington & Manning 1990 give it in closed form).
    c2 = (m + 2 * n) * delta - total - events
    c1 = (n * delta - total - 2 * b) * delta + events
    c0 = b * delta * (1 - delta)
    q = c2**3 / (27 * total**3) - c1 * c2 / (6 * total**2) + c0 / (2 * total)
    p = np.where(q >= 0, 1.0, -1.0) * np.sqrt(np.maximum(c2**2 / (9 * total**2) - c1 / (3 * total), 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(p == 0, 0.0, q / p**3)
    angle = (np.pi + np.arccos(np.clip(ratio, -1, 1))) / 3
    p2 = np.clip(2 * p * np.cos(angle) - c2 / (3 * total), np.maximum(0, -delta), np.minimum(1, 1 - delta))
    p1 = np.clip(p2 + delta, 0, 1)
    variance = (p1 * (1 - p1) / m + p2 * (1 - p2) / n) * total / (total - 1)
    distance = (a / m - b / n - delta) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 0, distance / variance, np.where(distance > 1e-24, np.inf, 0.0))


def fisher_exact_p(x1: int, n1: int, x2: int, n2: int) -> float:
    """Two-sided p of Fisher's exact test: the tables no more probable than the one seen (as R's
    fisher.test).
    """
    events = x1 + x2
    k = np.arange(max(0, events - n2), min(events, n1) + 1)
    log = special.gammaln
    log_p = -(log(k + 1) + log(n1 - k + 1) + log(events - k + 1) + log(n2 - events + k + 1))
    weight = np.exp(log_p - log_p.max())
    seen = weight[x1 - k[0]]
    return float(min(1.0, weight[weight <= seen * (1 + 1e-7)].sum() / weight.sum()))


def risk_difference_table(
    overview: pd.DataFrame, by_term: pd.DataFrame, population: Population, settings: SafetySettings
) -> pd.DataFrame:
    """Each arm against the reference arm, for the overview and for emergent terms.

    Returns:
        Rows (category, level, soc, pt, arm, reference_arm): counts of both, difference_pct and its
        Miettinen–Nurminen limits in percentage points, p_fisher (null unless asked for), note.
    """
    cross = (population.subjects["excluded"] == OTHER_SOURCE).any()
    rows = _rows(overview, by_term)
    if settings.reference_arm is not None and settings.reference_arm not in population.arms:
        there = ", ".join(population.arms) or "none"
        return _refused(
            rows, None, f"safety.reference_arm {settings.reference_arm!r} is no arm here: {there}"
        )
    reference = reference_arm(population.arms, settings)
    others = [arm for arm in population.arms if arm != reference]
    if not others:
        return _refused(rows, reference, CROSS_SOURCE if cross else ONE_ARM)
    keys = ["category", "level", "soc", "pt"]
    against = rows[rows["arm"] == reference].drop(columns=["arm", "arm_order"])
    table = rows[rows["arm"] != reference].merge(against, on=keys, suffixes=("", "_reference"))
    table.insert(1, "reference_arm", reference)
    counts = [
        table[c].to_numpy(dtype=np.float64)
        for c in ("n_subject", "n_total", "n_subject_reference", "n_total_reference")
    ]
    unknown = np.isnan(np.stack(counts)).any(axis=0)
    x1, n1, x2, n2 = (np.where(unknown, 0, c) for c in counts)
    estimate = miettinen_nurminen(x1, n1, x2, n2, settings.level)
    for name, values in zip(("difference_pct", "ci_lower", "ci_upper"), estimate, strict=True):
        table[name] = np.where(unknown, np.nan, 100 * values)
    table["p_fisher"] = _fisher(counts, unknown) if settings.fisher else np.nan
    table["method"] = "Miettinen–Nurminen"
    empty = table["difference_pct"].isna()
    table["note"] = noted(unknown, "a count cannot be made", noted(empty, "an arm is empty"))
    if cross:
        table = pd.concat(
            [table, _refused(rows[rows["arm"] == others[0]], None, CROSS_SOURCE)], ignore_index=True
        )
    return table


def reference_arm(arms: tuple[str, ...], settings: SafetySettings) -> str | None:
    """The arm of the protocol; where it names none, the one called placebo or control; else the first."""
    if settings.reference_arm is not None:
        return settings.reference_arm
    named = [arm for arm in arms if any(word in arm.upper() for word in ("PLACEBO", "CONTROL"))]
    candidates = named or list(arms)
    return candidates[0] if candidates else None


def _rows(overview: pd.DataFrame, by_term: pd.DataFrame) -> pd.DataFrame:
    columns = ["arm", "category", "level", "soc", "pt", "n_subject", "n_total", "arm_order"]
    categories = overview.assign(level="category", soc=None, pt=None)[columns]
    terms = by_term[(by_term["subset"] == "emergent") & (by_term["level"] != "overall")]
    rows = pd.concat(
        [categories.astype({"soc": object, "pt": object}), terms.assign(category="emergent")[columns]]
    )
    return rows.reset_index(drop=True)


def _refused(rows: pd.DataFrame, reference: str | None, note: str) -> pd.DataFrame:
    rows = rows[rows["level"] == "category"].assign(reference_arm=None if note == CROSS_SOURCE else reference)
    empty = dict.fromkeys(
        ("n_subject_reference", "n_total_reference", "difference_pct", "ci_lower", "ci_upper", "p_fisher"),
        np.nan,
    )
    return rows.assign(**empty, method="Miettinen–Nurminen", note=note).reset_index(drop=True)


def _fisher(counts: list[np.ndarray], unknown: np.ndarray) -> np.ndarray:
    tables = np.where(unknown, -1, np.stack(counts)).astype(np.int64)
    distinct, back = np.unique(tables, axis=1, return_inverse=True)
    usable = (distinct[1] > 0) & (distinct[3] > 0)
    p = [fisher_exact_p(*column) if ok else np.nan for column, ok in zip(distinct.T, usable, strict=True)]
    return np.array(p)[back]
