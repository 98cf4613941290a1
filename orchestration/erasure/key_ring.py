"""Pseudonym keys that were in force before: each sealed under the key in force, in `retired-keys.json`.

They recognise who was erased under them and make good what an older release names; nothing new is pseudonymised with them.
Not here: whether the key in force is the right one (`keys`).
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.durable import write_durably
from orchestration.extracts.pseudonyms import PseudonymKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RING = "retired-keys.json"
_NONCE_BYTES = 12


class KeyRingError(RuntimeError):
    """The retired keys cannot be read; the message says what to do, in one line."""


def retired_keys(home: Path, in_force: PseudonymKey) -> dict[str, PseudonymKey]:
    """The keys that were in force before, by key id; none where they are sealed under another key than the one in force.

    Raises:
        KeyRingError: the file is damaged.
    """
    path = home / RING
    if not path.is_file():
        return {}
    from cryptography.exceptions import InvalidTag

    try:
        ring = json.loads(path.read_text(encoding="utf-8"))
        if ring["sealed_under"] != in_force.key_id:
            return {}
        sealed = {key_id: b64decode(text) for key_id, text in ring["keys"].items()}
        return {key_id: _opened(key_id, content, in_force) for key_id, content in sealed.items()}
    except (ValueError, KeyError, TypeError, AttributeError, InvalidTag) as error:
        raise KeyRingError(
            f"{RING} is damaged ({type(error).__name__}): restore it from a backup; erased subjects are recognised by it"
        ) from None


def write_ring(home: Path, retired: Mapping[str, PseudonymKey], in_force: PseudonymKey) -> None:
    """Seal the retired keys under the key in force, in one step."""
    keys = {key_id: b64encode(_sealed(key, in_force)).decode() for key_id, key in sorted(retired.items())}
    content = json.dumps({"sealed_under": in_force.key_id, "keys": keys}, indent=1) + "\n"
    write_durably(home / RING, content.encode())


def _sealed(key: PseudonymKey, under: PseudonymKey) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(under).encrypt(nonce, key.secret, key.key_id.encode())


def _opened(key_id: str, content: bytes, under: PseudonymKey) -> PseudonymKey:
    secret = _cipher(under).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], key_id.encode())
    return PseudonymKey(secret)


def _cipher(key: PseudonymKey) -> "AESGCM":
    # Few homes have retired keys; a night with nothing new does without the library.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), length=32, salt=None, info=b"vigil retired pseudonym keys").derive(key.secret)
    return AESGCM(derived)
