"""What an asset shows in the Dagster UI: rows, hash, a preview of aggregate tables, and its figure.

Tables that hold a row per subject show counts only: nothing that identifies a person gets into the event log.
"""

import base64
import hashlib

import dagster as dg
import pandas as pd

from analytics.catalogue.declarations import TableDeclaration
from orchestration.night.build import Build

MAX_PLOT_BYTES = 50_000
PREVIEW_ROWS = 25


def table_metadata(build: Build, table: str, frame: pd.DataFrame) -> dict[str, dg.MetadataValue]:
    """Metadata of one result table."""
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(len(frame)),
        "content_hash": dg.MetadataValue.text(frame_hash(frame)),
        "protocol": dg.MetadataValue.text(f"{build.protocol.study.id} {build.protocol.study.version}"),
    }
    if is_aggregate(frame):
        preview = frame.head(PREVIEW_ROWS).to_markdown(index=False, floatfmt=".4g")
        metadata["preview"] = dg.MetadataValue.md(preview)
    figure = _figure(build, table, frame)
    if figure is not None:
        metadata["figure"] = figure
    return metadata


def column_schema(declared: TableDeclaration) -> dg.TableSchema:
    """The declared columns as the Dagster UI lists them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, column.type, column.meaning) for name, column in declared.columns.items()
        ]
    )


def is_aggregate(frame: pd.DataFrame) -> bool:
    """Whether the table has no row per subject."""
    return not {"usubjid", "USUBJID"}.intersection(frame.columns)


def frame_hash(frame: pd.DataFrame) -> str:
    """A short hash of a frame's content, whatever the order of its rows."""
    rows = pd.util.hash_pandas_object(frame.astype(str), index=False).sort_values()
    return hashlib.sha256(rows.to_numpy().tobytes()).hexdigest()[:16]


def _figure(build: Build, table: str, frame: pd.DataFrame) -> dg.MetadataValue | None:
    from analytics.report.figures import figure_of_table

    svg = figure_of_table(build.protocol, table, frame, simulated=build.simulated)
    if svg is None or len(svg) > MAX_PLOT_BYTES * 3 // 4:
        return None
    encoded = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![{table}](data:image/svg+xml;base64,{encoded})")
