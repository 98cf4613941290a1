"""`vigil erase`: remove a subject from landing, store, builds and releases."""

import argparse
import sys
from typing import TYPE_CHECKING

from orchestration.commands.reason import reason
from orchestration.lock import refresh_lock
from orchestration.night.recovery import recover
from orchestration.settings import Settings, time_here

if TYPE_CHECKING:
    from orchestration.erasure.subject import Erasure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who, and why."""
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("subject", nargs="?", metavar="SUBJECT", help="id as delivered, pseudonym, or USUBJID")
    whom.add_argument(
        "--requested", action="store_true", help="everyone for whom the last built delivery asks erasure"
    )
    parser.add_argument(
        "--reason", type=reason, required=True, help="kept with the date; must not name the subject"
    )


def run(arguments: argparse.Namespace) -> int:
    """Erase; says how much was removed, what was searched and what to do next. The subject is not repeated.

    Returns:
        1 where something is left to do by hand, each told in a line.
    """
    from orchestration.erasure.requests import to_erase
    from orchestration.erasure.subject import erase_subject

    settings = Settings.from_environment()
    now = time_here()
    with refresh_lock(settings.home, now):
        for line in recover(settings, now):
            print(line)
        names = to_erase(settings) if arguments.requested else (arguments.subject,)
        if not names:
            print("the last built delivery asks for no erasure")
        done: list[Erasure] = []
        for number, name in enumerate(names, start=1):
            done.append(erase_subject(settings, name, reason=arguments.reason, at=now))
            _tell(done[-1], f"subject {number} of {len(names)}")
    cuts = sorted({cut for erasure in done for cut in erasure.releases.data_cuts})
    if cuts:
        print(f"run vigil refresh: it cuts {', '.join(cuts)} anew, without the subject")
    return 1 if any(erasure.shortcomings for erasure in done) else 0


def _tell(done: "Erasure", who: str) -> None:
    print(
        f"{who}: {done.n_record} records removed from {len(done.files)} delivered files, {done.n_store} files of the store "
        f"and {len(done.releases.purged)} releases purged"
    )
    for release_id in done.releases.purged:
        print(f"  {release_id}: only its manifest is left")
    print(f"current is {done.releases.current or 'no release'}")
    print(done.searched.told)
    for line in done.shortcomings:
        print(f"vigil: {line}", file=sys.stderr)
