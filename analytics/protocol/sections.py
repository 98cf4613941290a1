"""The sections of a protocol side by side, and what is asked of all of them together.

Belongs here: which sections there are, and their defaults where these are the study's. Does not belong here: what they
demand of each other (`agreement`).
"""

from pydantic import Field

from analytics.protocol.design import Balance, Matching, Propensity, Weighting
from analytics.protocol.outcome import NOT_COLUMNS, Exposure, Monitoring, Outcome, Sensitivity, Subgroup
from analytics.protocol.population import Endpoint, Population, Study, TimeZero, Treatment, VitalStatus
from analytics.protocol.reporting import Disclosure, Report, Safety
from analytics.protocol.section import Section

ENDPOINTS = (
    Endpoint(name="OS", label="Overall survival", events=("death",)),
    Endpoint(
        name="TFS",
        label="Survival free of tracheostomy and permanent ventilation",
        events=("death", "tracheostomy", "permanent_ventilation"),
        one_sided=True,
    ),
)
SUBGROUPS = (
    Subgroup(name="Age at baseline, years", column="AGE", cut=60),
    Subgroup(name="Sex", column="SEX"),
    Subgroup(name="Bulbar onset", column="BULBAR"),
    Subgroup(name="ALSFRS-R at baseline", column="ALSFRSR", cut=38),
    Subgroup(name="ALSFRS-R loss, points a month", column="DFRS", cut=0.7),
)


class Sections(Section):
    """Every section of a protocol."""

    study: Study = Study()
    treatment: Treatment = Treatment()
    population: Population = Population()
    time_zero: TimeZero = TimeZero()
    vital_status: VitalStatus = VitalStatus()
    endpoint: tuple[Endpoint, ...] = Field(default=ENDPOINTS, min_length=1)
    propensity: Propensity = Propensity()
    matching: Matching = Matching()
    weighting: Weighting = Weighting()
    balance: Balance = Balance()
    outcome: Outcome = Outcome()
    exposure: Exposure = Exposure()
    subgroup: tuple[Subgroup, ...] = SUBGROUPS
    sensitivity: Sensitivity = Sensitivity()
    safety: Safety = Safety()
    monitoring: Monitoring = Monitoring()
    disclosure: Disclosure = Disclosure()
    report: Report = Report()

    @property
    def primary(self) -> Endpoint:
        """The first endpoint, which carries the headline."""
        return self.endpoint[0]

    @property
    def seed(self) -> int:
        """Seed of everything random; the one thing of `study` that moves a result."""
        return self.study.seed

    def covariates(self) -> tuple[str, ...]:
        """Every `adsl` column the design and the outcome models read, in a fixed order."""
        named: list[str] = [
            *self.propensity.covariates,
            *self.matching.exact,
            *self.matching.covariate_calipers,
        ]
        for cox in self.outcome.cox:
            named += [c for c in (*cox.covariates, *cox.strata, cox.cluster) if c not in NOT_COLUMNS]
        named += [*self.exposure.covariates, *(s.column for s in self.subgroup)]
        return tuple(dict.fromkeys(named))
