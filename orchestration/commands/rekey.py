"""`vigil rekey`: another pseudonym key takes the place of the one that the home was made under."""

import argparse

from orchestration.lock import refresh_lock
from orchestration.settings import Settings, time_here


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: both keys come from the environment."""
    parser.epilog = (
        "The new key is VIGIL_PSEUDONYM_KEY, the old one VIGIL_OLD_PSEUDONYM_KEY (unset: the public demonstration key). The "
        "old one is kept sealed under the new, so that erased subjects and older releases are still known."
    )


def run(arguments: argparse.Namespace) -> int:
    """Retire the old key; says what the next refresh does."""
    from orchestration.erasure.keys import rekey

    settings = Settings.from_environment()
    now = time_here()
    with refresh_lock(settings.home, now):
        retired = rekey(settings, settings.old_pseudonym_key)
    print(
        f"key {retired} is retired, sealed under the new one: unset VIGIL_OLD_PSEUDONYM_KEY, and run vigil refresh, which "
        "makes the newest data cut anew"
    )
    return 0
