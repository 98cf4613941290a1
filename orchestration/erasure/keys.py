"""The pseudonym key in force against the keys that this home was made under, asked before anything is read or written.

Under another key everybody has another name: an erased subject would not be known again, an erasure would find nobody, and
every subject of the release before would count as gone. Not here: what a key does (`extracts.pseudonyms`).
"""

from collections.abc import Iterator
from dataclasses import replace

from orchestration.erasure.audit import AUDIT, tombstones
from orchestration.erasure.key_ring import retired_keys, write_ring
from orchestration.extracts.pseudonyms import PseudonymKey, key_in_force
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings


class OtherKeyError(RuntimeError):
    """The pseudonym key in force is not the one of this home; the message says what to do, in one line."""


def refuse_other_key(settings: Settings) -> None:
    """Stop when releases or erasures of this home were made under a key neither in force nor retired by `vigil rekey`.

    Raises:
        OtherKeyError: so it is; the message names the first such release or erasure and the fingerprints of both keys.
    """
    key = key_in_force(settings.pseudonym_key)
    stranger = _made_under_another(settings, key)
    if stranger is not None:
        what, key_id = stranger
        raise OtherKeyError(
            f"{what} under another pseudonym key ({key_id}; in force is {_named(key)}): set VIGIL_PSEUDONYM_KEY to the "
            "key it was made under; if the key is to change, run vigil rekey, which needs the old one once"
        )


def rekey(settings: Settings, old: str | None) -> str:
    """Retire the key that this home was made under; the key in force takes its place. The caller holds the lock.

    Args:
        settings: with the new key.
        old: the key until now; None for the public demonstration key.

    Returns:
        Fingerprint of the retired key.

    Raises:
        OtherKeyError: nothing here was made under the old key, or it is the one in force.
    """
    new, former = key_in_force(settings.pseudonym_key), key_in_force(old)
    if new.key_id == former.key_id:
        raise OtherKeyError("the old key and VIGIL_PSEUDONYM_KEY are the same; nothing was changed")
    stranger = _made_under_another(settings, former)
    if stranger is not None:
        what, key_id = stranger
        raise OtherKeyError(
            f"{what} under key {key_id}, and the old key given is {_named(former)}: give the key it was made under in "
            "VIGIL_OLD_PSEUDONYM_KEY; nothing was changed"
        )
    known = {**retired_keys(settings.home, former), **retired_keys(settings.home, new), former.key_id: former}
    known.pop(new.key_id, None)
    write_ring(settings.home, known, new)
    return former.key_id


def settings_under(settings: Settings, key_id: str) -> Settings:
    """The settings with the key that a release was made under, so that an older one can be traced after a rotation.

    Raises:
        OtherKeyError: that key is neither in force nor retired.
    """
    key = key_in_force(settings.pseudonym_key)
    if key_id == key.key_id:
        return settings
    former = retired_keys(settings.home, key).get(key_id)
    if former is None:
        raise OtherKeyError(
            f"the release was made under another pseudonym key ({key_id}; in force is {_named(key)}): set "
            "VIGIL_PSEUDONYM_KEY to the key it was made under"
        )
    return replace(settings, pseudonym_key=former.secret.decode())


def _made_under_another(settings: Settings, key: PseudonymKey) -> tuple[str, str] | None:
    """What of this home was made under a key that is neither this one nor retired by it: in words, and that key's id."""
    known = {key.key_id, *retired_keys(settings.home, key)}
    return next(((what, key_id) for what, key_id in _made_under(settings) if key_id not in known), None)


def _made_under(settings: Settings) -> Iterator[tuple[str, str]]:
    """What of this home rests on a key, in words, and the key's fingerprint: the newest release, and every erasure."""
    index = ReleaseIndex(settings.releases)
    newest = index.newest() or next(reversed(index.manifests()), None)
    if newest is not None:
        yield f"release {newest.release_id} was made", newest.pseudonym_key_id
    for number, tombstone in enumerate(tombstones(settings.home), start=1):
        if tombstone.key_id is not None:
            yield f"the erasure in line {number} of {AUDIT} was made", tombstone.key_id


def _named(key: PseudonymKey) -> str:
    return f"the public demonstration key {key.key_id}" if key.is_demonstration else key.key_id
