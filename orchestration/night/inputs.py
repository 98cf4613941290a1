"""What a release of a data cut is a function of, fixed before its build begins: deliveries, protocol, code, key.

Light imports only: the plan compares fingerprints. Does not belong here: which cuts are to be made (`plan`), and how a build
remembers this (`build_run`).
"""

from dataclasses import dataclass, field

from analytics.protocol import Protocol, canonical_json, protocol_hash
from orchestration.extracts.deliveries import Delivery, newest_complete
from orchestration.extracts.errors import DeliveryError, listed, quoted, shown
from orchestration.extracts.land import AcceptedDelivery, delivery_fingerprint
from orchestration.extracts.pseudonyms import key_in_force
from orchestration.extracts.site_answers import ANSWERS_FILE, NO_SITE_ANSWERS, SiteAnswers
from orchestration.extracts.site_columns import COLUMNS_FILE, NO_SITE_COLUMNS, SiteColumns
from orchestration.extracts.site_terms import NO_SITE_TERMS, TERMS_FILE, SiteTerms
from orchestration.extracts.store import ExtractStore
from orchestration.landing import Landed, dictionaries, landed
from orchestration.night.endpoints import refuse_uncounted
from orchestration.night.fingerprint import build_fingerprint, code_hash, lock_hash
from orchestration.night.operating_run import INPUT as OPERATING_RUN
from orchestration.night.operating_run import NO_RUN, OperatingRun, last_run
from orchestration.night.readable import readable
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings

STORE = "STORE"
"""Source, in a fingerprint, of what was not delivered but made before."""


class ChangedDeliveryError(RuntimeError):
    """A delivery does not hold any more what the build was begun with; the message says what to do, in one line."""


@dataclass(frozen=True)
class PinnedDelivery:
    """A delivery and the hash of what it held when it was chosen."""

    delivery: Delivery
    content_hash: str

    def refuse_other_content(self, accepted: AcceptedDelivery) -> None:
        """Raise where another content was accepted than the one chosen: a release is labelled with what it holds.

        Raises:
            ChangedDeliveryError: the files changed in between.
        """
        if accepted.fingerprint != self.content_hash:
            raise ChangedDeliveryError(
                f"{self.delivery.source} delivery {quoted(self.delivery.release)} changed while the refresh began; "
                "wait until it is delivered, and refresh again"
            )


@dataclass(frozen=True)
class ExportInputs:
    """Everything that what is made of a PRO-ACT export alone rests on.

    Attributes:
        proact: the export.
        code_hash, lock_hash: of this process's sources and of the locked dependencies.
        site_terms: the words the site taught, which may name what is in the export too.
    """

    proact: PinnedDelivery
    code_hash: str
    lock_hash: str
    site_terms: SiteTerms = NO_SITE_TERMS


@dataclass(frozen=True)
class CutInputs:
    """Everything that the release of a data cut rests on, its parent apart.

    Attributes:
        data_cut: ISO date.
        registry, proact: the two deliveries.
        protocol: the protocol's canonical form.
        protocol_hash: its hash.
        code_hash, lock_hash: of this process's sources and of the locked dependencies.
        key_id: public fingerprint of the pseudonym key.
        site_terms: the words the site taught.
        site_columns: the columns the site lets be stored.
        site_answers: what the sites answered to their data queries.
        operating_run: the last run of the operating characteristics.
        set_aside: deliveries that lay beside these and were not read, with the reason; no release is a function of them.
    """

    data_cut: str
    registry: PinnedDelivery
    proact: PinnedDelivery
    protocol: str
    protocol_hash: str
    code_hash: str
    lock_hash: str
    key_id: str
    site_terms: SiteTerms = NO_SITE_TERMS
    site_columns: SiteColumns = NO_SITE_COLUMNS
    site_answers: SiteAnswers = NO_SITE_ANSWERS
    operating_run: OperatingRun = NO_RUN
    set_aside: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def export(self) -> ExportInputs:
        """What the PRO-ACT export's part of it rests on."""
        return ExportInputs(self.proact, self.code_hash, self.lock_hash, self.site_terms)

    @property
    def fingerprint(self) -> str:
        """The one hash of it all."""
        files = [(p.delivery.source, p.delivery.source, p.content_hash) for p in (self.registry, self.proact)]
        beside = (
            (TERMS_FILE, self.site_terms.sha256),
            (COLUMNS_FILE, self.site_columns.sha256),
            (ANSWERS_FILE, self.site_answers.sha256),
        )
        files += [(self.registry.delivery.source, name, sha256) for name, sha256 in beside if sha256]
        if self.operating_run.sha256:
            files.append((STORE, OPERATING_RUN, self.operating_run.sha256))
        return build_fingerprint(
            files=files,
            protocol_hash=self.protocol_hash,
            code_hash=self.code_hash,
            lock_hash=self.lock_hash,
            key_id=self.key_id,
            data_cut=self.data_cut,
        )


