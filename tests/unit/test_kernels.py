"""Machine code always belongs to the sources: whatever kernel changes, the next process computes with it."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analytics import kernels
from orchestration.dagster_parts.instance import prepare_instance
from orchestration.settings import Settings

FIT = """
import numpy as np
from analytics.survival.cox import fit_cox_arrays
from analytics.survival.records import Records
records = Records([3.0, 3, 3, 5, 5, 8, 9], [1, 1, 0, 1, 1, 0, 1]).checked()
x = np.array([[1.0], [0], [1], [0], [1], [0], [0]])
print(*(fit_cox_arrays(records, x, ties=ties).coefficient[0] for ties in ("efron", "breslow")))
"""


def printed(code: str, folder: Path, **environment: str) -> str:
    given = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**given, "PYTHONPATH": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_changed_kernel_is_used_by_the_kernels_that_inline_it_and_so_is_the_old_one_put_back(
    tmp_path: Path,
) -> None:
    shutil.copytree(kernels.PACKAGE, tmp_path / "analytics", ignore=shutil.ignore_patterns("__pycache__"))
    shared = tmp_path / "analytics" / "survival" / "risk_set_kernel.py"
    source = shared.read_text()

    def fitted() -> tuple[float, float]:
        efron, breslow = printed(FIT, tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache")).split()
        return float(efron), float(breslow)

    efron, breslow = fitted()
    assert efron != pytest.approx(breslow, rel=1e-3)
    assert source.count("share = k / n_deaths") == 1
    shared.write_text(source.replace("share = k / n_deaths", "share = 0.0"))
    assert fitted() == pytest.approx((breslow, breslow), rel=1e-12)
    shared.write_text(source)
    assert fitted() == (efron, breslow)


def test_compiled_functions_depend_on_nothing_that_the_hash_leaves_out() -> None:
    for path in kernels.PACKAGE.rglob("*.py"):
        tree = ast.walk(ast.parse(path.read_text()))
        imported = {node.module or "" for node in tree if isinstance(node, ast.ImportFrom)}
        if path.name.endswith("_kernel.py"):
            ours = {
                name for name in imported if name.startswith("analytics.") and not name.endswith("_kernel")
            }
            assert ours <= {"analytics.kernels", "analytics.survival.arrays"}, path
        else:
            assert "analytics.kernels" not in imported, (
                f"{path}: a compiled function belongs in a *_kernel.py"
            )
            assert path.name == "kernels.py" or "numba" not in path.read_text(), path


def test_a_new_folder_takes_the_place_of_the_one_longest_unused_and_of_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "somebody's").mkdir()
    keys = [f"{number:064x}" for number in range(kernels.KEPT + 1)]
    for age, key in zip((5, 4, 1, 3), keys, strict=False):
        os.utime(kernels.keyed_folder(tmp_path, key), (age, age))
    kernels.keyed_folder(tmp_path, keys[0])
    kernels.keyed_folder(tmp_path, keys[-1])
    left = {folder.name for folder in tmp_path.iterdir()}
    assert left == {"somebody's", *keys} - {keys[2]}


def test_where_nothing_can_be_written_the_users_cache_serves_and_then_a_folder_that_passes(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    code = "from analytics.kernels import machine_code; print(machine_code()); assert machine_code().is_dir()"
    root, no = kernels.PACKAGE.parent, str(tmp_path / "file")
    cache = str(tmp_path / "cache")
    assert printed(code, root, NUMBA_CACHE_DIR=no, XDG_CACHE_HOME=cache).startswith(cache)
    passing = Path(printed(code, root, NUMBA_CACHE_DIR=no, XDG_CACHE_HOME=no).strip())
    assert passing.name.startswith("vigil-kernels-")
    assert not passing.exists()


def test_a_user_without_a_home_compiles_into_the_place_named_or_one_that_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_known(path: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", none_known)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert kernels.machine_code.__wrapped__().parent == tmp_path
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert kernels.machine_code.__wrapped__().name.startswith("vigil-kernels-")


def test_a_home_keeps_its_machine_code_and_hands_the_place_down_without_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    prepare_instance(Settings(home=tmp_path))
    place = os.environ["NUMBA_CACHE_DIR"]
    assert place == str(tmp_path / "store" / "kernels")
    printed("import analytics.survival.sorting_kernel", kernels.PACKAGE.parent, NUMBA_CACHE_DIR=place)
    assert [folder.name for folder in Path(place).iterdir()] == [kernels.sources_hash()]
