"""Patients of whom some wait for an injection that does nothing, as marts, for the validation of time zero.

One natural history for both sources, from the day on which somebody is eligible (harvest, or the baseline of a trial):
a score that walks downward week by week, and a hazard that follows it, age and speed. A few are frail, which nobody
records, and die soon: so the hazard of everyone together falls at first, then rises. The treated are injected after a
month at least, if they live; who is frail, or falls fast, waits longer in the second scenario. Shares nothing with the
estimators: no hazards of what is recorded that keep their ratio, no distribution that they name. No effect is planted:
the truth of every method is a hazard ratio of 1. Not here: estimators.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

Marts = dict[str, pd.DataFrame]
N_TREATED, N_CONTROL = 250, 1000
WEEKS = 130
VISIT = 28
MONTH = 30.4375
FRAIL = 0.12
LEAST_WAIT = 28
NEVER = 0.04
"""Share of the harvested whose injection is called off, whatever their health."""


@dataclass(frozen=True)
class _People:
    """n people from the day of eligibility, day 0; `score` by week."""

    age: np.ndarray
    months: np.ndarray
    speed: np.ndarray
    frail: np.ndarray
    score: np.ndarray
    death: np.ndarray

    def take(self, rows: np.ndarray) -> "_People":
        return _People(*(value[rows] for value in vars(self).values()))


def waits_of_chance(rng: np.random.Generator) -> Marts:
    """How long somebody waits depends on nothing."""
    return _marts(rng, by_prognosis=0.0)


def seen_on_the_day(rng: np.random.Generator) -> Marts:
    """The same, but the treated are measured on the day of the injection; controls at visits, as before."""
    return _marts(rng, by_prognosis=0.0, every=1)


def waits_of_the_sick(rng: np.random.Generator) -> Marts:
    """Who is frail, or falls fast, waits longer."""
    return _marts(rng, by_prognosis=0.8)


def _marts(rng: np.random.Generator, *, by_prognosis: float, every: int = VISIT) -> Marts:
    people = _people(4 * (N_TREATED + N_CONTROL), rng)
    rate = _covariates(people, np.zeros(len(people.age)))["DFRS"]
    wish = -0.25 * (people.age - 60) / 10 - 0.2 * np.log(rate.clip(0.1)) + rng.logistic(0, 1, len(rate))
    treated = np.argsort(-wish, kind="stable")[: len(wish) // 4]
    others = rng.permutation(np.setdiff1d(np.arange(len(wish)), treated))[:N_CONTROL]
    patients, controls = people.take(rng.permutation(treated)[:N_TREATED]), people.take(others)
    worse = patients.frail + 0.5 * np.log(patients.speed)
    wait = LEAST_WAIT + np.floor(rng.gamma(2.0, 12.0, N_TREATED) * np.exp(by_prognosis * worse))
    wait = np.where(rng.random(N_TREATED) < NEVER, np.inf, wait)
    first, second = (
        _treated(patients, wait, rng.integers(200, 900, N_TREATED), every),
        _controls(controls, rng),
    )
    return {name: pd.concat([first[name], second[name]], ignore_index=True) for name in second}


def _people(n: int, rng: np.random.Generator) -> _People:
    age, months = rng.normal(60, 10, n), rng.gamma(4.0, 3.5, n).clip(3, 36)
    speed = rng.lognormal(-0.35, 0.5, n)
    steps = rng.normal(0, 0.6, (WEEKS, n)) - speed * 7 / MONTH
    score = (46 - 0.7 * speed * months + rng.normal(0, 2, n) + np.cumsum(steps, axis=0)).clip(5, 48).T
    frail = (rng.random(n) < FRAIL).astype(float)
    day = 7.0 * np.arange(WEEKS)
    known = 0.02 * (age - 60) + 0.5 * np.log(speed)
    hazard = 0.0007 * np.exp(known[:, None] + 0.06 * (36 - score)) * (0.6 + day / 500)
    hazard = hazard + 0.012 * frail[:, None] * np.exp(-day / 90)
    return _People(age, months, speed, frail, score, _first_death(hazard, rng))


def _first_death(hazard: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Whole day of death under a hazard a day that is constant within a week; infinite beyond the last."""
    gone = np.cumsum(7 * hazard, axis=1)
    luck = rng.exponential(size=len(hazard))
    week = (gone < luck[:, None]).sum(axis=1)
    at = np.minimum(week, WEEKS - 1)
    rows = np.arange(len(hazard))
    before = gone[rows, at] - 7 * hazard[rows, at]
    day = np.ceil(7 * at + (luck - before) / hazard[rows, at])
    return np.where(week < WEEKS, day.clip(1), np.inf)


