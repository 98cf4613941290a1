"""The headlines of every release so far, and since when queries are open, whatever the parent knew."""

import pandas as pd

from analytics.change.history import (
    ESTIMATE,
    extended,
    headlines,
    judged_answers,
    open_queries,
    raised_since,
)


def effects(value: float) -> pd.DataFrame:
    """The headline and what is none."""
    rows = [("OS", "matched", value, "Y", "hazard_ratio"), ("OS", "matched", 9.0, "N", "hazard_ratio"),
            ("OS", "matched", 9.0, "Y", "time_ratio")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["endpoint", "specification", "estimate", "headline", "measure"])
    return frame.assign(**{name: 1.0 for name in ESTIMATE if name not in frame})


def test_each_release_adds_its_headline_and_names_its_parent() -> None:
    first = extended(None, None, headlines(effects(1.1), "2025-01-31", "1.0"))
    second = extended(first, "0001-2025-01-31", headlines(effects(1.2), "2025-02-28", "1.0"))
    third = extended(second, "0002-2025-02-28", headlines(effects(1.3), "2025-02-28", "1.1"))
    assert third["estimate"].tolist() == [1.1, 1.2, 1.3]
    assert third["position"].tolist() == [1, 2, 3]
    assert third["release_id"].tolist() == ["0001-2025-01-31", "0002-2025-02-28", None]
    assert third["protocol_version"].tolist() == ["1.0", "1.0", "1.1"]


def test_what_its_publication_named_is_kept() -> None:
    known = extended(None, None, headlines(effects(1.1), "2025-01-31", "1.0")).assign(
        release_id="0001-2025-01-31"
    )
    later = extended(known, "0007-2025-01-31", headlines(effects(1.2), "2025-02-28", "1.0"))
    assert later["release_id"].tolist() == ["0001-2025-01-31", None]


def test_of_a_parent_without_a_history_its_own_headline_begins_it() -> None:
    parent = headlines(effects(1.1), "2025-01-31", "1.0")
    begun = extended(parent, "0004-2025-01-31", headlines(effects(1.2), "2025-02-28", "1.0"))
    assert begun[["position", "release_id", "estimate"]].to_numpy().tolist() == [
        [1, "0004-2025-01-31", 1.1],
        [2, None, 1.2],
    ]


def test_a_query_is_raised_since_the_first_of_the_releases_in_a_row_that_have_it() -> None:
    then = pd.DataFrame({"query_id": ["a", "b"], "since": ["2025-01-31", "2025-02-28"]})
    now = raised_since(pd.Series(["c", "b", "b"]), "2025-03-31", then)
    assert now.to_numpy().tolist() == [["b", "2025-02-28"], ["c", "2025-03-31"]]
    # Answered in between, it is a new one.
    later = raised_since(pd.Series(["a"]), "2025-04-30", now)
    assert later.to_numpy().tolist() == [["a", "2025-04-30"]]
    assert raised_since(pd.Series([], dtype=object), "2025-04-30", None).empty


def answers(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["query_id", "status", "answer_date", "line"])


def test_a_query_that_a_site_answered_is_not_open_and_keeps_since_when_it_was_raised() -> None:
    raised = raised_since(
        pd.Series(["a", "b"]), "2025-03-31", pd.DataFrame({"query_id": ["a"], "since": ["2025-01-31"]})
    )
    given = answers(("a", "answered", "2025-04-02", 2))
    assert open_queries(raised, given).to_numpy().tolist() == [["b", "2025-03-31"]]
    assert judged_answers(given, raised, {"a"}).to_numpy().tolist() == [
        ["a", "answered", "2025-04-02", "raised", "2025-01-31", 2]
    ]


def test_a_value_that_changed_after_the_answer_is_another_query_and_open() -> None:
    """The id is made of what was found: the corrected value that is odd again has another."""
    given = answers(("old", "answered", "2025-04-02", 2))
    raised = raised_since(
        pd.Series(["new"]), "2025-04-30", pd.DataFrame({"query_id": ["old"], "since": ["2025-01-31"]})
    )
    assert open_queries(raised, given)["query_id"].tolist() == ["new"]
    judged = judged_answers(given, raised, {"old"})
    assert judged[["standing", "since"]].to_numpy().tolist() == [["no longer raised", None]]


def test_an_answer_to_a_query_that_nobody_knows_is_kept_and_says_so() -> None:
    given = answers(("x", "closed", "2025-04-02", 5), ("b", "closed", "2025-04-02", 3))
    judged = judged_answers(given, raised_since(pd.Series(["b"]), "2025-04-30", None), set())
    assert judged[["query_id", "standing", "line"]].to_numpy().tolist() == [
        ["b", "raised", 3],
        ["x", "not known", 5],
    ]


def test_without_answers_every_query_is_open() -> None:
    raised = raised_since(pd.Series(["b"]), "2025-04-30", None)
    assert open_queries(raised, answers())["query_id"].tolist() == ["b"]
    assert judged_answers(answers(), raised, set()).empty
