"""What a night on Spark that died left there, with the records of subjects in it: server, schemas and files."""

from collections.abc import Iterator
from contextlib import suppress

from orchestration.night.spark_reach import answers
from orchestration.night.spark_run import home_folder, remove
from orchestration.night.spark_server import end_left_server
from orchestration.settings import Settings


def clear_spark(settings: Settings) -> Iterator[str]:
    """Remove it; the files stay as long as the schemas do, which are read from them.

    Yields:
        What was done, or what is still there and why, a line each.
    """
    if end_left_server(settings):
        yield "the Spark server of a refresh that died was ended"
    folder = home_folder(settings)
    if not folder.exists():
        return
    if settings.spark_remote is not None and not _schemas_dropped(settings.spark_remote, folder.name):
        yield (
            "a refresh that died left tables with records of subjects on Spark, which does not answer at SPARK_REMOTE; "
            f"their schemas begin with {folder.name}. Way out: the next refresh or erase with an answering server drops them"
        )
        return
    remove(folder)
    yield "what a refresh that died had laid out for Spark was removed"


def _schemas_dropped(remote: str, name: str) -> bool:
    if not answers(remote):
        return False
    with suppress(Exception):
        from pyspark.sql import SparkSession

        session = SparkSession.builder.remote(remote).create()
        try:
            for (schema,) in session.sql("show schemas").collect():
                if schema.startswith(f"{name}_"):
                    session.sql(f"drop schema if exists {schema} cascade")
            return True
        finally:
            session.stop()
    return False
