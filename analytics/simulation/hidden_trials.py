"""The trials behind the pooled database, whose identity the export hides: what each of them recorded.

Shares are per mille of the database and were chosen so that the filled shares of each file and column come out
as published for the genuine releases. No line stands for a real trial.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.simulation.settings import SimulationSettings

Instrument = Literal["R", "BOTH", "ALSFRS", "NONE"]


@dataclass(frozen=True)
class HiddenTrial:
    """One trial: size, allocation, length and visit gap, follow-up of deaths, and the files it fed."""

    share: int
    placebo: float
    months: int
    visit_gap_days: int
    instrument: Instrument
    cap_months: int
    sweep: bool
    kept_status: bool
    lacks: str = ""
    extra: str = ""


# lacks: treatment, age, fvc, vitals, riluzole, history, onset, diagnosis, labs, events.
# extra: svc, dob (instead of age), dob_too (beside it), yes_only (riluzole), site_flags, escorial, grip, muscle,
# screening, three_blows.
HIDDEN_TRIALS = (
    HiddenTrial(75, 0.50, 12, 35, "R", 24, True, True, "", "svc escorial muscle screening three_blows"),
    HiddenTrial(60, 0.33, 18, 42, "R", 36, False, True, "fvc", "svc escorial grip screening site_flags"),
    HiddenTrial(55, 0.50, 12, 35, "R", 36, False, False, "", "screening three_blows"),
    HiddenTrial(50, 0.33, 12, 42, "R", 24, True, True, "", "yes_only site_flags"),
    HiddenTrial(40, 0.25, 9, 35, "R", 24, False, False, "", "escorial screening"),
    HiddenTrial(36, 0.33, 12, 35, "R", 36, False, True, "age", "dob site_flags three_blows"),
    HiddenTrial(30, 0.50, 15, 56, "R", 60, True, True, "fvc", "svc screening"),
    HiddenTrial(36, 0.50, 12, 30, "BOTH", 36, False, False, "", "dob_too escorial site_flags three_blows"),
    HiddenTrial(30, 0.33, 9, 35, "BOTH", 36, True, True, "", "muscle screening"),
    HiddenTrial(75, 0.33, 18, 60, "ALSFRS", 60, True, True, "diagnosis", "svc site_flags"),
    HiddenTrial(70, 0.25, 18, 60, "ALSFRS", 60, False, True, "onset diagnosis events", "screening"),
    HiddenTrial(50, 0.25, 12, 35, "ALSFRS", 36, False, False, "age diagnosis", "dob yes_only site_flags"),
    HiddenTrial(46, 0.33, 12, 30, "ALSFRS", 60, False, True, "", "escorial grip screening"),
    HiddenTrial(30, 0.20, 12, 42, "ALSFRS", 36, False, False, "fvc diagnosis labs", "svc site_flags"),
    HiddenTrial(60, 0.33, 18, 80, "NONE", 60, False, True, "onset diagnosis riluzole labs", "escorial"),
    HiddenTrial(
        50, 0.25, 12, 60, "NONE", 36, True, True, "onset diagnosis labs", "yes_only site_flags three_blows"
    ),
    HiddenTrial(40, 0.20, 12, 60, "NONE", 60, False, False, "age vitals history labs", ""),
    HiddenTrial(
        37, 0.00, 12, 60, "NONE", 60, False, False, "fvc onset diagnosis riluzole labs events", "svc"
    ),
    HiddenTrial(
        40, 0.00, 12, 60, "NONE", 60, False, False, "treatment age fvc vitals riluzole history labs events"
    ),
    HiddenTrial(35, 0.00, 12, 60, "NONE", 60, False, False, "treatment age diagnosis events", "svc escorial"),
    HiddenTrial(
        25, 0.00, 9, 60, "NONE", 60, False, False, "treatment age fvc riluzole diagnosis labs events"
    ),
    HiddenTrial(20, 0.00, 12, 60, "NONE", 60, False, False, "treatment age fvc history labs events", "dob"),
    HiddenTrial(10, 0.00, 12, 60, "NONE", 60, False, False, "treatment fvc labs events", "svc"),
)


def usable(trial: HiddenTrial) -> bool:
    """Whether the trial's placebo subjects can enter a study that needs ALSFRS-R and a date of onset."""
    return trial.instrument in ("R", "BOTH") and "onset" not in trial.lacks.split()


def trial_probability(settings: SimulationSettings) -> np.ndarray:
    """Chance of each trial, the usable ones over-sampled as the settings ask."""
    weight = np.array(
        [trial.share * (settings.usable_trial_weight if usable(trial) else 1.0) for trial in HIDDEN_TRIALS]
    )
    return np.asarray(weight / weight.sum())


def placebo_probability(settings: SimulationSettings) -> np.ndarray:
    """Chance of placebo in each trial, on the odds scale so that the share over all treatment rows is as asked."""
    base = np.clip(np.array([trial.placebo for trial in HIDDEN_TRIALS]), 1e-12, 1 - 1e-12)
    weight = trial_probability(settings) * np.array(
        ["treatment" not in t.lacks.split() for t in HIDDEN_TRIALS]
    )
    weight = weight / weight.sum()
    low, high = -12.0, 12.0
    for _ in range(60):
        shift = (low + high) / 2
        share = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + shift)))
        low, high = (shift, high) if share @ weight < settings.placebo_share else (low, shift)
    return np.asarray(share)


def trial_features() -> pd.DataFrame:
    """One row per hidden trial: numbers as columns, `lacks_*` and `has_*` as booleans."""
    words = {"lacks": sorted({w for t in HIDDEN_TRIALS for w in t.lacks.split()})}
    words["has"] = sorted({w for t in HIDDEN_TRIALS for w in t.extra.split()})
    frame = pd.DataFrame([vars(trial) for trial in HIDDEN_TRIALS])
    for word in words["lacks"]:
        frame[f"lacks_{word}"] = [word in trial.lacks.split() for trial in HIDDEN_TRIALS]
    for word in words["has"]:
        frame[f"has_{word}"] = [word in trial.extra.split() for trial in HIDDEN_TRIALS]
    return frame
