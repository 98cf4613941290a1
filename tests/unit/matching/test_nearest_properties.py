"""What is true of every nearest-neighbour match, whatever the data."""

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.matching.matched_set import MatchedSet
from analytics.matching.nearest import match_nearest, nearest_pairs

FEW = settings(max_examples=60, deadline=None)


@st.composite
def studies(draw: st.DrawFn, *, ties: bool = True) -> dict[str, Any]:
    n_treated, n_control = draw(st.integers(1, 12)), draw(st.integers(1, 25))
    n = n_treated + n_control
    grid = (
        st.integers(-6, 6).map(lambda k: k / 4)
        if ties
        else st.integers(-3_000_000, 3_000_000).map(lambda k: k / 1e6)
    )
    score = np.array(draw(st.lists(grid, min_size=n, max_size=n, unique=not ties)), dtype=float)
    age = np.array(draw(st.lists(st.integers(40, 46), min_size=n, max_size=n)), dtype=float)
    site = draw(st.lists(st.sampled_from(["BULBAR", "LIMB"]), min_size=n, max_size=n))
    return {
        "treated": np.r_[np.ones(n_treated, dtype=int), np.zeros(n_control, dtype=int)],
        "score": score,
        "ids": np.array([f"S{i:03d}" for i in range(n)], dtype=object),
        "frame": pd.DataFrame({"AGE": age, "SITE": site}),
        "order": draw(st.sampled_from(["descending", "ascending", "closest", "random"])),
        "ratio": draw(st.integers(1, 3)),
        "width": draw(st.sampled_from([0.1, 0.25, 0.5, 1.0])),
        "method": draw(st.sampled_from(["score", "exact", "covariate", "mahalanobis", "both"])),
        "replace": draw(st.booleans()),
    }


def match(study: dict[str, Any], rows: np.ndarray | None = None) -> MatchedSet:
    rows = np.arange(study["ids"].size) if rows is None else rows
    frame = study["frame"].iloc[rows].reset_index(drop=True)
    options: dict[str, Any] = {"covariates": frame}
    if study["method"] in ("exact", "both"):
        options["exact"] = frame[["SITE"]]
    if study["method"] in ("covariate", "both"):
        options |= {"covariate_calipers": {"AGE": 2.0}, "covariate_caliper_unit": "own"}
    if study["method"] in ("mahalanobis", "both"):
        options["mahalanobis"] = frame
    return match_nearest(
        study["treated"][rows],
        study["score"][rows],
        study["ids"][rows],
        ratio=study["ratio"],
        replace=study["replace"],
        order=study["order"],
        caliper=study["width"],
        caliper_scale="absolute",
        seed=5,
        **options,
    )


def couples(result: MatchedSet) -> pd.DataFrame:
    treated = result.pairs[result.pairs["treated"] == 1]
    return treated.merge(result.pairs[result.pairs["treated"] == 0], on="set_id", suffixes=("", "_control"))


@FEW
@given(studies())
def test_no_caliper_and_no_exact_stratum_is_ever_exceeded(study: dict[str, Any]) -> None:
    row = pd.Series(np.arange(study["ids"].size), index=study["ids"])
    pairs = couples(match(study))
    a, b = row[pairs["usubjid"]].to_numpy(), row[pairs["usubjid_control"]].to_numpy()
    assert (np.abs(study["score"][a] - study["score"][b]) <= study["width"]).all()
    frame = study["frame"]
    if study["method"] in ("exact", "both"):
        assert (frame["SITE"].to_numpy()[a] == frame["SITE"].to_numpy()[b]).all()
    if study["method"] in ("covariate", "both"):
        assert (np.abs(frame["AGE"].to_numpy()[a] - frame["AGE"].to_numpy()[b]) <= 2.0).all()


