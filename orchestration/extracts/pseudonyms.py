"""Registry subject ids to pseudonyms: normalised, then a keyed HMAC-SHA256.

A plain hash of an identifier counts as an identifier; only a key kept outside repository, database and logs
makes a pseudonym. The demonstration key is public and serves simulated deliveries alone.
Not here: where the key comes from (settings), which columns are identifiers (the source dictionary).
"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass, field

from orchestration.extracts.errors import DeliveryError

PSEUDONYM = re.compile(r"S[0-9A-F]{16}")
MIN_KEY_BYTES = 16
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]")
_PADDED = re.compile(r"(?<!\d)0+(?=\d)")
_DEMONSTRATION = b"vigil public demonstration key: simulated deliveries only"


@dataclass(frozen=True)
class PseudonymKey:
    """A secret key and its public fingerprint; printing it shows the fingerprint only."""

    secret: bytes = field(repr=False)
    is_demonstration: bool = False

    @property
    def key_id(self) -> str:
        """Fingerprint of the key: safe to store and show, tells a rotation."""
        return hmac.new(self.secret, b"vigil pseudonym key id", hashlib.sha256).hexdigest()[:12]


def key_from_text(text: str) -> PseudonymKey:
    """Make a key of the configured secret.

    Raises:
        DeliveryError: it is shorter than 16 bytes.
    """
    secret = text.strip().encode()
    if len(secret) < MIN_KEY_BYTES:
        raise DeliveryError(
            f"VIGIL_PSEUDONYM_KEY is shorter than {MIN_KEY_BYTES} characters; set a long random one"
        )
    return PseudonymKey(secret)


def demonstration_key() -> PseudonymKey:
    """The public key for simulated deliveries."""
    return PseudonymKey(_DEMONSTRATION, is_demonstration=True)


def key_in_force(configured: str | None) -> PseudonymKey:
    """The key that pseudonyms are made with: the configured one, else the public one for simulated deliveries.

    Raises:
        DeliveryError: the configured secret is too short.
    """
    return key_from_text(configured) if configured else demonstration_key()


def key_for(release: str, *, simulated: bool, key: PseudonymKey | None) -> PseudonymKey:
    """Choose the key for a registry delivery: the configured one, or the public one if it is simulated.

    Raises:
        DeliveryError: a genuine delivery and no key.
    """
    if key is not None:
        return key
    if simulated:
        return demonstration_key()
    raise DeliveryError(
        f"registry delivery {release}: subject ids cannot be pseudonymised without VIGIL_PSEUDONYM_KEY;"
        " set it to a long random secret"
    )


def normalise_identifier(text: str) -> str:
    """Bring spelling variants of one id together.

    NFKC (full-width forms, composed letters), one kind of dash, no white space, upper case, and no leading
    zeros in a run of digits. Two ids that fall together here collide in DM and are rejected there.
    """
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    folded = "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")
    return _PADDED.sub("", unicodedata.normalize("NFKC", folded.upper()))


def pseudonym(text: str, key: PseudonymKey, *, keep_pseudonyms: bool = False) -> str | None:
    """Pseudonym of one raw id, like `S4F0C…` (S and 16 hexadecimal digits); None for a blank one.

    Args:
        text: the id as delivered.
        key: the secret.
        keep_pseudonyms: leave a value that already is a pseudonym (withdrawal lists arrive either way).
    """
    folded = normalise_identifier(text)
    if not folded:
        return None
    given = text.strip().upper()
    if keep_pseudonyms and PSEUDONYM.fullmatch(given):
        return given
    return "S" + hmac.new(key.secret, folded.encode(), hashlib.sha256).hexdigest()[:16].upper()
