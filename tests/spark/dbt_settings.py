"""The settings that dbt's sessions on Spark have, the adapter's own and those of the profile, for a session of a test's."""

from typing import TYPE_CHECKING

import yaml
from dbt.adapters.spark.connections import SparkConnectionMethod, SparkCredentials

from orchestration.settings import DBT_PROJECT

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def take_settings_of_dbt(session: "SparkSession") -> None:
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
    for name, value in credentials.server_side_parameters.items():
        session.conf.set(name, value)
