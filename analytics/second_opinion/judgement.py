"""One number made twice: both sides, and whether they agree.

Belongs here: what is sought, what was answered, the row of `results.second_opinion` that follows, and its words. Does not
belong here: how a number is made, on either side.
"""

import math
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np

from analytics.second_opinion.quantities import Quantity

DISAGREE = "two implementations disagree"
NO_OPINION = "no second opinion"


class Sought(NamedTuple):
    """A number that a second opinion is sought on: of an arm (1 treated, 0 control) and a day, where it is of one."""

    quantity: Quantity
    arm: int | None = None
    day: float | None = None


@dataclass(frozen=True)
class Curve:
    """A right-continuous step function that is 1 before its first time: (n,) times, ascending, and values."""

    time: np.ndarray
    value: np.ndarray

    def at(self, days: np.ndarray) -> np.ndarray:
        """Values on these days."""
        return np.append(self.value, 1.0)[np.searchsorted(self.time, days, side="right") - 1]


@dataclass(frozen=True)
class Answer:
    """A number, or curve, made again; `tolerance` and `why` where they are not those of its quantity."""

    value: float | Curve
    tolerance: float | None = None
    why: str | None = None


@dataclass(frozen=True)
class NoAnswer:
    """That there is no second opinion, and why."""

    reason: str


def judged(sought: Sought, ours: float | Curve, theirs: Answer | NoAnswer, **where: Any) -> dict[str, Any]:
    """A row of `results.second_opinion`.

    Args:
        sought: the number; its arm is in `where` by its label.
        ours, theirs: both sides; NaN is no number, as a median that is not reached.
        where: columns that say of what it is.
    """
    quantity = sought.quantity
    row: dict[str, Any] = {
        **where,
        "quantity": quantity.name,
        "day": sought.day,
        "tolerance": quantity.tolerance,
        "tolerance_reason": quantity.why,
        "library": quantity.library,
        "version": _version(quantity.library),
        "theirs": None,
        "difference": None,
        "agrees": None,
    }
    if isinstance(theirs, NoAnswer):
        last = float(ours.value[-1]) if isinstance(ours, Curve) else ours
        return row | {"ours": last, "note": f"{NO_OPINION}: {theirs.reason}"}
    row["tolerance"] = quantity.tolerance if theirs.tolerance is None else theirs.tolerance
    row["tolerance_reason"] = theirs.why or quantity.why
    other = theirs.value
    if isinstance(ours, Curve):
        assert isinstance(other, Curve), "a curve is compared with a curve"
        row["day"], ours, other = _farthest_day(ours, other, row["tolerance"])
    assert not isinstance(other, Curve), "a number is compared with a number"
    return row | _compared(quantity, ours, other, row)


def _compared(quantity: Quantity, ours: float, theirs: float, row: dict[str, Any]) -> dict[str, Any]:
    digits = _digits(row["tolerance"])
    unreached = math.isnan(ours), math.isnan(theirs)
    agrees = all(unreached) or (not any(unreached) and abs(ours - theirs) <= row["tolerance"])
    # Adding 0 takes the sign from a zero.
    return {
        "ours": ours,
        "theirs": round(theirs, digits) + 0.0,
        "difference": round(ours - theirs, digits) + 0.0,
        "agrees": "Y" if agrees else "N",
        "note": None if agrees else _both(quantity, ours, theirs, row),
    }


def _digits(tolerance: float) -> int:
    """Decimals that tell a tenth of a tolerance."""
    return math.ceil(-math.log10(tolerance)) + 1 if tolerance else 0


def farthest(one: np.ndarray, other: np.ndarray, tolerance: float) -> int:
    """Where two arrays of numbers differ most, the last of several places: one that lacks a number differs most of all, and
    noise below a tenth of the tolerance chooses no place."""
    apart = np.where(np.isnan(one) != np.isnan(other), np.inf, np.abs(one - other)).round(_digits(tolerance))
    return int(np.flatnonzero(apart == np.nanmax(apart))[-1])


def _farthest_day(ours: Curve, theirs: Curve, tolerance: float) -> tuple[float, float, float]:
    """The day on which two curves differ most, and both values."""
    days = np.union1d(ours.time, theirs.time)
    one, other = ours.at(days), theirs.at(days)
    place = farthest(one, other, tolerance)
    return float(days[place]), float(one[place]), float(other[place])


def _both(quantity: Quantity, ours: float, theirs: float, row: dict[str, Any]) -> str:
    """Both numbers in as few digits as tell them apart, and what they are."""
    if quantity.counted:
        return f"{DISAGREE}: {ours:g} {quantity.counted}, {theirs:g} {quantity.counted}"
    texts = ("", "")
    for digits in range(3, 18):
        texts = tuple("none" if math.isnan(x) else f"{x:.{digits}g}" for x in (ours, theirs))  # type: ignore[assignment]
        if texts[0] != texts[1]:
            break
    of = [f"of {row['arm']}"] if row.get("arm") else []
    on = [f"on day {row['day']:g}"] if row["day"] is not None else []
    draw = [f"imputation {row['imputation']}"] if row.get("imputation") else []
    return f"{DISAGREE}: {', '.join(texts)} ({', '.join([' '.join([quantity.words, *of, *on]), *draw])})"


@cache
def _version(library: str) -> str:
    return version(library)
