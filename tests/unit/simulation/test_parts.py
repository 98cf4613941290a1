"""Of a large study only a part is drawn at a time: what is written is the same, and no two parts are alike."""

import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from analytics.simulation import SimulationSettings, parts, simulate, study
from orchestration.demonstration import writer
from orchestration.demonstration.writer import write_demonstration

SETTINGS = SimulationSettings.small(n_proact=250, n_registry=60, lab_visit_share=0.02)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a hundred PRO-ACT subjects and of forty patients."""
    for module in (study, writer):
        monkeypatch.setattr(module, "proact_parts", partial(parts.proact_parts, most=100))
        monkeypatch.setattr(module, "registry_parts", partial(parts.registry_parts, most=40))


@pytest.mark.usefixtures("in_parts")
def test_files_written_part_by_part_hold_the_whole_study(tmp_path: Path) -> None:
    whole = simulate(SETTINGS)
    assert len(whole.proact["PROACT_DEMOGRAPHICS"]) > 200
    write_demonstration(tmp_path, SETTINGS)
    (export,) = (tmp_path / "landing" / "proact").iterdir()
    deliveries = {export: whole.proact} | {
        tmp_path / "landing" / "registry" / cut.isoformat(): {k.lower(): v for k, v in frames.items()}
        for cut, frames in whole.registry.items()
    }
    for folder, frames in deliveries.items():
        assert {path.stem for path in folder.glob("*.csv")} == set(frames)
        for stem, frame in frames.items():
            lines = (folder / f"{stem}.csv").read_bytes().count(b"\r\n")
            assert lines == len(frame) + 1, stem
    found = pd.read_parquet(tmp_path / "truth" / "potential_outcomes.parquet")
    assert len(found) == len(whole.truth["potential_outcomes"])


@pytest.mark.usefixtures("in_parts")
def test_no_two_subjects_share_a_key_and_no_two_parts_a_life() -> None:
    whole = simulate(SETTINGS)
    outcomes = whole.truth["potential_outcomes"]
    assert outcomes["subject_id"].is_unique
    assert not outcomes.duplicated(["age", "linear_predictor"]).any()
    for frames in whole.registry.values():
        assert frames["DM"]["USUBJID"].is_unique
        assert frames["DM"]["USUBJID"].nunique() > 40


def test_a_study_of_one_part_is_what_it_was_without_parts() -> None:
    drawn = dict(enumerate(parts.proact_parts(SETTINGS)))
    assert [settings for settings, _ in drawn.values()] == [SETTINGS]
    first, *_ = parts.proact_parts(replace(SETTINGS, n_proact=250), most=100)
    again, *_ = parts.proact_parts(replace(SETTINGS, n_proact=100), most=100)
    pd.testing.assert_frame_equal(first[1].subjects, again[1].subjects)


PEAK = """
import resource, sys
from pathlib import Path
from functools import partial
from analytics.simulation import SimulationSettings, parts
from orchestration.demonstration import writer
writer.proact_parts = partial(parts.proact_parts, most=500)
writer.write_demonstration(Path(sys.argv[2]), SimulationSettings.small(n_proact=int(sys.argv[1]), n_registry=20))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_number_of_subjects(tmp_path: Path) -> None:
    peaks = []
    for n in (1_000, 4_000):
        run = [sys.executable, "-c", PEAK, str(n), str(tmp_path / str(n))]
        peaks.append(int(subprocess.run(run, check=True, capture_output=True, text=True).stdout))
    # Three thousand subjects more would be some 60 MB in frames.
    assert peaks[1] - peaks[0] < 20_000
