"""Demonstration extracts: simulated frames to files as the sources deliver them.

What the frames hold is decided in `analytics.simulation`.
"""
