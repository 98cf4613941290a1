"""What a finding of zero does not exclude.

Here: the words and numbers beside a zero. Not here: the interval itself.
"""

import numpy as np
import pandas as pd

from analytics.safety.intervals import clopper_pearson
from analytics.safety.population import Population, followed_through
from analytics.safety.settings import SafetySettings


def completed_window(population: Population, window_days: int) -> np.ndarray:
    """Subjects per arm observed through day `window_days` after first administration, whenever their time at risk ends."""
    return population.count(followed_through(population.members()["observed_end_day"], window_days))


def zero_note(table: pd.DataFrame, settings: SafetySettings) -> pd.DataFrame:
    """Add the note of a zero: its upper limit among everyone and among those who completed the window.

    Args:
        table: n_subject, n_total, n_completed_window, pct_ci_upper, note.
        settings: window and level.

    Returns:
        A copy with `note` filled where n_subject is 0, n_total is not and no other note stands.
    """
    table = table.copy()
    zero = ((table["n_subject"] == 0) & (table["n_total"] > 0) & table["note"].isna()).to_numpy()
    rows = table[zero]
    completed = rows["n_completed_window"].to_numpy()
    _, upper = clopper_pearson(0 * completed, completed, settings.level)
    level = f"{100 * settings.level:g} %"
    notes = []
    for n, done, everyone, completers in zip(
        rows["n_total"], rows["n_completed_window"], rows["pct_ci_upper"], upper, strict=True
    ):
        note = f"0 of {n:.0f} does not exclude {everyone:.1f} % (upper {level} limit)"
        note += f"; {done:.0f} completed the {settings.window_days}-day window"
        notes.append(note + (f" (0 of them: {100 * completers:.1f} %)" if done else ""))
    table.loc[zero, "note"] = notes
    return table
