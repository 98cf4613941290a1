"""Speed of the design stage against peers, on simulated scores and covariates.

Run with `python tests/benchmarks/bench_design.py [--r "Rscript"] [--small]`. Prints seconds (best of three, compiled
beforehand), the target, and the peer's time and ratio where the peer runs here: scikit-learn and statsmodels always,
MatchIt and glm through the given R command.
"""

import argparse
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.balance.table import covariate_balance
from analytics.matching.caliper import caliper_width
from analytics.matching.nearest import match_nearest, nearest_pairs
from analytics.propensity.logistic import fit_logistic
from analytics.propensity.model import fit_propensity

R_MATCH = """
suppressMessages(library(MatchIt)); d <- read.csv("{csv}")
seconds <- min(replicate({times}, system.time(suppressWarnings(
  matchit(t ~ s, data = d, distance = d$s, caliper = .2)))[["elapsed"]])); cat(seconds)
"""
R_GLM = """
d <- read.csv("{csv}"); f <- reformulate(setdiff(names(d), "t"), "t")
cat(min(replicate({times}, system.time(glm(f, data = d, family = binomial))[["elapsed"]])))
"""
R_BALANCE = """
suppressMessages(library(MatchIt)); d <- read.csv("{csv}"); f <- reformulate(setdiff(names(d), "t"), "t")
m <- matchit(f, data = d, method = NULL, distance = "glm")
cat(min(replicate({times}, system.time(summary(m))[["elapsed"]])))
"""


def best(work: Callable[[], Any], times: int = 3) -> float:
    work()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def in_r(command: str | None, script: str, data: pd.DataFrame, times: int = 3) -> float | None:
    """Seconds of an R script on the data; None without R. A command such as `chroot DIR Rscript` reads below DIR."""
    if command is None:
        return None
    words = shlex.split(command)
    root = Path(words[words.index("chroot") + 1]) if "chroot" in words else Path("/")
    with tempfile.TemporaryDirectory(dir=root / "tmp") as folder:
        inside = Path("/") / Path(folder).relative_to(root)
        data.to_csv(Path(folder) / "d.csv", index=False)
        (Path(folder) / "b.R").write_text(script.format(csv=inside / "d.csv", times=times))
        done = subprocess.run([*words, str(inside / "b.R")], capture_output=True, text=True, check=True)
    return float(done.stdout.strip().split()[-1])


def report(
    work: str, seconds: float, target: float, peer: str = "", peer_seconds: float | None = None
) -> None:
    ratio = "" if peer_seconds is None else f"{peer} {peer_seconds:8.3f} s   {peer_seconds / seconds:6.1f} x"
    met = "met" if seconds <= target else "MISSED"
    print(f"{work:58s} {seconds:8.4f} s   reach {target:6.3f} {met:7s} {ratio}", flush=True)


def scores(n: int, share: float, shift: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    treated = (rng.random(n) < share).astype(np.int64)
    return (
        treated,
        rng.normal(size=n) + shift * treated,
        np.array([f"S{i:07d}" for i in range(n)], dtype=object),
    )


def covariates(n: int, p: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(n, p)), columns=[f"x{j}" for j in range(p)])
    logit = frame.to_numpy() @ np.linspace(-0.4, 0.4, p) - 1.5
    return frame, (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(np.int64)


def bench_matching(r: str | None, scale: int) -> None:
    for n, share, shift, target in (
        (100_000, 0.2, 1.0, 0.05),
        (1_000_000, 0.2, 1.0, 0.5),
        (300_000, 0.6, 0.5, 0.3),
    ):
        treated, score, ids = scores(n // scale, share, shift)
        peer = in_r(r, R_MATCH, pd.DataFrame({"t": treated, "s": score}), times=1)
        label = f"match 1:1, caliper .2, {n // scale:,} rows, {share:.0%} treated"
        width = caliper_width(score, treated, 0.2, "pooled_logit")
        arrays = best(partial(nearest_pairs, treated, score, width))
        report(f"{label}, arrays", arrays, target, "MatchIt", peer)
        report(f"{label}, frames", best(partial(match_nearest, treated, score, ids)), target, "MatchIt", peer)


def bench_propensity(r: str | None, scale: int) -> None:
    frame, treated = covariates(1_000_000 // scale, 10)
    values = np.ascontiguousarray(frame.to_numpy().T)
    peer = in_r(r, R_GLM, frame.assign(t=treated), times=1)
    label = f"logistic score, {len(frame):,} x 10"
    report(f"{label}, arrays", best(lambda: fit_logistic(values, treated)), 1.5, "glm", peer)
    report(f"{label}, frames", best(lambda: fit_propensity(frame, treated)), 1.5, "glm", peer)
    from sklearn.linear_model import LogisticRegression

    peer = best(lambda: LogisticRegression(C=np.inf, tol=1e-8).fit(frame, treated), times=1)
    report(f"{label}, arrays", best(lambda: fit_logistic(values, treated)), 1.5, "scikit-learn", peer)


def bench_balance(r: str | None, scale: int) -> None:
    frame, treated = covariates(100_000 // scale, 10)
    peer = in_r(r, R_BALANCE, frame.assign(t=treated))
    label = f"SMD, variance ratio, KS, 10 covariates, {len(frame):,} rows"
    report(label, best(lambda: covariate_balance(frame, treated)), 0.3, "MatchIt", peer)


def bench_replicate() -> None:
    frame, _ = covariates(3157, 7)
    treated = np.r_[np.ones(157), np.zeros(3000)].astype(np.int64)
    values = np.ascontiguousarray(frame.to_numpy().T)

    def replicate() -> None:
        coefficient = fit_logistic(values, treated).coefficient
        logit = coefficient[0] + coefficient[1:] @ values
        nearest_pairs(treated, logit, caliper_width(logit, treated, 0.2, "pooled_logit"))

    report("one replicate of score and match, 157 x 3,000", best(replicate, times=50), 0.004)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--r", help='R command, e.g. "Rscript"')
    parser.add_argument("--small", action="store_true", help="a tenth of the rows")
    options = parser.parse_args()
    scale = 10 if options.small else 1
    bench_replicate()
    bench_balance(options.r, scale)
    bench_matching(options.r, scale)
    bench_propensity(options.r, scale)


if __name__ == "__main__":
    main()
