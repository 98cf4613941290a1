"""A matched set over time."""

import numpy as np
import pandas as pd
import pytest

from analytics.matching.refresh import RefreshedSet, refresh_matched_set

N = 60


def cohort(n_treated: int) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    treated = np.r_[np.ones(N), np.zeros(150)].astype(int)
    frame = pd.DataFrame(
        {
            "id": [f"T{i:02d}" for i in range(N)] + [f"C{i:03d}" for i in range(150)],
            "treated": treated,
            "score": rng.normal(size=N + 150) + 0.5 * treated,
        }
    )
    return frame.drop(index=range(n_treated, N))


def refresh(
    mode: str, previous: pd.DataFrame | None, frame: pd.DataFrame, **settings: object
) -> RefreshedSet:
    columns = (frame[name].to_numpy() for name in ("treated", "score", "id"))
    return refresh_matched_set(mode, previous, *columns, **settings)


def test_append_keeps_every_old_pair_and_matches_newcomers_to_unused_controls() -> None:
    first = refresh("append", None, cohort(30)).matched
    second = refresh("append", first.pairs, cohort(50), previous_width=first.caliper_width)
    old = second.matched.pairs.iloc[: len(first.pairs)]
    pd.testing.assert_frame_equal(old, first.pairs)
    new = second.matched.pairs.iloc[len(first.pairs) :]
    assert second.n_added == new["set_id"].nunique() > 0
    assert new["set_id"].min() == first.pairs["set_id"].max() + 1
    assert second.matched.pairs["usubjid"].is_unique
    assert second.matched.caliper_width == first.caliper_width
    assert second.dissolved.empty


def test_a_pair_dissolves_when_a_member_is_erased_and_its_partner_is_free_again() -> None:
    first = refresh("append", None, cohort(30)).matched.pairs
    gone = first["usubjid"].iloc[0]
    partner = first["usubjid"].iloc[1]
    frame = cohort(30)
    second = refresh("append", first, frame[frame["id"] != gone])
    assert set(second.dissolved["usubjid"]) >= {gone, partner}
    assert set(second.dissolved["set_id"]) == {first["set_id"].iloc[0]}
    assert gone not in set(second.matched.pairs["usubjid"])


def test_frozen_matches_nobody_anew() -> None:
    first = refresh("frozen", None, cohort(30)).matched.pairs
    second = refresh("frozen", first, cohort(50))
    pd.testing.assert_frame_equal(second.matched.pairs, first)
    assert second.n_added == 0
    assert {f"T{i:02d}" for i in range(30, 50)} <= set(second.matched.unmatched["usubjid"])


def test_rematch_forgets_the_old_pairs() -> None:
    first = refresh("rematch", None, cohort(30)).matched.pairs
    again = refresh("rematch", first, cohort(50))
    alone = refresh("rematch", None, cohort(50))
    pd.testing.assert_frame_equal(again.matched.pairs, alone.matched.pairs)


def test_losing_one_of_two_controls_leaves_the_set_with_new_weights() -> None:
    first = refresh("append", None, cohort(20), ratio=2).matched.pairs
    lost = first["usubjid"][first["treated"] == 0].iloc[0]
    number = first.loc[first["usubjid"] == lost, "set_id"].iloc[0]
    frame = cohort(20)
    second = refresh("append", first, frame[frame["id"] != lost], ratio=2).matched.pairs
    left = second[(second["set_id"] == number) & (second["treated"] == 0)]
    assert left["weight"].tolist() == [1.0]


def test_newcomers_without_unused_controls_are_lost_with_a_reason() -> None:
    frame = pd.DataFrame({"id": ["T1", "C1"], "treated": [1, 0], "score": [0.0, 0.0]})
    first = refresh("append", None, frame, caliper=None).matched.pairs
    more = pd.concat([frame, pd.DataFrame({"id": ["T2"], "treated": [1], "score": [0.0]})])
    second = refresh("append", first, more, caliper=None).matched
    assert second.unmatched["reason"].tolist() == ["no unused control left"]


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="refresh 'keep'"):
        refresh("keep", None, cohort(10))
