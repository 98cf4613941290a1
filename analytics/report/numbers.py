"""Numbers as text: rounding by kind, and a dash for what could not be estimated."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

MISSING = "–"
DAYS_PER_MONTH = 30.4375
PROBABILITIES = ("survival_difference", "risk_difference")
"""Measures that are differences of two probabilities."""


def missing(value: object) -> bool:
    """Whether there is no number."""
    return value is None or bool(pd.isna(value)) or (isinstance(value, float) and math.isinf(value))  # type: ignore[call-overload]


def missing_or_zero(number: float | None) -> bool:
    """Whether nothing can be divided by a number."""
    return number is None or bool(pd.isna(number)) or number == 0


def nearest(values: np.ndarray, width: np.ndarray | float) -> np.ndarray:
    """The nearest multiple of a width, a half away from zero; of each value its own where there are several."""
    return np.sign(values) * width * np.floor(np.abs(values) / width + 0.5)


def fixed(value: float | None, digits: int = 1) -> str:
    """A number with so many decimals, thousands apart, with a true minus sign."""
    if missing(value):
        return MISSING
    text = f"{float(value):,.{digits}f}"  # type: ignore[arg-type]
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def ratio(value: float | None) -> str:
    """A ratio with two decimals; beyond 100 the decimals mean nothing."""
    if missing(value):
        return MISSING
    number = float(value)  # type: ignore[arg-type]
    if number >= 1000:
        return ">1000"
    if 0 < number < 0.005:
        return "<0.01"
    return fixed(number, 2 if number < 100 else 0)


def p_value(value: float | None) -> str:
    """A p value with three decimals."""
    if missing(value):
        return MISSING
    return "<0.001" if float(value) < 0.0005 else f"{float(value):.3f}"  # type: ignore[arg-type]


def percent(share: float | None, digits: int = 1) -> str:
    """A proportion as a percentage."""
    return MISSING if missing(share) else f"{fixed(100 * float(share), digits)} %"  # type: ignore[arg-type]


def months(days: float | None, digits: int = 1) -> str:
    """Days as months of 30.4375 days."""
    return MISSING if missing(days) else fixed(float(days) / DAYS_PER_MONTH, digits)  # type: ignore[arg-type]


def whole_months(days: float) -> str:
    """A day that a protocol names, in months: whole ones without decimals."""
    return months(days).removesuffix(".0")


def milestone(days: float) -> str:
    """As `whole_months`, with the word."""
    return f"{whole_months(days)} months"


def interval(lower: float | None, upper: float | None, form: object = ratio) -> str:
    """Two limits; a dash where there is neither."""
    assert callable(form)
    return MISSING if missing(lower) and missing(upper) else f"{form(lower)} to {form(upper)}"


def ratio_with_limits(value: float | None, lower: float | None, upper: float | None) -> str:
    """A ratio and its interval."""
    return f"{ratio(value)} ({interval(lower, upper)})"


def effect(measure: str, value: float | None) -> str:
    """A value in the form its measure is read in."""
    return next((form for begin, form in FORMS if measure.startswith(begin)), ratio)(value)


def _points(value: float | None) -> str:
    return MISSING if missing(value) else f"{fixed(100 * float(value), 1)} pp"  # type: ignore[arg-type]


def _of_months(value: float | None) -> str:
    return MISSING if missing(value) else f"{months(value)} mo"


FORMS: tuple[tuple[str, Callable[[float | None], str]], ...] = (
    *((measure, _points) for measure in PROBABILITIES),
    ("rmst_difference", _of_months),
    ("slope_difference", partial(fixed, digits=2)),
    ("joint_rank_difference", partial(fixed, digits=1)),
    ("win_probability", percent),
    ("share", partial(percent, digits=0)),
    ("p_value", p_value),
)
"""What a measure begins with, and how its values are read; all others are ratios."""


def words(column: pd.Series) -> pd.Series:
    """A column of text with nothing where it is missing, whatever its dtype."""
    return column.astype(object).where(column.notna(), "").astype(str)
