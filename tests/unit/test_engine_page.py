"""The engine's page: its example runs and prints what it says, and its list is the public surface."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import analytics

PAGE = (Path(__file__).parents[2] / "docs" / "engine.md").read_text()


def test_the_example_prints_what_the_page_says() -> None:
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        exec("\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.S)), {})
    (expected,) = re.findall(r"```text\n(.*?)```", PAGE, re.S)
    assert written.getvalue() == expected


def test_the_list_is_the_public_surface_and_every_name_is_there() -> None:
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.M) == analytics.__all__
    for name in analytics.__all__:
        assert callable(getattr(analytics, name))
        assert getattr(analytics, name).__doc__, name


def test_the_package_is_imported_without_its_libraries() -> None:
    heavy = "{'numpy', 'pandas', 'numba', 'scipy'}"
    code = f"import sys, analytics; analytics.__all__; dir(analytics); assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
