"""What is worked out of an adverse event in SQL and in Python: the same rows given to both give the same answers."""

import itertools

import duckdb
import numpy as np
import pandas as pd
from sql_macros import sql

from analytics.safety.emergence import emergent
from analytics.safety.seriousness import CRITERIA, seriousness
from analytics.safety.settings import SafetySettings
from analytics.safety.severity import SEVERITIES, fatal, severity
from analytics.safety.terms import term_key

FLAGS = [column for columns, _ in CRITERIA.values() for column in columns]
SAID = ["Y", "N", None]


def answers(frame: pd.DataFrame, **expressions: str) -> dict[str, list]:
    """Each expression on each row of the frame, in its order."""
    with duckdb.connect() as connection:
        connection.register("given", frame.assign(place=range(len(frame))))
        columns = ", ".join(f"{text} as {name}" for name, text in expressions.items())
        found = connection.execute(f"select {columns} from given order by place").fetchall()
    return {name: [row[place] for row in found] for place, name in enumerate(expressions)}


def objects(values: object) -> list:
    return [None if pd.isna(value) else value for value in np.asarray(values, dtype=object)]


def test_seriousness_is_the_same_for_every_flag_with_every_answer() -> None:
    rows = [(said, *([None] * len(FLAGS))) for said in SAID]
    for said, place, answer in itertools.product(SAID, range(len(FLAGS)), SAID):
        rows.append((said, *("N" if other != place else answer for other in range(len(FLAGS)))))
    draw = np.random.default_rng(5)
    rows += [tuple(draw.choice(np.array(SAID, dtype=object), len(FLAGS) + 1)) for _ in range(3000)]
    events = pd.DataFrame(rows, columns=["AESER", *FLAGS], dtype=object)
    given = answers(events, serious=sql("serious_event", "AESER", FLAGS))["serious"]
    assert given == objects(seriousness(events))
    assert {answer: given.count(answer) for answer in SAID}.keys() == set(SAID)


def test_a_criterion_makes_serious_what_is_denied_and_unknown_stays_unknown() -> None:
    events = pd.DataFrame(
        [("N", "Y"), ("Y", "N"), ("N", None), (None, "N"), (None, None), ("U", "Y"), ("NA", "N")],
        columns=["AESER", "AESOD"],
        dtype=object,
    )
    given = answers(events, serious=sql("serious_event", "AESER", ["AESOD"]))["serious"]
    assert given == objects(seriousness(events)) == ["Y", "Y", "N", None, None, "Y", None]


def test_fatal_events_and_severity_are_the_same() -> None:
    choices = itertools.product(
        ["FATAL", "RECOVERED/RESOLVED", None], SAID, [*SEVERITIES[1:], None], [1, 4, 5, None]
    )
    events = pd.DataFrame(list(choices), columns=["AEOUT", "AESDTH", "AESEV", "ATOXGR"]).astype(
        {"AESDTH": object, "ATOXGR": float}
    )
    given = answers(
        events,
        fatal=sql("fatal_event", "AEOUT", "AESDTH", "AESEV", "ATOXGR"),
        severity=sql("severity_number", "AESEV"),
    )
    assert [answer == "Y" for answer in given["fatal"]] == fatal(events, severity(events)).tolist()
    assert given["severity"] == [
        None if pd.isna(word) else SEVERITIES.index(word) for word in events["AESEV"]
    ]


def dated_events() -> pd.DataFrame:
    """Events around a first administration on 2021-06-15: starts and ends known to a day, an interval, or not at all."""
    first = pd.Timestamp("2021-06-15")
    dates = [
        ("2021-06-14", "2021-06-14"), ("2021-06-15", "2021-06-15"), ("2021-06-16", "2021-06-16"),
        ("2021-06-01", "2021-06-30"), ("2021-05-01", "2021-05-31"), ("2021-01-01", "2021-12-31"),
        ("2020-01-01", "2020-12-31"), ("2020-11-01", "2021-02-28"), ("2021-06-01", "2021-06-12"),
        ("2020-12-01", "2022-02-28"), (None, None),
    ]  # fmt: skip
    rows = [(*start, *end) for start, end in itertools.product(dates, dates)]
    events = pd.DataFrame(rows, columns=["ASTDT", "ASTLSTDT", "AENDT", "AENLSTDT"]).apply(pd.to_datetime)
    for date, last, flag in (("ASTDT", "ASTLSTDT", "ASTDTF"), ("AENDT", "AENLSTDT", "AENDTF")):
        events[flag] = objects(
            answers(events, flag=sql("date_flag", f"{date}::date", f"{last}::date"))["flag"]
        )
    for day, date in (
        ("start_day", "ASTDT"),
        ("last_start", "ASTLSTDT"),
        ("end_day", "AENDT"),
        ("last_end", "AENLSTDT"),
    ):
        events[day] = (events[date] - first).dt.days.astype(float)
    return events


def test_emergence_is_the_same_by_both_rules_and_for_every_kind_of_date() -> None:
    events = dated_events()
    timing = pd.DataFrame(
        {
            "start_day": events["start_day"], "end_day": events["end_day"],
            "treatment_end_day": 30.0, "no_first_date": False,
            "start_date": (events["ASTDT"] - pd.Timestamp("1960-01-01")).dt.days.astype(float),
            "end_date": (events["AENDT"] - pd.Timestamp("1960-01-01")).dt.days.astype(float),
        }
    )  # fmt: skip
    given = answers(
        events,
        cdisc=sql("emergent_cdisc", "nullif(start_day, 'nan'::double)", "ASTDTF", "0"),
        phuse=sql(
            "emergent_phuse", "nullif(last_start, 'nan'::double)", "nullif(last_end, 'nan'::double)", "0"
        ),
    )
    for rule in ("cdisc", "phuse"):
        derived = emergent(events, timing, SafetySettings(emergence=rule))
        assert [answer == "Y" for answer in given[rule]] == derived.tolist(), rule
        assert 0 < derived.sum() < len(derived)


def test_who_was_given_nothing_and_has_no_index_has_no_emergent_event() -> None:
    events = pd.DataFrame({"day": [1.0]})
    given = answers(
        events,
        cdisc=sql("emergent_cdisc", "day", "null::varchar", "null::int"),
        phuse=sql("emergent_phuse", "day", "day", "null::int"),
        dateless=sql("emergent_phuse", "null::int", "null::int", "0"),
    )
    assert given == {"cdisc": [None], "phuse": [None], "dateless": ["Y"]}


def test_spellings_of_a_term_are_one_in_sql_and_in_python() -> None:
    spellings = [
        "Headache", "HEADACHE", "headache ", "\tHead  ache", "Head\u00a0ache", "두통", "\u1103\u116e\u1110\u1169\u11bc",
        "두 통", "두\u3000통", "Guillain-Barré syndrome", "GUILLAIN-BARRE\u0301 SYNDROME", "Straße", "COVID-19", "'; drop",
        None,
    ]  # fmt: skip
    frame = pd.DataFrame({"term": spellings}, dtype=object)
    given = answers(frame, key=sql("term_key", "term"))["key"]
    assert given == [None if term is None else term_key(term) for term in spellings]
    assert len(set(given)) == 9
