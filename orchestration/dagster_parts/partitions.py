"""Dagster's partitions: each registry snapshot, so that a missed night is visible, and each PRO-ACT export."""

import dagster as dg

_DATA_CUT, _EXPORT = "data_cut", "proact_export"
DATA_CUTS = dg.DynamicPartitionsDefinition(name=_DATA_CUT)
EXPORTS = dg.DynamicPartitionsDefinition(name=_EXPORT)


def add_data_cut(instance: dg.DagsterInstance, data_cut: str) -> None:
    """Make the partition of a data cut, where there is none yet."""
    _add(instance, _DATA_CUT, data_cut)


def add_export(instance: dg.DagsterInstance, export: str) -> None:
    """Make the partition of a PRO-ACT export, where there is none yet."""
    _add(instance, _EXPORT, export)


def _add(instance: dg.DagsterInstance, name: str, key: str) -> None:
    if not instance.has_dynamic_partition(name, key):
        instance.add_dynamic_partitions(name, [key])
