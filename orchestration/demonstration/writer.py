"""The writer of demonstration extracts: simulated frames to files as the sources deliver them.

What the frames hold is decided in `analytics.simulation`, how a file looks in `delivered_csv`. The truth lies beside
`landing/`, never in it. Of a large study only a part is ever in memory.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.simulation import SimulationSettings
from analytics.simulation.parts import proact_parts, registry_parts
from analytics.simulation.proact import proact_frames
from analytics.simulation.proact_layout import RELEASE_FOLDER
from analytics.simulation.registry_cuts import registry_history, snapshot
from analytics.simulation.truth import asked, estimand_table, proact_outcomes, registry_outcomes
from orchestration.demonstration.delivered_csv import DeliveredCsv, write_delivered_csv

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Frames = Mapping[str, pd.DataFrame]


def write_demonstration(
    out: Path, settings: SimulationSettings, progress: Callable[[str], None] | None = None
) -> None:
    """Simulate a study and write `landing/proact/`, `landing/registry/` and `truth/` under `out`.

    A delivery appears under its name only when complete; one of the same name is replaced. Every delivery says
    of itself that it is simulated (`SYNTHETIC.json`) and lists its files (`MANIFEST.sha256`).

    Args:
        out: the home folder, made if missing.
        settings: sizes and planted truth.
        progress: told what is being done, one line a step.
    """
    tell = progress or (lambda _: None)
    truth = _Truth(out / "truth")
    _write_export(out, settings, truth, tell)
    _write_snapshots(out, settings, truth, tell)
    tell("writing the truth")
    truth.finish(_marker(settings, {}))


def _write_export(
    out: Path, settings: SimulationSettings, truth: "_Truth", tell: Callable[[str], None]
) -> None:
    release = RELEASE_FOLDER[settings.generation]
    mark = BYTE_ORDER_MARK if settings.generation == "2026" else b""
    export = _Delivery(out / "landing" / "proact" / release, mark)
    n_written = 0
    for part, cohort in proact_parts(settings):
        tell(f"PRO-ACT export {release}: subjects from {n_written + 1:,} of {settings.n_proact:,} on")
        n_written += part.n_proact
        export.append(proact_frames(cohort, part))
        truth.append(proact_outcomes(part, cohort))
    export.finish(_marker(settings, {}))


def _write_snapshots(
    out: Path, settings: SimulationSettings, truth: "_Truth", tell: Callable[[str], None]
) -> None:
    folder = out / "landing" / "registry"
    deliveries: dict[date, _Delivery] = {cut: _Delivery(folder / cut.isoformat()) for cut in settings.cuts}
    n_written = 0
    for part, cohort in registry_parts(settings):
        tell(
            f"{len(deliveries)} registry data cuts: patients from {n_written + 1:,} of {settings.n_registry:,} on"
        )
        n_written += part.n_registry
        history = registry_history(cohort, part)
        for cut, delivery in deliveries.items():
            domains = snapshot(cohort, history, part, cut)
            delivery.append({name.lower(): frame for name, frame in domains.items()})
        truth.append(registry_outcomes(part, cohort, settings.cuts[-1]))
    for cut, delivery in deliveries.items():
        delivery.finish(_marker(settings, {"data_cut": cut.isoformat()}))


class _Delivery:
    """A delivery that is written beside its place, under a hidden name, and moved in when it is complete."""

    def __init__(self, folder: Path, mark: bytes = b"") -> None:
        self._folder, self._mark = folder, mark
        self._partial = folder.with_name(f".{folder.name}.partial")
        self._files: dict[str, DeliveredCsv] = {}
        shutil.rmtree(self._partial, ignore_errors=True)
        self._partial.mkdir(parents=True)

    def append(self, frames: Frames) -> None:
        """More rows of its files."""
        for stem, frame in frames.items():
            if stem not in self._files:
                path = self._partial / f"{stem}.csv"
                self._files[stem] = DeliveredCsv(path, list(frame.columns), self._mark)
            self._files[stem].append(frame)

    def finish(self, marker: str) -> None:
        """Add what it says of itself, and put it in its place."""
        written = [file.finish() for file in self._files.values()]
        (self._partial / "SYNTHETIC.json").write_text(marker, encoding="utf-8")
        lines = [f"{file.sha256}  {file.n_record}  {file.name}\n" for file in written]
        (self._partial / "MANIFEST.sha256").write_text("".join(lines), encoding="utf-8")
        shutil.rmtree(self._folder, ignore_errors=True)
        self._partial.rename(self._folder)


class _Truth:
    """What is true of the study; of each subject only what estimands ask stays in memory."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._text: DeliveredCsv | None = None
        self._columns: pq.ParquetWriter | None = None
        self._asked: list[pd.DataFrame] = []

    def append(self, outcomes: pd.DataFrame) -> None:
        """The outcomes of some subjects."""
        table = pa.Table.from_pandas(outcomes, preserve_index=False)
        if self._text is None or self._columns is None:
            place = self._folder / "potential_outcomes"
            self._text = DeliveredCsv(place.with_suffix(".csv"), list(outcomes.columns))
            self._columns = pq.ParquetWriter(place.with_suffix(".parquet"), table.schema)
        self._text.append(outcomes)
        self._columns.write_table(table)
        self._asked.append(asked(outcomes))

    def finish(self, marker: str) -> None:
        """Add the value of every estimand."""
        assert self._text is not None
        assert self._columns is not None
        self._text.finish()
        self._columns.close()
        estimands = estimand_table(pd.concat(self._asked, ignore_index=True))
        estimands.to_parquet(self._folder / "estimands.parquet", index=False)
        write_delivered_csv(estimands, self._folder / "estimands.csv")
        (self._folder / "SYNTHETIC.json").write_text(marker, encoding="utf-8")


def _marker(settings: SimulationSettings, more: Mapping[str, str]) -> str:
    marker = {
        "simulated": True,
        "notice": "SYNTHETIC data: no record describes a person, and no result says anything about a product.",
        "seed": settings.seed,
        "scale": settings.scale,
        **more,
        "settings": settings.as_dict(),
    }
    return json.dumps(marker, indent=2) + "\n"