def _score_on(people: _People, day: np.ndarray) -> np.ndarray:
    week = np.minimum(day // 7, WEEKS - 1).astype(int)
    return np.round(people.score[np.arange(len(week)), week])


def _treated(people: _People, wait: np.ndarray, leaves: np.ndarray, every: int) -> Marts:
    """`every` how many days they are measured."""
    n = len(wait)
    subject = np.array([f"T{place:04d}" for place in range(n)], dtype=object)
    stop, injected = np.minimum(people.death, leaves), wait <= np.minimum(people.death, leaves)
    since = np.where(injected, wait, 0.0)
    adsl = pd.DataFrame(
        {"USUBJID": subject, "TRT01PN": 1, "HARVDY": -since, "TRTSDY": np.where(injected, 0.0, np.nan)}
    )
    adsl["DTHDY"] = np.where(people.death <= leaves, people.death - since, np.nan)
    adsl["LSTALVDY"] = stop - since
    adsl = adsl.assign(**_covariates(people, since, every), **_covariates(people, np.zeros(n), twin=True))
    rows = {"USUBJID": subject, "PARAMCD": "OS", "CNSR": (people.death > leaves).astype(int)}
    harvest = pd.DataFrame({**rows, "ORIGIN": "HARVEST", "AVAL": stop + 1})
    injection = pd.DataFrame({**rows, "ORIGIN": "FIRST_INJECTION", "AVAL": stop - since + 1})[injected]
    return {
        "adsl": adsl,
        "adtte": pd.concat([harvest, injection]),
        "adqs": _visits(subject[:0], people, stop[:0]),
    }


def _controls(people: _People, rng: np.random.Generator) -> Marts:
    n = len(people.age)
    subject = np.array([f"C{place:04d}" for place in range(n)], dtype=object)
    leaves = rng.integers(270, 540, n)
    stop = np.minimum(people.death, leaves)
    adsl = pd.DataFrame({"USUBJID": subject, "TRT01PN": 0, "HARVDY": np.nan, "TRTSDY": np.nan})
    adsl = adsl.assign(**_covariates(people, np.zeros(n)), **_covariates(people, np.zeros(n), twin=True))
    adtte = pd.DataFrame({"USUBJID": subject, "PARAMCD": "OS", "ORIGIN": "TRIAL_BASELINE", "AVAL": stop + 1})
    adtte["CNSR"] = (people.death > leaves).astype(int)
    return {"adsl": adsl, "adtte": adtte, "adqs": _visits(subject, people, stop)}


def _covariates(
    people: _People, day: np.ndarray, every: int = VISIT, *, twin: bool = False
) -> dict[str, np.ndarray]:
    """What is on record on a day, the score of the last visit, under the names of the index or of the harvest."""
    score, months = _score_on(people, day // every * every), people.months + day / MONTH
    names = ("AGEH", "SYMPDRMH", "ALSFRSRH", "DFRSH") if twin else ("AGE", "SYMPDURM", "ALSFRSR", "DFRS")
    return dict(zip(names, (people.age + day / 365.25, months, score, (48 - score) / months), strict=True))


def _visits(subject: np.ndarray, people: _People, stop: np.ndarray) -> pd.DataFrame:
    """Scores of visits every four weeks, while somebody is there."""
    parts = []
    for day in range(0, 7 * WEEKS if len(subject) else 0, VISIT):
        there = stop >= day
        score = _score_on(people, np.full(len(people.age), day))[there]
        parts.append(pd.DataFrame({"USUBJID": subject[there], "INDEXDY": day, "AVAL": score}))
    made = pd.concat(parts) if parts else pd.DataFrame({"USUBJID": [], "INDEXDY": [], "AVAL": []})
    return made.assign(PARAMCD="ALSFRSR")
