"""What the data must look like: one Great Expectations suite per mart and raw source, and the runner.

Belongs here: rules on clinical plausibility and consistency across sources, as data, each with its source (README.md).
Does not belong here: structure and keys (dbt tests), Dagster, DuckDB. Great Expectations is imported only by the runner,
when a suite runs: it takes seconds.
"""

from expectations.rules import Outcome, Rule, Suite
from expectations.runner import validate
from expectations.suites import SUITES

__all__ = ["SUITES", "Outcome", "Rule", "Suite", "validate"]
