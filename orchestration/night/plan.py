"""What there is to do: which data cuts lie in landing, what each rests on, and which still lack a release.

Light imports only: a night with nothing new must be able to say so in a second or two.
"""

from dataclasses import dataclass

from orchestration.extracts.deliveries import PROACT, REGISTRY, Delivery, newest_complete
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.land import delivery_fingerprint
from orchestration.extracts.pseudonyms import demonstration_key, key_from_text
from orchestration.extracts.store import ExtractStore
from orchestration.landing import deliveries, dictionaries
from orchestration.night.fingerprint import build_fingerprint
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings


@dataclass(frozen=True)
class CutInputs:
    """The two deliveries of a data cut."""

    data_cut: str
    registry: Delivery
    proact: Delivery


@dataclass(frozen=True)
class PlannedCut:
    """A data cut to refresh, and why."""

    data_cut: str
    fingerprint: str
    reason: str


@dataclass(frozen=True)
class RefreshPlan:
    """What a refresh would do: the cuts to make, oldest first, and what it cannot use, a line each."""

    cuts: tuple[PlannedCut, ...]
    not_ready: tuple[str, ...]
    known: tuple[str, ...]


def inputs_of(settings: Settings, data_cut: str) -> CutInputs:
    """The deliveries that a data cut rests on now.

    The newest cut rests on the newest complete PRO-ACT export; an older one stays with the export its last release
    was made from, as long as that still lies in landing.

    Raises:
        DeliveryError: there is no such cut, it is not complete, or there is no PRO-ACT export.
    """
    registry = {d.release: d for d in deliveries(settings, REGISTRY)}
    if data_cut not in registry:
        known = ", ".join(registry) or "none"
        raise DeliveryError(f"no registry delivery {data_cut} in landing/registry/; there are: {known}")
    if not registry[data_cut].complete:
        raise DeliveryError(registry[data_cut].reason or f"registry delivery {data_cut} is not complete yet")
    proact = deliveries(settings, PROACT)
    newest = newest_complete(proact)
    if newest is None:
        reasons = "; ".join(d.reason for d in proact if d.reason) or "put one there, as folder or zip"
        raise DeliveryError(f"no complete PRO-ACT export in landing/proact/: {reasons}")
    if data_cut != max(registry):
        released = ReleaseIndex(settings.releases).last_of(data_cut)
        pinned = {d.release: d for d in proact if d.complete}
        newest = pinned.get(released.proact_release, newest) if released else newest
    return CutInputs(data_cut, registry[data_cut], newest)


def planned_fingerprint(settings: Settings, inputs: CutInputs, protocol_hash: str) -> str:
    """Fingerprint that a release of this cut would have now."""
    store = ExtractStore(settings.store)
    files = [
        (delivery.source, delivery.source, delivery_fingerprint(delivery, dictionaries(), store))
        for delivery in (inputs.registry, inputs.proact)
    ]
    return build_fingerprint(
        files=files, protocol_hash=protocol_hash, key_id=key_id(settings), data_cut=inputs.data_cut
    )


def key_id(settings: Settings) -> str:
    """Public fingerprint of the pseudonym key in force."""
    return (key_from_text(settings.pseudonym_key) if settings.pseudonym_key else demonstration_key()).key_id


def refresh_plan(settings: Settings, protocol_hash: str, requested: str | None = None) -> RefreshPlan:
    """Decide what to do.

    Every cut without a release is made, oldest first; the newest cut is made again when its inputs, the protocol or the
    code changed; an older one only when it is asked for.

    Raises:
        DeliveryError: the requested cut is not there, or there is no PRO-ACT export.
    """
    registry, proact = deliveries(settings, REGISTRY), deliveries(settings, PROACT)
    not_ready = tuple(f"{d.release}: {d.reason}" for d in (*registry, *proact) if not d.complete)
    complete = [d.release for d in registry if d.complete]
    if requested is not None:
        wanted = [requested]
    else:
        index = ReleaseIndex(settings.releases)
        wanted = [cut for cut in complete if cut == complete[-1] or index.newest_of(cut) is None]
    planned = []
    for cut in wanted:
        fingerprint = planned_fingerprint(settings, inputs_of(settings, cut), protocol_hash)
        reason = _reason(ReleaseIndex(settings.releases), cut, fingerprint)
        if reason:
            planned.append(PlannedCut(cut, fingerprint, reason))
    return RefreshPlan(tuple(planned), not_ready, tuple(complete))


def _reason(index: ReleaseIndex, cut: str, fingerprint: str) -> str | None:
    """Why a cut is to be made, or nothing if its newest release is the very same."""
    released = index.newest_of(cut)
    if released is None:
        erased = index.last_of(cut) is not None
        return "its releases held an erased subject" if erased else "new data cut"
    return None if released.fingerprint == fingerprint else "its inputs, the protocol or the code changed"
