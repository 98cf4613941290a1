"""The hour by which a delivery is agreed to come."""

from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from orchestration.agreed_hour import AgreedHour
from orchestration.settings import Settings

SEOUL = ZoneInfo("Asia/Seoul")


def last_two(text: str, now: str) -> list[str]:
    hours = AgreedHour.parsed(text).before(datetime.fromisoformat(now).replace(tzinfo=SEOUL))
    return [f"{hour:%Y-%m-%d %H:%M}" for hour in islice(hours, 2)]


@pytest.mark.parametrize(
    ("text", "now", "expected"),
    [
        ("2nd 09:00", "2026-03-02T09:00", ["2026-03-02 09:00", "2026-02-02 09:00"]),
        ("2 9:00", "2026-03-02T08:59", ["2026-02-02 09:00", "2026-01-02 09:00"]),
        ("31st 18:30", "2028-03-01T00:00", ["2028-02-29 18:30", "2028-01-31 18:30"]),
        ("Mon  07:05", "2026-11-29T12:00", ["2026-11-23 07:05", "2026-11-16 07:05"]),
    ],
)
def test_the_last_hours_agreed(text: str, now: str, expected: list[str]) -> None:
    assert last_two(text, now) == expected


@pytest.mark.parametrize(
    "text", ["tomorrow", "32 09:00", "0 09:00", "2nd 24:00", "2nd", "09:00", "2nd 09:00 UTC"]
)
def test_what_is_none_is_refused_in_one_line(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_EXPECT_BY", text)
    with pytest.raises(
        ValueError, match=r"^VIGIL_EXPECT_BY is '.*'; give a day of the week .*, or unset it$"
    ):
        Settings.from_environment()
