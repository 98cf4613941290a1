"""Which `adsl` columns a protocol reads, and which of its keys names them.

Belongs here: the list, and the error when a file lacks one or holds text where numbers are asked for. Does not belong here:
what the columns mean.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from analytics.protocol.criteria import parse_criterion
from analytics.protocol.model import Protocol
from analytics.protocol.outcome import NOT_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

SWITCHED_OFF = {
    "population.criteria": "criteria = [] under [population]",
    "subgroup": "subgroup = [] at the top of the file",
    "exposure.covariates": "covariates = [] under [exposure]",
    "outcome.cox": "cox = [] under [outcome]",
}


class ColumnError(ValueError):
    """A column that the protocol names and the data lack; one line that names both and the way out."""


def named_columns(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    """`adsl` columns by the protocol key that names them, in the protocol's order."""
    criteria = [
        c for criterion in protocol.population.criteria for c in parse_criterion(criterion.where).columns
    ]
    models = [c for cox in protocol.outcome.cox for c in (*cox.covariates, *cox.strata, cox.cluster)]
    named = {
        "treatment.column": [protocol.treatment.column],
        "population.criteria": sorted(criteria),
        "propensity.covariates": protocol.propensity.covariates,
        "matching.exact": protocol.matching.exact,
        "matching.covariate_calipers": protocol.matching.covariate_calipers,
        "matching.coarsening": protocol.matching.coarsening,
        "outcome.cox": models,
        "exposure.covariates": protocol.exposure.covariates,
        "subgroup": [subgroup.column for subgroup in protocol.subgroup],
    }
    return {
        key: tuple(dict.fromkeys(c for c in columns if c not in NOT_COLUMNS))
        for key, columns in named.items()
    }


def check_columns(protocol: Protocol, columns: Iterable[str], name: str = "adsl") -> None:
    """Refuse data that lack a column the protocol names.

    Raises:
        ColumnError: every absent column with the key that names it, and how to do without.
    """
    there = set(columns)
    absent = {key: [c for c in named if c not in there] for key, named in named_columns(protocol).items()}
    absent = {key: named for key, named in absent.items() if named}
    if not absent:
        return
    what = "; ".join(f"{', '.join(named)} ({key})" for key, named in absent.items())
    ways = [SWITCHED_OFF[key] for key in absent if key in SWITCHED_OFF]
    without = f", or write {' and '.join(ways)} to do without" if ways else ""
    raise ColumnError(
        f"{name} lacks columns that the protocol names: {what}; name columns of the file in the protocol{without}"
    )


def check_declared(protocol: Protocol, is_text: Mapping[str, bool], name: str = "adsl") -> None:
    """Refuse a protocol that names columns which the data will not have, or asks text for numbers, before there are any.

    Args:
        protocol: the protocol.
        is_text: the columns there will be, and whether they will hold text.
        name: of what has them.

    Raises:
        ColumnError: as `check_columns` and `check_kinds`.
    """
    check_columns(protocol, is_text, name)
    _refuse_text(protocol, lambda column: is_text.get(column, False), name)


def check_kinds(protocol: Protocol, adsl: "pd.DataFrame", name: str = "adsl") -> None:
    """Refuse data that hold text in a column of which a setting asks for numbers.

    Raises:
        ColumnError: the column, the setting and the way out.
    """
    _refuse_text(protocol, lambda column: column in adsl and _is_text(adsl[column]), name)


def _refuse_text(protocol: Protocol, is_text: Callable[[str], bool], name: str) -> None:
    measured = {
        "matching.covariate_calipers": (protocol.matching.covariate_calipers, "name it in matching.exact"),
        "matching.coarsening": (
            [column for column, bins in protocol.matching.coarsening.items() if bins > 1],
            "leave it out there: a category is matched as it is",
        ),
        "subgroup.cut": (
            [subgroup.column for subgroup in protocol.subgroup if subgroup.cut is not None],
            "leave cut out: a category has its own levels",
        ),
    }
    for key, (columns, way_out) in measured.items():
        for column in columns:
            if is_text(column):
                raise ColumnError(f"{name}: column {column} holds text and {key} asks for numbers; {way_out}")


def _is_text(values: "pd.Series") -> bool:
    """Whether a column holds something, and that is no numbers; what came without a type may be both."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values):
        return False
    return bool((values.notna() & pd.to_numeric(values, errors="coerce").isna()).any())
