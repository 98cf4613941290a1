"""Since when a query is raised goes on over releases, answered or not, whatever version made the parent."""

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from orchestration.night.build import Build
from orchestration.night.since_parent import queries_told

FIRST, SECOND, THIRD = "2026-03-31", "2026-06-30", "2026-09-30"
Tables = dict[str, pd.DataFrame]


def told(
    cut: str, raised: list[str], answered: list[str], parent: tuple[str, Tables] | None = None
) -> Tables:
    """What a release of a cut says of its queries, and of the answers that lie in landing."""
    answers = pd.DataFrame(
        [(line, query, "answered", cut) for line, query in enumerate(answered, start=2)],
        columns=["line", "query_id", "status", "answer_date"],
    )
    queries = pd.DataFrame({"query_id": raised}, dtype=object)
    build: Any = SimpleNamespace(
        data_cut=cut,
        parent=SimpleNamespace(data_cut=parent[0]) if parent else None,
        parent_table=lambda name: parent[1].get(name) if parent else None,
        warehouse=SimpleNamespace(columns=lambda *_: queries, table=lambda _: answers),
    )
    return {f"release.{name}": frame for name, frame in queries_told(cast(Build, build)).items()}


def opened(release: Tables) -> dict[str, str]:
    return dict(release["release.open_query"].to_numpy().tolist())


def answers(release: Tables) -> list[list]:
    return release["release.site_answer"][["query_id", "standing", "since"]].to_numpy().tolist()


def test_an_answer_taken_back_opens_the_query_since_it_was_first_raised() -> None:
    first = told(FIRST, ["a", "b"], [])
    second = told(SECOND, ["a", "b"], ["a"], (FIRST, first))
    assert (opened(second), answers(second)) == ({"b": FIRST}, [["a", "raised", FIRST]])
    third = told(THIRD, ["a", "b"], [], (SECOND, second))
    assert (opened(third), answers(third)) == ({"a": FIRST, "b": FIRST}, [])


def test_a_value_that_changes_after_its_answer_is_open_anew() -> None:
    second = told(SECOND, ["a"], ["a"], (FIRST, told(FIRST, ["a"], [])))
    third = told(THIRD, ["a changed"], ["a"], (SECOND, second))
    assert (opened(third), answers(third)) == ({"a changed": THIRD}, [["a", "no longer raised", None]])
    # Releases later the answer still stands in the file, and is not taken for one to nothing.
    fourth = told("2026-12-31", ["a changed"], ["a"], (THIRD, third))
    assert answers(fourth) == [["a", "no longer raised", None]]


def test_an_answer_to_nothing_stays_one() -> None:
    first = told(FIRST, ["a"], ["x"])
    second = told(SECOND, ["a"], ["x"], (FIRST, first))
    assert answers(first) == answers(second) == [["x", "not known", None]]
    assert opened(second) == {"a": FIRST}


def test_a_parent_that_knew_no_answers_is_gone_on_from() -> None:
    dated = {"release.open_query": pd.DataFrame({"query_id": ["a"], "since": ["2025-12-31"]})}
    assert answers(told(SECOND, ["a"], ["a"], (FIRST, dated))) == [["a", "raised", "2025-12-31"]]
    undated = {"quality.data_query": pd.DataFrame({"query_id": ["a", "gone"]})}
    found = told(SECOND, ["a"], ["a", "gone"], (FIRST, undated))
    assert answers(found) == [["a", "raised", FIRST], ["gone", "no longer raised", None]]
