"""The result tables of a release as one file of analysis results data, for the public or for the house.

Does not belong here: the shape of the file (`ard`), or what may be told (`analytics.report.results_data`).
"""

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analytics.protocol import parse_canonical
from analytics.report.disclosure import Disclosure
from analytics.report.results_data import ResultsData, results_data
from orchestration.export.ard import Event, analyses, reporting_event
from orchestration.export.staged import staged_beside
from orchestration.releases.analysts import open_hardened
from orchestration.releases.earlier_columns import in_todays_columns
from orchestration.releases.manifest import MARK
from orchestration.warehouse import one_row, scalar, table_names

FILE = "ard.json"
IN_HOUSE = "In-house edition: nothing is suppressed, and rows of subjects are among it."


def export_results(database: Path, out: Path, *, in_house: bool) -> tuple[Path, ResultsData]:
    """Write the results of a release.

    Args:
        database: of the release.
        out: folder, made if missing; an earlier file is replaced.
        in_house: whether exact counts and rows of subjects are told.

    Returns:
        The file, and what it tells.

    Raises:
        ProtocolError: the protocol of the release is none that this version reads.
    """
    with open_hardened(database) as connection:
        protocol = parse_canonical(scalar(connection, "select canonical from release.protocol"))
        release_id, simulated = one_row(connection, "select release_id, simulated from release.info")
        tables = _tables(connection)
    disclosure = Disclosure.of(protocol, in_house=in_house)
    data = results_data(tables, disclosure, protocol.primary.name, in_house=in_house)
    title = f"{MARK} {protocol.study.title}" if simulated else protocol.study.title
    event = Event(release_id, title, IN_HOUSE if in_house else _public(disclosure))
    out.mkdir(parents=True, exist_ok=True)
    name = f"{MARK}-{FILE}" if simulated else FILE
    with staged_beside(out / name) as staged, staged.open("w", encoding="utf-8") as file:
        file.write(_json(reporting_event(event, data)).removesuffix("}") + ', "analyses": [')
        for number, analysis in enumerate(analyses(data, disclosure)):
            file.write((",\n" if number else "\n") + _json(analysis))
        file.write("\n]}\n")
    return out / name, data


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The result tables that the release has, as they are."""
    schema = "results."
    names = sorted(name for name in table_names(connection) if name.startswith(schema))
    return {
        name.removeprefix(schema): connection.sql(f"from {in_todays_columns(connection, name)}").df()
        for name in names
    }


def _public(disclosure: Disclosure) -> str:
    if disclosure.threshold is None:
        return "Public edition of a protocol that asks for no suppression."
    limit = disclosure.threshold
    return f"Public edition: counts to the nearest {limit}, those below it as <{limit}; what follows from them, of these."
