"""How severe an event was, and whether somebody died of it, by whichever column says it."""

import pandas as pd
import pytest

from analytics.safety.severity import fatal, severity


@pytest.mark.parametrize(
    ("event", "died"),
    [
        ({"AEOUT": "FATAL"}, True),
        ({"AESEV": "FATAL"}, True),
        ({"ASEV": "fatal"}, True),
        ({"AESEV": "SEVERE", "ASEV": "FATAL"}, False),
        ({"ATOXGR": 5}, True),
        ({"AESEV": "SEVERE", "ATOXGR": 5}, True),
        ({"AETOXGR": 5}, True),
        ({"AESEV": "SEVERE", "AETOXGR": 5}, False),
        ({"AETOXGR": 4}, False),
        ({"AEFATFL": "Y"}, True),
        ({"AESDTH": "Y"}, True),
        ({"AESDTH": "N", "AEOUT": "RECOVERED/RESOLVED", "AESEV": "MILD", "ATOXGR": 1}, False),
    ],
)
def test_an_event_is_fatal_by_outcome_criterion_severity_or_grade(event: dict, died: bool) -> None:
    events = pd.DataFrame([event])
    assert fatal(events, severity(events)).tolist() == [died]


def test_a_word_wins_over_a_grade() -> None:
    events = pd.DataFrame({"AESEV": ["SEVERE", None, None], "AETOXGR": [5, 2, 9]})
    assert severity(events).tolist() == [3, 2, 0]
