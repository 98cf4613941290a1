"""Great Expectations is imported without Spark's client, in processes of every beginning."""

import subprocess
import sys

import pytest

ASKED = """
import sys
from expectations.library import gx, gxe
gxe.ExpectColumnToExist, gx.get_context
print(sorted(name for name in sys.modules if name.partition(".")[0] == "pyspark"))
"""


@pytest.mark.parametrize("before", ["", "import pyspark\n"])
def test_a_process_that_was_begun_without_a_file_goes_on(before: str) -> None:
    begun = "import sys; exec(eval(sys.stdin.readline()))"
    done = subprocess.run(
        [sys.executable, "-c", begun],
        input=repr(before + ASKED) + "\n",
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ("pyspark" in done.stdout) == bool(before)
