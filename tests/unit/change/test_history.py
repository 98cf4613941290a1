"""The headlines of every release so far, and since when queries are open, whatever the parent knew."""

import pandas as pd

from analytics.change.history import ESTIMATE, extended, headlines, open_since


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


def test_a_query_is_open_since_the_first_of_the_releases_in_a_row_that_have_it() -> None:
    then = pd.DataFrame({"query_id": ["a", "b"], "since": ["2025-01-31", "2025-02-28"]})
    now = open_since(pd.Series(["c", "b", "b"]), "2025-03-31", then)
    assert now.to_numpy().tolist() == [["b", "2025-02-28"], ["c", "2025-03-31"]]
    # Answered in between, it is a new one.
    later = open_since(pd.Series(["a"]), "2025-04-30", now)
    assert later.to_numpy().tolist() == [["a", "2025-04-30"]]
    assert open_since(pd.Series([], dtype=object), "2025-04-30", None).empty
