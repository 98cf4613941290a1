"""Dagster's own plumbing: its instance, event log, partitions, names of dbt's nodes, metadata, reasons of failure.

Belongs here: what exists because Dagster needs it. Does not belong here: assets, checks, jobs (`defs`), nor what they do.
"""
