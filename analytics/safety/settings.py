"""The choices a safety analysis makes, with their documented defaults.

Here: plain frozen dataclasses, named as in the protocol's `safety` and `disclosure` sections. Not here:
validation of a protocol file, which happens before these are constructed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 30.4375


@dataclass(frozen=True)
class SpecialInterest:
    """Adverse events of special interest: one pre-specified list of preferred terms.

    Attributes:
        name: in words.
        terms: preferred terms, compared without case and blanks.
        expected_per_100py: background rate of first occurrences per 100 person-years; None refuses
            monitoring.
    """

    name: str
    terms: tuple[str, ...]
    expected_per_100py: float | None = None


@dataclass(frozen=True)
class SafetySettings:
    """Settings of the safety tables.

    Attributes:
        arm_column: actual arm in ADSL; falls back to TRTA, then ACTARM, then ARM when absent.
        planned_arm_column: planned arm in ADSL, kept apart from the actual one.
        population_column: flag of the safety population in ADSL ('Y').
        arms: arms to show even when nobody is in them.
        reference_arm: arm that differences are taken against, refused where it is not there; None: the arm
            named placebo or control, else the first.
        window_days: serious reactions count up to this many days after first administration (day 0), inclusive.
        emergence: 'cdisc' (missing start: not emergent) or 'phuse' (missing start: emergent).
        emergence_window_days: PHUSE rule: days after the last administration; None for no end.
        use_given_emergence: take TRTEMFL / TREM2FL of ADAE where they follow the rule chosen.
        causality_map: raw causality (upper case) to RELATED / NOT RELATED; None: RELGR1, and AEREL where it
            says RELATED or NOT RELATED itself.
        expected_terms: listed preferred terms; anything else is unexpected.
        special_interest: term lists monitored.
        discontinuation_actions: values of AEACN that mean treatment was stopped.
        min_pct: threshold of the common-event subset, in percent of the subjects of any arm.
        order: system organ classes by 'frequency' or 'alphabetical'; preferred terms always by frequency.
        at_risk_until: 'follow_up' (end of observation) or 'treatment' (last administration).
        comparable_collection: both sources collected adverse events alike; otherwise controls stay out.
        control_sources: values of ADSL SOURCE that are external controls.
        fisher: also give Fisher's exact p for differences.
        sequential_alpha, sequential_expected_max, sequential_min_events: plan of the Poisson MaxSPRT.
        expedited_days: clock of expedited reports, days from awareness.
        awareness_column: date in ADAE on which the sponsor became aware; None: the cut that first showed the
            event.
        threshold: smallest count shown as it is in public renderings.
        level: confidence level of every interval.
    """

    arm_column: str = "TRT01A"
    planned_arm_column: str = "TRT01P"
    population_column: str = "SAFFL"
    arms: tuple[str, ...] = ()
    reference_arm: str | None = None
    window_days: int = 365
    emergence: Literal["cdisc", "phuse"] = "cdisc"
    emergence_window_days: int | None = None
    use_given_emergence: bool = True
    causality_map: Mapping[str, str] | None = None
    expected_terms: tuple[str, ...] = ()
    special_interest: tuple[SpecialInterest, ...] = ()
    discontinuation_actions: tuple[str, ...] = ("DRUG WITHDRAWN",)
    min_pct: float = 5.0
    order: Literal["frequency", "alphabetical"] = "frequency"
    at_risk_until: Literal["follow_up", "treatment"] = "follow_up"
    comparable_collection: bool = False
    control_sources: tuple[str, ...] = ("PROACT",)
    fisher: bool = False
    sequential_alpha: float = 0.05
    sequential_expected_max: float = 10.0
    sequential_min_events: int = 1
    expedited_days: int = 15
    awareness_column: str | None = None
    threshold: int = 5
    level: float = field(default=0.95)

    @property
    def emergence_rule(self) -> str:
        """The rule in words, as every table prints it."""
        if self.emergence == "cdisc":
            return "CDISC pilot: starts on or after first administration; missing start is not emergent"
        end = "no end" if self.emergence_window_days is None else f"{self.emergence_window_days} days"
        return f"PHUSE: starts from first administration to the last one + window ({end}); missing start is emergent"
