"""What must be right of keys and erasures first of all: asked at the start of every refresh, erasure and rollback.

Belongs here: the order of these questions. Does not belong here: the questions themselves. Light imports only: a night with
nothing new asks too.
"""

from orchestration.erasure.audit import mend_audit, refuse_lost_audit
from orchestration.erasure.keys import refuse_other_key
from orchestration.erasure.pending import PENDING
from orchestration.settings import Settings


def recover_erasures(settings: Settings, at: str) -> list[str]:
    """Compare the keys, make the audit whole, complete an erasure that was killed. The caller holds the lock.

    Args:
        settings: paths and pseudonym key.
        at: now, ISO with UTC offset.

    Returns:
        What was made good, a line each.

    Raises:
        OtherKeyError: another key is in force than this home was made under.
        AuditError: who was erased cannot be read.
        PendingErasureError: what was noted of an erasure under way is damaged.
        DeliveryError: a genuine delivery lacks its key.
    """
    told = mend_audit(settings.home, at)
    refuse_other_key(settings)
    if (settings.home / PENDING).exists():
        told += _finished(settings)
    refuse_lost_audit(settings.home)
    return told


def _finished(settings: Settings) -> list[str]:
    from orchestration.erasure.subject import finish_erasure

    done = finish_erasure(settings)
    return [
        f"an erasure that had been interrupted is completed: {done.n_record} records removed from landing, "
        f"{len(done.releases.purged)} releases purged; {done.searched.told}",
        *done.shortcomings,
    ]
