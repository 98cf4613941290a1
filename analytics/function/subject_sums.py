"""What subjects enter a mixed model of slopes with: a few sums over the scores of each."""

from dataclasses import dataclass

import numpy as np

from analytics.function.scores import Scores


@dataclass(frozen=True)
class SubjectSums:
    """What subjects enter the model with: sums over the scores of each, of time as a share of the whole and of score.

    Attributes:
        n, t, tt, y, ty, yy: (n,) number of scores, and sums of times, scores, squares and products.
        unit: share of the whole that the unit of slopes is.
        middle: of all scores, subtracted from each.
    """

    n: np.ndarray
    t: np.ndarray
    tt: np.ndarray
    y: np.ndarray
    ty: np.ndarray
    yy: np.ndarray
    unit: float
    middle: float

    @classmethod
    def until(cls, scores: Scores, day: float, days_per_unit: float) -> "SubjectSums":
        """Of the scores up to a day.

        Args:
            scores: of everybody.
            day: the last that counts.
            days_per_unit: of the time in which slopes are told.
        """
        used = scores.day <= day
        owner, size = scores.owner[used], len(scores.subjects)
        # Time as a share of the whole, and scores around their middle: sums of squares keep their digits.
        t, middle = scores.day[used] / day, float(scores.value[used].mean()) if used.any() else 0.0
        y = scores.value[used] - middle
        n, st, stt, sy, sty, syy = (
            np.bincount(owner, each, minlength=size).astype(float)
            for each in (np.ones(len(t)), t, t * t, y, t * y, y * y)
        )
        return cls(n, st, stt, sy, sty, syy, days_per_unit / day, middle)

    def of(self, place: np.ndarray) -> "SubjectSums":
        """Of these subjects, one a row."""
        n, t, tt, y, ty, yy = (
            column[place] for column in (self.n, self.t, self.tt, self.y, self.ty, self.yy)
        )
        return SubjectSums(n, t, tt, y, ty, yy, self.unit, self.middle)
