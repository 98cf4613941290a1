"""What a home's nights lay out for Spark, with the records of subjects in it, is removed: schemas first, then the files.

The files stay as long as the schemas do, and so does the knowledge that there is something to remove. Does not belong here:
what is laid out (`spark_run`).
"""

import hashlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from orchestration.night.spark_reach import answers
from orchestration.night.spark_server import end_left_server
from orchestration.settings import Settings, environment_of_others

_SECONDS = 120
"""That dropping may take."""
_DROP = """
import sys
from pyspark.sql import SparkSession
session = SparkSession.builder.getOrCreate()
for row in session.sql("show schemas").collect():
    if row[0].startswith(sys.argv[1]):
        session.sql(f"drop schema if exists {row[0]} cascade")
"""


def home_folder(settings: Settings) -> Path:
    """Where this home's runs lie, under a name of its own: several homes may share a cluster."""
    place = f"{socket.getfqdn()}:{settings.home.resolve()}"
    return settings.exchange / f"vigil_{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def clear_spark(settings: Settings) -> Iterator[str]:
    """Make good what a night left that died.

    Yields:
        What was done, or what is still there and why, a line each.
    """
    if end_left_server(settings):
        yield "the Spark server of a refresh that died was ended"
    folder = home_folder(settings)
    if folder.exists():
        if removed(settings):
            yield "what a refresh that died had laid out for Spark was removed"
        else:
            yield (
                "a refresh that died left tables with records of subjects on Spark, which does not answer at SPARK_REMOTE: "
                f"schemas {folder.name}_*. Way out: the next refresh or erase drops them once the server answers"
            )


def removed(settings: Settings, *, dropped: bool = False) -> bool:
    """Remove everything.

    Args:
        settings: whose home it is.
        dropped: whether dbt has dropped its schemas itself.

    Returns:
        Whether nothing is left: the schemas may be where nobody answers.
    """
    folder = home_folder(settings)
    if not folder.exists():
        return True
    # What a server of the night's own had is gone with it, and lay in the folder.
    if (
        not dropped
        and settings.spark_remote is not None
        and not _schemas_dropped(settings.spark_remote, folder.name)
    ):
        return False
    shutil.rmtree(folder)
    return True


def _schemas_dropped(remote: str, name: str) -> bool:
    """By a process of its own, since a server may take a question and never answer it."""
    if not answers(remote):
        return False
    command = [sys.executable, "-c", _DROP, f"{name}_"]
    environment = {**environment_of_others(), "SPARK_REMOTE": remote}
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            command,
            env=environment,
            timeout=_SECONDS,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return done.returncode == 0
    return False
