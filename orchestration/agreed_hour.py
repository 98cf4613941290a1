"""The hour by which something is agreed to come, every week or every month: `fri 09:00`, `2nd 09:00`."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_WEEKDAYS = tuple(day.lower() for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
_WORDS = re.compile(
    rf"(?:({'|'.join(_WEEKDAYS)})|(\d{{1,2}})(?:st|nd|rd|th)?) (\d{{1,2}}):(\d{{2}})",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class AgreedHour:
    """A time of day, on a day of the week (0 is Monday) or else of the month; a month that is shorter ends sooner."""

    at: time
    weekday: int | None = None
    day: int = 1

    @classmethod
    def parsed(cls, text: str) -> "AgreedHour":
        """What somebody wrote.

        Raises:
            ValueError: the message says how it is to be written.
        """
        found = _WORDS.fullmatch(" ".join(text.split()))
        try:
            if found is None:
                raise ValueError
            weekday, day, hour, minute = found.groups()
            at = time(int(hour), int(minute))
            if weekday:
                return cls(at, weekday=_WEEKDAYS.index(weekday.lower()))
            if not 1 <= int(day) <= 31:
                raise ValueError
            return cls(at, day=int(day))
        except ValueError:
            raise ValueError(
                "give a day of the week or of the month and an hour, such as 'fri 09:00' or '2nd 09:00'"
            ) from None

    def before(self, now: datetime) -> Iterator[datetime]:
        """The hours agreed up to a time, and in its zone, the last one first; without end."""
        day = now.date()
        while True:
            if self._is_on(day):
                hour = datetime.combine(day, self.at, now.tzinfo)
                if hour <= now:
                    yield hour
            day -= timedelta(days=1)

    def _is_on(self, day: date) -> bool:
        if self.weekday is not None:
            return day.weekday() == self.weekday
        return day.day == min(self.day, calendar.monthrange(day.year, day.month)[1])
