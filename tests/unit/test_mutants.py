"""`make mutants`: its operators make what they say, the same seed draws the same, and what is kept by hand fits the code."""

import ast
from pathlib import Path

import pytest

from tests.mutants.copies import REPOSITORY
from tests.mutants.coverage_map import CoverageMap, room_of, statement_lines
from tests.mutants.kept import Kept
from tests.mutants.named import LIST, NamedMutantError, named
from tests.mutants.operators import OPERATORS, ArgumentLeftOut, mutations
from tests.mutants.page import page, reasons, share_noticed, unexplained
from tests.mutants.sample import ROOMS, Mutant, drawn, mutant, sources
from tests.mutants.trial import (
    KILLED,
    SURVIVED,
    UNTESTED,
    Result,
    TrialError,
    refuse_failing,
    run_tests,
    tried,
)

SOURCE = '''"""A module of 3 lines."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    size: int | None = 2

    def __repr__(self) -> str:
        return "x" * 3


def fit(days: list[int] | None, *, weight: float = 1.0) -> int | None:
    """Of 2 things; µ ≥ 0."""
    kept = [d for d in days if d >= 0 and (("µ≥" < "a") or d + 1 < 30)]
    if not kept:
        return None
    return total(kept, entry=0, weights=weight) if all(zip(kept, kept, strict=True)) else -1
'''


@pytest.mark.parametrize("example", ArgumentLeftOut.examples(), ids=lambda e: e.pre_mutation_code)
def test_an_argument_is_left_out_of_a_call(example) -> None:
    changed = mutations(example.pre_mutation_code)[example.occurrence].of(example.pre_mutation_code)
    assert ast.dump(ast.parse(changed)) == ast.dump(ast.parse(example.post_mutation_code))


def test_no_mutant_is_drawn_where_a_change_could_not_be_a_fault() -> None:
    """Annotations, flags of a dataclass, `__repr__`, docstrings, `strict=`, the bare star; behind two-byte letters too."""
    lines = SOURCE.splitlines()
    places = {(m.operator, lines[m.start[0] - 1][m.start[1] :][:6].strip()) for m in mutations(SOURCE)}
    assert {operator for operator, _ in places} <= OPERATORS.keys()
    assert places == {
        ("NumberReplacer", "2"), ("NumberReplacer", "1.0) -"), ("NumberReplacer", "0 and"), ("NumberReplacer", "1 < 30"),
        ("NumberReplacer", "30)]"), ("NumberReplacer", "0, wei"), ("NumberReplacer", "1"),
        ("ReplaceComparisonOperator_GtE_Gt", ">= 0 a"), ("ReplaceComparisonOperator_Lt_LtE", '< "a")'),
        ("ReplaceComparisonOperator_Lt_LtE", "< 30)]"), ("ReplaceAndWithOr", "and (("), ("ReplaceOrWithAnd", "or d +"),
        ("ReplaceBinaryOperator_Add_Sub", "+ 1 <"), ("AddNot", "not ke"), ("ReplaceUnaryOperator_Delete_Not", "not ke"),
        ("AddNot", "all(zi"), ("ArgumentLeftOut", "entry="), ("ArgumentLeftOut", "weight"),
        ("ReplaceUnaryOperator_Delete_USub", "-1"),
    }  # fmt: skip


def test_the_same_seed_draws_the_same_and_a_change_elsewhere_leaves_the_rest() -> None:
    texts = {"a.py": SOURCE, "b.py": SOURCE.replace("30", "40")}
    first = drawn(texts, 12, seed=1)
    assert first == drawn(dict(reversed(texts.items())), 12, seed=1) != drawn(texts, 12, seed=2)
    longer = {**texts, "b.py": "LIMIT = 7\n\n" + texts["b.py"]}
    kept = {(m.file, m.before, m.after) for m in drawn(longer, 12, seed=1)}
    assert len(kept & {(m.file, m.before, m.after) for m in first}) >= 11


def test_every_drawn_mutant_is_another_program() -> None:
    texts = sources(REPOSITORY)
    assert all(any(file.startswith(room) for file in texts) for room in ROOMS)
    for one in drawn(texts, 40, seed=3):
        assert ast.dump(ast.parse(one.content)) != ast.dump(ast.parse(texts[one.file]))
        assert one.before != one.after


def test_every_named_mutant_fits_the_code() -> None:
    faults = named(REPOSITORY)
    assert len(faults) >= 60
    assert len({(fault.file, fault.before, fault.after) for fault in faults}) == len(faults)
    assert [test for fault in faults for test in fault.also if not (REPOSITORY / test).is_file()] == []


def test_a_named_mutant_whose_text_is_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 1\n")
    entries = tmp_path / "named.toml"
    for before, n in (("z = 1", 0), ("= 1", 2)):
        entries.write_text(
            f"[[mutant]]\nfile = 'a.py'\nbefore = '{before}'\nafter = 'q = 1'\nwhat = 'Lost.'\n"
        )
        with pytest.raises(NamedMutantError, match=rf"{n} places of a.py have '{before}'.*Lost"):
            named(tmp_path, entries)


def test_every_reason_is_of_a_line_that_is_still_there() -> None:
    gone = [
        (file, before) for file, before, _ in reasons()
        if any(line not in (REPOSITORY / file).read_text(encoding="utf-8") for line in before.split("\n"))
    ]  # fmt: skip
    assert gone == []
    assert all(reasons().values())
    assert LIST.is_file()


