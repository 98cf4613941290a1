"""A part of a stage made ahead, by itself, is what the stage would have made of it, and asks what it would have asked."""

import pickle

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analytics import study
from analytics.protocol import Protocol
from analytics.stages.part import Part
from analytics.stages.variant import with_settings

Marts = dict[str, pd.DataFrame]
IN_PARTS = [stage for stage in study.STAGES if stage.parts]


@pytest.fixture
def tables(protocol: Protocol, scored_marts: Marts) -> Marts:
    """Marts and results of a study."""
    return scored_marts | study.run(asking(protocol), scored_marts)


def asking(protocol: Protocol) -> Protocol:
    """With imputations, a bootstrap of the match and a specification curve."""
    return with_settings(
        protocol,
        propensity={"missing": "impute", "imputations": 3},
        weighting={"bootstrap_replicates": 20},
        sensitivity={"specification_curve": True},
    )


def test_there_are_stages_in_parts_and_each_part_needs_what_its_stage_needs() -> None:
    assert {stage.name for stage in IN_PARTS} >= {"effects", "sensitivity", "specification_curve"}
    for stage in IN_PARTS:
        assert len({part.name for part in stage.parts}) == len(stage.parts)
        assert all(set(part.needs) <= set(stage.needs) for part in stage.parts)


@pytest.mark.parametrize("stage", IN_PARTS, ids=lambda stage: stage.name)
def test_parts_made_ahead_from_their_tables_alone_make_the_same_stage(
    stage: study.Stage, protocol: Protocol, tables: Marts
) -> None:
    varied = asking(protocol)
    made = {
        part.name: pickle.loads(
            pickle.dumps(
                study.run_part(part, varied, {need: tables[need] for need in part.needs if need in tables})
            )
        )
        for part in stage.parts
    }
    taken: list[str] = []

    def ahead(part: Part) -> study.PartRun:
        taken.append(part.name)
        return made[part.name]

    here = study.run_asking(stage, varied, tables)
    there = study.run_asking(stage, varied, tables, ahead=ahead)
    assert taken == [part.name for part in stage.parts]
    assert there.asked == here.asked
    for name, frame in here.tables.items():
        assert len(frame)
        assert_frame_equal(there.tables[name], frame, check_exact=True)
