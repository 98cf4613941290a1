"""What several kinds of tests share: one refreshed home, made once for all workers of a run."""

import fcntl
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from analytics.kernels import user_folder

sys.path.insert(0, str(Path(__file__).parent / "integration" / "orchestration"))

# Homes come and go; what they compile stays.
os.environ.setdefault("NUMBA_CACHE_DIR", str(user_folder()))

# The same examples in every run, so that a change is judged by what it changed; HYPOTHESIS_PROFILE=default draws new ones.
settings.register_profile("same_examples", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same_examples"))


@pytest.fixture(scope="session")
def refreshed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two data cuts, both released. Shared by all workers: a test that changes it works on a copy."""
    from homes import make_home, vigil

    base = tmp_path_factory.getbasetemp()
    # Workers of one run have folders side by side; alone, the run's own folder serves.
    shared = (base.parent if base.name.startswith("popen-") else base) / "refreshed_home"
    with open(shared.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "releases" / "current").exists():
            make_home(shared, cuts=2)
            assert vigil(shared, "refresh") == 0
    return shared
