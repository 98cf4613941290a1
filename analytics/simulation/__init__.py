"""Cohorts with a known truth, as frames in the sources' own layouts. No files, no clock, no global randomness."""

from analytics.simulation.settings import PrognosticEffects, SimulationSettings, default_cuts
from analytics.simulation.study import SimulatedStudy, simulate
from analytics.simulation.truth import true_estimands

__all__ = [
    "PrognosticEffects",
    "SimulatedStudy",
    "SimulationSettings",
    "default_cuts",
    "simulate",
    "true_estimands",
]
