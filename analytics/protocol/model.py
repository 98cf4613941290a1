"""The protocol as a whole: its sections, and the rules that bind them to each other."""

from typing import Self

from pydantic import Field, model_validator

from analytics.protocol.design import Balance, Matching, Propensity, Weighting
from analytics.protocol.outcome import Exposure, Monitoring, Outcome, Sensitivity, Subgroup
from analytics.protocol.population import Endpoint, Population, Study, TimeZero, Treatment, VitalStatus
from analytics.protocol.reporting import Disclosure, Safety
from analytics.protocol.section import Section

# What a Cox model may name besides columns of `adsl`.
NOT_COLUMNS = ("TREATED", "SET", "SUBJECT", "NONE")
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


class Protocol(Section):
    """Everything that is decided before results are seen."""

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

    @property
    def primary(self) -> Endpoint:
        """The first endpoint, which carries the headline."""
        return self.endpoint[0]

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        populations = {"all", "matched", *self.weighting.schemes}
        for cox in self.outcome.cox:
            if cox.population not in populations:
                raise ValueError(
                    f'outcome.cox "{cox.name}": population {cox.population!r} is none of {", ".join(sorted(populations))}'
                )
            if "SET" in cox.strata and cox.population != "matched":
                raise ValueError(f'outcome.cox "{cox.name}": strata = ["SET"] needs population = "matched"')
            if "SET" in cox.strata and cox.cluster == "SUBJECT":
                raise ValueError(
                    f'outcome.cox "{cox.name}": within a set the members are not independent; '
                    'write cluster = "SET" or "NONE" beside strata = ["SET"]'
                )
        names = [endpoint.name for endpoint in self.endpoint]
        if len(set(names)) < len(names):
            raise ValueError("endpoint names must differ")
        if self.monitoring.method != "none" and not self.monitoring.information_events:
            raise ValueError("monitoring.information_events must be declared before a formal look")
        return self

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
