"""One data cut at full scale in a cold process: wall time, peak memory and where the time goes, step by step.

Run with `python tests/benchmarks/bench_refresh.py`. Prints figures; asserts nothing, as machines are noisy.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration

LINE = re.compile(r"^\s+([\d.]+) s\s+(.+)$")
RELEASED = re.compile(r"^\s+released in (\d+) s$", re.MULTILINE)
VIGIL = Path(sys.executable).with_name("vigil")


def main() -> None:
    """Simulate, refresh, print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        started = time.perf_counter()
        write_demonstration(home, SimulationSettings.full(cuts=default_cuts(1)))
        print(f"{time.perf_counter() - started:7.1f} s  writing the demonstration (full scale, one data cut)")
        environment = {**os.environ, "VIGIL_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
        # What `make setup` does once, not every night.
        subprocess.run([VIGIL, "setup"], env=environment, check=True)
        for attempt in ("first refresh, nothing stored", "nothing new"):
            _timed(attempt, environment)


def _timed(attempt: str, environment: dict[str, str]) -> None:
    started = time.perf_counter()
    done = subprocess.run(
        [VIGIL, "refresh"],
        env={**environment, "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\n{wall:7.1f} s  {attempt}: exit {done.returncode}, largest process {peak:.0f} MiB")
    steps = [(float(found[1]), found[2]) for found in map(LINE.match, done.stdout.splitlines()) if found]
    if not steps:
        return
    released = float(RELEASED.findall(done.stdout)[-1])
    ends = [at for at, _ in steps[1:]] + [released]
    for (at, name), end in sorted(zip(steps, ends, strict=True), key=lambda step: step[0][0] - step[1]):
        print(f"{end - at:11.1f} s  {name}")
    print(f"{steps[0][0]:11.1f} s  Dagster before the first step")
    print(f"{wall - released:11.1f} s  process: imports, definitions, plan; headline and exit")


if __name__ == "__main__":
    main()
