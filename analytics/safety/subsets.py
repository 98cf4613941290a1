"""Which events a row counts: the named subsets that the tables by term, the overview and the rates share.

Here: names, definitions and masks. Not here: counting.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.safety.causality import MISSING
from analytics.safety.events import IN_WINDOW, Events
from analytics.safety.seriousness import CRITERIA
from analytics.safety.settings import SafetySettings
from analytics.safety.severity import SEVERITIES


@dataclass(frozen=True)
class Subset:
    """Some events of the safety population.

    Attributes:
        name: key in the tables.
        label: in words.
        mask: boolean over `Events.counted`, or null-like None where it cannot be made.
        note: why it cannot be made.
    """

    name: str
    label: str
    mask: np.ndarray | None
    note: str | None = None


class _Builder:
    """Collects subsets over the same events."""

    def __init__(self, events: Events) -> None:
        self.frame, self.unavailable = events.counted, events.unavailable
        self.made: dict[str, Subset] = {}

    def add(self, name: str, label: str, mask: "pd.Series[bool]", *needs: str) -> None:
        """Add a subset, or its refusal where a classification it needs cannot be made."""
        note = "; ".join(self.unavailable[need] for need in needs if need in self.unavailable) or None
        self.made[name] = Subset(name, label, None if note else mask.to_numpy(dtype=bool), note)


def event_subsets(events: Events, settings: SafetySettings) -> dict[str, Subset]:
    """Every subset by name; the treatment-emergent one, the default of the tables, comes first."""
    build = _Builder(events)
    frame = build.frame
    emergent, serious, related = frame["emergent"], frame["serious"], frame["related"]
    missing = frame["causality"] == MISSING
    build.add("emergent", "treatment-emergent adverse event", emergent)
    build.add("any", "any adverse event, emergent or not", pd.Series(True, index=frame.index))
    build.add("related", "emergent, related", emergent & related, "related")
    build.add("causality_missing", "emergent, causality missing", emergent & missing)
    build.add("serious", "emergent, serious", emergent & serious, "serious")
    for name, (_, label) in CRITERIA.items():
        build.add(name, f"emergent, serious: {label}", emergent & frame[name], name)
    build.add(
        "serious_related", "emergent, serious and related", emergent & serious & related, "serious", "related"
    )
    label = "emergent, serious, causality missing"
    build.add("serious_causality_missing", label, emergent & serious & missing, "serious")
    _add_reactions(build, settings)
    build.add("unexpected", "emergent, not listed", emergent & frame["unexpected"])
    for rank, name in enumerate(SEVERITIES):
        if rank < 4 or (frame["severity"] > 3).any():
            key = f"any_severity_{name.lower().replace(' ', '_')}"
            build.add(
                key, f"emergent, severity {name.lower()}", emergent & (frame["severity"] == rank), "severity"
            )
    expedited = emergent & serious & frame["unexpected"] & (related | missing)
    label = "emergent, serious, not listed, related or causality missing"
    build.add("serious_unexpected_related", label, expedited, "serious")
    label = "emergent, led to discontinuation"
    build.add("discontinuation", label, emergent & frame["discontinuation"], "discontinuation")
    build.add("fatal", "emergent, fatal", emergent & frame["fatal"])
    return build.made


def _add_reactions(build: _Builder, settings: SafetySettings) -> None:
    frame, label = build.frame, "serious adverse drug reaction"
    where = f"day 0 to {settings.window_days} from first administration"
    in_window, missing = frame["reaction"] == IN_WINDOW, frame["causality"] == MISSING
    for name, mask, words in (
        ("sadr_window", in_window, where),
        ("sadr_window_related", in_window & ~missing, f"{where}: related"),
        ("sadr_window_causality_missing", in_window & missing, f"{where}: causality missing"),
        ("sadr_overall", frame["reaction"].notna(), "whole follow-up"),
    ):
        build.add(name, f"{label}, {words}", mask, "serious", "related")
