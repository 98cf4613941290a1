"""The whole pipeline against the truth it was given: simulated deliveries → dbt marts → headline, seed by seed.

Crude, matched and adjusted hazard ratio of each study, held against the truth of its own estimand. Run with
`python -m tests.validation.whole_pipeline --seeds 24`; it rewrites `docs/validation-pipeline.md`.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY / "tests" / "integration"))

from simulated_marts import build_simulated_marts, pseudonym

from analytics.comparison import cox_models
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.mart_slices import mart_slice
from analytics.protocol import Protocol
from analytics.simulation import SimulatedStudy, SimulationSettings, default_cuts, true_estimands
from analytics.stages.variant import design, headline

OUT = REPOSITORY / "docs" / "validation-pipeline.md"
ESTIMATORS = ("crude", "matched", "adjusted")
STUDYID = "LENZPMS-"


@dataclass(frozen=True)
class Found:
    """Log hazard ratios, their limits and their truths, by estimator."""

    estimate: dict[str, float]
    lower: dict[str, float]
    upper: dict[str, float]
    truth: dict[str, float]


def one_study(seed: int, hazard_ratio: float, folder: Path, target: Path) -> Found:
    """Simulate, build the marts of the last cut, estimate."""
    settings = SimulationSettings.small(seed=seed, hazard_ratio=hazard_ratio, cuts=default_cuts(3))
    build, study = build_simulated_marts(folder, settings, target=target, dbt_tests=False)
    part = mart_slice(Protocol(), "adtte")
    assert part is not None
    columns = ", ".join(part.columns)
    import duckdb

    with duckdb.connect(str(build.database), read_only=True) as connection:
        marts = {
            "adsl": connection.sql("from marts.adsl").df(),
            "adtte": connection.sql(f"select {columns} from marts.adtte").df(),
        }
    return _estimates(study, marts)


def _estimates(study: SimulatedStudy, marts: dict[str, pd.DataFrame]) -> Found:
    protocol = Protocol()
    tables = design(protocol, marts)
    adjusted = next(model for model in protocol.outcome.cox if model.population == "all")
    row = cox_models.fit_model(protocol, tables, adjusted, protocol.primary).effect
    pooled = {name: headline(protocol, tables, name).hazard_ratio for name in (CRUDE, MATCHED)}
    truth = _truths(study, tables)
    return Found(
        {**{n: p.estimate for n, p in pooled.items()}, "adjusted": float(np.log(row["estimate"]))},
        {**{n: p.ci_lower for n, p in pooled.items()}, "adjusted": float(np.log(row["ci_lower"]))},
        {**{n: p.ci_upper for n, p in pooled.items()}, "adjusted": float(np.log(row["ci_upper"]))},
        truth,
    )


def _truths(study: SimulatedStudy, tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Marginal over the matched treated (crude is held against all eligible treated), and what was planted."""
    outcomes = study.truth["potential_outcomes"]
    delivered = {STUDYID + pseudonym(subject): subject for subject in outcomes["subject_id"]}
    treated = tables["analysis_set"].query("treated == 1")["usubjid"]
    matched = tables["matched_set"].query("treated == 1")["usubjid"].drop_duplicates()
    logs = {}
    for name, people in (("crude", treated), ("matched", matched)):
        found = true_estimands(outcomes, [delivered[subject] for subject in people])
        logs[name] = float(np.log(found["marginal_hazard_ratio"]))
    return {**logs, "adjusted": float(np.log(study.settings.hazard_ratio))}


def table_of(found: list[Found], hazard_ratio: float) -> str:
    """A Markdown table of one planted hazard ratio."""
    lines = [
        f"### Planted conditional hazard ratio {hazard_ratio:g}, {len(found)} seeds",
        "",
        "| Estimate | Truth (HR) | Mean (HR) | Bias (log HR) | ± Monte Carlo | Spread | Coverage, % |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in ESTIMATORS:
        estimate, truth = (
            np.array([getattr(f, part)[name] for f in found]) for part in ("estimate", "truth")
        )
        inside = [f.lower[name] <= f.truth[name] <= f.upper[name] for f in found]
        bias = estimate - truth
        lines.append(
            f"| {name} | {np.exp(truth.mean()):.3f} | {np.exp(estimate.mean()):.3f} | {bias.mean():+.3f} | "
            f"{bias.std(ddof=1) / np.sqrt(len(bias)):.3f} | {estimate.std(ddof=1):.3f} | {100 * np.mean(inside):.0f} |"
        )
    return "\n".join(lines)


INTRODUCTION = """# The whole pipeline against a known truth

Simulated deliveries at small scale, built into marts by the SQL of the nightly job and analysed by its own stages, seed
by seed. "Crude" is held against the marginal truth of the eligible treated, "matched" against that of the matched
treated, "adjusted" (everyone eligible) against the conditional hazard ratio that was planted. Made by
`python -m tests.validation.whole_pipeline`; seeds run from 1 upwards.
"""


def main() -> None:
    """Run and write the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--hazard-ratios", type=float, nargs="+", default=[1.0])
    arguments = parser.parse_args()
    parts = [INTRODUCTION]
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "target"
        for hazard_ratio in arguments.hazard_ratios:
            found = []
            for seed in range(1, arguments.seeds + 1):
                found.append(one_study(seed, hazard_ratio, Path(scratch) / f"{hazard_ratio}-{seed}", target))
                print(
                    hazard_ratio,
                    seed,
                    {k: round(float(np.exp(v)), 3) for k, v in found[-1].estimate.items()},
                    flush=True,
                )
            parts.append(table_of(found, hazard_ratio) + "\n")
    OUT.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
