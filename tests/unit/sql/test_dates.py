"""Dates as the SQL reads them, against a reference written apart: thousands of texts in one DuckDB connection."""

import calendar
import itertools
import random
import re
from datetime import date

import duckdb
import pytest
from sql_macros import sql

UNKNOWN = ("UN", "UNK", "NK", "XX", "00", "99", "un", "Unk")
Interval = tuple[date, date]


def last_of(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def one_date(text: str) -> Interval | None:
    """First and last day of one date, or None; written from the standard, not from the macro."""
    plain = re.sub(r"(T.*| +\d{1,2}:.*)$", "", text.strip().upper()).replace(" ", "")
    plain = plain.translate(str.maketrans("./년월", "----")).replace("일", "-")
    part = "UNK|UN|NK|XX|-|\\d{1,2}"
    found = re.fullmatch(rf"(\d{{4}})(?:-({part})?(?:-({part})?-?)?)?", plain)
    if found is None or found[1] == "0000":
        return None
    year, month, day = int(found[1]), found[2] or "UN", found[3] or "UN"
    if month.upper() in UNKNOWN or month == "-":
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= int(month) <= 12:
        return None
    if day in UNKNOWN or day == "-":
        return date(year, int(month), 1), date(year, int(month), last_of(year, int(month)))
    return (date(year, int(month), int(day)),) * 2 if 1 <= int(day) <= last_of(year, int(month)) else None


def reference(text: str) -> Interval | None:
    """A date or an interval of two, first before last."""
    if re.fullmatch(r"\d{4}[^/]*/\d{4}[^/]*", text):
        start, end = (one_date(part) for part in text.split("/"))
        return (start[0], end[1]) if start and end and start[0] <= end[1] else None
    if short := re.fullmatch(
        r"(\d{4}-)(\d\d)/(\d\d)|(\d{4}-\d\d-)(\d\d)/(\d\d)|(\d{4}-)(\d\d-\d\d)/(\d\d-\d\d)", text
    ):
        year, first, last = (part for part in short.groups() if part)
        start, end = one_date(year + first), one_date(year + last)
        return (start[0], end[1]) if start and end and start[0] <= end[1] else None
    mixed = "/" in text and re.search("[-.]", re.sub("T.*", "", text))
    return None if mixed else one_date(text)


def flag_of(interval: Interval) -> str | None:
    first, last = interval
    if first == last:
        return None
    if first.year != last.year:
        return "Y"
    return "M" if first.month != last.month else "D"


def generated(seed: int, number: int) -> list[str]:
    """Dates as sites write them: whole, partial, with unknown parts, points, slashes, Korean, times, impossible days."""
    draw = random.Random(seed)

    def one() -> str:
        year, month, day = draw.randint(1899, 2030), draw.randint(0, 13), draw.randint(0, 32)
        mm = draw.choice([f"{month:02}", str(month), draw.choice(UNKNOWN), "-"])
        dd = draw.choice([f"{day:02}", str(day), draw.choice(UNKNOWN), ""])
        form = draw.choice(
            ["{y}-{m}-{d}", "{y}-{m}", "{y}", "{y}.{m}.{d}", "{y}/{m}/{d}", "{y}년 {m}월 {d}일", "{y}. {m}. {d}.",
             "{y}년 {m}월", "{y}---{d}", "{y}-{m}/{d}",
             "{y}-{m}-{d}/{d}", "{y}-{m}/{m}-{d}", "{y}.{m}/{d}", "{y}-{m}-{d}/{m}-{d}",
             "{y}-{m}-{d}T10:30", "{y}-{m}-{d} 09:05", " {y}-{m}-{d} ", "{y}/{m}"]
        )  # fmt: skip
        return form.format(y=year, m=mm, d=dd)

    return [f"{one()}/{one()}" if draw.random() < 0.15 else one() for _ in range(number)]


NO_DATES = ["03/04/2021", "04.03.2021", "4-Mar-21", "44259", "20210304", "2021-02-30", "2021-13", "UN-UN-2021", "", " ",
            "soon", "2021-03-15/2021-03-01", "04MAR2021", "2021-W05", "21-03-04", "2021-366",
            "2026-06/05", "2026-05-06/04", "2026/05-06", "2026.05/06", "2026-5/6",
            "2026-05/13", "2026-05-04/05/06"]  # fmt: skip


def read(texts: list[str]) -> dict[str, tuple]:
    with duckdb.connect() as connection:
        connection.execute("create table delivered as select unnest(?) as text", [texts])
        return {
            row[0]: row[1:] for row in connection.execute(sql("read_dates", "delivered", "text")).fetchall()
        }


def test_generated_texts_are_read_as_the_reference_reads_them() -> None:
    texts = [*generated(1, 6000), *NO_DATES]
    found = read(texts)
    expected = {text: reference(text) for text in texts}
    wrong = {
        text: (found.get(text), interval)
        for text, interval in expected.items()
        if found.get(text) != (None if interval is None else (*interval, flag_of(interval)))
    }
    assert wrong == {}
    assert sum(interval is not None for interval in expected.values()) > 2000


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("2026-05/06", "2026-05-01", "2026-06-30"), ("2026-05-04/06", "2026-05-04", "2026-05-06"),
     ("2026-05-28/06-03", "2026-05-28", "2026-06-03"), ("2024-02/02", "2024-02-01", "2024-02-29")],
)  # fmt: skip
def test_an_interval_cut_short_is_no_day(text: str, first: str, last: str) -> None:
    assert [str(day) for day in read([text])[text][:2]] == [first, last]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_never_guessed(text: str) -> None:
    assert read([text]) == {}


def test_every_day_of_a_leap_year_and_of_none_is_itself() -> None:
    texts = [f"{y}-{m:02}-{d:02}" for y, m, d in itertools.product((2023, 2024), range(1, 13), range(1, 32))]
    found = read(texts)
    assert len(found) == 365 + 366
    assert all(
        (str(first), str(last), flag) == (text, text, None) for text, (first, last, flag) in found.items()
    )


def test_an_interval_holds_every_day_it_may_stand_for() -> None:
    """No text of a month or a year leaves out one of its days: what is compared by its ends is compared by every day."""
    whole = read([f"2024-{m:02}-{d:02}" for m in range(1, 13) for d in range(1, last_of(2024, m) + 1)])
    for text in ("2024", "2024-UN-UN", "2024---15", *(f"2024-{m:02}" for m in range(1, 13))):
        first, last, flag = read([text])[text]
        inside = [day for day, _, _ in whole.values() if first <= day <= last]
        assert len(inside) == (last - first).days + 1
        assert flag in ("D", "M")


@pytest.mark.parametrize("macro", ["days_between", "add_days", "date_flag"])
@pytest.mark.parametrize("null", [0, 1])
def test_nothing_is_made_of_a_null(macro: str, null: int) -> None:
    kinds = {"days_between": ("date", "date"), "add_days": ("date", "int"), "date_flag": ("date", "date")}[
        macro
    ]
    arguments = [
        f"cast({'null' if place == null else {'date': chr(39) + '2024-02-29' + chr(39), 'int': '3'}[kind]} as {kind})"
        for place, kind in enumerate(kinds)
    ]
    with duckdb.connect() as connection:
        assert connection.execute(f"select {sql(macro, *arguments)}").fetchone() == (None,)
