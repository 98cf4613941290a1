"""Small cells of the tables that are not safety tables: what of a count is shown.

A count of 1 to threshold − 1 is shown as `<threshold`; where it could be worked out from a shown total and its shown
neighbours, the smallest neighbour is shown as `*`, by the audit that safety tables undergo. Sizes of whole analysis
populations are not cells and are shown. What is hidden in a safety table is `analytics.safety.suppression`'s to say.
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from analytics.protocol import Protocol
from analytics.report.numbers import MISSING
from analytics.safety.suppression_audit import audit_families

HIDDEN = "*"
_COUNTED = re.compile(
    r"(?<!fewer than )(?<![\d.<,/-])(\d+)"
    r"( (?:of the lost|of the \d+ (?:treated|controls)|lost"
    r"|unrecorded|subjects?|patients?|deaths?|events?|treated|controls?|completed)\b)"
)


@dataclass(frozen=True)
class Disclosure:
    """How counts leave the house.

    Attributes:
        threshold: smallest count shown; None shows every count.
        curve_min_at_risk: curves end where fewer are at risk; 1 draws them to their end.
    """

    threshold: int | None
    curve_min_at_risk: int

    @classmethod
    def of(cls, protocol: Protocol) -> Self:
        """As the protocol asks."""
        asked = protocol.disclosure
        if not asked.suppress_small_cells:
            return cls(None, 1)
        return cls(asked.threshold, asked.curve_min_at_risk)

    def small(self, count: float) -> bool:
        """Whether a count must not be shown; fractions below 1 (weighted counts) are small as well."""
        return self.threshold is not None and 0 < count < self.threshold

    def count(self, count: float | None) -> str:
        """A count as shown."""
        if count is None or pd.isna(count):
            return MISSING
        return f"<{self.threshold}" if self.small(float(count)) else f"{round(float(count)):,}"

    def remark(self, text: str) -> str:
        """A remark whose counts of people or records are shown like any other count."""
        return _COUNTED.sub(lambda found: f"{self.count(float(found.group(1)))}{found.group(2)}", text)

    def parts(self, counts: Iterable[float], wholes: Iterable[Hashable]) -> list[str]:
        """Counts that add up to a total that readers know, as shown.

        Args:
            counts: one per row.
            wholes: which total the row is a part of; rows of equal key are one family.
        """
        values = [float("nan") if pd.isna(count) else float(count) for count in counts]
        shown = [self.count(value) for value in values]
        if self.threshold is None:
            return shown
        small = np.array([self.small(value) for value in values], dtype=np.bool_)
        part_of, _ = pd.factorize(pd.Series(list(wholes), dtype=object), use_na_sentinel=False)
        family = (np.full(len(values), -1), part_of)
        hidden = audit_families(np.array(values), small, small, family, self.threshold)
        beside = np.flatnonzero(hidden & ~small)
        return [HIDDEN if row in beside else text for row, text in enumerate(shown)]
