"""Cohorts of sites that dose at their own pace, at visits that come the sooner the faster a subject declines.

Here: a second generator that shares nothing with the working model of clone-censor-weight, nor with `dosing_due_dates`:
ALSFRS-R falls along a line that bends, the hazard is Weibull and differs by site, a dose is ready after a delay of
the site's own, and at each visit from then on the score measured there decides whether it is given. Not here: estimators.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.validation.dosing_cohorts import DosingCohort

END = 1095


@dataclass(frozen=True)
class Sites:
    """What is planted.

    Attributes:
        n: Subjects.
        hazard_ratio: Of days after the third dose against the same days without it.
    """

    n: int = 250
    hazard_ratio: float = 1.0


SITES = np.array(["Ansan", "Busan", "Daegu", "Seoul"])
_DELAY = {2: np.array([15, 20, 30, 45]), 3: np.array([60, 70, 85, 100])}
_LOG_ODDS = {2: np.array([0.9, 0.5, 0.1, -0.4]), 3: np.array([0.4, 0.0, -0.4, -0.8])}
_LOG_HAZARD = np.array([-0.2, -0.1, 0.1, 0.2])
_PER_POINT = 0.10


def draw_sites(truth: Sites, seed: int) -> DosingCohort:
    """Draws one cohort, day by day."""
    rng = np.random.default_rng([seed, 11])
    n = truth.n
    site = rng.integers(0, len(SITES), n)
    score = _bent_lines(rng, n)
    state = {
        "next": np.zeros(n),
        "last": np.full(n, np.nan),
        "had": np.ones(n, int),
        "ready": _ready(rng, 2, site),
    }
    days, visits, death = {2: np.full(n, np.inf), 3: np.full(n, np.inf)}, [], np.full(n, np.inf)
    for day in range(END):
        here = np.flatnonzero((state["next"] == day) & np.isinf(death))
        if len(here):
            visits.append(
                (here, np.full(len(here), float(day)), _visit(rng, state, here, score[here, day], day))
            )
            _decide(rng, state, here, days, site, day)
        shape = 1.6
        hazard = shape / 1000 * (max(day, 1) / 1000) ** (shape - 1) * np.exp(-0.09 * (score[:, day] - 28))
        hazard = hazard * np.exp(_LOG_HAZARD[site]) * np.where(days[3] <= day, truth.hazard_ratio, 1.0)
        death = np.where(np.isinf(death) & (rng.random(n) < hazard), day + 1.0, death)
    stop = np.minimum(death, np.where(rng.random(n) < 0.2, rng.integers(200, END, n), END))
    return _frames(rng, site, stop, death, days, visits)


def _bent_lines(rng: np.random.Generator, n: int) -> np.ndarray:
    """(n, days) latent score: two slopes of the subject's own, and a day on which one takes over."""
    day = np.arange(END)
    bend = rng.uniform(0, 600, n)[:, None]
    first, second = np.exp(rng.normal(np.log(0.6), 0.6, (2, n, 1))) / 30.4375
    fallen = first * np.minimum(day, bend) + second * np.maximum(day - bend, 0)
    return np.clip(rng.normal(39, 4, n)[:, None] - fallen, 0, 48)


def _ready(rng: np.random.Generator, dose: int, site: np.ndarray) -> np.ndarray:
    """Days from the last dose until the next is ready."""
    return _DELAY[dose][site] * np.exp(rng.normal(0, 0.3, len(site)))


def _visit(
    rng: np.random.Generator, state: dict[str, np.ndarray], here: np.ndarray, score: np.ndarray, day: int
) -> np.ndarray:
    """Measures, and calls back sooner who lost two points or more."""
    measured = np.clip(np.round(score + rng.normal(0, 1, len(here))), 0, 48)
    worse = state["last"][here] - measured >= 2
    state["next"][here] = day + np.where(worse, 28, 56) + rng.integers(-3, 4, len(here))
    state["last"][here] = measured
    return measured


def _decide(
    rng: np.random.Generator,
    state: dict[str, np.ndarray],
    here: np.ndarray,
    days: dict[int, np.ndarray],
    site: np.ndarray,
    day: int,
) -> None:
    """Gives doses that are ready to those whose score persuades."""
    for dose in (3, 2):
        due = here[(state["had"][here] == dose - 1) & (state["ready"][here] <= day)]
        logit = _LOG_ODDS[dose][site[due]] + _PER_POINT * (state["last"][due] - 36)
        given = due[rng.random(len(due)) < 1 / (1 + np.exp(-logit))]
        days[dose][given] = day
        state["had"][given] = dose
        refused = np.setdiff1d(due, given)
        state["ready"][refused[rng.random(len(refused)) < 0.5]] = np.inf
        if dose == 2:
            state["ready"][given] = day + _ready(rng, 3, site[given])


def _frames(
    rng: np.random.Generator,
    site: np.ndarray,
    stop: np.ndarray,
    death: np.ndarray,
    days: dict[int, np.ndarray],
    visits: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> DosingCohort:
    n = len(stop)
    ids = np.array([f"T{i:05d}" for i in rng.permutation(n)])
    follow_up = pd.DataFrame(
        {"usubjid": ids, "entry_days": 0.0, "stop_days": stop, "event": (death <= stop).astype(int)}
    )
    given = pd.DataFrame({"usubjid": np.tile(ids, 3), "dose_number": np.repeat([1, 2, 3], n)})
    given["day"] = np.concatenate([np.zeros(n), days[2], days[3]])
    given = given[given["day"] < np.tile(stop, 3)]
    who, day, value = (np.concatenate(part) for part in zip(*visits, strict=True))
    alsfrs = pd.DataFrame({"usubjid": ids[who], "day": day, "value": value})[day < stop[who]]
    first = alsfrs[alsfrs["day"] == 0].set_index("usubjid")["value"].reindex(ids).to_numpy()
    covariates = pd.DataFrame({"usubjid": ids, "ALSFRSR": first, "SITE": SITES[site]})
    return DosingCohort(follow_up, given, alsfrs, covariates)
