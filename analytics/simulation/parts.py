"""A study in parts of bounded size, one after the other: of however many subjects, only a part is ever in memory.

The first part is what a study of its size would be; each that follows has a seed of its own. Not here: what is drawn.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analytics.simulation.proact_cohort import ProactCohort, draw_proact_cohort
from analytics.simulation.registry_cohort import RegistryCohort, draw_registry_cohort
from analytics.simulation.settings import SimulationSettings

PROACT_PART = 12_500
REGISTRY_PART = 2_400
Drawn = tuple[SimulationSettings, ProactCohort]
Enrolled = tuple[SimulationSettings, RegistryCohort]


def proact_parts(settings: SimulationSettings, most: int = PROACT_PART) -> Iterator[Drawn]:
    """Cohorts of at most so many subjects, each with the settings it was drawn by; no two share a subject's key."""
    for number, part in enumerate(_parts(settings, "n_proact", most)):
        yield part, draw_proact_cohort(part, after=number * most)


def registry_parts(settings: SimulationSettings, most: int = REGISTRY_PART) -> Iterator[Enrolled]:
    """As `proact_parts`, of the registry; every part enrols over the whole of time."""
    for number, part in enumerate(_parts(settings, "n_registry", most)):
        yield part, draw_registry_cohort(part, after=number * most)


def _parts(settings: SimulationSettings, size: str, most: int) -> Iterator[SimulationSettings]:
    total = getattr(settings, size)
    for number, first in enumerate(range(0, total, most)):
        seed = (
            int(np.random.SeedSequence([settings.seed, number]).generate_state(1)[0])
            if number
            else settings.seed
        )
        yield replace(settings, seed=seed, **{size: min(most, total - first)})
