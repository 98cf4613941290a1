"""The result of any matching method, and the weights it implies.

Belongs here: the value every method returns, subclass weights, and which estimand a set may claim.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

PAIR_COLUMNS = ["usubjid", "set_id", "treated", "weight", "distance"]


@dataclass(frozen=True)
class MatchedSet:
    """Matched sets.

    Attributes:
        pairs: usubjid, set_id, treated, weight, distance; a row per subject and set, treated first. A control
            used with replacement has a row per set.
        unmatched: usubjid, reason; treated subjects for whom no control was found.
        caliper_width: on the scale of the caliper's score; infinite without one.
        method: name of the method.
        note: what a reader must know, or None.
    """

    pairs: pd.DataFrame
    unmatched: pd.DataFrame
    caliper_width: float
    method: str
    note: str | None = None

    @property
    def n_treated(self) -> int:
        """Treated subjects in a set."""
        return int(self.pairs["usubjid"][self.pairs["treated"] == 1].nunique())

    @property
    def n_control(self) -> int:
        """Distinct controls in a set."""
        return int(self.pairs["usubjid"][self.pairs["treated"] == 0].nunique())

    @property
    def estimand(self) -> str:
        """ "ATT" is earned only when no treated subject is lost."""
        return "ATT" if self.unmatched.empty else "matched treated"

    def weights(self, ids: np.ndarray) -> np.ndarray:
        """Weight of each given subject, 0 outside every set; a control's sets add up."""
        total = self.pairs.groupby("usubjid", sort=False)["weight"].sum()
        return np.asarray(total.reindex(np.asarray(ids)).fillna(0.0).to_numpy(dtype=float))


def nobody_matched(treated: np.ndarray, ids: np.ndarray, method: str, reason: str) -> MatchedSet:
    """The empty set: every treated subject is lost for the same reason."""
    lost = np.sort(np.asarray(ids)[np.asarray(treated) == 1])
    pairs = pd.DataFrame(
        {
            "usubjid": np.empty(0, dtype=object),
            "set_id": np.empty(0, dtype=np.int64),
            "treated": np.empty(0, dtype=np.int64),
            "weight": np.empty(0),
            "distance": np.empty(0),
        }
    )
    unmatched = pd.DataFrame({"usubjid": lost, "reason": reason})
    return MatchedSet(pairs, unmatched, float("inf"), method, f"nobody matched: {reason}")


def subclass_weights(
    treated: np.ndarray, subclass: np.ndarray, estimand: str = "ATT", *, normalise: bool = False
) -> np.ndarray:
    """Weights of subclasses, as MatchIt.

    Args:
        treated: (n,) 1 treated, 0 control.
        subclass: (n,) codes; negative for subjects in none, who weigh 0.
        estimand: "ATT" weighs controls by treated over controls of their subclass, "ATC" the reverse, "ATE" by the
            subclass's size over the arm's.
        normalise: rescale so that the positive weights of each arm average 1.

    Raises:
        ValueError: unknown estimand.
    """
    if estimand not in ("ATT", "ATC", "ATE"):
        raise ValueError(f"matching: estimand {estimand!r} is not one of ATT, ATC, ATE")
    arm = np.asarray(treated) == 1
    inside = np.asarray(subclass) >= 0
    codes = np.asarray(subclass)[inside].astype(np.int64)
    size = int(codes.max()) + 1 if codes.size else 0
    n_treated = np.bincount(codes[arm[inside]], minlength=size).astype(float)
    n_control = np.bincount(codes[~arm[inside]], minlength=size).astype(float)
    usable = (n_treated > 0) & (n_control > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        to_treated = np.where(usable, n_treated / n_control, 0.0)
        to_control = np.where(usable, n_control / n_treated, 0.0)
    own = np.where(usable, 1.0, 0.0)
    of_treated, of_control = {
        "ATT": (own, to_treated),
        "ATC": (to_control, own),
        "ATE": (own + to_control, own + to_treated),
    }[estimand]
    weight = np.zeros(arm.size)
    weight[inside] = np.where(arm[inside], of_treated[codes], of_control[codes])
    return _normalised(weight, arm) if normalise else weight


def _normalised(weight: np.ndarray, arm: np.ndarray) -> np.ndarray:
    result = weight.copy()
    for group in (arm, ~arm):
        positive = group & (weight > 0)
        if positive.any():
            result[positive] = weight[positive] / weight[positive].mean()
    return result


def pair_frame(
    ids: np.ndarray, treated_rows: np.ndarray, control_rows: np.ndarray, distance: np.ndarray
) -> pd.DataFrame:
    """Rows of `MatchedSet.pairs` for k:1 sets.

    Args:
        ids: (n,) subject keys.
        treated_rows: (m,) row of each matched treated, in the order of set numbers.
        control_rows: (m, k) rows of its controls, −1 where none; the first column is filled.
        distance: (m, k).
    """
    n_set, width = control_rows.shape
    filled = np.empty((n_set, width + 1), dtype=bool)
    filled[:, 0], filled[:, 1:] = True, control_rows >= 0
    count = filled[:, 1:].sum(axis=1)
    rows = np.column_stack([treated_rows, control_rows])[filled]
    weight = np.ones((n_set, width + 1))
    weight[:, 1:] /= np.maximum(count, 1)[:, None]
    arm = np.zeros((n_set, width + 1), dtype=np.int64)
    arm[:, 0] = 1
    gap = np.zeros((n_set, width + 1))
    gap[:, 1:] = distance
    return pd.DataFrame(
        {
            "usubjid": ids[rows],
            "set_id": np.repeat(np.arange(1, n_set + 1), count + 1),
            "treated": arm[filled],
            "weight": weight[filled],
            "distance": gap[filled],
        }
    )
