"""A first look beside full runs: whose table is kept, and whose chunks, when runs end or are stopped."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analytics.operating_characteristics.method import Found
from analytics.operating_characteristics.patients import NothingToTryError
from analytics.operating_characteristics.replicates import SCENARIOS, Chunk, Scenario, asked
from analytics.operating_characteristics.summary import Run
from orchestration.commands import operating_characteristics as command
from orchestration.night.operating_run import FILE, OperatingRun, last_run
from orchestration.operating import run as runs
from orchestration.settings import Settings

FULL = [500, 500, 500, 200]


class PowerCutError(Exception):
    """The run is stopped."""


class Drawn:
    """Replicates that cost nothing, counted, until the power is cut."""

    left = 10**9
    made: Counter[Scenario]

    def __init__(self, patients: SimpleNamespace) -> None:
        self.patients = patients

    def of(self, chunk: Chunk) -> list[Found]:
        if not Drawn.left:
            raise PowerCutError
        Drawn.left -= 1
        numbers = range(chunk.first, chunk.last + 1)
        Drawn.made[chunk.scenario] += len(numbers)
        return [Found(n, e := float(np.sin(n)), 1.0, e - 1.96, e + 1.96) for n in numbers]

    def true_hazard_ratio(self, scenario: Scenario) -> float:
        return scenario.hazard_ratio


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home without any run."""
    monkeypatch.setattr(Drawn, "left", 10**9)
    monkeypatch.setattr(Drawn, "made", Counter(), raising=False)
    monkeypatch.setattr(runs, "Replicates", Drawn)
    monkeypatch.setattr(runs, "patients_of", lambda *_: SimpleNamespace(n_treated=80, n_imputation=20))
    return Settings(home=tmp_path, threads=1)


@pytest.fixture
def run_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., runs.Ended]:
    """A run on a release, named by its origin; stopped after some chunks, or overtaken by a run on another release, where
    that is given.
    """

    def given(origin: str, replicates: int | None) -> runs.Given:
        of = runs._run_hash(origin, asked(replicates))
        tables = {"analysis_set": pd.DataFrame({"treated": [1, 1, 0]})}
        return runs.Given(None, tables, origin, Run(of, "2026-03-31", "2024", "protocol"))  # type: ignore[arg-type]

    def run(
        origin: str,
        replicates: int | None = None,
        stopped_after: int = 10**9,
        overtaken: Callable[[], str] | None = None,
    ) -> runs.Ended:
        current = [origin]

        class Overtaken(Drawn):
            def of(self, chunk: Chunk) -> list[Found]:
                if overtaken is not None and current == [origin]:
                    current.append(overtaken())
                    monkeypatch.setattr(runs, "_given", lambda *_: given(current[-1], replicates))
                return super().of(chunk)

        monkeypatch.setattr(runs, "Replicates", Overtaken)
        monkeypatch.setattr(runs, "_given", lambda *_: given(current[-1], replicates))
        Drawn.left, Drawn.made = stopped_after, Counter()
        return runs.operating_run(settings, lambda *_: None, replicates)

    return run


def replicates_of(run: OperatingRun) -> list[int]:
    return run.table()["replicates"].iloc[: len(SCENARIOS)].to_list()


def chunks_of(settings: Settings, origin: str) -> int:
    return len(list((settings.operating_characteristics / origin).glob("*.json")))


@pytest.mark.parametrize("later", ["one", "another"])
def test_a_first_look_is_shown_and_does_not_replace_a_full_run(settings, run_on, later):
    full = run_on("one")
    assert replicates_of(full.made) == FULL
    ended = run_on(later, 2)
    assert replicates_of(ended.made) == [2] * 4
    assert ended.kept == last_run(settings) == full.made


def test_a_full_run_takes_the_place_of_a_first_look_and_of_a_full_run_on_another_cut(settings, run_on):
    first = run_on("one", 2)
    assert first.kept == first.made == last_run(settings)
    for origin in ("one", "two"):
        full = run_on(origin)
        assert full.kept == full.made == last_run(settings)
    assert full.made.run != first.made.run


