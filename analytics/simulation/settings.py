"""What a simulated study is made of: sizes, planted effects, quirks. Values only, no drawing."""

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

REFERENCE_CUT = date(2026, 9, 30)
LAST_POSSIBLE_CUT = date(2030, 12, 31)
Generation = Literal["2016", "2022", "2025", "2026"]


@dataclass(frozen=True)
class PrognosticEffects:
    """Log hazard ratios of the measured baseline covariates on death, the same in both sources."""

    age_per_10_years: float = 0.28
    male: float = 0.05
    bulbar: float = 0.30
    symptom_month: float = -0.015
    alsfrsr_point: float = -0.06
    dfrs_point_per_month: float = 0.60
    riluzole: float = -0.12


def default_cuts(n_cuts: int = 3) -> tuple[date, ...]:
    """The first `n_cuts` quarter ends from 2026-03-31 on."""
    quarter_ends = [(3, 31), (6, 30), (9, 30), (12, 31)]
    days = [date(year, *day) for year in range(2026, LAST_POSSIBLE_CUT.year + 1) for day in quarter_ends]
    if not 1 <= n_cuts <= len(days):
        raise ValueError(f"cuts must be between 1 and {len(days)}, not {n_cuts}")
    return tuple(days[:n_cuts])


@dataclass(frozen=True)
class SimulationSettings:
    """Every knob of the simulator; the defaults are the demonstration.

    Attributes:
        seed: seeds every stream; the same settings give the same study. The default is, of seeds 1 to 25 at full
            scale, the one whose crude hazard ratio (0.72) lies nearest to their mean (0.71), by
            `tests/unit/simulation/direct_analysis.py`; the other estimates had no part in the choice. One study of about
            157 matched pairs says little by itself: those 25 crude estimates run from 0.44 to 1.05.
        scale: a name for the size, repeated in the delivery's marker.
        n_proact: PRO-ACT subjects.
        n_registry: treated subjects at the cut of 2026-09-30; enrolment runs at that pace for longer series.
        cuts: registry data cuts. A cut holds the same records however many cuts are asked for.
        generation: which PRO-ACT release the file names and columns imitate.
        hazard_ratio: conditional hazard ratio of death, treated against not. 1: no effect.
        confounding: 0 none; 1 treated are younger, slower, fitter and earlier in their disease; scales freely.
        unmeasured_confounding: log hazard ratio per SD of a trait no file holds, of which the treated have
            half an SD less. 0 switches it off.
        dosing_variant: who gets the third dose: at random, or those who declined little. Doses have no effect.
        third_dose_months: range of the third dose's time since the first.
        third_dose_share: share of those alive at that time who get it.
        harvest_death_share: risk of death between harvest and first injection at average prognosis.
        not_injected_share: harvested, alive, never injected.
        symptoms_over_two_years_share: share of the registry beyond 24 months of symptoms at first injection.
        baseline_alsfrsr_share: share of the registry with ALSFRS-R on or before the first injection.
        tracheostomy_share: share of registry subjects who would have a tracheostomy before death.
        tracheostomy_delays_death: whether it does (mean 540 days); PRO-ACT records no tracheostomy.
        loss_per_year: registry loss to follow-up at ALSFRS-R 38; lower scores are lost more often.
        informative_loss, informative_dropout: log rate ratio of leaving per SD of (unmeasured) frailty, in the
            registry and in PRO-ACT. 0: leaving is independent of death given the covariates.
        serious_related_share: share of registry adverse events within a year made serious and related.
        vital_status_mechanism: `left_alive`: the subjects without DEATHDATA row left their trial alive, and
            censoring them at the last visit is fair; `whole_trials`: whole trials kept no vital status, their
            deaths are lost, and the same rule makes controls look immortal.
        placebo_share: of PRO-ACT subjects with a treatment row.
        usable_trial_weight: over-sampling of trials that scored ALSFRS-R (small demonstrations need it).
        lab_visit_share: share of laboratory visits written.
        quirk_rate: multiplies every injected slip (duplicates, contradictions, outliers); 0 writes clean rows.
        weibull_shape, weibull_scale_days: baseline hazard from trial baseline or first injection.
        effects: log hazard ratios of the covariates.
    """

    seed: int = 2
    scale: str = "full"
    n_proact: int = 12_500
    n_registry: int = 240
    cuts: tuple[date, ...] = field(default_factory=default_cuts)
    generation: Generation = "2022"
    hazard_ratio: float = 1.0
    confounding: float = 1.0
    unmeasured_confounding: float = 0.0
    dosing_variant: Literal["random", "decline_dependent"] = "random"
    third_dose_months: tuple[float, float] = (8.0, 12.0)
    third_dose_share: float = 0.6
    harvest_death_share: float = 0.03
    not_injected_share: float = 0.04
    symptoms_over_two_years_share: float = 0.30
    baseline_alsfrsr_share: float = 0.94
    tracheostomy_share: float = 0.25
    tracheostomy_delays_death: bool = False
    loss_per_year: float = 0.06
    informative_loss: float = 0.0
    informative_dropout: float = 0.0
    serious_related_share: float = 0.0
    vital_status_mechanism: Literal["left_alive", "whole_trials"] = "left_alive"
    placebo_share: float = 0.30
    usable_trial_weight: float = 1.0
    lab_visit_share: float = 1.0
    quirk_rate: float = 1.0
    weibull_shape: float = 2.03
    weibull_scale_days: float = 862.0
    effects: PrognosticEffects = field(default_factory=PrognosticEffects)

    def __post_init__(self) -> None:
        if self.n_proact < 1 or self.n_registry < 1:
            raise ValueError("n_proact and n_registry must be at least 1")
        if self.hazard_ratio <= 0 or self.weibull_shape <= 0 or self.weibull_scale_days <= 0:
            raise ValueError("hazard_ratio, weibull_shape and weibull_scale_days must be above 0")
        if not self.cuts or list(self.cuts) != sorted(set(self.cuts)):
            raise ValueError("cuts must be at least one date, ascending and distinct")
        if self.cuts[0] < date(2023, 1, 1) or self.cuts[-1] > LAST_POSSIBLE_CUT:
            raise ValueError(f"cuts must lie between 2023-01-01 and {LAST_POSSIBLE_CUT}")
        self._check_shares()

    def _check_shares(self) -> None:
        shares = [name for name in self.__dataclass_fields__ if name.endswith("_share")]
        for name in shares:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be between 0 and 1, not {getattr(self, name)}")

    @classmethod
    def small(cls, **changes: Any) -> "SimulationSettings":
        """1,500 PRO-ACT subjects, mostly usable placebo, few laboratory rows; the same registry."""
        base = cls(
            scale="small", n_proact=1_500, placebo_share=0.75, usable_trial_weight=3.0, lab_visit_share=0.05
        )
        return replace(base, **changes)

    @classmethod
    def full(cls, **changes: Any) -> "SimulationSettings":
        """PRO-ACT's own size."""
        return replace(cls(), **changes)

    def as_dict(self) -> dict[str, Any]:
        """The settings as plain values, dates in ISO format, for the delivery's marker."""
        values = asdict(self)
        values["cuts"] = [cut.isoformat() for cut in self.cuts]
        values["third_dose_months"] = list(self.third_dose_months)
        return values
