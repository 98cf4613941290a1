"""`vigil erase`: remove a subject from landing, store, builds and releases."""

import argparse
from datetime import datetime
from zoneinfo import ZoneInfo

from orchestration.lock import refresh_lock
from orchestration.night.recovery import recover
from orchestration.settings import TIME_ZONE, Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Who, and why."""
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("subject", nargs="?", metavar="SUBJECT", help="id as delivered, pseudonym, or USUBJID")
    whom.add_argument(
        "--requested", action="store_true", help="everyone for whom the last built delivery asks erasure"
    )
    parser.add_argument("--reason", required=True, help="kept with the date; must not name the subject")


def run(arguments: argparse.Namespace) -> int:
    """Erase; says how much was removed and what to do next. The subject is not repeated."""
    from orchestration.erasure.requests import to_erase
    from orchestration.erasure.subject import erase_subject

    settings = Settings.from_environment()
    now = datetime.now(ZoneInfo(TIME_ZONE)).isoformat(timespec="seconds")
    with refresh_lock(settings.home, now):
        for line in recover(settings, now):
            print(line)
        names = to_erase(settings) if arguments.requested else (arguments.subject,)
        if not names:
            print("the last built delivery asks for no erasure")
        cuts: set[str] = set()
        for number, name in enumerate(names, start=1):
            done = erase_subject(settings, name, reason=arguments.reason, at=now)
            cuts |= set(done.releases.data_cuts)
            print(
                f"subject {number} of {len(names)}: {done.n_record} records removed from {len(done.files)} delivered files, "
                f"{done.n_store} files of the store and {len(done.releases.purged)} releases purged"
            )
            for release_id in done.releases.purged:
                print(f"  {release_id}: only its manifest is left")
            print(f"current is {done.releases.current or 'no release'}")
    if cuts:
        print(f"run vigil refresh: it cuts {', '.join(sorted(cuts))} anew, without the subject")
    return 0
