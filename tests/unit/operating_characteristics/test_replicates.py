"""The method in replicates: the same whoever makes them when, right where nothing is wrong, and found out where it is."""

import numpy as np
import pandas as pd
import pytest
from known_cut import cut_of

from analytics.operating_characteristics.method import Found
from analytics.operating_characteristics.patients import NothingToTryError, Patients, patients_of
from analytics.operating_characteristics.replicates import SCENARIOS, Chunk, Replicates, Scenario, chunks
from analytics.operating_characteristics.summary import Run, nothing_tried, table
from analytics.protocol import Protocol
from analytics.stages.variant import with_settings

NULL, MIDDLE, STRONG, EMPIRICAL = SCENARIOS
RUN = Run("hash", "2026-03-31", "2024", "protocol")


def test_a_replicate_hangs_on_its_number_and_not_on_its_chunk_nor_on_the_order_of_rows(
    protocol: Protocol, cut: dict[str, pd.DataFrame], patients: Patients
) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in cut.items()}
    for scenario in (STRONG, EMPIRICAL):
        whole = Replicates(patients).of(Chunk(scenario, 1, 4))
        late = Replicates(patients_of(protocol, shuffled)).of(Chunk(scenario, 3, 4))
        assert [each.replicate for each in whole] == [1, 2, 3, 4]
        assert whole[2:] == late
        assert len({each.estimate for each in whole}) == 4


def test_chunks_are_all_replicates_once() -> None:
    for asked in (None, 2, 41):
        found = [(c.scenario, n) for c in chunks(asked) for n in range(c.first, c.last + 1)]
        assert len(found) == len(set(found)) == sum(asked or scenario.replicates for scenario in SCENARIOS)


def test_a_seed_of_another_protocol_gives_other_replicates(
    protocol: Protocol, cut: dict[str, pd.DataFrame], patients: Patients
) -> None:
    other = patients_of(with_settings(protocol, study={"seed": 1}), cut)
    (one,), (two,) = (Replicates(each).of(Chunk(NULL, 1, 1)) for each in (patients, other))
    assert one.estimate != two.estimate


@pytest.fixture(scope="module")
def many(patients: Patients) -> dict[Scenario, list[Found]]:
    """Enough to tell a method that is right from one that is not."""
    return {scenario: Replicates(patients).of(Chunk(scenario, 1, 60)) for scenario in SCENARIOS}


def test_where_nothing_has_an_effect_intervals_hold_1_and_a_planted_effect_is_found(
    patients: Patients, many: dict[Scenario, list[Found]]
) -> None:
    found = table(Replicates(patients), many, RUN).set_index(["kind", "effect"])
    plasmode = found.loc["plasmode"]
    assert plasmode.loc[1.0, "truth"] == 1
    assert plasmode.loc[1.0, "rejection_rate"] < 0.15
    assert (plasmode["coverage"] > 0.85).all()
    assert (plasmode["bias"].abs() < 0.12).all()
    power = plasmode["rejection_rate"]
    assert power[0.6] > max(0.3, 3 * power[1.0])
    assert found.loc[("empirical_null", 1.0), "rejection_rate"] < 0.15
    assert 0.3 < found.xs("smallest_detectable")["truth"].iloc[0] < 0.75


def test_a_match_that_leaves_the_arms_unlike_is_found_out(protocol: Protocol) -> None:
    cut = cut_of(protocol, 80, 400, apart=0.12)
    everybody = with_settings(protocol, matching={"caliper": 0.0, "ratio": 4})
    worse = Replicates(patients_of(everybody, cut)).of(Chunk(NULL, 1, 40))
    right = Replicates(patients_of(protocol, cut)).of(Chunk(NULL, 1, 40))
    off = [np.mean([each.estimate for each in found]) for found in (worse, right)]
    assert off[0] < off[1] - 0.1


def test_a_headline_that_is_not_of_matched_sets_is_said(
    protocol: Protocol, cut: dict[str, pd.DataFrame]
) -> None:
    weighted = with_settings(protocol, matching={"method": "none"})
    with pytest.raises(NothingToTryError, match="not of matched sets") as refused:
        patients_of(weighted, cut)
    rows = nothing_tried(str(refused.value), RUN, 140)
    assert len(rows) == len(SCENARIOS) + 1
    assert rows[["bias", "coverage", "rejection_rate", "truth"]].isna().all(axis=None)
    assert rows["note"].str.contains("not of matched sets").all()
