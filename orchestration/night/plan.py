"""What there is to do: which data cuts lie in landing and which still lack a release with the inputs of now.

Light imports only: a night with nothing new must be able to say so in a second or two.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.protocol import Protocol
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.landing import landed
from orchestration.night.inputs import CutInputs, inputs_of, newest_export
from orchestration.night.readable import readable
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.index import newest as newest_release
from orchestration.releases.manifest import Manifest
from orchestration.settings import Settings


@dataclass(frozen=True)
class PlannedCut:
    """A data cut to refresh: from what, and why."""

    inputs: CutInputs
    reason: str

    @property
    def data_cut(self) -> str:
        """ISO date."""
        return self.inputs.data_cut


@dataclass(frozen=True)
class RefreshPlan:
    """What a refresh would do: the cuts to make, oldest first, what it cannot use, and what else a person should know, a
    line each."""

    cuts: tuple[PlannedCut, ...]
    set_aside: tuple[str, ...]
    known: tuple[str, ...]
    notes: tuple[str, ...] = ()


def refresh_plan(
    settings: Settings, protocol: Protocol, requested: str | None = None, *, reading: bool = False
) -> RefreshPlan:
    """Decide what to do, from one look at landing.

    Every cut without a release is made, oldest first; the newest cut is made again when its inputs, the protocol or the
    code changed; an older one only when it is asked for.

    Args:
        settings: the home folder.
        protocol: the protocol in force.
        requested: this data cut alone.
        reading: what would be used is read into the store now, so that a broken delivery is known before anything rests on
            it; only for who holds the lock of the home folder.

    Raises:
        DeliveryError: the requested cut is not there or cannot be read, or there is no PRO-ACT export.
    """
    found = landed(settings)
    releases = ReleaseIndex(settings.releases)
    last = {m.data_cut: m for m in releases.manifests()}
    standing = releases.standing()
    newest = {m.data_cut: m for m in standing}
    cuts = [d.release for d in found.registry if d.release not in newest] + [requested or ""]
    needed = {*cuts, *(last[cut].proact_release for cut in cuts if cut in last)}
    found = readable(settings, found, needed, reading=reading)
    complete = [d.release for d in found.registry if d.complete]
    wanted = [cut for cut in complete if cut == complete[-1] or cut not in newest]
    planned, changed = [], []
    if wanted:
        newest_export(found)
    for cut in wanted if requested is None else [requested]:
        try:
            inputs = inputs_of(settings, found, protocol, cut, last.get(cut))
        except DeliveryError as error:
            if requested is not None:
                raise
            # It could be read a moment ago; the other cuts go on.
            changed.append(f"REGISTRY {quoted(cut)}: {error}")
            continue
        if reason := _reason(last, newest, inputs):
            planned.append(PlannedCut(inputs, reason))
    set_aside = [f"{d.source} {quoted(d.release)}: {d.reason}" for d in found.set_aside]
    made = {cut.data_cut for cut in planned}
    ahead = (f"REGISTRY {d.note}" for d in found.registry if d.dated_ahead and d.release in made)
    notes = (*found.notes, *ahead, *_unversioned(newest_release(standing), protocol, planned))
    return RefreshPlan(tuple(planned), (*set_aside, *changed), tuple(complete), notes)


def _unversioned(
    released: Manifest | None, protocol: Protocol, planned: Sequence[PlannedCut]
) -> Iterator[str]:
    """Settings that changed under a version that is released already: two releases would give two answers to one name.

    Where the code changed too, so may have the settings that nobody wrote.
    """
    if released is None or not planned:
        return
    inputs, study = planned[-1].inputs, protocol.study
    named_alike = (released.protocol["id"], released.protocol["version"]) == (study.id, study.version)
    if (
        named_alike
        and released.code_hash == inputs.code_hash
        and released.protocol["hash"] != inputs.protocol_hash
    ):
        yield (
            f"protocol: settings changed since release {released.release_id} and study.version is still "
            f"{quoted(study.version)}: give the changed protocol a version of its own"
        )


def _reason(last: Mapping[str, Manifest], newest: Mapping[str, Manifest], inputs: CutInputs) -> str | None:
    """Why a cut is to be made, or nothing if its newest release is the very same."""
    released = newest.get(inputs.data_cut)
    if released is None:
        before = last.get(inputs.data_cut)
        return "new data cut" if before is None else _gone(before)
    return (
        None if released.fingerprint == inputs.fingerprint else "its inputs, the protocol or the code changed"
    )


def _gone(before: Manifest) -> str:
    return (
        "its releases held an erased subject"
        if before.erased
        else f"its release {before.release_id} is damaged"
    )
