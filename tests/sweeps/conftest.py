"""What the sweeps share with the integration tests: their homes and fabricated builds."""

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "faults"), str(TESTS / "integration" / "releases"), str(TESTS / "integration")]
