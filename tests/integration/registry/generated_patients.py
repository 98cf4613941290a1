"""Patients by the hundred, each with one thing as a stranger would write it, and what must become of them.

Expectations come from the generator, which knows what it wrote: a word's meaning by hand rules (`word_cases`), a date's
first and last possible day, or that a twin who died shares the defect of one who lives. Nothing here asks the code under
test.
"""

import calendar
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "words"))

from registry_records import (
    added,
    adverse_event,
    demographics,
    disposition,
    finding,
    history,
    injection,
    patient,
    procedure,
    record,
    replaced,
)  # fmt: skip
from study_build import Records
from word_cases import cases

LAST_ALIVE, CUT = date(2022, 6, 1), date(2024, 6, 30)


@dataclass(frozen=True)
class Judged:
    """One patient: a question on the marts with `{id}`, and what the answer must be, or (with `barred`) must not be."""

    number: int
    what: str
    records: Records
    sql: str
    expected: object
    barred: bool = False


def word_patients(start: int) -> Iterator[Judged]:
    """A patient for every generated word of the registry that makes a fact of `adsl`."""
    number = start
    for source, table, column, word, meaning in cases():
        barred, fact = meaning.startswith("not "), meaning.removeprefix("not ")
        made = FACTS.get((source, table, column))
        if made is None or fact not in made.facts or (barred and fact not in made.telling):
            continue
        # A word nobody knows that can only be about edaravone leaves riluzole as it is.
        asked = of_edaravone_alone(word) and fact == "?" and column == "CMTRT"
        sql = _of("EDARAVON") if asked else made.sql
        yield Judged(number, f"{column} {word!r}", made.records(number, word), sql, made.facts[fact], barred)
        number += 1


def of_edaravone_alone(word: str) -> bool:
    """Whether a medication's word speaks of edaravone and not of riluzole, by eye."""
    plain = unicodedata.normalize("NFKC", word).casefold()
    named = [
        any(text in plain for text in texts) for texts in (("edara", "edava", "radicava"), ("rilu", "릴루"))
    ]
    return named == [True, False]


@dataclass(frozen=True)
class Fact:
    """Where a word stands, what it is asked for, and the answer by its meaning.

    `telling` are the meanings of which the answer is proof: nothing else gives it.
    """

    records: Callable[[int, str], Records]
    sql: str
    facts: dict[str, object]
    telling: tuple[str, ...]


def _of(column: str) -> str:
    return f"select {column} from marts.adsl where USUBJID = '{{id}}'"


def _medication(number: int, word: str) -> Records:
    return added(patient(number), cm=[record(number, CMSEQ="1", CMTRT=word, CMSTDTC="2020-10-01")])


