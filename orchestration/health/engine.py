"""What dbt is to run on, where that is Spark: whether it is there, and what a night that died left for it."""

from collections.abc import Iterator

from orchestration.health.finding import Finding, Visit
from orchestration.night.spark_leftovers import laid_out
from orchestration.night.spark_server import SparkError, refuse_without_spark
from orchestration.settings import SPARK


def engine(visit: Visit) -> Iterator[Finding]:
    """Nothing is said of a home that works on DuckDB and has left nothing elsewhere."""
    settings = visit.settings
    if settings.engine == SPARK:
        try:
            refuse_without_spark(settings)
        except SparkError as error:
            says, _, way_out = str(error).partition(" Way out: ")
            yield Finding("engine", says, way_out or "mend it before the next night")
    folder = laid_out(settings)
    if folder is not None and not visit.at_work:
        yield Finding(
            "engine",
            f"a night that died left records of subjects laid out for Spark in {folder}",
            "vigil refresh removes them",
        )
