"""Patients of a data cut with outcomes whose treatment effect is known: a plasmode (Franklin et al. 2014,
doi:10.1016/j.csda.2013.10.018).

Belongs here: drawing such a study, and the marginal hazard ratio that is true of it. Does not belong here: the method that
is tried on it (`method`).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.operating_characteristics.natural_course import NaturalCourse, natural_course
from analytics.operating_characteristics.observation import Observation, observation
from analytics.operating_characteristics.patients import Patients
from analytics.survival.cox import fit_cox_arrays
from analytics.survival.records import CheckedRecords

SIMULATED = 200_000
"""Treated patients, with and without treatment, that the true hazard ratio is counted from."""


@dataclass(frozen=True)
class Plasmode:
    """A cut whose outcomes can be drawn."""

    patients: Patients
    course: NaturalCourse
    observed: Observation

    def study(self, hazard_ratio: float, generator: np.random.Generator) -> dict[str, pd.DataFrame]:
        """A study of as many patients of each arm, drawn with replacement, whose outcomes are drawn.

        What was missing of a patient is missing again.

        Args:
            hazard_ratio: of each treated patient, times the hazard without treatment.
            generator: of this replicate alone.

        Returns:
            analysis_set and follow_up, as the stages read them.
        """
        cut = self.patients.completed
        treated = cut["treated"].to_numpy(int)
        rows = np.concatenate([_drawn(np.flatnonzero(treated == arm), generator) for arm in (1, 0)])
        ids = [f"{place:07d}" for place in range(len(rows))]
        ratio = np.where(treated[rows] == 1, hazard_ratio, 1.0)
        times = self._followed(
            rows, ratio, generator.exponential(size=len(rows)), generator.random(len(rows)), rows
        )
        subjects = self._as_recorded(cut.iloc[rows]["usubjid"]).assign(usubjid=ids)
        endpoint = self.patients.protocol.primary.name
        return {
            "analysis_set": subjects,
            "follow_up": times.assign(usubjid=ids, endpoint=endpoint),
        }

    def marginal_hazard_ratio(self, hazard_ratio: float, generator: np.random.Generator) -> float:
        """What is true of those whom the headline is about, were there no end of them.

        Treated patients of the cut, each as often as it has a control, live with and without treatment; the hazard ratio of
        the two, by a Cox model of treatment alone. It is nearer to 1 than that of each patient, as hazards of patients
        differ, and the more so the longer they are followed: with treatment they are followed as the treated of the cut
        were, without it as the controls in its sets were, whichever of them, so that who is followed longer is no healthier.

        Args:
            hazard_ratio: of each patient.
            generator: of this effect.
        """
        rows, as_treated = (self._any(self.patients.target, generator) for _ in range(2))
        as_controls = self._any(self.patients.controls, generator)
        chance, limit = generator.exponential(size=SIMULATED), generator.random(SIMULATED)
        # The same luck with and without treatment: less of the difference is noise.
        both = [
            self._followed(rows, np.full(SIMULATED, ratio), chance, limit, as_of)
            for ratio, as_of in ((hazard_ratio, as_treated), (1.0, as_controls))
        ]
        lived = pd.concat(both, ignore_index=True)
        arm = np.repeat([1.0, 0.0], SIMULATED)
        entry = lived["entry_days"].to_numpy(float)
        records = CheckedRecords(
            lived["stop_days"].to_numpy(float),
            lived["event"].to_numpy() == 1,
            np.ones(len(lived)),
            entry if (entry > 0).any() else None,
        )
        return float(np.exp(fit_cox_arrays(records, arm[:, None]).coefficient[0]))

    def _any(self, share: "pd.Series[float]", generator: np.random.Generator) -> np.ndarray:
        """Patients of the cut, drawn by their share."""
        known = self.patients.completed["usubjid"].map(share).fillna(0.0).to_numpy(float)
        return generator.choice(len(known), SIMULATED, p=known / known.sum())

    def _followed(
        self, rows: np.ndarray, ratio: np.ndarray, chance: np.ndarray, uniform: np.ndarray, as_of: np.ndarray
    ) -> pd.DataFrame:
        """Entry, stop and event of patients (`rows`) who are followed as others were (`as_of`)."""
        entry = self.patients.completed["entry_days"].to_numpy(float)[rows]
        day = self.course.days(rows, entry, ratio, chance)
        limit = np.maximum(self.observed.limits(as_of, uniform), entry + 1.0)
        died = day <= limit
        return pd.DataFrame(
            {"entry_days": entry, "stop_days": np.where(died, day, limit), "event": died.astype("int64")}
        )

    def _as_recorded(self, usubjid: pd.Series) -> pd.DataFrame:
        """Rows of the analysis set of these subjects, in their order."""
        recorded = self.patients.tables["analysis_set"].set_index("usubjid")
        return recorded.loc[usubjid.to_numpy()].reset_index()


def plasmode(patients: Patients) -> Plasmode:
    """A cut whose outcomes can be drawn."""
    completed = patients.completed
    return Plasmode(patients, natural_course(patients.protocol, completed), observation(completed))


def _drawn(rows: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    return rows[generator.integers(0, len(rows), len(rows))]
