"""Cohorts in which the score on the due date decides whether a dose is given; the third changes nothing unless asked to.

Here: a generator that shares nothing with the working model of clone-censor-weight. ALSFRS-R walks at random, the
hazard of death has a hump and follows it, and who measures below a threshold, with some leniency, on the day on which
a dose is due has neither it nor a later one. Not here: estimators.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.validation.dosing_cohorts import DosingCohort

END, VISIT_EVERY = 1095, 28


@dataclass(frozen=True)
class DueDates:
    """What is planted.

    Attributes:
        n: Subjects.
        decided: Doses that the score decides; the others miss by chance.
        hazard_ratio: Of days after the third dose against the same days without it.
        leniency: Standard deviation, in points, of what is added to the score before it meets the threshold.
    """

    n: int = 250
    decided: tuple[int, ...] = (2, 3)
    hazard_ratio: float = 1.0
    leniency: float = 8.0


_THRESHOLD = {2: 32.0, 3: 27.0}
_BY_CHANCE = {2: 0.75, 3: 0.6}


def draw_due_dates(truth: DueDates, seed: int) -> DosingCohort:
    """Draws one cohort, day by day."""
    rng = np.random.default_rng([seed, 7])
    n = truth.n
    score = _walks(rng, n)
    measured = np.clip(np.round(score + rng.normal(0, 1, score.shape)), 0, 48)
    due = {2: 24 + rng.integers(0, 10, n), 3: 220 + rng.integers(0, 120, n)}
    given = _decisions(rng, truth, measured, due)
    death = _deaths(rng, truth, score, given[3])
    stop = np.minimum(death, np.where(rng.random(n) < 0.2, rng.integers(200, END, n), END))
    ids = np.array([f"D{i:05d}" for i in rng.permutation(n)])
    return _frames(ids, stop, death, measured, due, given)


def _walks(rng: np.random.Generator, n: int) -> np.ndarray:
    """(n, days) latent score: a start of its own, then steps that no trend of the subject's own explains."""
    steps = rng.normal(-0.025, 0.22, (n, END))
    return np.clip(rng.normal(38, 4, n)[:, None] + np.cumsum(steps, axis=1), 0, 48)


def _decisions(
    rng: np.random.Generator, truth: DueDates, measured: np.ndarray, due: dict[int, np.ndarray]
) -> dict[int, np.ndarray]:
    """(n,) day of doses 2 and 3; infinite for those who do not have it."""
    rows, days, had = np.arange(len(measured)), {}, np.ones(len(measured), bool)
    for dose in (2, 3):
        lenient = measured[rows, due[dose]] + rng.normal(0, truth.leniency, len(rows)) > _THRESHOLD[dose]
        by_chance = rng.random(len(rows)) < _BY_CHANCE[dose]
        had = had & (lenient if dose in truth.decided else by_chance)
        days[dose] = np.where(had, due[dose], np.inf)
    return days


def _deaths(rng: np.random.Generator, truth: DueDates, score: np.ndarray, third: np.ndarray) -> np.ndarray:
    """(n,) day on which follow-up ends by death; infinite for those alive at the end."""
    day = np.arange(END)
    hump = 0.0022 * (day / 450) * np.exp(1 - day / 450)
    hazard = hump * np.exp(-0.11 * (score - 28))
    hazard = hazard * np.where(day >= third[:, None], truth.hazard_ratio, 1.0)
    dies = rng.random(score.shape) < hazard
    return np.where(dies.any(axis=1), dies.argmax(axis=1) + 1.0, np.inf)


def _frames(
    ids: np.ndarray,
    stop: np.ndarray,
    death: np.ndarray,
    measured: np.ndarray,
    due: dict[int, np.ndarray],
    given: dict[int, np.ndarray],
) -> DosingCohort:
    n = len(ids)
    follow_up = pd.DataFrame(
        {"usubjid": ids, "entry_days": 0.0, "stop_days": stop, "event": (death <= stop).astype(int)}
    )
    days = np.column_stack([np.zeros(n), given[2], given[3]])
    injections = pd.DataFrame(
        {"usubjid": np.repeat(ids, 3), "dose_number": np.tile([1, 2, 3], n), "day": days.ravel()}
    )
    injections = injections[injections["day"] < np.repeat(stop, 3)]
    came_to_third = np.isfinite(given[2])
    visits = [np.tile(np.arange(0, END, VISIT_EVERY), (n, 1)), due[2][:, None]]
    visits.append(np.where(came_to_third, due[3], 0)[:, None])
    day = np.concatenate(visits, axis=1)
    who = np.repeat(np.arange(n), day.shape[1])
    seen = pd.DataFrame({"who": who, "day": day.ravel()}).drop_duplicates()
    seen = seen[seen["day"] < stop[seen["who"]]]
    alsfrs = pd.DataFrame(
        {
            "usubjid": ids[seen["who"]],
            "day": seen["day"].astype(float),
            "value": measured[seen["who"], seen["day"]],
        }
    )
    return DosingCohort(
        follow_up, injections, alsfrs, pd.DataFrame({"usubjid": ids, "ALSFRSR": measured[:, 0]})
    )
