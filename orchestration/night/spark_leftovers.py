"""What a home's nights lay out for Spark, with the records of subjects in it, is removed.

Delivered tables, dbt's own and what comes back lie in one folder, and where that is stands in the home as long as it is
there, wherever `VIGIL_STORE` points by then. On the server are the tables' names alone, which the next run drops
(`dbt_project/macros/spark/run.sql`). Does not belong here: what is laid out (`spark_run`).
"""

import hashlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from orchestration.night.orphan import end_orphan
from orchestration.night.spark_server import SERVER, SparkError
from orchestration.settings import Settings


def lay_out(settings: Settings) -> Path:
    """Where this home's runs lie, under a name of its own, since several homes may share a cluster: made, and noted.

    Raises:
        SparkError: it cannot be made, or what lies in another place could not be removed and would be forgotten.
    """
    folder = settings.exchange / f"vigil_{_name(settings)}"
    left = laid_out(settings)
    if left is not None and left != folder:
        raise SparkError(_stays(left))
    try:
        # First: nothing is noted of a place that never was. An empty folder of a night that died between holds nothing.
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SparkError(
            f"nothing can be laid out for Spark in {settings.exchange} ({error.strerror}): set VIGIL_STORE to a folder that "
            "this user may write, then refresh again"
        ) from error
    _note(settings).parent.mkdir(parents=True, exist_ok=True)
    _note(settings).write_text(str(folder), encoding="utf-8")
    return folder


def laid_out(settings: Settings) -> Path | None:
    """What a run has laid out that is still there, or that this user may not look for."""
    try:
        folder = Path(_note(settings).read_text(encoding="utf-8"))
    except OSError:
        return None
    return folder if _may_be(folder) else None


def remove_laid_out(settings: Settings) -> bool:
    """Remove it.

    Returns:
        Whether nothing is left: what executors wrote may be theirs, or in use.
    """
    folder = laid_out(settings)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
        if _may_be(folder):
            return False
    _note(settings).unlink(missing_ok=True)
    return True


def clear_spark(settings: Settings) -> Iterator[str]:
    """Make good what a night left that died.

    Yields:
        What was done, or could not be, a line each.
    """
    if end_orphan(settings, SERVER):
        yield "the Spark server of a refresh that died was ended"
    folder = laid_out(settings)
    if folder is not None:
        if remove_laid_out(settings):
            yield "what a refresh that died had laid out for Spark was removed"
        else:
            yield _stays(folder)


def _stays(folder: Path) -> str:
    return f"records of subjects laid out for Spark cannot be removed by this user. Way out: delete {folder}"


def _may_be(folder: Path) -> bool:
    try:
        return folder.exists()
    except OSError:
        # Behind a folder that nobody lets this user enter, or on a share that is away.
        return True


def _name(settings: Settings) -> str:
    """Lasting, and another one for a copy of the home: drawn once, and of the home's path."""
    drawn = settings.store / "spark.name"
    if not drawn.exists():
        drawn.parent.mkdir(parents=True, exist_ok=True)
        drawn.write_text(secrets.token_hex(16), encoding="utf-8")
    name = f"{drawn.read_text(encoding='utf-8')} {settings.home.resolve()}"
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def _note(settings: Settings) -> Path:
    return settings.build / "spark.place"
