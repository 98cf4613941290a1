"""`vigil protocol`: show, validate, diff, document."""

import argparse
from pathlib import Path

from analytics.protocol import (
    ColumnError,
    Protocol,
    adapted,
    check_declared,
    differences,
    parse_protocol,
    protocol_hash,
    to_toml,
)
from orchestration.mart_contracts import text_columns
from orchestration.night.endpoints import refuse_uncounted
from orchestration.settings import Settings, protocol_file_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command each."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("show", help="the protocol in force, every default written out")
    validate = actions.add_parser("validate", help="read a protocol file and say what is wrong with it")
    validate.add_argument("file", type=Path, metavar="FILE")
    validate.add_argument(
        "--adsl", type=Path, metavar="FILE", help="for vigil analyse: the file whose columns it is to name"
    )
    diff = actions.add_parser("diff", help="settings that differ between two files")
    diff.add_argument("before", type=Path, metavar="A")
    diff.add_argument("after", type=Path, metavar="B")
    document = actions.add_parser(
        "document", help="a statistical analysis plan: every setting and what it means"
    )
    document.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="instead of the protocol in force"
    )
    document.add_argument(
        "--before", type=Path, metavar="FILE", help="an earlier version; what changed is a table"
    )
    document.add_argument("--out", type=Path, required=True, metavar="PLAN.docx")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    if arguments.action == "show":
        print(to_toml(Settings.from_environment().protocol()), end="")
    elif arguments.action == "validate":
        protocol = (
            _valid_for(arguments.file, arguments.adsl) if arguments.adsl else valid_protocol(arguments.file)
        )
        print(
            f"{arguments.file.name} is valid: {protocol.study.id} {protocol.study.version}, {protocol_hash(protocol)}"
        )
    elif arguments.action == "document":
        _write_plan(arguments)
    else:
        _tell_differences(read_protocol(arguments.before), read_protocol(arguments.after))
    return 0


def _write_plan(arguments: argparse.Namespace) -> None:
    from orchestration.export.tables.document import check_installed

    check_installed()
    from orchestration.export.tables.plan import write_plan

    protocol = read_protocol(arguments.file) if arguments.file else Settings.from_environment().protocol()
    before = read_protocol(arguments.before) if arguments.before else None
    n_table = write_plan(protocol, before, arguments.out)
    print(f"{arguments.out}  {protocol.study.id} {protocol.study.version}, {n_table} tables")


def _tell_differences(before: Protocol, after: Protocol) -> None:
    changes = differences(before, after)
    for change in changes:
        print(f"{change.key}: {change.before} → {change.after}")
    print(f"{len(changes)} {'setting differs' if len(changes) == 1 else 'settings differ'}")
    if changes and (before.study.id, before.study.version) == (after.study.id, after.study.version):
        print(f"study.version is {after.study.version} in both: give the changed protocol one of its own")


def valid_protocol(path: Path) -> Protocol:
    """Read a protocol file for the marts there are.

    Raises:
        ProtocolError, OSError: as `read_protocol`.
        ColumnError: it names a column that they do not have.
    """
    protocol = read_protocol(path)
    try:
        check_declared(protocol, text_columns("adsl"), f"{path.name}: adsl")
    except ColumnError as error:
        raise ColumnError(f"{error}; for files of others give --adsl FILE") from error
    refuse_uncounted(protocol)
    return protocol


def _valid_for(path: Path, adsl: Path) -> Protocol:
    """Read a protocol file for anyone's subjects, as `vigil analyse` fits it to them."""
    from orchestration.foreign.files import read_frame
    from orchestration.foreign.subjects import check_subjects

    frame = read_frame(adsl, Settings.from_environment().registry_encoding)
    protocol = adapted(read_protocol(path), {"adsl": frame}).protocol
    check_subjects(protocol, frame, adsl.name)
    return protocol


def read_protocol(path: Path) -> Protocol:
    """Read a protocol file.

    Raises:
        ProtocolError: it is not a valid protocol.
        OSError: it cannot be read.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is not there, or is no file; give a protocol in TOML")
    return parse_protocol(protocol_file_text(path), path.name)
