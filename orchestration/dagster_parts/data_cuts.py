"""Data cuts as Dagster partitions: one per registry snapshot, so that a missed night is visible."""

import dagster as dg

NAME = "data_cut"
DATA_CUTS = dg.DynamicPartitionsDefinition(name=NAME)


def add_partition(instance: dg.DagsterInstance, data_cut: str) -> None:
    """Make a partition of a data cut, where there is none yet."""
    if not instance.has_dynamic_partition(NAME, data_cut):
        instance.add_dynamic_partitions(NAME, [data_cut])
