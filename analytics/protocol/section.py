"""What all sections of a protocol share: immutable, and an unknown key is an error rather than a silent default."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=0)]


class Section(BaseModel):
    """A part of the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
