"""Pairs, sets and weights equal MatchIt's (expected values printed by matchit.R, MatchIt 4.8.1)."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.matching.coarsened import match_coarsened, match_exact, subclassify
from analytics.matching.matched_set import MatchedSet
from analytics.matching.nearest import match_nearest

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = {
    "lalonde": {
        "treat": "treat",
        "exact": ["race"],
        "caliper": {"age": 0.5},
        "mahalanobis": ["age", "educ", "re74"],
    },
    "rotterdam": {
        "treat": "hormon",
        "exact": ["meno", "grade"],
        "caliper": {"age": 0.25},
        "mahalanobis": ["age", "nodes", "pgr"],
    },
    "birthwt": {
        "treat": "smoke",
        "exact": ["race"],
        "caliper": {"age": 0.5},
        "mahalanobis": ["age", "lwt"],
    },
    "pbc": {
        "treat": "trt",
        "exact": ["sex"],
        "caliper": {"age": 0.5},
        "mahalanobis": ["age", "bili", "albumin", "protime"],
    },
}
DATA = {case: pd.read_csv(HERE / f"{case}.csv", float_precision="round_trip") for case in CASES}
PAIRS = pd.read_csv(HERE / "matchit_pairs.csv", dtype={"control_rows": str})
SUBCLASSES = pd.read_csv(HERE / "matchit_subclasses.csv")
WEIGHTS = pd.read_csv(HERE / "matchit_weights.csv")


def matched(case: str, spec: str) -> MatchedSet:
    it, data = CASES[case], DATA[case]
    words = spec.split("-")
    settings: dict[str, Any] = {"caliper": None, "caliper_scale": "matchit", "tie_order": "reference"}
    score: np.ndarray | None = data["logit"].to_numpy()
    if words[0] == "replace":
        settings |= {"replace": True, "ratio": int(words[1])}
        settings["caliper"] = {"caliper": 0.1, "mahvars": 0.2}.get(words[-1])
    elif words[0] == "mahalanobis":
        score = None
        settings["order"] = "closest" if words[1] == "closest" else "descending"
    else:
        settings["order"] = words[0]
        settings["ratio"] = 2 if words[1] in ("2", "variable") else 1
        settings["caliper"] = None if words[-1] in ("none", "variable") else 0.2
    if "variable" in words:
        settings["max_controls"] = 4
    if "exact" in words or "mahexact" in words:
        settings["exact"] = data[it["exact"]]
    if "covariate" in words:
        settings |= {"covariates": data, "covariate_calipers": it["caliper"]}
    if {"mahvars", "mahexact", "mahalanobis"} & set(words):
        settings["mahalanobis"] = data[it["mahalanobis"]]
    return match_nearest(data[it["treat"]].to_numpy(), score, np.arange(1, len(data) + 1), **settings)


def sets_of(result: MatchedSet) -> dict[int, set[int]]:
    treated = result.pairs[result.pairs["treated"] == 1].set_index("set_id")["usubjid"]
    controls = result.pairs[result.pairs["treated"] == 0].groupby("set_id")["usubjid"].agg(set)
    return {int(treated[number]): members for number, members in controls.items()}


SPECS = list(PAIRS[["case", "spec"]].drop_duplicates().itertuples(index=False, name=None))


@pytest.mark.parametrize(("case", "spec"), SPECS)
def test_nearest_matching_finds_the_pairs_of_matchit(case: str, spec: str) -> None:
    rows = PAIRS[(PAIRS["case"] == case) & (PAIRS["spec"] == spec)]
    expected = {
        int(t): {int(c) for c in controls.split(";")}
        for t, controls in zip(rows["treated_row"], rows["control_rows"], strict=True)
    }
    assert sets_of(matched(case, spec)) == expected


@pytest.mark.parametrize("spec", WEIGHTS["spec"].unique())
def test_weights_of_sets_equal_matchit(spec: str) -> None:
    expected = WEIGHTS[WEIGHTS["spec"] == spec].set_index("row")["weight"]
    weights = matched("lalonde", spec).weights(np.arange(1, len(DATA["lalonde"]) + 1))
    assert np.allclose(weights[expected.index - 1], expected, rtol=1e-12)
    assert np.count_nonzero(weights) == len(expected)


CLASSES = list(SUBCLASSES[["case", "spec"]].drop_duplicates().itertuples(index=False, name=None))


@pytest.mark.parametrize(("case", "spec"), CLASSES)
def test_subclasses_and_their_weights_equal_matchit(case: str, spec: str) -> None:
    it, data = CASES[case], DATA[case]
    treated, ids = data[it["treat"]].to_numpy(), np.arange(1, len(data) + 1)
    kind, rule = spec.split("-")
    if kind == "exact":
        result = match_exact(treated, ids, data[it["exact"]], estimand=rule)
    elif kind == "subclass":
        result = subclassify(treated, data["logit"].to_numpy(), ids, 6, estimand=rule)
    else:
        bins = {} if rule == "normalised" else dict.fromkeys(it["mahalanobis"], rule)
        result = match_coarsened(treated, ids, data[it["mahalanobis"]], bins)
    rows = SUBCLASSES[(SUBCLASSES["case"] == case) & (SUBCLASSES["spec"] == spec)]
    expected = rows.dropna(subset="subclass").groupby("subclass")["row"].agg(frozenset)
    found = result.pairs.groupby("set_id")["usubjid"].agg(frozenset)
    assert set(found) == set(expected)
    if rule != "normalised":
        assert np.allclose(result.weights(rows["row"].to_numpy()), rows["weight"], rtol=1e-12)
