"""Makes the fabricated build and the delivery builder importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))
