"""The pseudonym key and the key that signs: told by their public fingerprints and by what they are missed for."""

import stat
from collections.abc import Iterator

from orchestration.erasure.key_ring import KeyRingError
from orchestration.erasure.keys import OtherKeyError, refuse_other_key
from orchestration.extracts.errors import DeliveryError
from orchestration.health.finding import Finding, Visit
from orchestration.releases.manifest import MANIFEST
from orchestration.releases.signing import SigningError, refuse_unusable, signature_of

PSEUDONYMS, SIGNING = "VIGIL_PSEUDONYM_KEY", "VIGIL_SIGNING_KEY"


def pseudonyms(visit: Visit) -> Iterator[Finding]:
    """Whether the key in force is the one that this home was made under; an unset one serves simulated deliveries alone."""
    try:
        refuse_other_key(visit.settings)
    except OtherKeyError as error:
        said, _, way_out = str(error).partition(": ")
        unset = "" if visit.settings.pseudonym_key else f"{PSEUDONYMS} is unset, and "
        yield Finding("key", unset + said, way_out)
    except (KeyRingError, DeliveryError) as error:
        said, _, way_out = str(error).replace("; ", ": ", 1).partition(": ")
        yield Finding("key", said, way_out)


def signing(visit: Visit) -> Iterator[Finding]:
    """Whether releases that were signed so far go on to be; an encrypted key is not opened, which takes seconds."""
    settings, newest = visit.settings, visit.newest
    path = settings.signing_key
    if path is None:
        if newest is not None and signature_of(visit.index.root / newest.release_id / MANIFEST).exists():
            yield Finding(
                "signing", f"release {newest.release_id} is signed and {SIGNING} is unset", f"set {SIGNING}"
            )
        return
    try:
        refuse_unusable(settings)
    except SigningError as error:
        yield Finding("signing", str(error), f"correct {SIGNING}, or unset it: no refresh begins without")
        return
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(
            "signing",
            f"{SIGNING}: others may read {path.name}",
            "chmod 600; sign with a new key if they could",
        )
