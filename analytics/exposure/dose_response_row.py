"""The shape of a row of `results.dose_response`, and how a Cox fit becomes one.

Here: the row of an estimate, the row of an estimate that cannot be made. Not here: any method.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.survival.cox import CoxFit

FEWEST_SUBJECTS = 8
"""With fewer subjects in a group, its hazard ratio is not estimated."""
DECLINE_DECIDES = "biased where decline decides who is dosed"
"""Why methods free of immortal time are marked as biased all the same; `docs/validation.md` shows by how much."""


@dataclass(frozen=True)
class DoseGroups:
    """How many subjects and deaths stand behind a contrast. A subject may count in both groups.

    See the method.
    """

    n_exposed: int
    n_unexposed: int
    n_event_exposed: int
    n_event_unexposed: int

    def refusal(self) -> str | None:
        """Why no hazard ratio can be estimated, or None."""
        if min(self.n_exposed, self.n_unexposed) < FEWEST_SUBJECTS:
            return f"fewer than {FEWEST_SUBJECTS} subjects in a dose group"
        if self.n_event_exposed + self.n_event_unexposed == 0:
            return "no events"
        return None


def dose_response_row(
    *,
    contrast: str,
    method: str,
    label: str,
    k: int | None,
    groups: DoseGroups,
    fit: CoxFit | None,
    biased: bool,
    landmark_days: float | None = None,
    notes: Sequence[str | None] = (),
    level: float = 0.95,
) -> pd.DataFrame:
    """Makes the row of one contrast from the first term of a Cox fit, with its interval at `level`.

    Null with the reason when there is none.
    """
    row = TABLES["dose_response"].row(
        specification="",
        endpoint="",
        contrast=contrast,
        method=method,
        label=label,
        k=k,
        landmark_days=landmark_days,
        biased="Y" if biased else "N",
        **vars(groups),
    )
    reasons = [*notes, groups.refusal() if fit is None else fit.note]
    if fit is not None and np.isfinite(fit.coefficient[0]):
        lower, upper = fit.interval(level)
        limits = np.exp([fit.coefficient[0], lower[0], upper[0]])
        row |= dict(zip(("estimate", "ci_lower", "ci_upper"), map(float, limits), strict=True))
        row["p_value"] = float(fit.p_value[0])
    row["note"] = "; ".join(reason for reason in reasons if reason) or None
    return TABLES["dose_response"].frame([row])
