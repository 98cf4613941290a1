"""Whatever is launched from Dagster's pages ends in the right release or in a refusal that says what to run."""

import shutil
from pathlib import Path

import pytest
from homes import write_protocol
from operator_runs import operator

from orchestration.defs import analysis
from orchestration.releases.index import ReleaseIndex

CUT, LATER = "2026-03-31", "2026-06-30"


@pytest.fixture
def home(refreshed_home: Path, tmp_path: Path) -> Path:
    """A home with a release of either data cut."""
    home = tmp_path / "home"
    shutil.copytree(refreshed_home, home, symlinks=True, ignore=shutil.ignore_patterns("dagster"))
    return home


def hashes(home: Path) -> dict[str, str]:
    """Logical hash of the first release of each data cut, made undisturbed."""
    return {m.data_cut: m.logical_hash for m in ReleaseIndex(home / "releases").manifests()[:2]}


def refused(reason: str, start: str, cut: str) -> None:
    assert reason.startswith(start)
    assert reason.endswith(f"vigil refresh --cut {cut}")
    assert "\n" not in reason


def test_what_is_released_already_is_not_made_a_second_time(home: Path) -> None:
    with operator(home) as somebody:
        for cut in (LATER, CUT):
            again = somebody.materialise(cut)
            assert again.success
            assert {"dbt", "gx_adsl", "stage_matching", "release__published"} <= again.skipped
        copy = somebody.materialise(LATER, lambda key: key == "release/published")
        assert copy.reason == (
            f"not published: release 0002-{LATER} has these inputs, this protocol and this code; nothing is new"
        )
        assert len(somebody.released()) == 2


def test_deliveries_of_one_data_cut_and_everything_else_of_another(home: Path) -> None:
    write_protocol(home, "2.0.0")
    with operator(home) as somebody:
        assert somebody.materialise(CUT, lambda key: key.startswith("raw/")).success
        rest = somebody.materialise(LATER, lambda key: not key.startswith("raw/"))
        refused(rest.reason, f"the build under way is of data cut {CUT}, not of {LATER}: ", LATER)
        early = somebody.materialise(CUT, lambda key: key.startswith(("results/", "release/")))
        refused(early.reason, "marts.adsl", CUT)
        assert somebody.materialise(CUT, lambda key: not key.startswith("raw/")).success
        made = somebody.released()[-1]
    assert (made.release_id, made.data_cut, made.parent_id) == (f"0003-{CUT}", CUT, f"0001-{CUT}")
    assert made.logical_hash == hashes(home)[CUT]
    assert ReleaseIndex(home / "releases").current().name == f"0002-{LATER}"


def test_a_run_without_its_checks_and_the_checks_afterwards(home: Path) -> None:
    write_protocol(home, "2.0.0")
    with operator(home) as somebody:
        bare = somebody.materialise(LATER, checks=False)
        refused(bare.reason, "not published: ", LATER)
        assert "blocking checks did not run" in bare.reason or "no check ran" in bare.reason
        alone = somebody.materialise(LATER, lambda key: key == "release/published", checks=False)
        refused(alone.reason, "not published: ", LATER)
        # One of many that has its checks, and they hold, does not stand for the others.
        assert somebody.materialise(LATER, lambda key: key == "marts/adex").success
        still = somebody.materialise(LATER, lambda key: key.startswith("release/"))
        refused(still.reason, "not published: ", LATER)
        assert len(somebody.released()) == 2


def test_a_run_that_failed_is_re_executed_from_its_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_protocol(home, "2.0.0")
    with operator(home) as somebody:
        with monkeypatch.context() as blackout:
            blackout.setattr(analysis, "stage_run", _the_power_is_gone)
            broken = somebody.materialise(LATER)
        assert broken.reason == "the power is gone"
        again = somebody.re_execute(broken.run_id)
        assert again.success
        assert "dbt" not in again.done
        made = somebody.released()[-1]
        # Somebody else looks at the older cut, and what that run had made is gone.
        assert somebody.materialise(CUT, lambda key: key.startswith("raw/")).success
        late = somebody.re_execute(broken.run_id)
        refused(late.reason, f"the build under way is of data cut {CUT}, not of {LATER}: ", LATER)
        assert len(somebody.released()) == 3
    assert (made.release_id, made.logical_hash) == (f"0003-{LATER}", hashes(home)[LATER])


def _the_power_is_gone(*_: object) -> None:
    raise RuntimeError("the power is gone")
