"""Who is compared, from when and until when: study, arms, eligibility, time zero, vital status, endpoints."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from analytics.protocol.criteria import parse_criterion
from analytics.protocol.section import DISTINCT, Column, Days, DistinctColumns, Section

MARK = "SYNTHETIC"
WINDOWS = (0, 30, 90, 180, "unlimited")


def _on_the_grid(window: int | str) -> int | str:
    if window not in WINDOWS:
        raise ValueError(f"must be one of {', '.join(map(str, WINDOWS))}, not {window}")
    return window


Window = Annotated[int | str, AfterValidator(_on_the_grid)]
"""Days after the last visit up to which a death counts; `adtte` has a follow-up for each."""


class Study(Section):
    """Names the protocol."""

    id: str = "LENZ-PMS"
    """Short identifier of the study."""
    title: str = "Lenzumestrocel surveillance against PRO-ACT placebo"
    """Title on every report."""
    version: str = "1.0.0"
    """Version of this protocol, raised by whoever changes it."""
    background: Literal["lenzumestrocel", "none"] = "lenzumestrocel"
    """Packaged text on this therapy and its two sources for the report; none for any other study."""
    seed: int = Field(default=20230601, ge=0)
    """Seed of everything random: imputation, bootstrap, random matching order, bias analysis."""


class Treatment(Section):
    """Which column of `adsl` holds the arm."""

    column: Column = "TRT01PN"
    """Names the arm; who holds neither of the two values below takes no part."""
    treated_value: int | str = 1
    """Value of the column in the treated arm."""
    control_value: int | str = 0
    """Value of the column in the control arm."""
    treated_label: str = "Lenzumestrocel"
    """The treated arm's name in tables and figures."""
    control_label: str = "PRO-ACT placebo"
    """The control arm's name in tables and figures."""
    falsification_value: int | str | None = 2
    """Value of the column marking the arm that must show no benefit (PRO-ACT active); none to leave the run out."""
    simulated_label: str = MARK
    """Mark on everything made from simulated deliveries; SYNTHETIC stands before a mark that does not say so."""

    @property
    def compared_values(self) -> tuple[int | str, int | str]:
        """Values of the two arms that are compared, the treated one first."""
        return self.treated_value, self.control_value

    @property
    def mark(self) -> str:
        """The mark as it is shown: no protocol takes SYNTHETIC off."""
        label = self.simulated_label.strip()
        return label if MARK in label.upper() else f"{MARK} {label}".strip()


class Criterion(Section):
    """One line of eligibility; becomes a step of `cohort_flow`."""

    name: str
    """In words, as the flow diagram shows it."""
    where: str
    """Comparison over `adsl` columns: `and`, `or`, `not`, `in (…)`, `is null`. Null is excluded as a step of its own."""
    arm: Literal["both", "treated", "control"] = "both"
    """The arm the criterion applies to."""

    @field_validator("where")
    @classmethod
    def _parses(cls, where: str) -> str:
        parse_criterion(where)
        return where


class Population(Section):
    """Eligibility, in the order in which it is applied."""

    criteria: tuple[Criterion, ...] = (
        Criterion(name="symptom duration under 24 months", where="SYMPDURM >= 0 and SYMPDURM < 24"),
        Criterion(name="ALSFRS-R recorded at baseline", where="ALSFRSR is not null"),
    )
    """Each line excludes, and counts, whoever does not satisfy it; treated who never reach time zero are a step before."""
    categorical: DistinctColumns = ()
    """Columns of `adsl` whose numbers are codes (a grade 1, 2, 3): each value is a category, wherever the column is used."""


