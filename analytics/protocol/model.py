"""The protocol as a whole: its sections, which agree with each other."""

from typing import Self

from pydantic import model_validator

from analytics.protocol.agreement import contradictions
from analytics.protocol.sections import Sections


class Protocol(Sections):
    """Everything that is decided before results are seen."""

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        found = list(contradictions(self))
        if found:
            raise ValueError("; ".join(found))
        return self
