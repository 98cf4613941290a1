"""Adverse-event and exposure tables of one release, from ADaM-shaped ADSL, ADEX and ADAE frames.

Here: preparation of the population and the events, the tables, their intervals, sequential monitoring and the
suppression of small cells for public renderings. Not here: reading files, the protocol's own model, drawing.
"""

from analytics.safety.settings import SafetySettings, SpecialInterest
from analytics.safety.suppression import public_tables
from analytics.safety.tables import safety_tables

__all__ = ["SafetySettings", "SpecialInterest", "public_tables", "safety_tables"]
