"""`vigil try`: candidate protocols on the released data cut, beside the protocol that is released."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from analytics.protocol import Protocol, canonical_json
from orchestration.commands.progress import Progress
from orchestration.commands.protocol import valid_protocol
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest, read_manifest
from orchestration.settings import DATABASE, Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The candidates."""
    parser.add_argument("protocols", type=Path, nargs="+", metavar="PROTOCOL.toml")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where reports go, instead of trials/ in the home folder; the one in in-house/ names subjects, and "
        "no erasure reaches it there",
    )


def run(arguments: argparse.Namespace) -> int:
    """One after the other, and in the end one table.

    Raises:
        ProtocolError, ColumnError: a candidate is no protocol for the marts there are; none is tried then.
        LookupError: there is no current release, or two candidates of one name.
        TrialError: nothing is kept of its deliveries.
    """
    from orchestration.releases.analysts import open_hardened
    from orchestration.releases.compare import protocol_lines, told_headlines
    from orchestration.releases.released_protocol import protocol_of

    settings = Settings.from_environment()
    candidates = {path.stem: valid_protocol(path) for path in arguments.protocols}
    if len(candidates) < len(arguments.protocols):
        raise LookupError("two candidates have one file name; their reports would be one: rename one")
    folder = ReleaseIndex(settings.releases).current()
    if folder is None:
        raise LookupError(
            "no release is current, so there is no data cut to try a protocol on: run vigil refresh"
        )
    released = read_manifest(folder)
    with open_hardened(folder / DATABASE) as connection:
        then = protocol_of(connection)
        table = {f"release {released.release_id}": told_headlines(connection)}
    for name, candidate in candidates.items():
        print(f"{name}: {candidate.study.id} {candidate.study.version}", flush=True)
        print(*protocol_lines(then, json.loads(canonical_json(candidate))), sep="\n")
        table[name] = _try(settings, released, candidate, (arguments.out or settings.trials) / name)
    print("", *_beside(table), sep="\n")
    return 0


def _try(settings: Settings, released: Manifest, candidate: Protocol, out: Path) -> dict[str, str]:
    """Make it, tell what moved and where the report is; the headlines of every specification."""
    from orchestration.dagster_parts.instance import use_kernels_of
    from orchestration.night.trial import keep_reports, trial
    from orchestration.releases.compare import attribution_lines, told_headlines

    use_kernels_of(settings)
    progress = Progress(sys.stdout)
    try:
        with trial(settings, released, candidate) as build:
            build.make(lambda stage: progress.step(stage.replace("_", " ")))
            report = keep_reports(build, out)
            with build.warehouse.read() as connection:
                moved, found = attribution_lines(connection, "change"), told_headlines(connection)
    except BaseException:
        progress.failed()
        raise
    print("  why the hazard ratios moved (log scale)", *moved, sep="\n")
    progress.done("tried, and not released,")
    print(f"  report    {report}", flush=True)
    return found


def _beside(table: dict[str, dict[str, str]]) -> Iterator[str]:
    """A row for each headline, a column for the release and one for each candidate."""
    rows = list(dict.fromkeys(row for told in table.values() for row in told))
    columns = {"hazard ratio (95 % interval)": rows}
    columns |= {name: [told.get(row, "–") for row in rows] for name, told in table.items()}
    widths = [max(map(len, (name, *cells))) for name, cells in columns.items()]
    for cells in zip(*((name, *cells) for name, cells in columns.items()), strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
