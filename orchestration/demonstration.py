"""The writer of demonstration extracts: simulated frames to files as the sources deliver them.

What the frames hold is decided in `analytics.simulation`. The truth lies beside `landing/`, never in it.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation import SimulatedStudy, SimulationSettings, simulate
from analytics.simulation.proact_layout import RELEASE_FOLDER

CHUNK_ROWS = 200_000
NEEDS_QUOTES = '[",\r\n]'
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class WrittenFile:
    """A file as the manifest lists it."""

    name: str
    sha256: str
    n_record: int


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
    tell("drawing the cohort")
    study = simulate(settings)
    release = RELEASE_FOLDER[settings.generation]
    tell(f"writing PRO-ACT files, {release}")
    mark = BYTE_ORDER_MARK if settings.generation == "2026" else b""
    _deliver(out / "landing" / "proact" / release, study.proact, study, mark)
    for cut, domains in study.registry.items():
        tell(f"writing registry files, data cut {cut}")
        frames = {name.lower(): frame for name, frame in domains.items()}
        _deliver(
            out / "landing" / "registry" / cut.isoformat(), frames, study, b"", {"data_cut": cut.isoformat()}
        )
    tell("writing the truth")
    _write_truth(out / "truth", study)


def _deliver(
    folder: Path,
    frames: Mapping[str, pd.DataFrame],
    study: SimulatedStudy,
    mark: bytes,
    more: Mapping[str, str] | None = None,
) -> None:
    """Write a delivery beside its place, under a hidden name, and move it in."""
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    written = [write_delivered_csv(frame, partial / f"{stem}.csv", mark) for stem, frame in frames.items()]
    (partial / "SYNTHETIC.json").write_text(_marker(study.settings, more or {}), encoding="utf-8")
    lines = [f"{file.sha256}  {file.n_record}  {file.name}\n" for file in written]
    (partial / "MANIFEST.sha256").write_text("".join(lines), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


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


def write_delivered_csv(frame: pd.DataFrame, path: Path, mark: bytes = b"") -> WrittenFile:
    """Write a frame as PRO-ACT does: comma, CRLF, quotes where needed only, blank for missing, whole numbers bare."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for block in (mark, ",".join(frame.columns).encode() + b"\r\n", *_body(frame)):
            digest.update(block)
            file.write(block)
    return WrittenFile(path.name, digest.hexdigest(), len(frame))


def _body(frame: pd.DataFrame) -> Iterator[memoryview]:
    """The records as bytes, chunk by chunk: an Arrow text column of whole lines is already the file's text."""
    for start in range(0, len(frame), CHUNK_ROWS):
        chunk = frame.iloc[start : start + CHUNK_ROWS]
        columns = [_as_text(chunk[name]) for name in chunk.columns]
        lines = pc.binary_join_element_wise(*columns, ",", null_handling="replace", null_replacement="")
        ended = pc.binary_join_element_wise(lines, pa.scalar("\r\n"), "")
        yield _text_of(ended)


def _text_of(lines: pa.StringArray) -> memoryview:
    """The concatenated text of a column without nulls."""
    data = lines.buffers()[2]
    return memoryview(b"" if data is None else data)


def _as_text(column: pd.Series) -> pa.Array:
    """A column as text: shortest form of numbers, categories through their dictionary."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = _quoted(pa.array(column.cat.categories, pa.string()))
        codes = pa.array(column.cat.codes.to_numpy(), mask=column.isna().to_numpy())
        return pc.take(values, codes) if len(values) else pa.nulls(len(column), pa.string())
    values = pa.array(column, from_pandas=True)
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        return _quoted(pc.cast(values, pa.string()))
    return pc.cast(values, pa.string())


def _quoted(values: pa.StringArray) -> pa.StringArray:
    """Quotes around the values that hold a comma, a quote or a line break."""
    needs = pc.match_substring_regex(values, NEEDS_QUOTES)
    if not pc.any(needs).as_py():
        return values
    escaped = pc.replace_substring(values, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise('"', escaped, '"', ""), values)


def _write_truth(folder: Path, study: SimulatedStudy) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in study.truth.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
        write_delivered_csv(frame, folder / f"{name}.csv")
    (folder / "SYNTHETIC.json").write_text(_marker(study.settings, {}), encoding="utf-8")
