"""From covariate columns to a numeric design matrix, refusing what no score model can use.

Belongs here: coding of categories (treatment contrasts, first level in sorted order is the reference, as in
R), and the checks that name a constant, perfect, duplicated or incomplete covariate. No fitting here.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.propensity.arm_ranges_kernel import arm_ranges

MANY = 1000
"""So many rows tell nearly always that a covariate has more than two values."""


class PropensityError(ValueError):
    """A score model that cannot be fitted; the message names the covariate and the way out."""


@dataclass(frozen=True)
class ScoreTerms:
    """A coded covariate table.

    Attributes:
        terms: one name per column; a category is `COLUMN=level`.
        matrix: float64 of shape (n_terms, n_rows), each term contiguous; no intercept.
    """

    terms: tuple[str, ...]
    matrix: np.ndarray


def is_categorical(column: pd.Series) -> bool:
    """True for text, pandas categories and booleans; numbers are taken as they are."""
    return not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)


def score_terms(covariates: pd.DataFrame, terms: tuple[str, ...] | None = None) -> ScoreTerms:
    """Code covariates as numbers.

    Args:
        covariates: one row per subject; numeric columns or categories.
        terms: the terms of an earlier matrix; gives the same columns on other subjects, a level unseen
            then being coded as the reference level.

    Raises:
        PropensityError: a value is missing or infinite, or a column of `terms` is absent.
    """
    coded: dict[str, np.ndarray] = {}
    for name in covariates.columns:
        column = covariates[name]
        n_missing = int(column.isna().sum())
        if n_missing:
            raise PropensityError(
                f"covariate {name}: {n_missing} missing values; impute them or analyse complete cases"
            )
        coded.update(_code_column(str(name), column, terms))
    wanted = tuple(coded) if terms is None else terms
    absent = [term for term in wanted if term not in coded]
    if absent:
        raise PropensityError(f"covariate {absent[0].split('=')[0]} of the score model is not in the data")
    values = np.empty((len(wanted), len(covariates)))
    for row, term in enumerate(wanted):
        values[row] = coded[term]
        if not np.isfinite(values[row]).all():
            raise PropensityError(f"covariate {term}: infinite values")
    return ScoreTerms(wanted, values)


def _code_column(name: str, column: pd.Series, terms: tuple[str, ...] | None) -> dict[str, np.ndarray]:
    if not is_categorical(column):
        return {name: column.to_numpy(dtype=np.float64)}
    text = column.astype(str).to_numpy(dtype=object)
    if terms is None:
        levels = sorted(set(text))
        kept = levels[1:] if len(levels) > 1 else levels
    else:
        kept = [term[len(name) + 1 :] for term in terms if term.startswith(f"{name}=")]
    return {f"{name}={level}": (text == level).astype(np.float64) for level in kept}


def check_predictors(covariates: pd.DataFrame, treated: np.ndarray) -> None:
    """Refuse covariates with which a logistic score has no finite estimate.

    Args:
        covariates: complete covariate columns, one row per subject.
        treated: 1 for treated, 0 for control, same rows.

    Raises:
        PropensityError: an arm is empty, or a covariate is constant or tells the arms apart by itself; all such
            covariates are named at once.
    """
    arm = np.asarray(treated) == 1
    if arm.all() or not arm.any():
        raise PropensityError("a score model needs treated subjects and controls; one arm is empty")
    faults = [fault for name in covariates.columns if (fault := _fault(str(name), covariates[name], arm))]
    if faults:
        raise PropensityError("; ".join(faults) + ". Remove or recode before fitting the score")


def _fault(name: str, column: pd.Series, arm: np.ndarray) -> str | None:
    if is_categorical(column):
        return _level_fault(name, column.astype(str).to_numpy(dtype=object), arm)
    values = column.to_numpy(dtype=np.float64)
    ends = arm_ranges(values, arm)
    ranges = [ends[:2], ends[2:]]
    low, high = min(ranges)[0], max(last for _, last in ranges)
    if low == high:
        return f"covariate {name} is constant"
    perfectly = f"covariate {name} predicts treatment perfectly"
    # A two-valued covariate with an empty cell has no finite coefficient, though the arms may share the other value.
    two_valued = all(((some == low) | (some == high)).all() for some in (values[:MANY], values))
    for value in (low, high) if two_valued else ():
        among = [
            words for words, some in (("treated", arm), ("controls", ~arm)) if (values[some] == value).any()
        ]
        if len(among) == 1:
            return f"{perfectly} (the value {value:g} occurs only among {among[0]})"
    (_, highest), (lowest, _) = sorted(ranges)
    if lowest > highest:
        return f"{perfectly} (its values do not overlap between the arms)"
    if lowest == highest:
        return f"{perfectly} (the arms share the value {lowest:g} alone)"
    return None


def _level_fault(name: str, text: np.ndarray, arm: np.ndarray) -> str | None:
    codes, levels = pd.factorize(text, sort=True)
    if len(levels) == 1:
        return f"covariate {name} is constant"
    control, treated = (np.bincount(codes[arm == one], minlength=len(levels)) for one in (False, True))
    one_armed = np.flatnonzero((control == 0) | (treated == 0))
    if len(one_armed):
        only = "controls" if control[one_armed[0]] else "treated"
        return f"covariate {name} predicts treatment perfectly (the level {levels[one_armed[0]]} occurs only among {only})"
    return None