FACTS = {
    ("registry", "cm", "CMTRT"): Fact(
        _medication, _of("RILUZOLE"), {"RILUZOLE": 1, "BOTH": 1, "EDARAVONE": 0, "NONE": 0, "?": None},
        ("RILUZOLE", "BOTH")
    ),
    ("registry", "pr", "PRTRT"): Fact(
        lambda n, word: added(patient(n), pr=[procedure(n, 2, word, "2021-10-01")]),
        _of("cast(TRACHDT as varchar)"),
        {"TRACHEOSTOMY": "2021-10-01", "HARVEST": None, "GASTROSTOMY": None, "NONE": None, "?": None},
        ("TRACHEOSTOMY",),
    ),
    ("registry", "ds", "DSDECOD"): Fact(
        lambda n, word: added(patient(n), ds=[disposition(n, 2, word, "2022-07-05")]),
        _of("VITSTAT"),
        {"DEATH": "DIED", "NONE": "NOT DIED", "COMPLETION": "NOT DIED", "WITHDRAWAL": "NOT DIED",
         "LOSS TO FOLLOW-UP": "NOT DIED", "LACK OF EFFICACY": "NOT DIED", "ONGOING": "NOT DIED", "OTHER": "NOT DIED",
         "?": "NOT RECORDED"},
        ("DEATH",),
    ),
    ("registry", "mh", "MHLOC"): Fact(
        lambda n, word: replaced(patient(n), mh=[history(n, 1, "ALS ONSET", "2020-03-01", MHLOC=word)]),
        _of("ONSETSIT"),
        {**{site: site for site in ("BULBAR", "LIMB", "BOTH", "RESPIRATORY", "OTHER")}, "NONE": None, "?": None},
        ("BULBAR", "LIMB", "BOTH", "RESPIRATORY", "OTHER"),
    ),
    ("registry", "dm", "SEX"): Fact(
        lambda n, word: replaced(patient(n), dm=[demographics(n, SEX=word)]),
        _of("SEX"),
        {"M": "M", "F": "F", "NONE": None, "?": None},
        ("M", "F"),
    ),
    ("registry", "dm", "DTHFL"): Fact(
        lambda n, word: replaced(patient(n), dm=[demographics(n, DTHFL=word)]),
        _of("VITSTAT"),
        {"Y": "DIED", "N": "NOT DIED"},
        ("Y",),
    ),
    ("registry", "ex", "EXTRT"): Fact(
        lambda n, word: replaced(patient(n), ex=[injection(n, 1, "2021-03-01", EXTRT=word)]),
        _of("NINJ"),
        {"STUDY PRODUCT": 1, "NONE": 0, "?": None},
        ("STUDY PRODUCT",),
    ),
    ("registry", "dm", "ARM"): Fact(
        lambda n, word: replaced(patient(n), dm=[demographics(n, ARM=word)], ex=[], pr=[]),
        _of("TRT01P is not null and TRT01PN = 1"),
        {"STUDY PRODUCT": True, "PLACEBO": False, "CONTROL": False, "?": False},
        ("STUDY PRODUCT",),
    ),
}  # fmt: skip


