"""What the study needs of anyone's `adsl`: the columns that the protocol names, of the kind that it asks for, and both arms.

Belongs here: refusals before anything is estimated. Does not belong here: times (`times`), and what holds between files
(`marts`).
"""

import numpy as np
import pandas as pd

from analytics.cohort.arms import arm_of
from analytics.cohort.prognostic import with_prognostic_score
from analytics.protocol import Protocol, check_columns, check_kinds
from analytics.protocol.criteria import parse_criterion, satisfied
from orchestration.foreign.refusals import MENDED, refuse

FEW_VALUES = 8
# A column with more distinct numbers than this is measured, not coded.
MOST_LEVELS = 10


def check_subjects(protocol: Protocol, adsl: pd.DataFrame, name: str) -> None:
    """Refuse an `adsl` that the protocol cannot be carried out on.

    Args:
        protocol: fitted to the file.
        adsl: one row per subject, indexed by row.
        name: of the file.

    Raises:
        ValueError: a column that is not there, a cell of another kind than its column, an arm of nobody; one line.
    """
    scored = with_prognostic_score(adsl)
    check_columns(protocol, scored.columns, name)
    for column in protocol.covariates():
        if column in adsl:
            _check_cells(protocol, adsl, column, name)
    check_kinds(protocol, adsl, name)
    _check_criteria(protocol, scored, name)
    _check_arms(protocol, adsl, name)


def _check_cells(protocol: Protocol, adsl: pd.DataFrame, column: str, name: str) -> None:
    """A column of numbers with a stray word would be taken for a category of as many levels as it has values."""
    values = adsl[column]
    if pd.api.types.is_numeric_dtype(values):
        refuse(name, column, values.astype(float).abs() == np.inf, "is infinite", MENDED)
        return
    number = pd.to_numeric(values, errors="coerce")
    stray = number.isna() & values.notna()
    measured = number.nunique() > MOST_LEVELS and number.notna().sum() > 9 * stray.sum()
    if measured and column not in protocol.population.categorical:
        refuse(name, column, stray, "is no number where the rest of the column is", MENDED)


def _check_criteria(protocol: Protocol, adsl: pd.DataFrame, name: str) -> None:
    """Refuse a criterion that compares numbers with text."""
    for criterion in protocol.population.criteria:
        try:
            satisfied(parse_criterion(criterion.where), adsl)
        except ValueError as error:
            raise ValueError(f'{name}: population.criteria "{criterion.name}": {error}') from error


def _check_arms(protocol: Protocol, adsl: pd.DataFrame, name: str) -> None:
    arm = arm_of(protocol.treatment, adsl)
    sides = (
        ("treated_value", 1, protocol.treatment.treated_value),
        ("control_value", 0, protocol.treatment.control_value),
    )
    for key, side, value in sides:
        if (arm == side).any():
            continue
        values = adsl[protocol.treatment.column].dropna().unique()
        held = f"; it holds {', '.join(map(str, values))}" if 0 < len(values) <= FEW_VALUES else ""
        raise ValueError(
            f"{name}: {protocol.treatment.column} is {value!r} for nobody{held}; set treatment.column and treatment.{key}"
        )
