"""Which deliveries can be read: what a night would use is taken into the store; what cannot be is set aside with its reason.

So that a broken export or data cut costs itself alone: the one before it is used. A file that is in the store already is
not read again, and a night with nothing new reads nothing. Does not belong here: what lies in landing (`landing`), how a
delivery is read (`extracts.land`).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from orchestration.extracts.deliveries import Delivery
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.land import (
    AcceptedDelivery,
    accept_delivery,
    answered_files,
    delivery_fingerprint,
)
from orchestration.extracts.pseudonyms import key_from_text
from orchestration.extracts.site_columns import SiteColumns, with_allowed
from orchestration.extracts.store import ExtractStore
from orchestration.landing import Landed, dictionaries
from orchestration.night.twice import named_twice, one_of_each
from orchestration.settings import Settings


def accepted(settings: Settings, delivery: Delivery, allowed: SiteColumns) -> AcceptedDelivery:
    """A delivery, read into the store; call it while holding the lock of the home folder.

    Args:
        settings: the home folder and the pseudonym key.
        delivery: as found.
        allowed: the columns the site lets be stored.

    Raises:
        DeliveryError: it cannot be read.
    """
    key = key_from_text(settings.pseudonym_key) if settings.pseudonym_key else None
    store = ExtractStore(settings.store)
    return accept_delivery(delivery, with_allowed(dictionaries(), allowed), store, key=key)


def readable(settings: Settings, found: Landed, needed: Collection[str], *, reading: bool = True) -> Landed:
    """Landing as it can be used: of each source the newest deliveries until one can be read, and those that are needed.

    Args:
        settings: the home folder and the pseudonym key.
        found: what lies there.
        needed: names of deliveries that are read whatever becomes of newer ones.
        reading: read their records too, which needs the lock; without, only what lies in them is looked at.

    Returns:
        The same, where a delivery that cannot be read is not complete and says why, and none lies there twice.
    """

    def tried(delivery: Delivery) -> Delivery:
        try:
            if reading:
                accepted(settings, delivery, found.columns)
            else:
                answered_files(delivery, dictionaries(), ExtractStore(settings.store))
        except DeliveryError as error:
            return replace(delivery, complete=False, reason=str(error))
        return delivery

    def content(delivery: Delivery) -> str:
        return delivery_fingerprint(delivery, dictionaries(), ExtractStore(settings.store))

    def sifted(deliveries: Sequence[Delivery]) -> Iterator[Delivery]:
        newest_read, asked = False, {*needed, *named_twice(deliveries)}
        for delivery in reversed(deliveries):
            wanted = delivery.complete and (not newest_read or delivery.release in asked)
            one = tried(delivery) if wanted else delivery
            newest_read = newest_read or one.complete
            yield one

    (registry, of_registry), (proact, of_proact) = (
        one_of_each(list(sifted(source))[::-1], content) for source in (found.registry, found.proact)
    )
    return replace(found, registry=registry, proact=proact, notes=(*found.notes, *of_registry, *of_proact))
