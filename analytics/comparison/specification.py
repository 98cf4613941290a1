"""The specifications of a study: the ways in which its arms are made comparable, and what is known of each.

Belongs here: facts about crude, matched and weighted comparisons, which of them a protocol asks for, and which leads. Does
not belong here: who is in a comparison (`comparison`), or the weighting schemes themselves (`analytics.weighting.scheme`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.protocol import Protocol
from analytics.weighting.scheme import ATT, SCHEMES, Estimand, Scheme

CRUDE, MATCHED = "crude", "matched"
MODELLED = "modelled"
"""What is said of everyone eligible by models of the outcome: nobody is matched or weighted once and for all."""
UNADJUSTED = Estimand("unadjusted", "the arms as they came (unadjusted)")
MATCHED_TREATED = Estimand(
    "matched treated", "the {treated} patients for whom a comparable control was found (matched treated)"
)


@dataclass(frozen=True)
class Specification:
    """One way of comparing the arms.

    Attributes:
        name: as result tables name it.
        words: as reports name it.
        estimand: whose average it is; of matched sets, where some of the treated found no control.
        denominator: standard deviation that divides differences of means: treated or pooled.
        variance: of its hazard ratio, in words.
        scheme: how it weighs; None where it does not.
    """

    name: str
    words: str
    estimand: Estimand
    denominator: str
    variance: str
    scheme: Scheme | None = None

    @property
    def bootstrapped(self) -> bool:
        """Whether the bootstrap that refits the score gives the variance of its headline."""
        return self.scheme is not None and self.scheme.bootstrapped


def _weighted(scheme: Scheme) -> Specification:
    about = (scheme.name, scheme.words, scheme.estimand, scheme.denominator)
    return Specification(*about, "variance robust to weights", scheme)


SPECIFICATIONS = {
    specification.name: specification
    for specification in (
        Specification(CRUDE, "Crude", UNADJUSTED, "treated", "model-based variance"),
        Specification(MATCHED, "Matched", MATCHED_TREATED, "treated", "variance robust to matched sets"),
        *map(_weighted, SCHEMES.values()),
    )
}
"""Every specification by name, in the order in which reports list them."""

ESTIMANDS = {
    estimand.label: estimand for estimand in (ATT, *(each.estimand for each in SPECIFICATIONS.values()))
}
"""Every estimand of a specification by its label."""


def specifications(protocol: Protocol) -> tuple[str, ...]:
    """Every specification of the protocol, the crude one first."""
    return specifications_of(protocol.matching.method, protocol.weighting.schemes)


def specifications_of(method: str, schemes: Sequence[str]) -> tuple[str, ...]:
    """As `specifications`, of a matching method and weighting schemes."""
    return (CRUDE, *(() if method == "none" else (MATCHED,)), *schemes)


def leading(protocol: Protocol) -> str:
    """The specification that answers the question: matched, else the first weighting, else crude."""
    return leading_of(specifications(protocol))


def leading_of(specifications: Sequence[str]) -> str:
    """The one of these that answers the question."""
    return next((name for name in specifications if name != CRUDE), CRUDE)


def variance(protocol: Protocol, specification: str) -> str:
    """What the variance of a specification's hazard ratio is robust to, in words."""
    repeats = specification == MATCHED and protocol.matching.replace
    return (
        "variance robust to matched sets and repeated subjects"
        if repeats
        else SPECIFICATIONS[specification].variance
    )