@FEW
@given(studies(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(study: dict[str, Any], random: Any) -> None:
    rows = list(range(study["ids"].size))
    random.shuffle(rows)
    first, second = match(study), match(study, np.array(rows))
    pd.testing.assert_frame_equal(first.pairs, second.pairs)
    pd.testing.assert_frame_equal(first.unmatched, second.unmatched)


@FEW
@given(studies())
def test_every_treated_subject_is_matched_or_lost_with_a_reason(study: dict[str, Any]) -> None:
    result = match(study)
    matched = set(result.pairs["usubjid"][result.pairs["treated"] == 1])
    lost = set(result.unmatched["usubjid"])
    assert matched | lost == set(study["ids"][study["treated"] == 1])
    assert not matched & lost
    assert result.unmatched["reason"].str.len().gt(0).all()
    assert result.estimand == ("ATT" if not lost else "matched treated")


@FEW
@given(studies())
def test_without_replacement_no_control_is_used_twice_and_weights_add_up(study: dict[str, Any]) -> None:
    result = match(study | {"replace": False})
    assert result.pairs["usubjid"].is_unique
    totals = result.pairs.groupby(["set_id", "treated"])["weight"].sum()
    assert np.allclose(totals, 1.0)


@FEW
@given(studies(ties=False), st.randoms(use_true_random=False))
def test_relabelling_subjects_changes_nothing_without_ties(study: dict[str, Any], random: Any) -> None:
    study = study | {"method": "score"}
    names = [f"Z{i:03d}" for i in range(study["ids"].size)]
    random.shuffle(names)
    renamed = dict(zip(study["ids"], names, strict=True))
    first = match(study).pairs
    second = match(study | {"ids": np.array(names, dtype=object)}).pairs
    assert list(first["usubjid"].map(renamed)) == list(second["usubjid"])
    assert np.array_equal(first["set_id"], second["set_id"])


def brute_force(study: dict[str, Any]) -> dict[int, list[int]]:
    """Greedy matching one pair at a time over plain lists, in descending order of score."""
    treated = [i for i in range(study["ids"].size) if study["treated"][i] == 1]
    free = {i for i in range(study["ids"].size) if study["treated"][i] == 0}
    found: dict[int, list[int]] = {t: [] for t in treated}
    for r in range(study["ratio"]):
        for t in sorted(treated, key=lambda i: -study["score"][i]):
            near = [(abs(study["score"][t] - study["score"][c]), c) for c in free]
            near = [pair for pair in near if pair[0] <= study["width"]]
            if near and len(found[t]) == r:
                found[t].append(min(near)[1])
                free.remove(min(near)[1])
    return {t: controls for t, controls in found.items() if controls}


@FEW
@given(studies(ties=False))
def test_greedy_matching_equals_brute_force(study: dict[str, Any]) -> None:
    study = study | {"method": "score", "replace": False, "order": "descending"}
    rows, controls = nearest_pairs(study["treated"], study["score"], study["width"], ratio=study["ratio"])
    found = {int(t): [int(c) for c in row if c >= 0] for t, row in zip(rows, controls, strict=True)}
    expected = brute_force(study)
    # Where two controls are equally far on either side, which is taken decides whom the next may have.
    arm, score = np.asarray(study["treated"]) == 1, study["score"]
    distances = np.abs(score[arm][:, None] - score[~arm][None, :])
    assume(all(len(np.unique(row)) == row.size for row in distances))
    gaps = {t: [abs(study["score"][t] - study["score"][c]) for c in cs] for t, cs in found.items()}
    # Two controls at the same distance on either side are both right.
    assert gaps == {t: [abs(study["score"][t] - study["score"][c]) for c in cs] for t, cs in expected.items()}


@FEW
@given(studies(ties=False))
def test_closest_order_takes_the_closest_pair_first(study: dict[str, Any]) -> None:
    study = study | {"method": "score", "replace": False, "order": "closest", "ratio": 1}
    pairs = couples(match(study))
    treated = study["score"][study["treated"] == 1]
    control = study["score"][study["treated"] == 0]
    expected = []
    gap = np.abs(treated[:, None] - control)
    while gap.size and gap.min() <= study["width"]:
        t, c = np.unravel_index(np.argmin(gap), gap.shape)
        expected.append(gap[t, c])
        gap = np.delete(np.delete(gap, t, axis=0), c, axis=1)
    if np.unique(np.abs(treated[:, None] - control)).size == treated.size * control.size:
        assert sorted(pairs["distance_control"]) == sorted(expected)
