"""Data cuts as Dagster partitions: one per registry snapshot, so that a missed night is visible."""

import dagster as dg

DATA_CUTS = dg.DynamicPartitionsDefinition(name="data_cut")
