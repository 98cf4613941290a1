"""All marts of a release into a folder, in one format, and what they are: checked first, then written beside their place and
moved in.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from analytics.study import MARTS
from orchestration.export.dataset import DEFINE, Dataset, dataset
from orchestration.export.dataset_json import write_dataset_json
from orchestration.export.define_xml import write_define_xml
from orchestration.export.parquet import write_parquet
from orchestration.export.staged import staged_beside
from orchestration.export.xpt import check_dataset, write_xpt
from orchestration.releases.analysts import open_hardened
from orchestration.warehouse import scalar

SUFFIX = {"xpt": "xpt", "dataset-json": "json", "parquet": "parquet"}


def export_marts(
    database: Path, form: str, out: Path, names: tuple[str, ...] = MARTS
) -> Iterator[tuple[Dataset, Path]]:
    """Write marts of a release.

    Args:
        database: of the release.
        form: xpt, dataset-json or parquet.
        out: folder, made if missing; files of the same name are replaced.
        names: which marts.

    Yields:
        Each data set once it is written, with its file; the definition of them all (`DEFINE`) is written after the last.

    Raises:
        ExportError: a mart does not fit the format; then nothing is written.
    """
    with open_hardened(database) as connection:
        every = [dataset(connection, name) for name in names]
        if form == "xpt":
            for data in every:
                check_dataset(connection, data)
        out.mkdir(parents=True, exist_ok=True)
        files = [(data, data.file_name(SUFFIX[form])) for data in every]
        for data, name in files:
            with staged_beside(out / name) as staged:
                _write(connection, form, data, staged)
            yield data, out / name
        with staged_beside(out / DEFINE) as staged:
            write_define_xml(connection, files, form, staged)


def _write(connection: duckdb.DuckDBPyConnection, form: str, data: Dataset, path: Path) -> None:
    if form == "xpt":
        write_xpt(connection, data, path)
    elif form == "parquet":
        write_parquet(connection, data, path)
    else:
        created_at = scalar(connection, "select created_at from release.info")
        write_dataset_json(connection, data, path, created_at)
