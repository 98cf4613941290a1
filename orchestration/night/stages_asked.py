"""`build.stage`: what each stage of the study asked of the protocol, and from which release its tables were taken, if any.

Published as `release.stage`. Does not belong here: when a stage may be taken from a release (`stage_reuse`).
"""

from collections.abc import Sequence

from orchestration.warehouse import Warehouse

TABLE = "build.stage"


def begin_stages(warehouse: Warehouse) -> None:
    """The table of a build that begins, without rows."""
    with warehouse.write() as connection:
        connection.execute(
            f"create or replace table {TABLE} (stage varchar primary key, asked varchar, taken_from varchar)"
        )


def record_stage(
    warehouse: Warehouse, stage: str, asked: Sequence[str], taken_from: str | None = None
) -> None:
    """Remember a stage; one that is made again is remembered as it is now.

    Args:
        warehouse: the working file.
        stage: its name.
        asked: what it read of the protocol, sections or settings.
        taken_from: the release that its tables were taken from.
    """
    with warehouse.write() as connection:
        connection.execute(
            f"insert or replace into {TABLE} values (?, ?, ?)", [stage, " ".join(asked), taken_from]
        )