class TimeZero(Section):
    """When follow-up starts and covariates are measured."""

    treated: Literal["first_injection", "harvest", "trial_baseline"] = "first_injection"
    """Time zero of the treated. `harvest` counts deaths before the first injection; `trial_baseline` is for trials."""
    control: Literal["trial_baseline"] = "trial_baseline"
    """Time zero of controls: day 0 of their trial."""
    origin: Literal["time_zero", "diagnosis", "onset"] = "time_zero"
    """Zero of the time scale; diagnosis and onset come with delayed entry at time zero."""
    partial_index: Literal["exclude", "latest_day"] = "exclude"
    """A time zero known to an interval only: left out, dead and living alike, or taken as its last possible day."""


class VitalStatus(Section):
    """Until when a death counts, and what an unknown status means."""

    window_days: Window = 90
    """PRO-ACT deaths count up to the last visit plus this many days; survivors are censored at the same limit."""
    undated_death: Literal["exclude", "last_visit"] = "exclude"
    """A recorded death without a date: left out of time-to-event, or placed at the last visit."""
    death_dates: Literal["earliest", "latest"] = "earliest"
    """Of the days that a death may have come on (a partial date, two dates, life after death), the one that counts."""
    not_recorded: Literal["censor_at_last_visit", "exclude"] = "censor_at_last_visit"
    """Subjects whose vital status PRO-ACT does not record."""
    reporting_lag_days: Days = 0
    """Registry: 0 censors survivors at their last-alive date; otherwise at the data cut minus this lag."""

    @property
    def rule(self) -> str:
        """The `VSRULE` of `adtte` that these settings pick."""
        return vital_status_rule(self.window_days, self.undated_death)

    @property
    def later_rule(self) -> str | None:
        """The `VSRULE` of those whose death counts on its latest day instead; None where the earliest counts."""
        return later_rule(self.window_days) if self.death_dates == "latest" else None


def vital_status_rule(window_days: int | str, undated_death: str) -> str:
    """The `VSRULE` code of a window and a treatment of undated deaths."""
    window = "INF" if window_days == "unlimited" else str(window_days)
    return f"{'EXCL' if undated_death == 'exclude' else 'LASTVIS'}_{window}"


def later_rule(window_days: int | str) -> str:
    """The `VSRULE` code of a window with deaths on their latest day: rows of those alone whose day is in doubt."""
    return f"LATE_{'INF' if window_days == 'unlimited' else window_days}"


class Endpoint(Section):
    """A time-to-event endpoint."""

    name: str = "OS"
    """Its `PARAMCD` in `adtte`."""
    label: str = ""
    """Its name in tables and figures."""
    events: Annotated[
        tuple[Literal["death", "tracheostomy", "permanent_ventilation"], ...], Field(min_length=1), DISTINCT
    ] = ("death",)
    """What counts as an event. PRO-ACT knows death only: any other event makes the endpoint one-sided."""
    competing: Annotated[tuple[str, ...], DISTINCT] = ()
    """`PARAMCD`s whose event, when it comes before the endpoint's, ends the possibility of it; of `vigil analyse` alone."""
    horizon_days: Days = Field(default=540, gt=0)
    """Pre-specified horizon of RMST and milestone differences; null where either arm has fewer than 10 at risk."""
    milestones_days: Annotated[tuple[Annotated[int, Field(gt=0)], ...], DISTINCT] = (180, 365, 540)
    """Times at which survival is compared."""
    one_sided: bool = False
    """The event is recorded in one arm only; results carry that mark."""

    @model_validator(mode="after")
    def _competes_with_others(self) -> Self:
        if self.name in self.competing:
            raise ValueError(f"competing names {self.name}, the endpoint itself; name other PARAMCDs")
        return self

    @property
    def title(self) -> str:
        """The label, or the name where none is given."""
        return self.label or self.name

    @property
    def codes(self) -> tuple[str, ...]:
        """Every `PARAMCD` of `adtte` that is read for it."""
        return (self.name, *self.competing)

    @property
    def is_death(self) -> bool:
        """Whether death of whatever cause is the event, and nothing else."""
        return set(self.events) == {"death"} and not self.competing
