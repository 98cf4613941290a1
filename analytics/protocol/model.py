"""The protocol as a whole: its sections, which agree with each other."""

from typing import Self, TypeVar

from pydantic import model_validator

from analytics.protocol.agreement import contradictions
from analytics.protocol.sections import Sections

AnySections = TypeVar("AnySections", bound=Sections)


class Protocol(Sections):
    """Everything that is decided before results are seen."""

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        return agreeing(self)


def agreeing(sections: AnySections) -> AnySections:
    """The sections themselves, where they agree with each other.

    Raises:
        ValueError: they contradict each other.
    """
    found = list(contradictions(sections))
    if found:
        raise ValueError("; ".join(found))
    return sections
