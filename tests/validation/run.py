"""Runs the validation study and writes its table: `python -m tests.validation.run`.

Here: how many replicates, which truths, and the page `docs/validation.md`. Not here: estimators or generators.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from tests.validation import dosing_study, imputed_cohorts, imputed_study, treatment_study
from tests.validation.treatment_study import summarise

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
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


def main() -> None:
    """Runs the study and rewrites the page between its markers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    started = time.perf_counter()
    text = tables(given.replicates, given.seed)
    before, _, rest = given.page.read_text(encoding="utf-8").partition("<!-- results -->")
    after = rest.partition("<!-- end of results -->")[2]
    page = f"{before}<!-- results -->\n{text}<!-- end of results -->{after}"
    given.page.write_text(page, encoding="utf-8")
    print(f"{time.perf_counter() - started:.0f} s; written to {given.page.name}")


def tables(n_replicate: int, seed: int) -> str:
    """The tables as Markdown."""
    studies: dict[str, Callable[[], pd.DataFrame]] = {
        "No effect planted (conditional hazard ratio 1)": lambda: treatment_study.replicate_estimates(
            1.0, n_replicate, seed
        ),
        "Conditional hazard ratio 0.6": lambda: treatment_study.replicate_estimates(0.6, n_replicate, seed),
        "No effect, covariates missing for the fast, whole studies": lambda: (
            imputed_study.replicate_estimates(imputed_cohorts.gaps_by_speed, n_replicate, seed)
        ),
        "No effect, covariates missing by site, another survival": lambda: imputed_study.replicate_estimates(
            imputed_cohorts.gaps_by_site, n_replicate, seed
        ),
    }
    for title, draw in dosing_study.COHORTS.items():
        studies[title] = partial(dosing_study.replicate_estimates, draw, n_replicate, seed)
    parts = [f"\n{n_replicate} replicates each, seed {seed}.\n"]
    for title, estimates in studies.items():
        parts.append(f"\n### {title}\n\n{_markdown(summarise(estimates()))}\n")
        print(parts[-1], flush=True)
    return "".join(parts)


def _markdown(table: pd.DataFrame) -> str:
    """A Markdown table with the columns a reader needs."""
    lines = ["| " + " | ".join(COLUMNS.values()) + " |", "|---|" + "---:|" * (len(COLUMNS) - 1)]
    for row in table.to_dict("records"):
        cells = [
            str(row["estimator"]),
            *(f"{row[c]:.3f}" for c in list(COLUMNS)[1:-1]),
            f"{row['coverage_pct']:.1f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
