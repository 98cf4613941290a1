"""An unexpected error costs no result where it only shows how robust one is; elsewhere it is raised."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics import study
from analytics.catalogue import TABLES
from analytics.protocol import Protocol
from analytics.stages.part import Part

STAGES = {stage.name: stage for stage in study.STAGES}
TOLERANT = ("sensitivity", "specification_curve", "monitoring", "second_opinion", "operating_characteristics")


def broken(*_: object) -> dict[str, pd.DataFrame]:
    raise ZeroDivisionError("LENZ-001")


def breaks(name: str, what: str) -> study.Stage:
    """The stage, which raises as a whole or in a part of it."""
    if what == "part":
        return replace(STAGES[name], parts=(Part("it", (), broken),))
    return replace(STAGES[name], function=broken, parts=())


@pytest.mark.parametrize("what", ["whole", "part"])
@pytest.mark.parametrize("name", TOLERANT)
def test_what_is_not_made_is_a_row_without_a_value_that_says_why(name: str, what: str) -> None:
    made = study.run_stage(breaks(name, what), Protocol(), {})
    for frame in made.values():
        assert frame.filter(["estimate", "agrees"]).isna().all(axis=None)
        (note,) = frame["note"]
        assert note.startswith("not made: unexpected ZeroDivisionError in test_a_stage_that_breaks.py, line ")
        assert "LENZ-001" not in note


@pytest.mark.parametrize("what", ["whole", "part"])
@pytest.mark.parametrize("name", sorted(STAGES.keys() - set(TOLERANT)))
def test_elsewhere_the_error_is_raised(name: str, what: str) -> None:
    with pytest.raises(ZeroDivisionError):
        study.run_stage(breaks(name, what), Protocol(), {})


def test_earlier_looks_are_carried_on_by_a_night_whose_look_broke() -> None:
    row = TABLES["monitoring_look"].row(decision="continue", information=0.5, look=1)
    earlier = TABLES["monitoring_look"].frame([row])
    stage = replace(STAGES["monitoring"], function=broken)
    looks = study.run_stage(stage, Protocol(), {"parent:monitoring_look": earlier})["monitoring_look"]
    assert list(looks["decision"]) == ["continue", "refused"]
    assert looks["information"].iloc[0] == 0.5
