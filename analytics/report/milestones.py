"""How many of a hundred are alive at a milestone, by arm: read off the curves that the report draws.

Of an endpoint that others compete with, how many had the event.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analytics.report.disclosure import ROUNDING, YEAR
from analytics.report.figures.kaplan_meier import as_incidence, at_risk
from analytics.report.material import Material
from analytics.report.numbers import fixed, missing, whole_months
from analytics.report.sentences import Sentences


@dataclass(frozen=True)
class Alive:
    """Survival of an arm at a day; None where it cannot be told.

    Attributes:
        arm: its label.
        share, lower, upper: probability of being free of the event, or of having had it where others compete with it, with
            its interval.
    """

    arm: str
    share: float | None
    lower: float | None
    upper: float | None

    def words(self, say: Sentences) -> str:
        """As counts of a hundred."""
        told = {"arm": self.arm, "share": _of_hundred(self.share)}
        if missing(self.lower):
            return say("of-hundred-alone", **told)
        return say("of-hundred", **told, lower=_of_hundred(self.lower), upper=_of_hundred(self.upper))


def alive_at(
    material: Material, days: float, specification: str | None = None, endpoint: str | None = None
) -> list[Alive]:
    """Survival of both arms at a day, in the comparison that the report leads with unless another is named.

    An arm of which fewer are at risk than a number of that day is made from is not told, nor where its curve is not drawn.
    """
    name = endpoint or material.protocol.primary.name
    chosen = {"specification": specification or material.headline, "endpoint": name}
    curves = material.table("survival_curve", **chosen)
    if len(curves) and any(each.competing for each in material.protocol.endpoint if each.name == name):
        curves = as_incidence(curves)
    return [
        _of_arm(arm, curves[curves["arm"] == arm], days)
        if len(curves) and _enough(material, days, arm=arm, **chosen)
        else Alive(arm, None, None, None)
        for arm in material.arms
    ]


def _enough(material: Material, days: float, **chosen: str) -> bool:
    """Counted before anything is rounded for the public, as the effects of that day were."""
    curve = material.results["survival_curve"]
    for column, value in chosen.items():
        curve = curve[curve[column] == value]
    least = max(material.disclosure.curve_min_at_risk, material.protocol.outcome.min_at_risk)
    return at_risk(curve, days) >= least


def _of_arm(arm: str, curve: pd.DataFrame, days: float) -> Alive:
    then = curve[curve["time_days"] <= days + ROUNDING].sort_values("time_days")
    if then.empty:
        return Alive(arm, None, None, None)
    row = then.iloc[-1]
    return Alive(
        arm,
        *(None if missing(row[name]) else float(row[name]) for name in ("survival", "ci_lower", "ci_upper")),
    )


def state(material: Material) -> str:
    """Who is counted of the primary endpoint: alive, free of the event, or with it where others compete with it."""
    primary = material.protocol.primary
    if primary.competing:
        return "incidence"
    return "alive" if primary.is_death else "event-free"


def milestones(material: Material) -> list[float]:
    """A year, where the horizon is beyond it, and the horizon of the primary endpoint; days."""
    horizon = float(material.protocol.primary.horizon_days)
    return [float(YEAR), horizon] if horizon > YEAR else [horizon]


def milestone_sentences(material: Material, say: Sentences) -> Iterator[str]:
    """A sentence for each milestone."""
    counted = state(material)
    for days in milestones(material):
        told = alive_at(material, days)
        if all(missing(each.share) for each in told):
            continue
        known = [each for each in told if not missing(each.share)]
        months = whole_months(days)
        if len(known) == len(told):
            treated, control = (each.words(say) for each in told)
            yield say(f"{counted}-at", months=months, treated=treated, control=control)
        else:
            (unknown,) = (each.arm for each in told if each not in known)
            yield say(f"{counted}-at-alone", months=months, known=known[0].words(say), unknown=unknown)


def _of_hundred(share: float | None) -> str:
    return fixed(100 * float(share or 0), 0)
