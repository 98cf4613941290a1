"""What all sections of a protocol share: immutable, and an unknown key is an error rather than a silent default."""

import json
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Share = Annotated[float, Field(gt=0, lt=1)]
"""Neither nothing nor everything."""
Days = Annotated[int, Field(ge=0)]
Column = Annotated[str, AfterValidator(str.upper)]
"""A column of `adsl`; ADaM names are upper case, however a protocol spells them."""
SplineKnots = Literal[0, 3, 4, 5]
"""Knots of a restricted cubic spline; 0 for none. Where they stand: `analytics.cohort.splines.QUANTILES`."""
Value = TypeVar("Value")


def _distinct(values: tuple[Value, ...]) -> tuple[Value, ...]:
    twice = dict.fromkeys(_named(value) for value in values if values.count(value) > 1)
    if twice:
        raise ValueError(f"{', '.join(twice)} is named more than once")
    return values


def _named(value: object) -> str:
    """As it stands in a protocol file; of a table only what is not its default."""
    if not isinstance(value, BaseModel):
        return str(value)
    told = value.model_dump(mode="json", exclude_defaults=True)
    return (
        ", ".join(f"{name} = {json.dumps(setting)}" for name, setting in told.items())
        or "one with every default"
    )


DISTINCT = AfterValidator(_distinct)
"""A list that names nothing twice."""
DistinctColumns = Annotated[tuple[Column, ...], DISTINCT]


class Section(BaseModel):
    """A part of the protocol."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)
