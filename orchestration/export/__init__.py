"""Marts as files for others: XPT version 5, Dataset-JSON 1.1, Parquet; with labels, and marked when simulated.

A mart has a row per subject or record: an export is for those who may hold such data, and suppression of small cells does
not make it public. Does not belong here: what is in the marts.
"""
