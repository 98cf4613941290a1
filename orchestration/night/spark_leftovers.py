"""What a home's nights lay out for Spark, with the records of subjects in it, is removed.

Delivered tables, dbt's own and what comes back lie in one folder: on the server are their names alone, which the next run
drops (`dbt_project/macros/spark/run.sql`). Does not belong here: what is laid out (`spark_run`).
"""

import hashlib
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from orchestration.night.spark_server import end_left_server
from orchestration.settings import Settings


def home_folder(settings: Settings) -> Path:
    """Where this home's runs lie, under a name of its own: several homes may share a cluster."""
    place = f"{socket.getfqdn()}:{settings.home.resolve()}"
    return settings.exchange / f"vigil_{hashlib.sha256(place.encode()).hexdigest()[:12]}"


def remove_laid_out(settings: Settings) -> bool:
    """Remove whatever runs have laid out.

    Returns:
        Whether there was anything.
    """
    folder = home_folder(settings)
    found = folder.exists()
    if found:
        shutil.rmtree(folder)
    return found


def clear_spark(settings: Settings) -> Iterator[str]:
    """Make good what a night left that died.

    Yields:
        What was done, a line each.
    """
    if end_left_server(settings):
        yield "the Spark server of a refresh that died was ended"
    if remove_laid_out(settings):
        yield "what a refresh that died had laid out for Spark was removed"
