"""Scenarios, and their replicates in chunks: each is a function of the patients, the protocol's seed and its number.

Belongs here: what is replicated how often, from which stream of random numbers. Does not belong here: who computes which
chunk, and where it is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from zlib import crc32

import numpy as np

from analytics.one_thread import one_blas_thread
from analytics.operating_characteristics.empirical_null import TOO_FEW, EmpiricalNull, empirical_null
from analytics.operating_characteristics.method import Found, tried_on
from analytics.operating_characteristics.patients import Patients
from analytics.operating_characteristics.plasmode import Plasmode, plasmode
from analytics.protocol import Protocol

PLASMODE: Literal["plasmode"] = "plasmode"
EMPIRICAL_NULL: Literal["empirical_null"] = "empirical_null"
CHUNK = 20
"""Replicates of a chunk: some seconds to half a minute, which is what a run that is killed loses."""


@dataclass(frozen=True)
class Scenario:
    """Studies that are drawn alike.

    Attributes:
        kind: plasmode or empirical null.
        hazard_ratio: of each treated patient.
        replicates: how many are asked for, as a rule.
    """

    kind: str
    hazard_ratio: float
    replicates: int

    @property
    def is_plasmode(self) -> bool:
        """Whether outcomes are drawn."""
        return self.kind == PLASMODE

    @property
    def name(self) -> str:
        """In words, for people who watch."""
        return f"hazard ratio {self.hazard_ratio:g}" if self.is_plasmode else "empirical null"

    def generator(self, seed: int, number: int) -> np.random.Generator:
        """The stream of a replicate, numbered from 1; 0 is for what is counted once."""
        return np.random.default_rng(
            [seed, crc32(self.kind.encode()), round(self.hazard_ratio * 10_000), number]
        )


SCENARIOS = (
    Scenario(PLASMODE, 1.0, 500),
    Scenario(PLASMODE, 0.8, 500),
    Scenario(PLASMODE, 0.6, 500),
    Scenario(EMPIRICAL_NULL, 1.0, 200),
)


@dataclass(frozen=True)
class Chunk:
    """Some replicates of a scenario, numbered `first` to `last`."""

    scenario: Scenario
    first: int
    last: int


def asked(replicates: int | None = None) -> dict[Scenario, int]:
    """How many replicates a run has of each scenario.

    Args:
        replicates: of each scenario, instead of as many as it asks for.
    """
    return {each: each.replicates if replicates is None else replicates for each in SCENARIOS}


def chunks(replicates: int | None = None) -> Iterator[Chunk]:
    """All of a run, a scenario after the other.

    Args:
        replicates: as in `asked`.
    """
    for scenario, wanted in asked(replicates).items():
        for first in range(1, wanted + 1, CHUNK):
            yield Chunk(scenario, first, min(first + CHUNK - 1, wanted))


@dataclass(frozen=True)
class Replicates:
    """Everything that is replicated of the patients of a cut; what is the same in all replicates is made once."""

    patients: Patients

    @cached_property
    def plasmode(self) -> Plasmode:
        """The cut with outcomes that can be drawn."""
        return plasmode(self.patients)

    @cached_property
    def empirical_null(self) -> EmpiricalNull | None:
        """The controls alone; None where they are too few."""
        return empirical_null(self.patients)

    def of(self, chunk: Chunk) -> list[Found]:
        """What the method says of each replicate; where none can be drawn, each says why."""
        numbers = range(chunk.first, chunk.last + 1)
        with one_blas_thread():
            return [self._one(chunk.scenario, number) for number in numbers]

    def true_hazard_ratio(self, scenario: Scenario) -> float:
        """The marginal hazard ratio that holds in a scenario; 1 where nothing has an effect."""
        if scenario.hazard_ratio == 1.0:
            return 1.0
        generator = scenario.generator(self.patients.protocol.seed, 0)
        with one_blas_thread():
            return self.plasmode.marginal_hazard_ratio(scenario.hazard_ratio, generator)

    def _one(self, scenario: Scenario, number: int) -> Found:
        protocol = self.patients.protocol
        generator = scenario.generator(protocol.seed, number)
        # Else the luck of the imputations would be that of every other replicate.
        own = _seeded(protocol, int(generator.integers(2**31)))
        if scenario.is_plasmode:
            return tried_on(own, self.plasmode.study(scenario.hazard_ratio, generator), number)
        if self.empirical_null is None:
            return Found.nothing(number, TOO_FEW)
        return tried_on(own, self.empirical_null.study(generator), number)


def _seeded(protocol: Protocol, seed: int) -> Protocol:
    study = protocol.study.model_copy(update={"seed": seed})
    return protocol.model_copy(update={"study": study})
