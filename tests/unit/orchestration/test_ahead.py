"""What takes long to import is imported while dbt runs, and by nothing before."""

import subprocess
import sys

from orchestration.night.ahead import SLOW

PROBE = f"""
import sys
import orchestration.definitions
from orchestration.night.ahead import import_ahead
names = {SLOW!r}
assert not [name for name in names if name in sys.modules], "imported by the definitions"
import_ahead().join()
assert all(name in sys.modules for name in names)
"""


def test_nothing_slow_is_imported_before_dbt_runs_and_all_of_it_meanwhile() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
