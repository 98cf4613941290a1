"""A release made again from what was delivered, in a home of its own, to see that it comes out the same.

Belongs here: what that needs and whether it is all still there, the home, and the comparison. Does not belong here: the
refresh itself, which a process of its own runs there, as on any night.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from orchestration.erasure.key_ring import RING
from orchestration.extracts.beside import READ_BESIDE
from orchestration.extracts.contents import list_files
from orchestration.extracts.deliveries import Delivery
from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.store import ExtractStore
from orchestration.landing import deliveries
from orchestration.night.fingerprint import code_hash, lock_hash
from orchestration.night.inputs import key_id
from orchestration.night.operating_run import RESULT, OperatingRun, keep_run
from orchestration.night.orphan import recorded
from orchestration.night.scratch_home import REFRESH
from orchestration.releases.analysts import open_hardened
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.releases.soundness import file_hash, unsound
from orchestration.settings import DATABASE, Settings, environment_of_others
from orchestration.warehouse import scalar

PROTOCOL = "protocol.toml"
RELEASED = (0, 3)
"""Exit statuses of a refresh that released."""


class ReproductionError(RuntimeError):
    """The refresh of the reproduction released nothing; its own words were shown before."""


def missing_parts(settings: Settings, manifest: Manifest) -> list[str]:
    """What a reproduction needs and is not there any more, a line each; empty where it can begin.

    Args:
        settings: the home folder, and the pseudonym key in force.
        manifest: of the release.
    """
    return [*_other_software(manifest), *_other_key(settings, manifest), *_gone_releases(settings, manifest),
            *_gone_files(settings, manifest)]  # fmt: skip


def _other_software(manifest: Manifest) -> Iterator[str]:
    if manifest.code_hash != code_hash():
        commit = f" (commit {manifest.code_commit})" if manifest.code_commit else ""
        yield f"code: it was made by sources {manifest.code_hash[:12]}{commit}, here are {code_hash()[:12]}: check them out"
    if manifest.lock_hash != lock_hash():
        yield f"lock: it was made with uv.lock {manifest.lock_hash[:12]}, this is {lock_hash()[:12]}: install that one"


def _other_key(settings: Settings, manifest: Manifest) -> Iterator[str]:
    if manifest.pseudonym_key_id != key_id(settings):
        yield (
            f"key: it was made under pseudonym key {manifest.pseudonym_key_id}, in force is {key_id(settings)}: "
            "set VIGIL_PSEUDONYM_KEY to that one"
        )


def _gone_releases(settings: Settings, manifest: Manifest) -> Iterator[str]:
    for what, release_id in (
        ("release, for its protocol", manifest.release_id),
        ("parent", manifest.parent_id),
    ):
        if release_id is None:
            continue
        folder = settings.releases / release_id
        if wrong := unsound(folder):
            yield f"{what}: {wrong[0]}"
        elif not (folder / DATABASE).is_file():
            yield f"{what}: of release {release_id} only the manifest is left"


def _gone_files(settings: Settings, manifest: Manifest) -> Iterator[str]:
    store = ExtractStore(settings.store)
    for source, release in dict.fromkeys((file.source, file.release) for file in manifest.inputs):
        there = _digests(settings, store, source, release)
        for file in manifest.inputs:
            if (file.source, file.release) == (source, release) and file.sha256 not in there:
                yield f"file: {source} {quoted(release)}: the bytes of {quoted(file.file_name)} are not in landing/"


def _digests(settings: Settings, store: ExtractStore, source: str, release: str) -> set[str]:
    """Digests of everything that lies in a delivery, and beside it."""
    beside = [settings.landing / source.lower() / name for name in READ_BESIDE]
    found = {file_hash(path) for path in beside if path.is_file()}
    delivery = _delivery(settings, source, release)
    if delivery is not None:
        try:
            found |= {store.file_scan(file).sha256 for file in list_files(delivery.path)}
        except DeliveryError:
            return found
    return found


def _delivery(settings: Settings, source: str, release: str) -> Delivery | None:
    named = [d for d in deliveries(settings, source) if d.release == release]
    return next((d for d in named if d.complete), named[0] if named else None)


def make_again(manifest: Manifest, home: Path, tell: Callable[[str], None]) -> list[str]:
    """Make a release again and compare every table's hash.

    Args:
        manifest: of the release.
        home: what `lay_out` laid out.
        tell: called with every line of the refresh.

    Returns:
        Tables that came out otherwise, a line each.

    Raises:
        ReproductionError: the refresh released nothing.
    """
    # What is made here is looked at and thrown away: nothing to sign.
    own = {"VIGIL_SIGNING_KEY": "", "VIGIL_HOME": str(home), "VIGIL_PROTOCOL": str(home / PROTOCOL),
           "VIGIL_SETTLE_SECONDS": "0", "VIGIL_KEEP_RELEASES": "0", "VIGIL_FROM_NOTHING": "1"}  # fmt: skip
    command = [sys.executable, "-m", "orchestration.cli", "refresh", "--cut", manifest.data_cut]
    with (
        subprocess.Popen(
            command,
            env={**environment_of_others(), **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as run,
        recorded(Settings(home=home), run.pid, REFRESH),
    ):
        for line in run.stdout or ():
            tell(line.rstrip("\n"))
    made = ReleaseIndex(home / "releases").newest_of(manifest.data_cut)
    if run.returncode not in RELEASED or made is None or made.release_id == manifest.parent_id:
        raise ReproductionError(
            f"release {manifest.release_id} could not be made again; what was said is above"
        )
    return list(_differences(manifest, made))


def lay_out(settings: Settings, manifest: Manifest, home: Path) -> None:
    """Lay out a home with the two deliveries alone, the parent release, and the protocol of then.

    Args:
        settings: the home folder.
        manifest: of the release; nothing that it needs is missing.
        home: an empty folder.
    """
    for source, release in dict.fromkeys((file.source, file.release) for file in manifest.inputs):
        folder = home / "landing" / source.lower()
        folder.mkdir(parents=True, exist_ok=True)
        delivery = _delivery(settings, source, release)
        if delivery is None:
            continue
        if delivery.path == settings.landing / source.lower():
            shutil.copytree(delivery.path, folder, dirs_exist_ok=True)
            continue
        # With what is accepted of it, which may lie beside.
        for path in delivery.path.parent.iterdir():
            if path == delivery.path or path.name.startswith(f"{release}."):
                _copy(path, folder / path.name)
    for name in READ_BESIDE:
        if any(file.file_name == name for file in manifest.inputs):
            _copy(settings.landing / "registry" / name, home / "landing" / "registry" / name)
    _take_from_release(settings, manifest, home)
    if (settings.home / RING).is_file():
        # The parent may have been made under a key that is retired by now.
        _copy(settings.home / RING, home / RING)
    if manifest.parent_id is not None:
        index = ReleaseIndex(home / "releases")
        shutil.copytree(settings.releases / manifest.parent_id, index.root / manifest.parent_id)
        index.switch(
            manifest.parent_id, at=manifest.created_at, reason="parent of the release that is made again"
        )


def _take_from_release(settings: Settings, manifest: Manifest, home: Path) -> None:
    """The protocol, and the operating characteristics where it carries any."""
    with open_hardened(settings.releases / manifest.release_id / DATABASE) as released:
        text = scalar(released, "select toml from release.protocol")
        if manifest.operating_characteristics is not None:
            keep_run(Settings(home=home), OperatingRun.of(released.sql(f"from {RESULT}").df()))
    (home / PROTOCOL).write_text(text, encoding="utf-8")


def _copy(path: Path, target: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True)
    else:
        shutil.copy2(path, target)


def _differences(then: Manifest, now: Manifest) -> Iterator[str]:
    for name in sorted(then.tables.keys() | now.tables.keys()):
        before, after = then.tables.get(name), now.tables.get(name)
        if before is None or after is None:
            yield f"{name} was {'not there' if before is None else 'there'} and {'is not' if after is None else 'is'}"
        elif before != after:
            yield f"{name}: {before.n_row} rows, {before.logical_hash[:16]}; now {after.n_row}, {after.logical_hash[:16]}"
