"""`vigil releases`: list, show, dictionary, diff, verify, sign, rollback, approve, hold, reproduce."""

import argparse
import contextlib
from pathlib import Path

from orchestration.commands.reason import reason
from orchestration.lock import AlreadyRunningError, refresh_lock
from orchestration.night.recovery import recover
from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.releases.manifest import Manifest
from orchestration.releases.soundness import missing_or_changed
from orchestration.releases.standing import APPROVED, HELD, NOT_APPROVED, damaged, published, verdicts
from orchestration.settings import Settings, time_here


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command each."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="every release, oldest first")
    show = actions.add_parser("show", help="what a release rests on and holds")
    show.add_argument("release", nargs="?", default=CURRENT, metavar="ID")
    dictionary = actions.add_parser(
        "dictionary", help="its tables, columns and keys as a page, made from its database"
    )
    dictionary.add_argument("release", nargs="?", default=CURRENT, metavar="ID")
    dictionary.add_argument("--out", type=Path, required=True, metavar="FILE", help="an HTML file")
    diff = actions.add_parser("diff", help="what differs between two releases")
    diff.add_argument("before", metavar="A")
    diff.add_argument("after", metavar="B")
    verify = actions.add_parser("verify", help="every byte, table and link of the chain, journal and copies")
    verify.add_argument("release", nargs="?", metavar="ID")
    verify.add_argument(
        "--key",
        type=Path,
        metavar="PUBFILE",
        help="also that every release and the journal are signed by this minisign key",
    )
    actions.add_parser("sign", help="sign what VIGIL_SIGNING_KEY did not sign, once you have looked at it")
    rollback = actions.add_parser("rollback", help="make an earlier release current")
    rollback.add_argument("release", metavar="ID")
    rollback.add_argument("--reason", type=reason, default="rolled back by hand", help="kept in the journal")
    reproduce = actions.add_parser(
        "reproduce", help="make a release again from landing and compare the hashes, or list what is missing"
    )
    reproduce.add_argument("release", metavar="ID")
    for action, what in (("approve", "say that a release may be acted on"), ("hold", "say that it may not")):
        verdict = actions.add_parser(action, help=f"{what}; who, when and why are kept in the journal")
        verdict.add_argument("release", metavar="ID")
        verdict.add_argument(
            "--reason", type=reason, required=True, help="kept in the journal, and told with every export"
        )


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    index = ReleaseIndex(Settings.from_environment().releases)
    return _ACTIONS[arguments.action](index, arguments)


