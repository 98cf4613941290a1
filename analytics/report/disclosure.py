"""How counts leave the house: in bands of the protocol's limit, so that none of them, nor what is made of it, tells a few.

A count of 1 to threshold − 1 is shown as `<threshold`, any other as the nearest multiple of it. Counts in bands differ by
nothing or by a band: between cells of one report and between successive reports. Does not belong here: which numbers of a
table are counts, and what follows from them (`public`).
"""

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from analytics.protocol import Protocol
from analytics.report.numbers import MISSING, fixed, missing, missing_or_zero, months, nearest, percent

SMD_STEP = 0.1
YEAR = 365
ROUNDING = 1e-9
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Of a share, from the finest on."""
_NUMBER = re.compile(
    r"(?<!fewer than )(?<!at least )(?<!below )(?<!these )(?<!above )(?<!imputation )(?<!month )(?<!holds )(?<!seed )"
    r"(?<![\w.,/<>=≥≤§Γ-])(\d+)"
    r"(?![\d.,]*\d)(?![\w-])(?! ?%)"
    r"(?! (?:days?|months?|years?|draws?|replicates?|imput\w+|fits?|completed data|data sets?|percent|digits|at risk)\b)"
)
"""Of a remark every whole number is taken for a count, but limits, times, draws and parts of words."""
_DAY = re.compile(r"\b((?:on|at) )?day (\d+)\b")


@dataclass(frozen=True)
class Disclosure:
    """How counts leave the house.

    Attributes:
        threshold: width of a band, and the smallest count that is told; None shows every count as it is.
        curve_min_at_risk: curves end where fewer are at risk; 1 draws them to their end.
        days: that the protocol names; curves are told on them as well as at the end of each month.
    """

    threshold: int | None
    curve_min_at_risk: int
    days: tuple[float, ...] = ()

    @classmethod
    def of(cls, protocol: Protocol, *, in_house: bool = False) -> Self:
        """As the protocol asks of what leaves the house; nothing is held back from the house's own edition."""
        asked = protocol.disclosure
        if in_house or not asked.suppress_small_cells:
            return cls(None, 1)
        named = {
            float(day) for each in protocol.endpoint for day in (*each.milestones_days, each.horizon_days)
        }
        return cls(asked.threshold, asked.curve_min_at_risk, tuple(sorted(named | {float(YEAR)})))

    def bands(self, counts: object) -> np.ndarray:
        """The band of each count; of a small one half the limit, whatever it is. A band's band is itself."""
        values = pd.to_numeric(pd.Series(counts), errors="coerce").to_numpy(np.float64, na_value=np.nan)
        if self.threshold is None:
            return values
        width = float(self.threshold)
        is_small = (np.abs(values) > 0) & (np.abs(values) < width)
        return np.where(is_small, np.sign(values) * width / 2, nearest(values, width))

    def small(self, count: float) -> bool:
        """Whether a count must not be told; fractions below 1 (weighted counts) are small as well."""
        return self.threshold is not None and 0 < count < self.threshold

    def count(self, count: float | None) -> str:
        """A count as shown."""
        if count is None or pd.isna(count):
            return MISSING
        return f"<{self.threshold}" if self.small(float(count)) else fixed(float(self.bands([count])[0]), 0)

    def share(self, count: float, total: float) -> str:
        """A count with its percentage of a total; a small one without."""
        if missing_or_zero(total) or pd.isna(count) or self.small(count):
            return self.count(count)
        part, whole = self.bands([count, total])
        return f"{self.count(count)} ({percent(min(part / whole, 1.0), self.digits)})"

    @property
    def digits(self) -> int:
        """Decimals of percentages and months: those of a band would say more than it does."""
        return 1 if self.threshold is None else 0

    def step(self, n: float) -> float:
        """The finest step of a share of so many of which none is made by fewer than the limit; 0 tells it exactly."""
        if self.threshold is None:
            return 0.0
        return next((step for step in STEPS if step * n >= self.threshold), STEPS[-1])

    def outward(
        self, lower: np.ndarray, upper: np.ndarray, step: np.ndarray | float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Limits in steps, never nearer to each other than they are."""
        return step * np.floor(lower / step + ROUNDING), step * np.ceil(upper / step - ROUNDING)

    def months(self, days: float | None) -> str:
        """A time in months: to the day somebody's event would be known."""
        return months(days, self.digits)

    def smd(self, value: float | None) -> str:
        """A standardised difference: of a covariate with two values its decimals would tell who has it."""
        if self.threshold is None or missing(value):
            return fixed(value, 2)
        return "<0.1" if abs(float(value or 0)) < SMD_STEP else fixed(value, 1)

    def remark(self, text: str) -> str:
        """A remark whose counts are shown like any other, and whose days, on which somebody had an event, are months."""
        if self.threshold is None:
            return text
        in_months = _DAY.sub(
            lambda found: f"{'in ' if found.group(1) else ''}month {months(float(found.group(2)), 0)}", text
        )
        return _NUMBER.sub(lambda found: self.count(float(found.group(1))), in_months)
