"""What an asset shows in the Dagster UI: rows, a preview of aggregate tables, and its figure.

Tables that hold a row per subject show counts only: nothing that identifies a person gets into the event log.
"""

import base64
import re
from collections.abc import Iterator

import dagster as dg
import pandas as pd

from analytics.catalogue.declarations import TableDeclaration
from analytics.protocol import Protocol
from orchestration.night.build import Build

MAX_PLOT_BYTES = 50_000
PREVIEW_ROWS = 25
MARKUP = re.compile(r"([\\`*_\[\]()!<>|#~])")


def table_metadata(build: Build, table: str, frame: pd.DataFrame) -> dict[str, dg.MetadataValue]:
    """Metadata of one result table."""
    metadata: dict[str, dg.MetadataValue] = {
        "dagster/row_count": dg.MetadataValue.int(len(frame)),
        "protocol": dg.MetadataValue.text(f"{build.protocol.study.id} {build.protocol.study.version}"),
    }
    metadata |= plotted(build.protocol, table, frame)
    if is_aggregate(frame):
        metadata["preview"] = dg.MetadataValue.md(preview(frame))
    try:
        figure = _figure(build, table, frame)
    except Exception as error:
        # A picture beside a result ends no night; its message could hold a value.
        figure = dg.MetadataValue.text(
            f"not drawn: unexpected {type(error).__name__}, a defect; please report it"
        )
    if figure is not None:
        metadata["figure"] = figure
    return metadata


def plotted(protocol: Protocol, table: str, frame: pd.DataFrame) -> dict[str, dg.MetadataValue]:
    """Numbers that Dagster draws over the data cuts: headline hazard ratios, what they rest on, and subjects of each arm."""
    if table == "effect_estimate":
        headline = (frame["headline"] == "Y") & (frame["measure"] == "hazard_ratio")
        return dict(_effects(frame[headline & (frame["endpoint"] == protocol.primary.name)]))
    if {"usubjid", "treated"} <= set(frame.columns):
        arms = frame.groupby("treated")["usubjid"].nunique()
        return {
            f"n_{name}": dg.MetadataValue.int(int(arms.get(arm, 0)))
            for arm, name in ((1, "treated"), (0, "control"))
        }
    return {}


def _effects(rows: pd.DataFrame) -> Iterator[tuple[str, dg.MetadataValue]]:
    for _, row in rows.iterrows():
        name = row["specification"]
        for column, label in (
            ("estimate", "hazard ratio"),
            ("ci_lower", "lower limit"),
            ("ci_upper", "upper limit"),
        ):
            # Dagster draws no gap where a number is not one.
            if pd.notna(row[column]):
                yield f"{name}: {label}", dg.MetadataValue.float(float(row[column]))
        for column in ("n_treated", "n_control", "n_event_treated", "n_event_control"):
            if pd.notna(row[column]):
                yield f"{name}: {column}", dg.MetadataValue.int(int(row[column]))


def preview(frame: pd.DataFrame) -> str:
    """The first rows as a Markdown table, whose words are text: a delivered term draws no picture and leads nowhere."""
    head = frame.head(PREVIEW_ROWS)
    words = head.select_dtypes(exclude="number").columns
    plain = head.astype(dict.fromkeys(words, object))
    plain[words] = plain[words].map(lambda word: MARKUP.sub(r"\\\1", word) if isinstance(word, str) else word)
    return str(plain.to_markdown(index=False, floatfmt=".4g"))


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


def _figure(build: Build, table: str, frame: pd.DataFrame) -> dg.MetadataValue | None:
    from analytics.report.figures import figure_of_table

    svg = figure_of_table(build.protocol, table, frame, simulated=build.simulated)
    if svg is None or len(svg) > MAX_PLOT_BYTES * 3 // 4:
        return None
    encoded = base64.b64encode(svg.encode()).decode()
    return dg.MetadataValue.md(f"![{table}](data:image/svg+xml;base64,{encoded})")
