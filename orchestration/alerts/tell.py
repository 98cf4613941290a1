"""The one place that decides what is told, and the two doors to it: the command's (`told_refresh`) and Dagster's (`tell`).

Telling fails no night: what goes wrong with it is a line. It comes last, when the release is published and the lock is free.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from orchestration.alerts.messages import Message, broken_off, released
from orchestration.alerts.remembered import Memory, remembered
from orchestration.alerts.sending import Sent, send
from orchestration.alerts.watch import late_delivery, missed_night
from orchestration.extras import way_to_install
from orchestration.interruption import StoppedError
from orchestration.lock import AlreadyRunningError
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest, number_of
from orchestration.settings import Settings, time_here


@dataclass
class Night:
    """What a refresh came to, noted while it goes on.

    Attributes:
        messages: what is to be told of it.
        good: it ended with a release, or with nothing new.
        known: number of the last release before it.
    """

    messages: list[Message] = field(default_factory=list)
    good: bool = False
    known: int = 0


@contextmanager
def told_refresh(settings: Settings) -> Iterator[Night]:
    """Tell what a refresh came to once it has ended; an error is told and goes on its way.

    One that found another at work, or was stopped, is none.
    """
    if not _anybody(settings):
        yield Night()
        return
    night = Night(known=last_release(settings))
    try:
        yield night
    except (AlreadyRunningError, StoppedError):
        raise
    except Exception as error:
        if not any(message.of_failure for message in night.messages):
            night.messages.append(broken_off(time_here()[:10], str(error)))
        _say(settings, night)
        raise
    _say(settings, night)


def _say(settings: Settings, night: Night) -> None:
    for line in tell(settings, night.messages, ended=True, good=night.good, known=night.known):
        print(line, file=sys.stderr)


def tell(
    settings: Settings,
    messages: Sequence[Message] = (),
    *,
    ended: bool = False,
    good: bool = False,
    known: int | None = None,
) -> list[str]:
    """Tell what happened, what else there is to tell, and what could not be sent before.

    Args:
        settings: the home folder, the addresses, the hour agreed.
        messages: what happened.
        ended: a night has come to its end.
        good: and well; a sign of life is given.
        known: number of the last release that is no news, where nobody told anything yet; by default the last there is.

    Returns:
        What went wrong with telling, a line each, with no address.
    """
    if not _anybody(settings):
        return []
    try:
        return _tell(settings, messages, ended, good, known)
    except Exception as error:
        # Its text may hold anything, and telling is not the work.
        return [f"alerts: {type(error).__name__} while telling; what happened may not have been told"]


def _tell(
    settings: Settings, messages: Sequence[Message], ended: bool, good: bool, known: int | None
) -> list[str]:
    at = time_here()
    now = datetime.fromisoformat(at)
    n_address = len(settings.alert_urls)
    with remembered(settings, at, last_release(settings) if known is None else known) as memory:
        news = [
            *missed_night(settings, memory, now, ended=ended),
            *late_delivery(settings, memory, now),
            *_releases(settings, memory),
            *messages,
        ]
        memory.take(news, at, n_address)
        if ended:
            memory.night = at
        alive = settings.alive_url if good else None
        if not memory.waiting and alive is None:
            return []
        sent = send(settings.alert_urls, memory.waiting, alive)
        memory.arrived(sent.sent, n_address)
        return list(_lines(memory, sent, alive))


def _releases(settings: Settings, memory: Memory) -> list[Message]:
    """Releases since the last that was seen, whoever made them."""
    index = ReleaseIndex(settings.releases)
    new = [m for m in index.manifests() if m.number > memory.release and not m.erased]
    memory.release = max([memory.release, *(m.number for m in new)])
    return [_release(index, manifest) for manifest in new]


def _release(index: ReleaseIndex, manifest: Manifest) -> Message:
    from orchestration.night.gaps import released_gaps

    gaps = bool(released_gaps(index, manifest.data_cut))
    return released(manifest.release_id, manifest.data_cut, gaps=gaps, simulated=manifest.simulated)


def last_release(settings: Settings) -> int:
    """Number of the last release there is; 0 where there is none."""
    return max((number_of(folder.name) for folder in ReleaseIndex(settings.releases).folders()), default=0)


def _lines(memory: Memory, sent: Sent, alive: str | None) -> Iterator[str]:
    if memory.waiting and not sent.installed:
        yield f"alerts: VIGIL_ALERT_URLS is set and apprise is not installed: {way_to_install('alerts')}"
    elif memory.waiting:
        places = ", ".join(str(place + 1) for place in sent.unknown)
        unknown = f"; address {places} of VIGIL_ALERT_URLS is none that apprise knows" if places else ""
        yield f"alerts: {len(memory.waiting)} could not be sent{unknown}; they are tried again, the night is untouched"
    if alive is not None and not sent.alive:
        yield "alerts: VIGIL_ALIVE_URL did not answer; the night is untouched"


def _anybody(settings: Settings) -> bool:
    return bool(settings.alert_urls or settings.alive_url)
