"""Work begun in the second process gives what the step would have made, or nothing; it never outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Timer

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analytics.protocol import parse_protocol
from analytics.study import STAGES, TOLERANT, run_asking, run_stage
from orchestration.night.ahead import SecondProcess, Work
from orchestration.processes import descendants, process

TEXT = """
[population]
criteria = []
[[endpoint]]
name = "OS"
[propensity]
covariates = ["AGE"]
imputation_noise = 0
[exposure]
covariates = ["AGE"]
[[subgroup]]
name = "Age"
column = "AGE"
cut = 60
[[outcome.cox]]
name = "adjusted"
covariates = ["TREATED", "AGE"]
"""
ELIGIBILITY, FOLLOW_UP = (
    Work(stage.name, stage.needs, partial(run_stage, stage, parse_protocol(TEXT), strict=True))
    for stage in STAGES[:2]
)
READS = {"adsl": "one"}
STARTS_ONE = """
import os
from orchestration.night.ahead import SecondProcess
from orchestration.processes import descendants
second = SecondProcess()
print(*(found.pid for found in descendants(os.getpid())), flush=True)
os._exit(0)
"""


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(3)
    keys = [f"S{i:02d}" for i in range(40)]
    return {
        "adsl": pd.DataFrame({"USUBJID": keys, "TRT01PN": np.arange(40) % 2, "AGE": rng.normal(60, 9, 40)})
    }


@pytest.fixture
def second() -> Iterator[SecondProcess]:
    made = SecondProcess()
    yield made
    made.close()


def test_it_makes_what_the_step_would_have_made(
    second: SecondProcess, tables: dict[str, pd.DataFrame]
) -> None:
    _begin(second, ELIGIBILITY, tables)
    wait_until_done(second, ELIGIBILITY)
    made, here = second.take(ELIGIBILITY, READS), ELIGIBILITY.function(tables)
    assert made is not None
    assert made.keys() == here.keys()
    for name, frame in here.items():
        assert_frame_equal(made[name], frame)


def test_what_was_begun_on_other_tables_is_not_taken(
    second: SecondProcess, tables: dict[str, pd.DataFrame]
) -> None:
    _begin(second, ELIGIBILITY, tables)
    wait_until_done(second, ELIGIBILITY)
    assert second.take(ELIGIBILITY, {"adsl": "another"}) is None


def test_what_nobody_began_is_made_by_the_step(second: SecondProcess) -> None:
    assert second.take(ELIGIBILITY, READS) is None


def test_what_waits_its_turn_is_taken_back(second: SecondProcess, tables: dict[str, pd.DataFrame]) -> None:
    _begin(second, FOLLOW_UP, tables)
    _begin(second, ELIGIBILITY, tables)
    with _held() as held:
        assert second.take(ELIGIBILITY, READS) is None
        assert held(), "it was waited for"


def test_a_table_is_sent_once_as_long_as_it_is_the_same(
    second: SecondProcess, tables: dict[str, pd.DataFrame]
) -> None:
    read: list[str] = []

    def table(name: str) -> pd.DataFrame | None:
        read.append(name)
        return tables.get(name)

    second.begin(ELIGIBILITY, READS, table)
    second.begin(FOLLOW_UP, {"analysis_set": "a", "adsl": "one", "adtte": "t"}, table)
    assert read == ["adsl", "analysis_set", "adtte"]


def test_what_it_makes_stays_there_for_work_after_it(
    second: SecondProcess, tables: dict[str, pd.DataFrame]
) -> None:
    stage = STAGES[0]
    eligibility = Work(stage.name, stage.needs, partial(run_asking, stage, parse_protocol(TEXT)), stage.makes)
    copied = Work("copied", ("analysis_set",), dict)
    known = READS | {"analysis_set": "a", "cohort_flow": "c"}
    asked: list[str] = []

    def table(name: str) -> pd.DataFrame | None:
        asked.append(name)
        return tables.get(name)

    second.begin(eligibility, known, table)
    second.begin(copied, known, table)
    assert asked == ["adsl"]
    assert second.has("analysis_set", "a")
    wait_until_done(second, copied)
    there = second.take(copied, {"analysis_set": "a"})["analysis_set"]
    assert_frame_equal(there, eligibility.function(tables).tables["analysis_set"])
    assert len(there) == 40


def test_what_failed_there_is_not_there_for_anything_after_it(second: SecondProcess) -> None:
    work = Work("fails", ("adsl",), STAGES[0].function, ("cohort_flow",))
    second.begin(work, READS | {"cohort_flow": "c"}, lambda name: None)
    wait_until_done(second, work)
    assert second.has("cohort_flow", "c")
    assert second.take(work, READS) is None
    assert not second.has("cohort_flow", "c")


def test_what_fails_there_is_left_to_the_step(second: SecondProcess) -> None:
    second.begin(ELIGIBILITY, READS, lambda name: None)
    wait_until_done(second, ELIGIBILITY)
    assert second.take(ELIGIBILITY, READS) is None


def test_nothing_is_made_without_a_table_that_did_not_arrive(second: SecondProcess) -> None:
    # Of no table at all, something could be made.
    work = Work("count", ("adsl", "adtte"), len)
    second._has |= {"adsl": "lost on its way"}
    second.begin(work, {"adsl": "lost on its way", "adtte": "here"}, lambda name: pd.DataFrame())
    wait_until_done(second, work)
    assert second.take(work, {"adsl": "lost on its way", "adtte": "here"}) is None


def test_what_cannot_be_sent_keeps_nobody_waiting(second: SecondProcess) -> None:
    work = Work("unknown there", ("adsl",), lambda tables: 1)
    second.begin(work, READS, lambda name: pd.DataFrame())
    wait_until_done(second, work)
    assert second.take(work, READS) is None


def test_an_error_that_a_step_would_tolerate_is_left_to_the_step(second: SecondProcess) -> None:
    stage = next(stage for stage in STAGES if stage.group == TOLERANT)
    broken = {name: pd.DataFrame() for name in stage.needs}
    assert run_stage(stage, parse_protocol(TEXT), broken)
    work = Work(stage.name, stage.needs, partial(run_stage, stage, parse_protocol(TEXT), strict=True))
    reads = dict.fromkeys(stage.needs, "one")
    second.begin(work, reads, broken.get)
    wait_until_done(second, work)
    assert second.take(work, reads) is None


def test_one_that_was_killed_costs_nothing_but_time(
    second: SecondProcess, tables: dict[str, pd.DataFrame]
) -> None:
    _begin(second, ELIGIBILITY, tables)
    second.close()
    assert second.take(ELIGIBILITY, READS) is None
    _begin(second, FOLLOW_UP, tables)
    assert second.take(FOLLOW_UP, READS) is None


def test_it_ends_with_a_parent_that_had_no_time_to_say_so() -> None:
    if not os.path.exists("/proc/self/stat"):
        pytest.skip("nothing is known of other processes here")
    done = subprocess.run([sys.executable, "-c", STARTS_ONE], capture_output=True, text=True, check=True)
    children = [int(pid) for pid in done.stdout.split()]
    assert children
    until = time.monotonic() + 20
    while time.monotonic() < until and any(process(pid) for pid in children):
        time.sleep(0.1)
    assert not [pid for pid in children if process(pid)]


@contextmanager
def _held() -> Iterator[Callable[[], bool]]:
    """Nobody below this process gets on, or only after a minute; whether that is still so."""
    children = [found.pid for found in descendants(os.getpid())]

    def go_on() -> None:
        for child in children:
            os.kill(child, signal.SIGCONT)

    for child in children:
        os.kill(child, signal.SIGSTOP)
    at_last = Timer(60, go_on)
    at_last.start()
    try:
        yield at_last.is_alive
    finally:
        at_last.cancel()
        go_on()


def _begin(second: SecondProcess, work: Work, tables: dict[str, pd.DataFrame]) -> None:
    second.begin(work, READS, tables.get)


def wait_until_done(second: SecondProcess, work: Work) -> None:
    """Until it is done, however: only then is it certain not to be taken back."""
    second._begun[work.name].made.exception(timeout=120)
