"""Safety conventions, disclosure and report: windows, dictionaries, expected terms, small cells, languages."""

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from analytics.protocol.section import DISTINCT, Days, Section


class SpecialInterest(Section):
    """Adverse events of special interest: a pre-specified term list."""

    name: str
    """In words."""
    terms: tuple[str, ...] = Field(min_length=1)
    """Preferred terms, compared without case and blanks."""
    expected_per_100py: float | None = None
    """Background rate for sequential monitoring; none refuses it."""


class Safety(Section):
    """Adverse-event tables."""

    window_days: Days = 365
    """Days after first administration in which serious events not excluded to be related are counted."""
    emergence: Literal["cdisc", "phuse"] = "cdisc"
    """Rule of treatment emergence; every table prints it."""
    emergence_window_days: Days | None = None
    """PHUSE rule: days after the last dose; none for no end."""
    min_pct: float = Field(default=5, ge=0, le=100)
    """Threshold of the common-event table."""
    expected_terms: tuple[str, ...] = ()
    """Listed (expected) preferred terms; anything else is unexpected."""
    special_interest: tuple[SpecialInterest, ...] = (
        SpecialInterest(name="Meningeal irritation", terms=("HEADACHE", "MENINGISM", "NECK STIFFNESS")),
    )
    """Events of special interest."""
    comparable_collection: bool = False
    """State true only if both sources collected adverse events alike; otherwise no comparison across arms is made."""
    order: Literal["frequency", "alphabetical"] = "frequency"
    """Order of system organ classes in every table; terms stand by frequency within their class."""
    reference_arm: str | None = None
    """Arm that risk differences are taken against; none: the arm named placebo or control, else the first. One that is not
    there refuses them."""
    fisher: bool = False
    """Whether Fisher's exact p stands beside risk differences."""
    at_risk_until: Literal["follow_up", "treatment"] = "follow_up"
    """Person-time ends with observation, or with the last administration."""
    awareness_column: str | None = None
    """Date in `adae` on which the sponsor became aware; none: the cut that first showed the event."""
    sequential_min_events: int = Field(default=1, ge=1)
    """Fewest events before the sequential test may signal."""
    sequential_alpha: float = Field(default=0.05, gt=0, lt=1)
    """Error of the sequential test per event of special interest."""
    sequential_expected_max: float = Field(default=10, gt=0)
    """Expected count at which sequential monitoring ends."""

    @model_validator(mode="after")
    def _settings_have_an_effect(self) -> Self:
        if self.emergence == "cdisc" and self.emergence_window_days is not None:
            raise ValueError(
                'emergence_window_days has no effect with emergence = "cdisc"; write emergence = "phuse" or leave it out'
            )
        names = Counter(interest.name for interest in self.special_interest)
        twice = sorted(name for name, n in names.items() if n > 1)
        if twice:
            raise ValueError(f"special_interest: {', '.join(twice)} is the name of more than one list")
        return self


class Disclosure(Section):
    """What leaves the house."""

    suppress_small_cells: bool = True
    """Counts in the public report are shown to the nearest `threshold`, fewer as less than it."""
    threshold: int = Field(default=5, ge=2)
    """Smallest count that is told, and the width of a band: no two public numbers differ by less."""
    curve_min_at_risk: int = Field(default=5, ge=1)
    """Kaplan–Meier curves in public renderings end where fewer are at risk."""


class Report(Section):
    """How the report speaks."""

    languages: Annotated[tuple[Literal["en", "ko"], ...], Field(min_length=1), DISTINCT] = ("en", "ko")
    """Languages of the first page, side by side, the first one chosen on a narrow screen; what is behind it is English."""
    old_after_days: int | None = Field(default=30, ge=1)
    """Days after its data cut from which a report says on its first screen that it is old, and `vigil doctor` that nothing
    newer came; none: never."""
