"""What did not happen: a night, or a delivery by the hour agreed. Judged when somebody looks, in the study's time zone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim

from orchestration.alerts.messages import Message, late, missed
from orchestration.alerts.remembered import Memory
from orchestration.landing import data_cuts
from orchestration.settings import TIME_ZONE, Settings

GRACE = timedelta(hours=3)
"""A night that has not come to its end by then did not happen: two hours are all that Dagster leaves it."""


def missed_night(settings: Settings, memory: Memory, now: datetime, *, ended: bool) -> Iterator[Message]:
    """The last night that did not come to its end, if there is one since the last that did.

    Args:
        settings: when nights begin.
        memory: when that was.
        now: in the study's time zone.
        ended: a night has just ended: it stands for the one that was to begin last, at whatever hour it is made.
    """
    since = min(datetime.fromisoformat(memory.night), now)
    nights = partial(_nights, settings.schedule)
    last = next(islice(nights(now), 1, None)) if ended else next(nights(now - GRACE))
    if since < last:
        yield missed(since, last)


def late_delivery(settings: Settings, memory: Memory, now: datetime) -> Iterator[Message]:
    """The delivery of the last hour agreed, if no complete one is of a data cut after the hour before.

    By the date of the cut, not of the file: a late one does not stand for the next.
    """
    if settings.expect_by is None:
        return
    by, before = islice(settings.expect_by.before(now), 2)
    if by < datetime.fromisoformat(memory.since):
        return
    newest = max(data_cuts(settings), default="")
    if newest <= before.date().isoformat():
        yield late(by, before)


def _nights(schedule: str, now: datetime) -> Iterator[datetime]:
    """When nights were to begin, the last one first; without end."""
    # A night that begins this very second has begun.
    return CronSim(schedule, now.astimezone(ZoneInfo(TIME_ZONE)) + timedelta(seconds=1), reverse=True)
