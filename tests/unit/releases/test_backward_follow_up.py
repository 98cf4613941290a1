"""Follow-up that goes backwards is asked about, and a subject who asked for its stop is not (F25)."""

import pandas as pd

from orchestration.night.backward_follow_up import COLUMNS, backward_follow_up


def _adsl(last_alive: dict[str, str | None], stopped: str = "", died: str = "") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": list(last_alive),
            "SOURCE": "REGISTRY",
            "LSTALVDT": pd.to_datetime(pd.Series(list(last_alive.values()))),
            "WDRQFL": ["Y" if name == stopped else None for name in last_alive],
            "VITSTAT": ["DIED" if name == died else "NOT DIED" for name in last_alive],
            "SRCFILE": "dm.csv",
            "SRCLINE": range(2, len(last_alive) + 2),
        }
    )


def test_an_earlier_last_contact_than_released_before_becomes_a_query() -> None:
    before = _adsl({"A": "2026-05-01", "B": "2026-05-01", "C": "2026-05-01", "D": None})
    after = _adsl({"A": "2026-04-01", "B": "2026-06-01", "C": "2026-04-01", "E": "2026-01-01"}, stopped="C")
    (query,) = backward_follow_up(before, after).to_dict("records")
    assert (query["usubjid"], query["column_name"], query["rule"]) == ("A", "LSTALVDT", "follow_up_backwards")
    assert (query["found"], query["expected"]) == ("2026-04-01", "2026-05-01 or later, as released before")
    assert (query["source_file"], query["source_line"]) == ("dm.csv", 2)


def test_the_same_question_keeps_its_number_from_cut_to_cut() -> None:
    before, after = _adsl({"A": "2026-05-01"}), _adsl({"A": "2026-04-01"})
    later = _adsl({"B": "2020-01-01", "A": "2026-04-01"})
    first, second = backward_follow_up(before, after), backward_follow_up(before, later)
    assert first["query_id"].tolist() == second["query_id"].tolist()


def test_nothing_backwards_is_no_query() -> None:
    same = _adsl({"A": "2026-05-01", "B": None})
    queries = backward_follow_up(same, same)
    assert queries.empty
    assert list(queries.columns) == list(COLUMNS)


def test_a_death_or_its_correction_is_not_follow_up_going_backwards() -> None:
    before, after = {"A": "2026-05-01", "B": "2026-05-01"}, {"A": "2026-04-01", "B": "2026-04-01"}
    assert backward_follow_up(_adsl(before), _adsl(after, died="A"))["usubjid"].tolist() == ["B"]
    assert backward_follow_up(_adsl(before, died="A"), _adsl(after))["usubjid"].tolist() == ["B"]
    assert backward_follow_up(_adsl(before), _adsl(after))["usubjid"].tolist() == ["A", "B"]