def inputs_now(settings: Settings, data_cut: str) -> CutInputs:
    """What a release of this cut would rest on now; looks at landing, and reads. Call it while holding the lock.

    Raises:
        DeliveryError: as `inputs_of`.
    """
    last = ReleaseIndex(settings.releases).last_of(data_cut)
    needed = {data_cut, *([last.proact_release] if last else [])}
    found = readable(settings, landed(settings), needed)
    return inputs_of(settings, found, settings.protocol(), data_cut, last)


def inputs_of(
    settings: Settings, found: Landed, protocol: Protocol, data_cut: str, last: Manifest | None
) -> CutInputs:
    """What a release of this cut rests on, given what lies in landing.

    The newest cut rests on the newest complete PRO-ACT export; an older one stays with the export its last release
    was made from, as long as that still lies in landing.

    Args:
        settings: the home folder and the pseudonym key.
        found: the deliveries in landing.
        protocol: the protocol in force.
        data_cut: ISO date.
        last: the last release of this cut, if there is one.

    Raises:
        DeliveryError: there is no such cut, it is not complete, or there is no PRO-ACT export.
        ProtocolError: an endpoint that no night has.
    """
    refuse_uncounted(protocol)
    registry = _registry_delivery(found, data_cut)
    newest = newest_export(found)
    newest_cut = newest_complete(found.registry)
    if last is not None and newest_cut is not None and data_cut != newest_cut.release:
        released = {d.release: d for d in found.proact if d.complete}
        newest = released.get(last.proact_release, newest)
    store = ExtractStore(settings.store)
    return CutInputs(
        data_cut=data_cut,
        registry=_pinned(registry, store),
        proact=_pinned(newest, store),
        protocol=canonical_json(protocol),
        protocol_hash=protocol_hash(protocol),
        code_hash=code_hash(),
        lock_hash=lock_hash(),
        key_id=key_id(settings),
        site_terms=found.terms,
        site_columns=found.columns,
        site_answers=found.answers,
        operating_run=last_run(settings),
        set_aside=tuple(
            (f"{d.source} {shown(d.release)}", d.reason or "not complete") for d in found.set_aside
        ),
    )


def export_now(settings: Settings, export: str) -> ExportInputs:
    """What is made of a PRO-ACT export would rest on now; looks at landing, and reads. Call it while holding the lock.

    Raises:
        DeliveryError: there is no such export, or it is not complete.
    """
    found = readable(settings, landed(settings), {export})
    of_name = sorted((d for d in found.proact if d.release == export), key=lambda d: not d.complete)
    if not of_name:
        known = listed([d.release for d in found.proact]) or "none"
        raise DeliveryError(f"no PRO-ACT export {quoted(export)} in landing/proact/; there are: {known}")
    if not of_name[0].complete:
        raise DeliveryError(of_name[0].reason or f"PRO-ACT export {quoted(export)} is not complete yet")
    pinned = _pinned(of_name[0], ExtractStore(settings.store))
    return ExportInputs(pinned, code_hash(), lock_hash(), found.terms)


def key_id(settings: Settings) -> str:
    """Public fingerprint of the pseudonym key in force."""
    return key_in_force(settings.pseudonym_key).key_id


def _pinned(delivery: Delivery, store: ExtractStore) -> PinnedDelivery:
    return PinnedDelivery(delivery, delivery_fingerprint(delivery, dictionaries(), store))


def _registry_delivery(found: Landed, data_cut: str) -> Delivery:
    of_cut = sorted((d for d in found.registry if d.release == data_cut), key=lambda d: not d.complete)
    if not of_cut:
        known = listed([d.release for d in found.registry]) or "none"
        raise DeliveryError(f"no registry delivery {data_cut} in landing/registry/; there are: {known}")
    delivery = of_cut[0]
    if not delivery.complete:
        raise DeliveryError(delivery.reason or f"registry delivery {data_cut} is not complete yet")
    return delivery


def newest_export(found: Landed) -> Delivery:
    """The PRO-ACT export that the newest data cut rests on.

    Raises:
        DeliveryError: there is none.
    """
    newest = newest_complete(found.proact)
    if newest is None:
        reasons = "; ".join(d.reason for d in found.proact if d.reason) or "put one there, as folder or zip"
        raise DeliveryError(f"no complete PRO-ACT export in landing/proact/: {reasons}")
    return newest
