"""Tables of a validation study: bias, spread and coverage of estimates, rejections of tests.

Belongs here: what is counted over replicates, and its Markdown. Does not belong here: replicates, generators.
"""

import numpy as np
import pandas as pd
from scipy.special import stdtrit

FEWEST = 100
"""Replicates of which a share of rejections is held against a bound."""
COLUMNS = {
    "estimator": "Estimator",
    "true_ratio": "Truth (ratio)",
    "mean_ratio": "Mean (ratio)",
    "bias": "Bias (log)",
    "bias_error": "± Monte Carlo",
    "spread": "Spread",
    "mean_standard_error": "Mean SE",
    "coverage_pct": "Coverage, %",
}

DIFFERENCES = COLUMNS | {"true_ratio": "Truth", "mean_ratio": "Mean", "bias": "Bias"}
"""Headings where estimates are differences, not log ratios."""


def summarise(estimates: pd.DataFrame, *, differences: bool = False) -> pd.DataFrame:
    """Bias with its Monte Carlo error, spread, mean standard error and coverage of the 95 % interval.

    Args:
        estimates: estimator, estimate, standard_error, degrees_of_freedom, truth (log ratios); one row per replicate.
        differences: whether they are differences, which are shown as they are.
    """
    rows, shown = [], float if differences else np.exp
    for name, part in estimates.groupby("estimator", sort=False):
        gap = part["estimate"] - part["truth"]
        reach = stdtrit(part["degrees_of_freedom"], 0.975) * part["standard_error"]
        n = len(part)
        rows.append(
            {
                "estimator": name,
                "true_ratio": float(shown(part["truth"].iloc[0])),
                "mean_ratio": float(shown(part["estimate"].mean())),
                "bias": float(gap.mean()),
                "bias_error": float(gap.std(ddof=1) / np.sqrt(n)),
                "spread": float(part["estimate"].std(ddof=1)),
                "mean_standard_error": float(part["standard_error"].mean()),
                "coverage_pct": float(100 * (gap.abs() <= reach).mean()),
                "n_replicate": n,
            }
        )
    return pd.DataFrame(rows)


def markdown(table: pd.DataFrame, *, differences: bool = False) -> str:
    """A Markdown table with the columns a reader needs."""
    headings = (DIFFERENCES if differences else COLUMNS).values()
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    for row in table.to_dict("records"):
        cells = [
            str(row["estimator"]),
            *(f"{row[c]:.3f}" for c in list(COLUMNS)[1:-1]),
            f"{row['coverage_pct']:.1f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def rejections(made: pd.DataFrame, alpha: float = 0.05) -> str:
    """A Markdown table of how often each test rejects at the level `alpha`, of the replicates in which it was made.

    A share of a few says nothing: it has a bound from `FEWEST` on.

    Args:
        made: estimator (the test), estimate (its p-value; null where it was not made).
        alpha: the level.
    """
    lines = ["| Test | Made | Rejects, % | At most, % |", "|---|---:|---:|---:|"]
    for name, part in made.groupby("estimator", sort=False):
        known = part["estimate"].dropna()
        if not len(known):
            lines.append(f"| {name} | 0 | | |")
            continue
        most = 100 * (alpha + 2 * np.sqrt(alpha * (1 - alpha) / len(known)))
        bound = f" {most:.1f}" if len(known) >= FEWEST else ""
        lines.append(f"| {name} | {len(known)} | {100 * (known <= alpha).mean():.1f} |{bound} |")
    return "\n".join(lines)