def test_a_full_run_takes_the_place_of_a_longer_one_on_another_cut_alone(settings, run_on):
    longer = run_on("one", 600)
    assert run_on("one").kept == longer.made
    assert chunks_of(settings, "one") == 0
    assert replicates_of(run_on("two").kept) == FULL


@pytest.mark.parametrize("ran_there", [True, False])
def test_a_run_that_a_newer_release_overtook_replaces_no_run_on_that_one(settings, run_on, ran_there):
    def newer() -> str:
        if ran_there:
            run_on("newer")
        return "newer"

    ended = run_on("older", 600, overtaken=newer)
    assert (ended.kept == ended.made) is not ran_there
    assert last_run(settings) == ended.kept
    assert run_on("newer").kept.run == runs._run_hash("newer", asked()) or not ran_there


def test_a_first_look_takes_the_place_of_a_smaller_one(settings, run_on):
    run_on("one", 2)
    assert replicates_of(run_on("one", 5).kept) == [5] * 4
    assert replicates_of(run_on("one", 2).kept) == [5] * 4


def test_a_full_run_that_was_stopped_goes_on_after_a_first_look(settings, run_on):
    with pytest.raises(PowerCutError):
        run_on("one", None, stopped_after=30)
    assert chunks_of(settings, "one") == 30
    run_on("one", 2)
    # Those of the first effect are there.
    assert Drawn.made == {SCENARIOS[2]: 2, SCENARIOS[3]: 2}
    run_on("one")
    assert sum(Drawn.made.values()) == sum(FULL) - 30 * 20
    assert [path.name for path in settings.operating_characteristics.iterdir()] == [FILE]


def test_a_full_run_makes_no_whole_chunk_of_a_first_look_again(settings, run_on):
    run_on("one", 50)
    full = run_on("one")
    # The last ten of fifty are half a chunk.
    assert Drawn.made == {scenario: scenario.replicates - 40 for scenario in SCENARIOS}
    undisturbed = run_on("another")
    assert sum(Drawn.made.values()) == sum(FULL)
    tables = [each.made.table().drop(columns="run") for each in (full, undisturbed)]
    pd.testing.assert_frame_equal(*tables)


def test_a_longer_run_that_was_stopped_keeps_all_it_made(settings, run_on):
    with pytest.raises(PowerCutError):
        run_on("one", 600, stopped_after=60)
    run_on("one")
    run_on("one", 600)
    assert Drawn.made[SCENARIOS[0]] == 0
    assert [path.name for path in settings.operating_characteristics.iterdir()] == [FILE]


def test_however_many_runs_are_stopped_there_are_chunks_of_one_release(settings, run_on):
    for origin in ("one", "two", "three"):
        with pytest.raises(PowerCutError):
            run_on(origin, None, stopped_after=3)
        assert [path.name for path in settings.operating_characteristics.iterdir()] == [origin]
        assert chunks_of(settings, origin) == 3


def test_where_nothing_can_be_tried_a_first_look_says_the_same_as_a_full_run(settings, run_on, monkeypatch):
    def refuse(*_):
        raise NothingToTryError("the headline is not of matched sets")

    monkeypatch.setattr(runs, "patients_of", refuse)
    full = run_on("one")
    assert replicates_of(full.kept) == [0] * 4
    assert run_on("one", 2).made == full.made == last_run(settings)


def test_the_command_says_which_table_is_kept(settings, run_on, monkeypatch, capsys):
    def said(ended: runs.Ended, replicates: int | None = None) -> str:
        with monkeypatch.context() as patched:
            patched.setattr(runs, "operating_run", lambda *_: ended)
            assert command.run(SimpleNamespace(replicates=replicates)) == 0
        return capsys.readouterr().out

    monkeypatch.setattr("orchestration.dagster_parts.instance.use_kernels_of", lambda _: None)
    monkeypatch.setenv("VIGIL_HOME", str(settings.home))
    first = said(run_on("one", 2), 2)
    assert "kept for the next refresh" in first
    assert "This was a first look" in first
    full = said(run_on("one"))
    assert "kept for the next refresh" in full
    assert "first look" not in full
    after = said(run_on("one", 2), 2)
    assert "only shown" in after
    assert "with 200 or 500 replicates" in after
    assert "stays what the next refresh takes over" in after