def test_the_statement_of_a_line() -> None:
    """Of a compound statement the head alone; a default of a parameter belongs to the import."""
    assert statement_lines(SOURCE, 15) == range(15, 16)
    assert statement_lines(SOURCE, 16) == range(16, 17)
    assert statement_lines(SOURCE, 13) is None
    assert statement_lines(SOURCE, 7) is None
    assert statement_lines("def f(x):\n    return g(\n        x,\n        y=1,\n    )\n", 4) == range(2, 6)


def test_a_room_comes_first_and_of_the_rest_cheap_files_whose_tests_stay_together() -> None:
    seconds = {
        "x/b.py::slow": 5.0,
        "x/b.py::quick": 0.1,
        "x/a.py::one": 1.0,
        "x/a.py::two": 0.5,
        "x/dose/c.py::it": 9.0,
    }
    known = CoverageMap(Path("none"), Path("none"), seconds)
    room = room_of(Mutant("analytics/dose/doses.py", 3, "", "", "", ""))
    ordered = known.in_order(seconds, room)
    assert ordered == ["x/dose/c.py::it", "x/a.py::two", "x/a.py::one", "x/b.py::quick", "x/b.py::slow"]
    assert [len(known.within(ordered, limit, room)) for limit in (0, 9.5, 11, 99)] == [1, 2, 4, 5]
    assert known.in_order(seconds, room, "b")[:3] == ["x/b.py::quick", "x/b.py::slow", "x/dose/c.py::it"]


def test_a_mutant_is_tried_in_the_copy_alone_and_taken_out_again(tmp_path: Path) -> None:
    """Killed by the first test that fails; survived where none does; a survivor too where no test runs it."""
    tests = "from rule import old\ndef test_far():\n    assert old(90)\ndef test_edge():\n    assert not old(64)\n"
    copy = _copy_with(tmp_path, tests)
    (copy / "rule.py").write_text("def old(age):\n    return age > 64\n")
    fault = mutant(
        "rule.py", "def old(age):\n    return age > 64\n", "def old(age):\n    return age >= 64\n", "edge"
    )
    assert (fault.line, fault.before, fault.after) == (2, "return age > 64", "return age >= 64")
    far, edge = "test_rule.py::test_far", "test_rule.py::test_edge"
    assert [tried(copy, fault, tests, 1).verdict for tests in ([far], [far, edge], [])] == [
        SURVIVED,
        KILLED,
        UNTESTED,
    ]
    assert tried(copy, fault, [far, edge], 1).by == edge
    assert (copy / "rule.py").read_text() == "def old(age):\n    return age > 64\n"


def test_what_hangs_costs_its_time_and_no_more(tmp_path: Path) -> None:
    copy = _copy_with(tmp_path, "def test_for_ever():\n    while True:\n        pass\n")
    assert run_tests(copy, ["test_rule.py::test_for_ever"], limit_seconds=3)[0] is None


def test_a_copy_that_fails_as_it_is_tries_nothing(tmp_path: Path) -> None:
    copy = _copy_with(tmp_path, "def test_wrong():\n    assert False\n")
    with pytest.raises(TrialError, match="copy copy fails unchanged"):
        refuse_failing(copy, ["test_rule.py::test_wrong"])


def _copy_with(folder: Path, tests: str) -> Path:
    """A folder in the place of a copy: the plugin, and a file of tests."""
    copy = folder / "copy"
    part = Path("tests") / "mutants" / "pytest_part.py"
    (copy / part).parent.mkdir(parents=True)
    (copy / part).write_bytes((REPOSITORY / part).read_bytes())
    (copy / "test_rule.py").write_text(tests)
    return copy


def test_a_survivor_without_a_reason_is_told() -> None:
    one = Mutant("analytics/cohort/arms.py", 3, "NumberReplacer", "x = 1", "x = 2", "")
    results = [Result(one, SURVIVED, "", 4, 1.0), Result(one, KILLED, "t", 4, 1.0)]
    why = {("analytics/cohort/arms.py", "x = 1", "x = 2"): "Read by nobody."}
    assert unexplained(results, {}) == results[:1]
    assert unexplained(results, why) == []
    assert share_noticed(results) == 50
    assert "UNEXPLAINED" in page(results, [], {}, "c" * 40, 1)
    assert "Read by nobody." in page(results, [], why, "c" * 40, 1)


def test_a_run_that_was_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    one, other = (Mutant("a.py", 3, "NumberReplacer", "x = 1", after, after) for after in ("x = 2", "x = 0"))
    Kept(tmp_path / "results").keep(Result(one, SURVIVED, "", 4, 1.0))
    again = Kept(tmp_path / "results")
    assert again.result(one) == Result(one, SURVIVED, "", 4, 1.0)
    assert again.result(other) is None


def test_what_killed_others_of_a_file_then_of_its_folder_is_tried_first(tmp_path: Path) -> None:
    kept, tests = Kept(tmp_path / "results"), ["a", "b", "c", "d"]
    here, beside, far = (
        Mutant(file, 1, "x", "", "", "") for file in ("room/one.py", "room/two.py", "hall/one.py")
    )
    assert kept.killers_first(here, tests) == tests
    for of, by in ((beside, "d"), (beside, "c"), (beside, "c"), (here, "b"), (far, "a")):
        kept.keep(Result(of, KILLED, by, 4, 1.0))
    assert kept.killers_first(here, tests) == ["b", "c", "d", "a"]
