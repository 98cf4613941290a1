"""A whole simulated study: settings in, both sources' frames and the truth out."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.simulation.parts import proact_parts, registry_parts
from analytics.simulation.proact import proact_frames
from analytics.simulation.registry_cuts import registry_history, snapshot
from analytics.simulation.settings import SimulationSettings
from analytics.simulation.truth import estimand_table, proact_outcomes, registry_outcomes

Frames = dict[str, pd.DataFrame]


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
    proact: Frames
    registry: dict[date, Frames]
    truth: Frames


def simulate(settings: SimulationSettings) -> SimulatedStudy:
    """Draw a study with a known truth, whole; the same settings give the same frames."""
    exports, snapshots, outcomes = [], [], []
    for part, drawn in proact_parts(settings):
        exports.append(proact_frames(drawn, part))
        outcomes.append(proact_outcomes(part, drawn))
    for part, enrolled in registry_parts(settings):
        history = registry_history(enrolled, part)
        snapshots.append({cut: snapshot(enrolled, history, part, cut) for cut in settings.cuts})
        outcomes.append(registry_outcomes(part, enrolled, settings.cuts[-1]))
    found = pd.concat(outcomes, ignore_index=True)
    return SimulatedStudy(
        settings=settings,
        proact=_joined(exports),
        registry={cut: _joined([known[cut] for known in snapshots]) for cut in settings.cuts},
        truth={"potential_outcomes": found, "estimands": estimand_table(found)},
    )


def _joined(parts: list[Frames]) -> Frames:
    if len(parts) == 1:
        return parts[0]
    return {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
