"""What all sections of a protocol share: immutable, and an unknown key is an error rather than a silent default."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[int, Field(ge=0)]
Column = Annotated[str, AfterValidator(str.upper)]
"""A column of `adsl`; ADaM names are upper case, however a protocol spells them."""


def _distinct(columns: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named more than once")
    return columns


DISTINCT = AfterValidator(_distinct)
"""A list that names nothing twice."""
DistinctColumns = Annotated[tuple[Column, ...], DISTINCT]


class Section(BaseModel):
    """A part of the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
