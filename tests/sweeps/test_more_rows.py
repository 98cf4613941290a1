"""F30, ten times the rows: the night is released whole, within the memory it may take."""

from pathlib import Path

import pytest
from homes import query, write_protocol
from refreshing import start_refresh

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration

GIB = "1.5"
"""What a night of PRO-ACT's own size needs as well."""


def test_ten_times_the_rows_are_released_whole_and_within_memory(
    refreshed_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ten_times = 10 * SimulationSettings.small().n_proact
    write_demonstration(tmp_path, SimulationSettings.small(cuts=default_cuts(1), seed=5, n_proact=ten_times))
    write_protocol(tmp_path, "1.0.0")
    monkeypatch.setenv("VIGIL_MEMORY", GIB)
    said, _ = (run := start_refresh(tmp_path)).communicate(timeout=500)
    assert run.returncode == 0, said
    delivered = "select sum(n_delivered), sum(n_accepted) from quality.record_count where source = 'PROACT'"
    (before,), (now,) = query(refreshed_home, delivered), query(tmp_path, delivered)
    # Nothing is rejected here, and nothing left out.
    assert now[0] == now[1]
    assert 9 < now[0] / before[0] < 11
    ((n_subject,),) = query(tmp_path, "select count(*) from marts.adsl where SOURCE = 'PROACT'")
    assert n_subject == ten_times
