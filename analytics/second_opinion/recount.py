"""The counts of safety made again from the marts: subjects, events, time at risk and administrations.

Belongs here: counting. Does not belong here: who and what is counted (`safety_population`, `safety_events`), and anything of
`safety`, which is what is judged.
"""

import pandas as pd

from analytics.second_opinion.quantities import (
    ADMINISTRATIONS,
    EVENTS,
    PERSON_YEARS,
    SAFETY_POPULATION,
    SUBJECTS,
)
from analytics.second_opinion.safety_events import SUBSETS, events_of
from analytics.second_opinion.safety_population import (
    Rules,
    column,
    dates,
    numbers,
    safety_population,
    word,
)

DEATH = "death"
YEAR_DAYS = 365.25
PLACE = ["arm", "subset", "soc", "pt"]
MEMBER = ["usubjid", "arm", "soc", "pt"]
COUNTED_SUBSETS = (*SUBSETS, DEATH)


def recounted(
    rules: Rules, adsl: pd.DataFrame, adex: pd.DataFrame | None, adae: pd.DataFrame | None
) -> pd.DataFrame:
    """Every count that is not zero.

    Args:
        rules: of the protocol.
        adsl: as the marts have it; TRT01A has the names of arms in results.
        adex: administrations, or None.
        adae: events, or None; then events are not counted.

    Returns:
        arm, subset, soc, pt (as `folded`; null over all), quantity and theirs.
    """
    people = safety_population(adsl, rules)
    by_arm = people.groupby("arm")
    parts = [
        _of_arms(SAFETY_POPULATION.name, by_arm.size()),
        _of_arms(PERSON_YEARS.name, by_arm["days_at_risk"].sum() / YEAR_DAYS),
    ]
    if adex is not None:
        parts.append(_of_arms(ADMINISTRATIONS.name, _administrations(adex, people).groupby("arm").size()))
    if adae is not None:
        events = events_of(people, adae, rules)
        of_subsets = [events.loc[events[name], MEMBER].assign(subset=name) for name in SUBSETS]
        died = people.loc[people["died"], ["usubjid", "arm"]].assign(subset=DEATH)
        parts.append(_tally(pd.concat([*of_subsets, died], ignore_index=True)))
    return pd.concat(parts, ignore_index=True)


def _of_arms(quantity: str, count: "pd.Series[int] | pd.Series[float]") -> pd.DataFrame:
    return pd.DataFrame({"arm": count.index, "quantity": quantity, "theirs": count.to_numpy(float)}).assign(
        subset=None, soc=None, pt=None
    )


def _tally(chosen: pd.DataFrame) -> pd.DataFrame:
    """Subjects and events of each subset over all, by class, and by term within its class; deaths have neither."""
    parts = []
    for keys in (PLACE[:2], PLACE[:3], PLACE):
        events = chosen.groupby(keys).size().rename(EVENTS.name)
        subjects = chosen.drop_duplicates(["usubjid", *keys]).groupby(keys).size().rename(SUBJECTS.name)
        parts.append(pd.concat([subjects, events], axis=1).reset_index())
    return pd.concat(parts, ignore_index=True).melt(PLACE, [SUBJECTS.name, EVENTS.name], "quantity", "theirs")


def _administrations(adex: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """A row a subject and day on which the product was given; what has no whole date stands for itself."""
    given = adex.assign(usubjid=adex["USUBJID"].astype(str)).merge(people[["usubjid", "arm"]], on="usubjid")
    given = given[~word(given, "EXOCCUR").isin(["N", "NO"])]
    number = numbers(given, "EXSEQ")
    if "PARAMCD" in given and numbers(adex, "EXSEQ").notna().any():
        given = given[number.notna()].drop_duplicates(["usubjid", "EXSEQ"])
    day = _given_on(given)
    whole = day.notna() & column(given, "ASTDTF").isna()
    again = given.assign(day=day).duplicated(["usubjid", "day"]) & whole
    return given[~again]


def _given_on(given: pd.DataFrame) -> "pd.Series[str]":
    """The day, by the first of the ways in which the file tells any."""
    ways = (
        numbers(given, "INJDY"), dates(given, "ASTDT"), dates(given, "EXSTDTC"), numbers(given, "ASTDY"),
    )  # fmt: skip
    return next((way for way in ways if way.notna().any()), ways[0]).astype(object)
