"""Signing with a minisign key that lies outside the home folder: what nobody can make anew who has the home folder alone.

Belongs here: the key, signatures of single files, and whether one is right. Does not belong here: what must be signed
(`verify_signatures`). The library is imported where it is used: a night with nothing new signs nothing.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.releases.manifest import MANIFEST
from orchestration.settings import Settings

if TYPE_CHECKING:
    from minisign import PublicKey, SecretKey

_VARIABLE = "VIGIL_SIGNING_KEY"


class SigningError(RuntimeError):
    """A key that cannot be used; the message says which and why, in one line."""


def signature_of(path: Path) -> Path:
    """Where the signature of a file lies: beside it, as minisign looks for it."""
    return path.with_name(f"{path.name}.minisig")


def signing_key(home: Path) -> "SecretKey | None":
    """The secret key that VIGIL_SIGNING_KEY names, ready to sign; None where it names none.

    Raises:
        SigningError: it lies inside the home folder, where it proves nothing, or cannot be read.
    """
    settings = Settings.from_environment()
    path = settings.signing_key
    if path is None:
        return None
    _refuse_inside(path, home)
    return _opened(path, settings.signing_password)


def refuse_unusable(settings: Settings) -> None:
    """Refuse a key that cannot sign, as far as that is known without opening an encrypted one.

    Raises:
        SigningError: as `signing_key`, a wrong password apart.
    """
    path = settings.signing_key
    if path is None:
        return
    _refuse_inside(path, settings.home)
    import minisign

    try:
        key = minisign.SecretKey.from_file(path)
    except (OSError, minisign.Error) as error:
        raise _unusable(path, error) from None
    if key.is_encrypted() and settings.signing_password is None:
        raise _encrypted(path)


def _refuse_inside(path: Path, home: Path) -> None:
    if path.is_relative_to(home.resolve()):
        raise SigningError(
            f"{_VARIABLE} names a file inside the home folder: keep the key outside, or unset it"
        )


@cache
def _opened(path: Path, password: str | None) -> "SecretKey":
    """Once a process: opening an encrypted key takes seconds and memory by intention."""
    import minisign

    try:
        key = minisign.SecretKey.from_file(path)
        if password is not None:
            key.decrypt(password)
        if not key.is_encrypted():
            return key
    except (OSError, minisign.Error) as error:
        raise _unusable(path, error) from None
    raise _encrypted(path)


def _unusable(path: Path, error: Exception) -> SigningError:
    return SigningError(f"{_VARIABLE}: {path.name} is no key that can be used ({error})")


def _encrypted(path: Path) -> SigningError:
    return SigningError(
        f"{_VARIABLE}: {path.name} is encrypted; set VIGIL_SIGNING_PASSWORD, or use a key without"
    )


def public_key(path: Path) -> "PublicKey":
    """A minisign public key.

    Raises:
        SigningError: it is not there, or is no such key.
    """
    import minisign

    try:
        return minisign.PublicKey.from_file(path)
    except (OSError, minisign.Error) as error:
        raise SigningError(f"{path.name} is no minisign public key ({error})") from None


def signature(key: "SecretKey", content: bytes, what: str) -> bytes:
    """What belongs into the signature file of some content; `what` it is of is signed too, and shown by minisign."""
    return bytes(key.sign(content, trusted_comment=f"vigil {what}")) + b"\n"


def sign_manifest(folder: Path, release_id: str) -> None:
    """Sign the manifest of a release that is about to be published, where there is a key."""
    key = signing_key(folder.parent.parent)
    if key is not None:
        path = folder / MANIFEST
        signature_of(path).write_bytes(signature(key, path.read_bytes(), f"release {release_id}"))


def read_signatures(*signed: Path) -> list[bytes]:
    """The signatures that lie beside files."""
    return [signature_of(path).read_bytes() for path in signed if signature_of(path).is_file()]


def is_signed(content: bytes, signatures: Iterable[bytes], key: "PublicKey") -> bool:
    """Whether one of some signatures is of this content and by this key."""
    return any(_is_right(content, each, key) for each in signatures)


def _is_right(content: bytes, made: bytes, key: "PublicKey") -> bool:
    import minisign

    try:
        key.verify(content, minisign.Signature.from_bytes(made))
    except minisign.Error:
        return False
    return True