def _list(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    _refuse_none(index)
    current, readable = index.current(), {m.release_id: m for m in index.manifests()}
    entries = list(index.journal())
    broken, said, told = damaged(entries), verdicts(entries), published(entries)
    for release_id in index.known_ids():
        mark = "*" if current is not None and current.name == release_id else " "
        manifest = readable.get(release_id)
        if manifest is None:
            print(f"{mark} {release_id}  gone or damaged: vigil releases verify")
            continue
        if release_id in broken or missing_or_changed(index.root / release_id, told):
            print(f"{mark} {release_id}  damaged: vigil releases verify {release_id}")
            continue
        state = [
            manifest.mark,
            "erased: manifest only" if manifest.erased else "",
            "retired: manifest only" if manifest.retired else "",
            said[release_id].state if release_id in said else "",
        ]
        about = f"{manifest.release_id}  {manifest.created_at}  protocol {manifest.protocol['version']}"
        print(f"{mark} {about}  {' '.join(filter(None, state))}")
    return 0


def _refuse_none(index: ReleaseIndex) -> None:
    if not index.known_ids():
        raise LookupError(f"no release yet in {index.root}; run `vigil refresh`")


def _show(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    from orchestration.releases.dictionary import FILE as DICTIONARY
    from orchestration.releases.manifest import read_manifest
    from orchestration.releases.soundness import unsound

    manifest = read_manifest(index.folder(arguments.release))
    verdict: object = verdicts(index.journal()).get(manifest.release_id)
    if wrong := unsound(index.root / manifest.release_id):
        print(f"DAMAGED, not what was published: {wrong[0]}")
        verdict = "damaged, whatever was said of it before"
    for name, value in {**_facts(manifest), "verdict": verdict or NOT_APPROVED}.items():
        print(f"{name:<18}{value}")
    if (page := index.root / manifest.release_id / DICTIONARY).is_file():
        print(f"{'dictionary':<18}{page}")
    print("\nfiles")
    for file in manifest.inputs:
        print(f"  {file.source:<9}{file.file_name:<28}{file.n_record:>9} records  {file.sha256[:16]}")
    print("\ntables")
    for name, digest in sorted(manifest.tables.items()):
        print(f"  {name:<32}{digest.n_row:>9} rows  {digest.logical_hash[:16]}")
    return 0


def _facts(manifest: Manifest) -> dict[str, object]:
    return {
        "release": manifest.release_id,
        "data cut": manifest.data_cut,
        "published": manifest.created_at,
        "parent": manifest.parent_id or "none",
        "PRO-ACT release": manifest.proact_release,
        "protocol": f"{manifest.protocol['id']} {manifest.protocol['version']} {manifest.protocol['hash'][:16]}",
        "code": f"{manifest.code_hash[:16]}, commit {manifest.code_commit or 'not known'}",
        "fingerprint": manifest.fingerprint,
        "logical hash": manifest.logical_hash,
        "simulated": "yes, SYNTHETIC" if manifest.simulated else "no",
    }


def _dictionary(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    from orchestration.releases.dictionary import write_dictionary

    _refuse_none(index)
    write_dictionary(index.database(arguments.release), arguments.out)
    print(f"{index.folder(arguments.release).name} is described in {arguments.out}")
    return 0


def _diff(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    from orchestration.releases.compare import comparison_text

    print(comparison_text(index.folder(arguments.before), index.folder(arguments.after)))
    return 0


def _verify(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    folders = [index.folder(arguments.release)] if arguments.release else index.folders()
    if not index.known_ids():
        raise LookupError("no release to verify yet; run `vigil refresh`")
    problems = _problems(index, folders)
    if arguments.key is not None:
        from orchestration.releases.verify_signatures import verify_signatures

        problems += verify_signatures(index, arguments.key)
    for problem in dict.fromkeys(problems):
        print(problem)
    if not problems:
        what = folders[0].name if arguments.release else f"{len(folders)} releases"
        print(
            f"{what} verified: every file and table, every link of the chain, the journal and its copies are as published"
            + (f", and signed by {arguments.key.name}" if arguments.key is not None else "")
        )
    return 1 if problems else 0


def _problems(index: ReleaseIndex, folders: list[Path]) -> list[str]:
    from orchestration.erasure.audit import audit_problems
    from orchestration.queries.disclosures import disclosure_problems
    from orchestration.releases.verify import verify_release
    from orchestration.releases.verify_ledger import verify_chain

    found = [problem for folder in folders for problem in verify_release(folder)]
    home = index.root.parent
    return found + verify_chain(index) + audit_problems(home) + disclosure_problems(home)


def _sign(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    from orchestration.releases.verify_signatures import sign_everything

    with refresh_lock(index.root.parent, time_here()):
        problems = _problems(index, index.folders())
        for problem in dict.fromkeys(problems):
            print(problem)
        if problems:
            print("nothing is signed: this is not what was published")
            return 1
        signed = sign_everything(index)
    print(f"signed: {', '.join(signed)}" if signed else "everything is signed by this key already")
    return 0


def _rollback(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    from orchestration.releases.soundness import unsound

    now = time_here()
    # What a killed publication left unrecorded must not come back after the rollback; a running one looks after itself.
    with contextlib.suppress(AlreadyRunningError), refresh_lock(index.root.parent, now):
        for line in recover(Settings.from_environment(), now):
            print(line)
    folder = index.folder(arguments.release)
    if wrong := unsound(folder):
        raise LookupError(f"not rolled back: {wrong[0]}")
    index.switch(folder.name, at=now, reason=arguments.reason)
    print(f"current is now {folder.name}")
    return 0


def _judge(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    from orchestration.releases.soundness import unsound

    folder = index.folder(arguments.release)
    state = {"approve": APPROVED, "hold": HELD}[arguments.action]
    if state == APPROVED:
        index.database(folder.name)
        if wrong := unsound(folder):
            raise LookupError(f"not approved: {wrong[0]}")
    index.record(at=time_here(), act=state, reason=arguments.reason, release=folder.name)
    print(f"{folder.name} is {verdicts(index.journal())[folder.name]}")
    return 0


def _reproduce(index: ReleaseIndex, arguments: argparse.Namespace) -> int:
    from orchestration.night.reproduction import lay_out, make_again, missing_parts
    from orchestration.night.scratch_home import scratch_home
    from orchestration.releases.manifest import read_manifest

    settings = Settings.from_environment()
    manifest = read_manifest(index.folder(arguments.release))
    with scratch_home(settings) as folder:
        with refresh_lock(settings.home, time_here()):
            missing = missing_parts(settings, manifest)
            if not missing:
                lay_out(settings, manifest, folder)
        for line in missing:
            print(f"missing  {line}")
        if missing:
            print(f"{manifest.release_id} cannot be made again: {len(missing)} things are missing")
            return 1
        different = make_again(manifest, folder, lambda line: print(f"  {line}", flush=True))
    for line in different:
        print(line)
    n_table = len(manifest.tables)
    print(
        f"{manifest.release_id} made again from landing: {n_table - len(different)} of {n_table} tables are the same"
    )
    return 1 if different else 0


_ACTIONS = {
    "list": _list,
    "show": _show,
    "dictionary": _dictionary,
    "diff": _diff,
    "verify": _verify,
    "sign": _sign,
    "rollback": _rollback,
    "approve": _judge,
    "hold": _judge,
    "reproduce": _reproduce,
}
