"""What the writer leaves behind: the sources' own form, complete deliveries, the truth kept apart."""

import csv
import hashlib
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.simulation import SimulationSettings, simulate
from orchestration.demonstration.delivered_csv import write_delivered_csv
from orchestration.demonstration.writer import write_demonstration

SETTINGS = SimulationSettings.small(n_proact=120, lab_visit_share=0.02)
RELEASE = "SYNTHETIC-2022_07_29_PROACT_ALL_FORMS"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    write_demonstration(folder, SETTINGS)
    return folder


def test_files_end_lines_as_proact_does_and_have_no_byte_order_mark(home: Path) -> None:
    raw = (home / "landing" / "proact" / RELEASE / "PROACT_ALSFRS.csv").read_bytes()
    assert raw.startswith(b"subject_id,Q1_Speech,")
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert b"\x00" not in raw
    assert b"nan" not in raw.lower()


def test_every_file_reads_back_to_the_simulated_frame(home: Path) -> None:
    study = simulate(SETTINGS)
    for stem, frame in study.proact.items():
        path = home / "landing" / "proact" / RELEASE / f"{stem}.csv"
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert rows[0] == list(frame.columns)
        assert len(rows) == len(frame) + 1
        assert all(len(row) == len(frame.columns) for row in rows)
        blank = [[cell == "" for cell in row] for row in rows[1:]]
        assert blank == frame.isna().to_numpy().tolist()


def test_whole_numbers_are_written_without_a_decimal_point(home: Path) -> None:
    lines = (home / "landing" / "proact" / RELEASE / "PROACT_ALSFRS.csv").read_text().splitlines()
    cells = [cell for line in lines[1:] for cell in line.split(",")]
    assert "4" in cells
    assert "4.0" not in cells


def test_manifests_hold_the_digest_and_row_count_of_every_file(home: Path) -> None:
    deliveries = [p.parent for p in home.glob("landing/*/*/MANIFEST.sha256")]
    assert len(deliveries) == 4
    for delivery in deliveries:
        listed = [line.split("  ") for line in (delivery / "MANIFEST.sha256").read_text().splitlines()]
        assert sorted(name for _, _, name in listed) == sorted(p.name for p in delivery.glob("*.csv"))
        for sha256, rows, name in listed:
            raw = (delivery / name).read_bytes()
            assert hashlib.sha256(raw).hexdigest() == sha256
            assert len(list(csv.reader(io.StringIO(raw.decode(), newline="")))) - 1 == int(rows)


def test_every_delivery_says_that_it_is_simulated(home: Path) -> None:
    for delivery in (p.parent for p in home.glob("landing/*/*/MANIFEST.sha256")):
        marker = json.loads((delivery / "SYNTHETIC.json").read_text())
        assert marker["simulated"] is True
        assert marker["seed"] == SETTINGS.seed
        assert marker["settings"]["hazard_ratio"] == 1.0


def test_the_truth_never_lies_under_landing(home: Path) -> None:
    assert {p.stem for p in (home / "truth").glob("*.parquet")} == {"potential_outcomes", "estimands"}
    text = "".join(p.read_text()[:2000] for p in home.glob("landing/**/*") if p.is_file())
    assert "linear_predictor" not in text
    assert "death_days_treated" not in text


def test_writing_again_gives_the_same_bytes_and_leaves_nothing_unfinished(home: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    write_demonstration(tmp_path, SETTINGS, steps.append)
    write_demonstration(tmp_path, SETTINGS)
    for path in home.rglob("*.csv"):
        assert (tmp_path / path.relative_to(home)).read_bytes() == path.read_bytes()
    assert not list(tmp_path.rglob("*.partial"))
    assert len(steps) >= 3


def test_the_2026_release_carries_a_byte_order_mark_and_prefixed_names(tmp_path: Path) -> None:
    write_demonstration(tmp_path, SimulationSettings.small(n_proact=40, generation="2026"))
    path = tmp_path / "landing" / "proact" / "SYNTHETIC-2026_02_27_PROACT_ALL_FORMS" / "F_PROACT_ALSFRS.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsubject_id,")


texts = st.lists(
    st.one_of(st.none(), st.text(alphabet='ab,"\r\n é', min_size=1, max_size=6)), min_size=1, max_size=20
)


@given(values=texts, as_category=st.booleans())
def test_any_text_survives_quoting(
    tmp_path_factory: pytest.TempPathFactory, values: list[str | None], as_category: bool
) -> None:
    column = pd.Series(values, dtype=object)
    frame = pd.DataFrame(
        {"id": range(len(values)), "text": column.astype("category") if as_category else column}
    )
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_delivered_csv(frame, path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert [row[1] for row in rows[1:]] == [value or "" for value in values]
