"""A whole simulated study: settings in, both sources' frames and the truth out."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.simulation.proact import proact_frames
from analytics.simulation.proact_cohort import draw_proact_cohort
from analytics.simulation.registry_cohort import draw_registry_cohort
from analytics.simulation.registry_cuts import registry_history, snapshot
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.truth import estimand_table, potential_outcomes


@dataclass(frozen=True)
class SimulatedStudy:
    """What a simulation yields.

    Attributes:
        settings: what it was made from.
        proact: the export's frames, columns in file order, keyed by file stem (`PROACT_ALSFRS`).
        registry: full SDTM snapshots by data cut and domain.
        truth: `potential_outcomes` (one row per subject delivered at the last cut) and `estimands`.
    """

    settings: SimulationSettings
    proact: dict[str, pd.DataFrame]
    registry: dict[date, dict[str, pd.DataFrame]]
    truth: dict[str, pd.DataFrame]


def simulate(settings: SimulationSettings) -> SimulatedStudy:
    """Draw a study with a known truth; the same settings give the same frames."""
    proact = draw_proact_cohort(settings)
    registry = draw_registry_cohort(settings)
    history = registry_history(registry, settings)
    outcomes = potential_outcomes(proact, registry, settings, settings.cuts[-1])
    return SimulatedStudy(
        settings=settings,
        proact=proact_frames(proact, settings),
        registry={cut: snapshot(registry, history, settings, cut) for cut in settings.cuts},
        truth={"potential_outcomes": outcomes, "estimands": estimand_table(outcomes)},
    )
