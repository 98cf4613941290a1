"""The contract of who imports whom turns red for one planted import per rule, and is green without it."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of the sources, for planting."""
    copy = tmp_path_factory.mktemp("tree")
    for package in ("orchestration", "analytics", "expectations"):
        shutil.copytree(
            ROOT / package,
            copy / package,
            ignore=lambda folder, names: [n for n in names if _not_source(folder, n)],
        )
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def _not_source(folder: str, name: str) -> bool:
    return name == "__pycache__" or not (name.endswith(".py") or Path(folder, name).is_dir())


def contract(tree: Path) -> str:
    """What the contract says of a tree; the words do not depend on the width of a terminal."""
    done = subprocess.run(
        [BIN / "lint-imports", "--no-logo", "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (1 if "BROKEN" in done.stdout else 0), done.stdout + done.stderr
    return " ".join(done.stdout.split())


ONE_WAY = "Imports point one way: analytics and expectations know neither each other nor anything above them"
ROOMS = "A room of orchestration imports only rooms that stand below it"
ESTIMATORS = "Estimators know no protocol, and nothing that does"
CIRCLES = "No circles"
BUILD = "A build knows no Dagster, which runs it"
ENGINES = "Only orchestration knows Dagster, dbt and DuckDB"
OTHER_SIDE = "The second opinion knows nothing of what it judges"
RULES = (ONE_WAY, ROOMS, BUILD, ESTIMATORS, OTHER_SIDE, CIRCLES, ENGINES)


def test_the_tree_as_it_is_keeps_every_rule(tree):
    said = contract(tree)
    assert [rule for rule in RULES if f"{rule} KEPT" not in said] == []


@pytest.mark.parametrize(
    ("rule", "where", "planted"),
    [
        (ONE_WAY, "analytics/cohort/arms.py", "import orchestration.settings"),
        (ONE_WAY, "analytics/cohort/arms.py", "import expectations.rules"),
        (ONE_WAY, "expectations/rules.py", "import analytics.study"),
        (ONE_WAY, "expectations/rules.py", "import orchestration.settings"),
        (ROOMS, "orchestration/extracts/errors.py", "import orchestration.releases.index"),
        (ROOMS, "orchestration/export/safe_csv.py", "import orchestration.tracing.proof"),
        (ROOMS, "orchestration/settings.py", "def late():\n    import orchestration.night.plan"),
        (BUILD, "orchestration/night/build.py", "import dagster"),
        (ESTIMATORS, "analytics/weighting/trimming.py", "import analytics.protocol"),
        (ESTIMATORS, "analytics/balance/gate.py", "import analytics.cohort.eligibility"),
        (OTHER_SIDE, "analytics/second_opinion/members.py", "import analytics.survival.followed"),
        (OTHER_SIDE, "analytics/second_opinion/score.py", "import analytics.propensity.score_terms"),
        (CIRCLES, "analytics/survival/times.py", "import analytics.survival.cox"),
        (ENGINES, "analytics/cohort/arms.py", "import dagster"),
        (ENGINES, "expectations/rules.py", "import duckdb"),
    ],
)
def test_one_planted_import_breaks_its_rule(tree, rule, where, planted):
    file = tree / where
    before = file.read_text() if file.exists() else ""
    file.write_text(f"{before}\n{planted}\n")
    try:
        said = contract(tree)
    finally:
        file.write_text(before) if before else file.unlink()
    assert f"{rule} BROKEN" in said
    assert where.removesuffix(".py").rpartition("/")[2] in said.partition("Broken contracts")[2]


def test_a_new_package_of_analytics_is_an_estimator_or_known_to_read_the_protocol():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (estimators,) = [rule["source_modules"] for rule in contracts if rule["name"] == ESTIMATORS]
    packages = {f"analytics.{file.parent.name}" for file in (ROOT / "analytics").glob("*/__init__.py")}
    readers = {
        "change",
        "cohort",
        "comparison",
        "dictionary",
        "operating_characteristics",
        "protocol",
        "report",
        "stages",
    }
    assert packages == {*estimators, *(f"analytics.{name}" for name in readers)}


def test_a_new_room_must_be_placed(tree):
    room = tree / "orchestration" / "attic.py"
    room.write_text('"""A room nobody placed."""\n')
    try:
        said = contract(tree)
    finally:
        room.unlink()
    assert f"{ROOMS} BROKEN" in said
    assert "attic" in said


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("analytics/cohort/arms.py", "import os\n\nHOME = os.environ['HOME']\n"),
        ("analytics/cohort/arms.py", "from os import environ\n\nHOME = environ['HOME']\n"),
        ("analytics/study.py", "from datetime import datetime\n\nNOW = datetime.now()\n"),
        ("expectations/rules.py", "import pandas as pd\n\nNOW = pd.Timestamp.now()\n"),
    ],
)
def test_environment_and_clock_are_refused_outside_orchestration(where, line):
    def ruff(path: str) -> subprocess.CompletedProcess:
        command = [BIN / "ruff", "check", "--no-cache", "--select", "TID251", "--stdin-filename", path, "-"]
        return subprocess.run(command, cwd=ROOT, input=line, capture_output=True, text=True, check=False)

    assert "let orchestration pass" in ruff(where).stdout
    assert ruff("orchestration/settings.py").returncode == 0