def written(draw: random.Random, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Ways to write a day of a range, each with its first and last possible day."""
    day = first + timedelta(draw.randrange((last - first).days))
    y, m, d = day.year, day.month, day.day
    ends = calendar.monthrange(y, m)[1]
    month, year = (date(y, m, 1), date(y, m, ends)), (date(y, 1, 1), date(y, 12, 31))
    later = day + timedelta(draw.randrange(1, 20))
    yield day.isoformat(), day, day
    yield f"{y}.{m:02}.{d:02}", day, day
    yield f"{y}/{m:02}/{d:02}", day, day
    yield f"{y}년 {m}월 {d}일", day, day
    yield f"{y}-{m:02}-{d:02}T{draw.randrange(24):02}:30", day, day
    yield f"{y}-{m:02}", *month
    yield f"{y}-{m:02}-{draw.choice(('UN', 'UNK', 'NK', 'XX'))}", *month
    yield f"{y}년 {m}월", *month
    yield str(y), *year
    yield f"{y}-{draw.choice(('UN', 'UNK'))}-{draw.choice(('UN', 'UNK'))}", *year
    yield f"{day.isoformat()}/{later.isoformat()}", day, later


def date_patients(start: int, rounds: int) -> Iterator[Judged]:
    """Deaths, first injections and ends of events whose days are written in every way."""
    draw, number = random.Random(20240630), start
    for _ in range(rounds):
        for text, first, last in written(draw, date(2022, 7, 1), date(2024, 5, 1)):
            died = replaced(patient(number), dm=[demographics(number, DTHFL="Y", DTHDTC=text)])
            bounds = (max(first, LAST_ALIVE).isoformat(), min(last, CUT).isoformat())
            yield Judged(
                number,
                f"death {text}",
                died,
                _of("[cast(DTHDT as varchar), cast(DTHLSTDT as varchar)]"),
                list(bounds),
            )
            number += 1
        for text, first, last in written(draw, date(2021, 3, 1), date(2021, 11, 1)):
            index = min(last, date(2021, 12, 20))
            given = [injection(number, 1, text), injection(number, 2, "2021-12-20")]
            late = replaced(patient(number), ex=given, ds=[disposition(number, 1, "LAST CONTACT", "2023-06-01")],
                            dm=[demographics(number, RFICDTC="2020-12-01")], pr=[])  # fmt: skip
            answer = [index.isoformat(), str(first == last).lower()]
            yield Judged(
                number,
                f"injection {text}",
                late,
                _of("[cast(INDEXDT as varchar), cast(INDEXDTF is null as varchar)]"),
                answer,
            )
            number += 1


Edit = Callable[[random.Random, int, Records], Records]


def _blurred(table: str, column: str, *texts: str) -> Edit:
    def edit(draw: random.Random, number: int, records: Records) -> Records:
        rows = [dict(row) for row in records[table]]
        if rows:
            draw.choice(rows)[column] = draw.choice(texts)
        return {**records, table: rows}

    return edit


def _without(table: str) -> Edit:
    return lambda draw, number, records: {**records, table: []}


def _with(**tables: Callable[[int], list[dict[str, str]]]) -> Edit:
    def edit(draw: random.Random, number: int, records: Records) -> Records:
        return added(records, **{name: make(number) for name, make in tables.items()})

    return edit


EDITS: tuple[Edit, ...] = (
    _without("pr"), _without("ex"), _without("qs"), _without("mh"),
    _blurred("ex", "EXSTDTC", "2021", "2021-03", "soon", "", "03/04/2021", "2021-02-30", "2031-03-01", "2021-03-UN"),
    _blurred("ex", "EXTRT", "Placebo", "tofersen", "NEURONATA-R", "lenzumestrocel not given", ""),
    _blurred("ex", "EXDOSE", "0", "2", "plenty", ""),
    _blurred("pr", "PRSTDTC", "2021", "2021-02-UN", "", "2022-12-01", "2019-01-01"),
    _blurred("dm", "RFICDTC", "", "2021-03-10", "2021", "2022-01-01", "not yet"),
    _blurred("dm", "RFSTDTC", "", "2021", "2020-01-01"),
    _blurred("dm", "ARM", "", "Screen failure", "Standard of care", "cohort 7"),
    _blurred("mh", "MHSTDTC", "", "2020", "2022-12-01", "1931"),
    _blurred("qs", "QSDTC", "", "2021", "2025-01-01"),
    _with(lb=lambda n: [finding(n, "lb", 1, "CREAT", "60", "2024-06-20")]),
    _with(ex=lambda n: [injection(n, 9, "2022-09-01")]),
    _with(vs=lambda n: [finding(n, "vs", 1, "WEIGHT", "60", "2022-09-01")]),
    _with(ae=lambda n: [adverse_event(n, 1, AESTDTC="2022-05-01", AESER="YES", AEOUT="unheard of")]),
    _with(dm=lambda n: [demographics(n, SITEID="02")]),
    _with(withdrawals=lambda n: [{"USUBJID": f"S{n:016X}", "REQUEST": "STOP", "DATE": "2022-02-01"}]),
)  # fmt: skip


@dataclass(frozen=True)
class GeneratedTwins:
    """Two patients spoiled alike, of whom one died on 2022-07-01; `number` lives, the next died."""

    number: int
    living: Records
    dying: Records


def generated_twins(start: int, pairs: int) -> Iterator[GeneratedTwins]:
    """Pairs with one to three defects each, the same for both."""
    for pair in range(pairs):
        number, made = start + 2 * pair, []
        for n, died in ((number, {}), (number + 1, {"DTHFL": "Y", "DTHDTC": "2022-07-01"})):
            draw = random.Random(pair)
            records = replaced(patient(n), dm=[demographics(n, **died)])
            for edit in draw.sample(EDITS, draw.randint(1, 3)):
                records = edit(draw, n, records)
            made.append(records)
        yield GeneratedTwins(number, *made)
