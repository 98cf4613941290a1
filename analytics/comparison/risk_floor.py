"""How many must be at risk, and have died, for a number to be said: floors of medians, milestones and restricted means.

Belongs here: where the risk set of an arm is too small, or its events too few, and from which day on a curve can be drawn.
Does not belong here: any estimate. At risk is who has entered and is still followed
(`analytics.survival.risk_sets.number_at_risk`); a subject counts once, whatever sets it stands in.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.protocol import Protocol
from analytics.survival.followed import Followed
from analytics.survival.risk_sets import number_at_risk


def too_few_for_contrast(protocol: Protocol, parts: Sequence[Followed], day: float) -> str | None:
    """Why nothing is said of a day by a contrast whose error is that of each arm by itself."""
    return too_few_at_risk(protocol, parts, day) or too_few_expected(protocol, parts, day)


def too_few_at_risk(protocol: Protocol, parts: Sequence[Followed], day: float) -> str | None:
    """Why nothing is said of a day: in either arm of any data set too few are at risk at it, or were at an event before.

    Args:
        protocol: `outcome.min_at_risk`.
        parts: the data sets of a comparison.
        day: what the number speaks of.
    """
    for arm, label in _labels(protocol):
        reasons = [too_few_in_arm(protocol, part.arm(arm), day) for part in parts]
        found = next((reason for reason in reasons if reason), None)
        if found:
            return f"{found} in {label}"
    return None


def too_few_expected(protocol: Protocol, parts: Sequence[Followed], day: float) -> str | None:
    """Why an arm's own variance says too little by a day: too few events would be expected in it, were the arms alike.

    Expected is the arms' common risk times the effective size of the smaller arm (as Cochran's rule for tables; Kish 1965
    for weights), on average over data sets. It is the same for both directions of an effect, so that the floor does not
    choose between results. With fewer, an arm of which by chance few have died has hardly any variance: under no effect,
    weighted restricted means of arms that expect two events each reject in every fourth study (`docs/estimates.md`).

    Args:
        protocol: `outcome.min_expected_events`.
        parts: the data sets of a comparison.
        day: what the number speaks of.
    """
    least = protocol.outcome.min_expected_events
    by_arm = np.mean([_expected_events(part, day) for part in parts], axis=0)
    _, label = _labels(protocol)[int(np.argmin(by_arm))]
    if by_arm.min() >= least:
        return None
    return f"fewer than {least} events expected by day {day:g} in {label}, were the arms alike"


def _expected_events(part: Followed, day: float) -> np.ndarray:
    """(2,) of the treated and the control arm."""
    frame = part.frame
    weight, subject = frame["weight"].to_numpy(float), pd.factorize(frame["usubjid"])[0]
    event = ((frame["event"] == 1) & (frame["stop_days"] <= day)).to_numpy()
    size, risk = np.zeros(2), np.zeros(2)
    for place, mine in enumerate((part.treated == 1, part.treated == 0)):
        of_subject = np.bincount(subject[mine], weight[mine])
        size[place] = of_subject.sum() ** 2 / (of_subject**2).sum()
        risk[place] = weight[mine & event].sum() / of_subject.sum()
    return size * (size @ risk) / size.sum()


def too_few_on_day(protocol: Protocol, parts: Sequence[Followed], day: float) -> str | None:
    """Why nothing is said up to a day by an estimate that needs no risk set before it: too few of an arm at risk then."""
    least = protocol.outcome.min_at_risk
    for arm, label in _labels(protocol):
        people = [part.arm(arm).subjects() for part in parts]
        if min(int(number_at_risk(each, [day])[0]) for each in people) < least:
            return f"fewer than {least} at risk at day {day:g} in {label}"
    return None


def too_few_in_arm(protocol: Protocol, arm: Followed, day: float) -> str | None:
    """The same of one arm, without its name."""
    least = protocol.outcome.min_at_risk
    people = arm.subjects()
    if number_at_risk(people, [day])[0] < least:
        return f"fewer than {least} at risk at day {day:g}"
    deaths = np.unique(people.stop[(people.event == 1) & (people.stop < day)])
    short = deaths[number_at_risk(people, deaths) < least]
    return f"fewer than {least} at risk at the event of day {short[0]:g}" if len(short) else None


def first_day(protocol: Protocol, arm: Followed) -> float | None:
    """The day from which an arm's curve is drawn; None where it never has as many at risk as the floor asks for.

    It is 0 unless somebody enters late; else the first day after which enough are at risk. What comes then is conditional
    on being free of the event on that day.
    """
    people = arm.subjects()
    entries = np.unique(people.entry) if people.entry is not None else np.zeros(1)
    if not len(people) or entries[-1] <= 0:
        return 0.0
    enough = number_at_risk(people, np.nextafter(entries, np.inf)) >= protocol.outcome.min_at_risk
    return float(entries[np.argmax(enough)]) if enough.any() else None


def _labels(protocol: Protocol) -> tuple[tuple[int, str], ...]:
    return (1, protocol.treatment.treated_label), (0, protocol.treatment.control_label)
