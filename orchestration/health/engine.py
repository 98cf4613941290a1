"""What dbt is to run on, where that is Spark: whether it is there, and what a night that died left on it."""

from collections.abc import Iterator

from orchestration.health.finding import Finding, Visit
from orchestration.night.spark_leftovers import home_folder
from orchestration.night.spark_reach import answers
from orchestration.night.spark_server import SparkError, refuse_without_spark
from orchestration.settings import SPARK


def engine(visit: Visit) -> Iterator[Finding]:
    """Nothing is said of a home that works on DuckDB and has left nothing elsewhere."""
    settings = visit.settings
    if settings.engine == SPARK:
        try:
            refuse_without_spark(settings)
        except SparkError as error:
            yield Finding("engine", str(error), "mend the service's environment")
            return
        if settings.spark_remote is not None and not answers(settings.spark_remote):
            yield Finding(
                "engine", "no Spark Connect server answers at SPARK_REMOTE", "start it, or mend the address"
            )
    if not visit.at_work and home_folder(settings).exists():
        yield Finding(
            "engine",
            f"a night that died left records of subjects laid out for Spark, below {home_folder(settings).name}",
            "vigil refresh, with the server at hand, removes them",
        )
