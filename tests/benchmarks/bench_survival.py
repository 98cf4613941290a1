"""Time of the survival estimators against lifelines, statsmodels and, where it is installed, R's survival.

    python -m tests.benchmarks.bench_survival [--rows 100000 1000000] [--peers]

Each line: the best of three runs after one that compiles; with --peers the peers once on the same data, and the
ratio. lifelines and statsmodels need minutes from 100,000 rows on: 20,000 show the ratio as well.
"""

import argparse
import shutil
import subprocess
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from statsmodels.duration.hazard_regression import PHReg

from analytics.survival.cox import fit_cox, fit_cox_arrays
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.log_rank import log_rank
from analytics.survival.proportional_hazards import proportional_hazards_test
from analytics.survival.records import Records

R_CODE = """
suppressMessages(library(survival)); d <- read.csv("{path}"); X <- as.matrix(d[, paste0("x", 0:10)])
best <- function(f) min(replicate(3, system.time(f())[["elapsed"]]))
S <- Surv(d$stop, d$event); fit <- coxph(S ~ X)
cat("cox", best(function() coxph(S ~ X)), "\\npairs", best(function() coxph(S ~ x0 + strata(set), d)),
    "\\nrobust", best(function() coxph(S ~ x0, d, weights = w, robust = TRUE)),
    "\\nph_test", best(function() cox.zph(fit, terms = FALSE)), "\\n")
"""


@dataclass(frozen=True)
class Case:
    """Heavily tied follow-up of n subjects, 11 covariates, pairs and weights."""

    stop: np.ndarray
    event: np.ndarray
    x: pd.DataFrame
    pair: np.ndarray
    weights: np.ndarray

    def records(self, **given: np.ndarray) -> Records:
        """Follow-up with the fields given."""
        return Records(self.stop, self.event, **given)


def make_case(n: int, seed: int = 20260101) -> Case:
    """Times in whole days up to 500, so that thousands are tied."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, 11))
    x[:, ::3] = x[:, ::3] > 0
    died = np.ceil(rng.exponential(200 * np.exp(-(x @ np.linspace(-0.3, 0.3, 11)))))
    censored = np.ceil(rng.uniform(50, 500, n))
    frame = pd.DataFrame(x, columns=[f"x{j}" for j in range(11)])
    return Case(
        np.minimum(died, censored), died <= censored, frame, np.arange(n) // 2, rng.uniform(0.5, 2, n)
    )


def best_of(run: Callable[[], object], times: int = 3) -> float:
    """Best wall time in seconds; the first run, which compiles, does not count."""
    run()
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def peak_memory(run: Callable[[], object]) -> float:
    """Peak of newly allocated memory in MB."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def ours(case: Case) -> dict[str, Callable[[], object]]:
    """The estimators by name."""
    fit = fit_cox(case.records(), case.x)
    one = case.x[["x0"]]
    return {
        "cox": lambda: fit_cox(case.records(), case.x),
        "pairs": lambda: fit_cox(case.records(strata=case.pair), one),
        "robust": lambda: fit_cox(case.records(weight=case.weights), one, robust=True),
        "ph_test": lambda: proportional_hazards_test(case.records(), case.x, fit=fit),
        "kaplan_meier": lambda: kaplan_meier(case.records()),
        "kaplan_meier_robust": lambda: kaplan_meier(case.records(weight=case.weights)),
        "log_rank_pairs": lambda: log_rank(case.records(strata=case.pair), case.x["x0"]),
    }


def python_peers(case: Case) -> dict[str, dict[str, float]]:
    """lifelines and statsmodels on the same data, one run each."""
    frame = case.x.assign(stop=case.stop, event=case.event)
    weighted = frame[["x0", "stop", "event"]].assign(w=case.weights)
    timed = {
        ("lifelines", "cox"): lambda: CoxPHFitter().fit(frame, "stop", "event"),
        ("lifelines", "robust"): lambda: CoxPHFitter().fit(
            weighted, "stop", "event", weights_col="w", robust=True
        ),
        ("lifelines", "kaplan_meier"): lambda: KaplanMeierFitter().fit(case.stop, case.event),
        ("statsmodels", "cox"): lambda: PHReg(case.stop, case.x, case.event * 1, ties="efron").fit(),
    }
    results: dict[str, dict[str, float]] = {}
    for (peer, name), run in timed.items():
        begin = time.perf_counter()
        run()
        results.setdefault(peer, {})[name] = time.perf_counter() - begin
    return results


def r_peer(case: Case) -> dict[str, float]:
    """R's survival on the same data; empty when R is not installed."""
    if shutil.which("Rscript") is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.csv"
        frame = case.x.assign(stop=case.stop, event=case.event * 1, set=case.pair, w=case.weights)
        frame.to_csv(path, index=False)
        code = R_CODE.format(path=path)
        printed = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=False).stdout
    return {line.split()[0]: float(line.split()[1]) for line in printed.splitlines() if line.strip()}


def report(n: int, peers: bool) -> None:
    """Print one line per estimator."""
    case = make_case(n)
    rivals = {**python_peers(case), "R survival": r_peer(case)} if peers else {}
    for name, run in ours(case).items():
        seconds = best_of(run)
        line = f"{n:>9,} rows  {name:<20} {seconds:8.3f} s  peak {peak_memory(run):7.0f} MB"
        for peer, times in rivals.items():
            if name in times:
                line += f"  {peer} {times[name]:.3f} s = {times[name] / seconds:.1f}×"
        print(line, flush=True)


def report_small() -> None:
    """Print the time of one fit of a matched set of 157 pairs, as bootstraps make by the thousand."""
    case = make_case(314)
    x = case.x[["x0"]].to_numpy()
    for label, records in (
        ("model variance", case.records().checked()),
        ("pair-robust", case.records(cluster=case.pair).checked()),
    ):
        seconds = best_of(lambda r=records: [fit_cox_arrays(r, x) for _ in range(200)])
        print(f"      314 rows  fit_cox_arrays, {label:<15} {seconds / 200 * 1e3:.3f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--peers", action="store_true", help="time lifelines, statsmodels and R as well")
    chosen = parser.parse_args()
    report_small()
    for rows in chosen.rows:
        report(rows, chosen.peers)
