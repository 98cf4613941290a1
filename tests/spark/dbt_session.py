"""A session on a Spark Connect server with the settings that dbt's has: the adapter's own, and those of the profile."""

from typing import TYPE_CHECKING

import yaml
from dbt.adapters.spark.connections import SparkConnectionMethod, SparkCredentials

from orchestration.settings import DBT_PROJECT

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def settings_of_dbt() -> dict[str, str]:
    """Among them that a cast which cannot be made, or a number as text, is what it was before Spark 4."""
    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))
    given = profile["vigil"]["outputs"]["spark"].get("server_side_parameters", {})
    credentials = SparkCredentials(
        host="",
        schema="any",
        database=None,
        method=SparkConnectionMethod.SESSION,
        server_side_parameters=given,
    )
    return dict(credentials.server_side_parameters)


def dbt_session(remote: str) -> "SparkSession":
    """At an address; to be stopped."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(remote).create()
    for name, value in settings_of_dbt().items():
        session.conf.set(name, value)
    return session
