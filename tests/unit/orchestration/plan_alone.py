"""Plans a night in a process of its own, and says what that took: `python plan_alone.py HOME` prints one JSON object."""

import json
import re
import sys
import time
from pathlib import Path

# What reading imports where it first needs it is no part of what a delivery takes.
import pandas as pd
import pyarrow as pa

from orchestration.night.plan import refresh_plan
from orchestration.settings import Settings


def peak_mebibytes() -> float:
    """The most memory this process has held; `getrusage` would count its parent's too."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(match[1]) / 1024 if match else float("nan")


if __name__ == "__main__":
    settings = Settings(Path(sys.argv[1]), settle_seconds=0)
    assert pd, pa
    # What imports hold depends on the machine.
    before = peak_mebibytes()
    started = time.perf_counter()
    plan = refresh_plan(settings, settings.protocol(), reading=True)
    print(
        json.dumps(
            {
                "cuts": [(cut.data_cut, cut.inputs.proact.delivery.release) for cut in plan.cuts],
                "set_aside": plan.set_aside,
                "seconds": time.perf_counter() - started,
                "mebibytes": peak_mebibytes() - before,
            }
        )
    )
