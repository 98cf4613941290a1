"""The compiled kernels give the same bits however they were compiled: freshly, from the cache, or for another processor."""

import os
import subprocess
import sys
from pathlib import Path

FIT = """
import numpy as np
from analytics.propensity.logistic import fit_logistic
draw = np.random.default_rng(7)
values = draw.standard_normal((5, 1237))
arm = (draw.random(1237) < 1 / (1 + np.exp(-values[0]))).astype(float)
print(fit_logistic(values, arm).coefficient.tobytes().hex())
"""


def fitted(cache: Path, processor: str | None = None) -> str:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    if processor:
        environment["NUMBA_CPU_NAME"] = processor
    done = subprocess.run(
        [sys.executable, "-c", FIT], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_score_has_the_same_bits_freshly_compiled_from_the_cache_and_for_any_processor(
    tmp_path: Path,
) -> None:
    fresh = fitted(tmp_path / "cache")
    assert fitted(tmp_path / "cache") == fresh
    assert fitted(tmp_path / "other", processor="generic") == fresh
