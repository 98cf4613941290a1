"""A score has the same bits however its kernels were compiled and whatever linear algebra the processor has (F45)."""

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


PENALISED = """
import numpy as np
from analytics.propensity.penalised import fit_penalised
draw = np.random.default_rng(7)
values = draw.standard_normal((5, 1237))
arm = (draw.random(1237) < 1 / (1 + np.exp(-values[0]))).astype(float)
for mixing in (0.0, 0.5, 1.0):
    print(fit_penalised(values, arm, mixing, 0.01).coefficient.tobytes().hex())
"""


def printed(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_score_has_the_same_bits_freshly_compiled_from_the_cache_and_for_any_processor(
    tmp_path: Path,
) -> None:
    cache, other = str(tmp_path / "cache"), str(tmp_path / "other")
    fresh = printed(FIT, NUMBA_CACHE_DIR=cache)
    assert printed(FIT, NUMBA_CACHE_DIR=cache) == fresh
    assert printed(FIT, NUMBA_CACHE_DIR=other, NUMBA_CPU_NAME="generic") == fresh


def test_a_penalised_score_has_the_same_bits_on_any_processor_and_number_of_threads() -> None:
    usual = printed(PENALISED, OPENBLAS_NUM_THREADS="2")
    assert printed(PENALISED, OPENBLAS_NUM_THREADS="1", OPENBLAS_CORETYPE="Prescott") == usual
