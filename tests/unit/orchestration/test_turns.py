"""What the second process is asked to begin, in what order, and when what it made counts."""

from contextlib import nullcontext
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analytics.mart_slices import ROWS_OF
from analytics.protocol import Protocol
from analytics.study import MARTS, STAGES, TAKEN
from orchestration.night import turns
from orchestration.night.lineage import PARENT, Made, table_read

MADE_BEFORE = {f"raw.{table}": table for table in TAKEN.values()}
NAMES = [stage.name for stage in STAGES]
STAGE = {stage.name: stage for stage in STAGES}


@dataclass
class Second:
    """Notes what it is asked for; `begin` and `has` as the second process has them."""

    begun: dict[str, dict[str, str]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def begin(self, work: Any, known: dict[str, str], table: Any) -> None:
        if work.name in self.begun:
            return
        self.begun[work.name] = {need: known[need] for need in work.needs if need in known}
        for need in work.needs:
            if need in known and self.known.get(need) != known[need]:
                self.given.append(need)
                assert table(need) is not None
        self.known |= {name: known[name] for name in (*work.needs, *work.makes) if name in known}

    def has(self, name: str, identity: str) -> bool:
        return self.known.get(name) == identity

    def take(self, work: Any, reads: dict[str, str]) -> bool:
        return self.begun.get(work.name) == reads


@dataclass
class Night:
    """A build of which only the identities are told."""

    there: dict[str, str]
    same_as_parent: set[str] = field(default_factory=set)
    disputed: bool = False

    def __post_init__(self) -> None:
        self.second_process = Second()
        self.protocol = Protocol()
        self.warehouse = SimpleNamespace(held_open=nullcontext)
        self.parent_stages = SimpleNamespace(hold=self._hold)
        self.lineage = {
            f"results.{table}": Made(f"{stage.name} {table}", tuple(map(table_read, stage.needs)))
            for stage in STAGES
            for table in stage.makes
        }

    @property
    def identities(self) -> dict[str, str]:
        return dict(self.there)

    def study_table(self, name: str) -> pd.DataFrame:
        assert table_read(name) in self.there, f"{name} is read before it is made"
        return pd.DataFrame()

    def parent_study_table(self, name: str) -> pd.DataFrame:
        return pd.DataFrame()

    def _hold(self, stage: Any, there: Any, same: Any) -> bool:
        needs = [table_read(need) for need in stage.needs if table_read(need).startswith("results.")]
        return stage.name in self.same_as_parent and all(need in same or need in there for need in needs)

    def make(self, *names: str) -> None:
        """As if these stages had been put."""
        for name in names:
            for table in STAGE[name].makes:
                made = self.lineage[f"results.{table}"]
                self.there[f"results.{table}"] = made.identity(self.there)


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    """After dbt."""
    night = Night({f"marts.{name}": name for name in MARTS} | {PARENT: "the last", **MADE_BEFORE})
    monkeypatch.setattr(turns, "in_dispute", lambda warehouse: night.disputed)
    return night


def begun(night: Night) -> list[str]:
    return list(night.second_process.begun)


def test_after_dbt_it_is_given_all_but_the_second_opinion_what_others_wait_for_first(night: Night) -> None:
    turns.begin_stages(night, STAGES, next_is_stage=False)
    assert begun(night) == [
        "eligibility", "follow_up", "imputation", "propensity", "matching", "weighting", "balance", "survival",
        "effects: function", "effects: models of survival", "effects: bootstrap of the match", "effects: time ratios",
        "safety", "operating_characteristics", "monitoring",
        "specification_curve: index dates of controls",
        "specification_curve: harvest, complete cases", "specification_curve: harvest, everyone",
        "specification_curve: first_injection, complete cases", "specification_curve: first_injection, everyone",
        "sensitivity: time zero", "sensitivity: falsification", "sensitivity: riluzole", "sensitivity: orders of ties",
        "sensitivity: calipers", "sensitivity: vital status", "subgroups", "dose", "overlap",
    ]  # fmt: skip


def test_what_reads_a_stage_in_parts_is_begun_once_the_stage_is_made(night: Night) -> None:
    turns.begin_stages(night, STAGES, next_is_stage=False)
    night.make(*NAMES[: NAMES.index("parametric_curve")])
    turns.begin_stages(night, STAGES, next_is_stage=False)
    assert begun(night)[-1] == "parametric_curve"


def test_of_a_chain_only_what_is_there_is_read_and_sent(night: Night) -> None:
    turns.begin_stages(night, STAGES, next_is_stage=False)
    sent = night.second_process.given
    assert len(sent) == len(set(sent))
    assert {name for name in sent if not name.startswith("parent:")} == {
        *MARTS,
        *ROWS_OF,
        *TAKEN,
        "second_opinion",
    }


def test_the_stage_that_comes_next_is_left_to_the_steps(night: Night) -> None:
    turns.begin_stages(night, STAGES)
    assert "eligibility" not in begun(night)
    # Nothing that reads what the steps are to make.
    assert begun(night) == ["safety", "operating_characteristics"]


def test_what_is_the_parents_is_not_begun_and_what_follows_it_waits(night: Night) -> None:
    night.same_as_parent = set(NAMES) - {"second_opinion", "safety"}
    turns.begin_stages(night, STAGES, next_is_stage=False)
    assert begun(night) == ["safety"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "second_opinion"])
def test_what_it_made_of_undisputed_numbers_counts_where_none_is_in_dispute(night: Night, name: str) -> None:
    turns.begin_stages(night, STAGES, next_is_stage=False)
    before = NAMES[: NAMES.index(name)]
    for stage in before:
        night.make(stage)
        turns.begin_stages(night, STAGES, next_is_stage=False)
    assert all(turns.taken(night, work) for work in turns.stage_work(night, STAGE[name]))


def test_what_rests_on_a_dispute_at_first_or_second_hand_is_made_anew(night: Night) -> None:
    turns.begin_stages(night, STAGES, next_is_stage=False)
    night.make(*NAMES)
    night.disputed = True
    works = [work for stage in STAGES for work in turns.stage_work(night, stage)]
    counts = {work.name for work in works if turns.taken(night, work)}
    assert counts == {
        "eligibility", "follow_up", "imputation", "propensity", "matching", "weighting", "balance", "dose",
        "operating_characteristics",
    }  # fmt: skip


def test_a_part_of_a_study_is_begun_as_far_as_its_tables_are_there(night: Night) -> None:
    night.make("eligibility", "follow_up", "imputation")
    turns.begin_stages(night, [STAGE["matching"], STAGE["dose"], STAGE["balance"]], next_is_stage=False)
    assert begun(night) == ["dose"]
