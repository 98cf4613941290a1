"""Adverse-event and exposure tables of one release, from ADaM-shaped ADSL, ADEX and ADAE frames.

Here: preparation of the population and the events, the tables, their intervals, sequential monitoring. Not here: reading
files, the protocol's own model, drawing, and what of it the public sees (`analytics.report.public`).
"""

from analytics.safety.settings import SafetySettings, SpecialInterest
from analytics.safety.tables import safety_tables

__all__ = ["SafetySettings", "SpecialInterest", "safety_tables"]
