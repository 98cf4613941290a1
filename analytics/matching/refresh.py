"""Refreshing a matched set as subjects come and go: `matching.refresh = rematch | append | frozen`.

Belongs here: which old sets stand, and matching only those who have none. Scores come from the frozen model of the
set's first cut (`analytics.propensity.model.score_logit`); cuts are replayed in order by the caller.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analytics.matching.caliper import caliper_width
from analytics.matching.matched_set import PAIR_COLUMNS, MatchedSet, nobody_matched
from analytics.matching.nearest import match_nearest

MODES = ("rematch", "append", "frozen")
NOT_RETRIED = "enrolled after the set was frozen, or its set dissolved"


@dataclass(frozen=True)
class RefreshedSet:
    """A matched set and how it came from the one before.

    Attributes:
        matched: the set now in force; kept sets have their old numbers, new ones the next.
        dissolved: usubjid, set_id, treated: members of the old set who are in it no longer.
        n_kept: sets carried over. n_added: sets made anew.
    """

    matched: MatchedSet
    dissolved: pd.DataFrame
    n_kept: int
    n_added: int


def refresh_matched_set(
    mode: str,
    previous: pd.DataFrame | None,
    treated: np.ndarray,
    score: np.ndarray,
    ids: np.ndarray,
    *,
    caliper: float | None = 0.2,
    caliper_scale: str = "pooled_logit",
    previous_width: float | None = None,
    **settings: Any,
) -> RefreshedSet:
    """Carry a matched set over to the subjects who are eligible now.

    A set loses a member only when that subject is no longer among `ids` (erased or ineligible) or has changed arms;
    it dissolves when its treated subject or its last control is gone. "append" then matches every treated subject
    without a set to controls without one; "frozen" matches nobody; "rematch" starts afresh.

    Args:
        mode: "rematch", "append" or "frozen".
        previous: pairs of the previous set (usubjid, set_id, treated, weight, distance), or None for the first cut,
            which is matched whatever the mode.
        treated, score, ids: as `match_nearest`; scores under the frozen model.
        caliper, caliper_scale: as `match_nearest`.
        previous_width: width in force since the first cut, so that newcomers do not move it; None computes it.
        **settings: further arguments of `match_nearest`.

    Raises:
        ValueError: unknown mode, or an argument `match_nearest` cannot use.
    """
    if mode not in MODES:
        raise ValueError(f"matching: refresh {mode!r} is not one of {', '.join(MODES)}")
    keys, arm = np.asarray(ids), np.asarray(treated) == 1
    if previous_width is not None and np.isfinite(previous_width) and mode != "rematch":
        caliper, caliper_scale = previous_width, "absolute"
    settings = {"caliper": caliper, "caliper_scale": caliper_scale, **settings}
    old = pd.DataFrame(columns=PAIR_COLUMNS) if previous is None else previous[PAIR_COLUMNS]
    if mode == "rematch" or previous is None:
        fresh = match_nearest(arm, score, keys, **settings)
        return RefreshedSet(fresh, _absent(old, fresh.pairs), 0, fresh.pairs["set_id"].nunique())
    kept = standing_pairs(old, arm, keys)
    if mode == "frozen":
        matched = _frozen(kept, arm, score, keys, settings)
        return RefreshedSet(matched, _absent(old, kept), kept["set_id"].nunique(), 0)
    return _append(old, kept, arm, score, keys, settings)


def standing_pairs(previous: pd.DataFrame, arm: np.ndarray, ids: np.ndarray) -> pd.DataFrame:
    """Sets of which the treated and at least one control remain, with weights made up again."""
    now = pd.Series(arm.astype(np.int64), index=pd.Index(ids))
    still = previous["usubjid"].map(now) == previous["treated"]
    pairs = previous[still].copy()
    both = pairs.groupby("set_id")["treated"].nunique()
    pairs = pairs[pairs["set_id"].isin(both.index[both == 2])].reset_index(drop=True)
    treated, size = pairs["treated"] == 1, pairs.groupby(["set_id", "treated"])["usubjid"].transform("size")
    n_treated = pairs["set_id"].map(pairs[treated].groupby("set_id").size())
    pairs["weight"] = np.where(treated, 1.0, n_treated / size).astype(float)
    return pairs


def _append(
    old: pd.DataFrame,
    kept: pd.DataFrame,
    arm: np.ndarray,
    score: np.ndarray,
    keys: np.ndarray,
    settings: dict[str, Any],
) -> RefreshedSet:
    taken = pd.Index(keys).isin(kept["usubjid"])
    if settings.get("replace"):
        taken &= arm
    available = ~taken
    if not (available & arm).any() or not (available & ~arm).any():
        nobody = nobody_matched(arm & available, keys, "nearest", "no unused control left")
        added = replace(nobody, caliper_width=_width(arm, score, settings))
    else:
        added = match_nearest(arm, score, keys, available=available, **settings)
    last = 0 if old.empty else int(old["set_id"].max())
    new = added.pairs.assign(set_id=added.pairs["set_id"] + last)
    parts = [part for part in (kept, new) if len(part)]
    pairs = pd.concat(parts, ignore_index=True) if parts else kept
    matched = MatchedSet(pairs, added.unmatched, added.caliper_width, added.method, added.note)
    return RefreshedSet(matched, _absent(old, pairs), kept["set_id"].nunique(), new["set_id"].nunique())


def _frozen(
    kept: pd.DataFrame, arm: np.ndarray, score: np.ndarray, keys: np.ndarray, settings: dict[str, Any]
) -> MatchedSet:
    outside = np.sort(keys[arm & ~pd.Index(keys).isin(kept["usubjid"])])
    unmatched = pd.DataFrame({"usubjid": outside, "reason": NOT_RETRIED})
    return MatchedSet(kept, unmatched, _width(arm, score, settings), "nearest", "pairs frozen")


def _width(arm: np.ndarray, score: np.ndarray, settings: dict[str, Any]) -> float:
    measured = settings.get("caliper_score")
    value = np.asarray(score if measured is None else measured, dtype=float)
    return caliper_width(value, arm, settings["caliper"], settings["caliper_scale"])


def _absent(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Members of old sets who are not in the same set any more."""
    columns = ["usubjid", "set_id", "treated"]
    gone = old[columns].merge(new[columns], on=columns, how="left", indicator=True)
    return gone.loc[gone["_merge"] == "left_only", columns].reset_index(drop=True)
