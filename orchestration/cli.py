"""`vigil`: thin commands. Each lives in `orchestration.commands`, imported only when it is called."""

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from orchestration.interruption import StoppedError, end_on_signals, hold_while_ending, stopped_by
from orchestration.telling import open_what_was_closed, telling_never_fails

OURS = ("orchestration", "analytics", "expectations")
COMMANDS = {
    "setup": "write .env and Dagster's configuration for this home folder",
    "simulate": "write demonstration extracts in PRO-ACT's and the registry's layouts",
    "refresh": "bring every new data cut from landing to a release",
    "analyse": "run the analysis alone on ADaM-shaped files",
    "releases": "list, show, compare, verify and roll back releases",
    "protocol": "show, validate and compare protocols",
    "try": "what other protocols would say of the released data cut; nothing is released",
    "operating-characteristics": "what the headline method could have shown on the released data cut; takes long",
    "trace": "from a result to the lines of the delivered files",
    "sql": "ask a release, read-only: a statement, or a conversation",
    "history": "estimates of all releases in one database",
    "export": "write the marts as XPT, Dataset-JSON or Parquet",
    "doctor": "a home's health: what needs a person, each with the way out; changes nothing",
    "terms": "check the words a site taught, and print those nobody knows",
    "queries": "write the open data queries to the sites, a file a site, with their own subject numbers",
    "erase": "remove a subject from landing, store, builds and releases",
    "rekey": "change the pseudonym key; needs the old one once",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 only when it did what it says, else one line on standard error that names the way out."""
    with telling_never_fails():
        return _status_of(_parsed(list(sys.argv[1:] if arguments is None else arguments)))


def _parsed(given: list[str]) -> argparse.Namespace:
    """The command and what it is given; only the module of that command is imported."""
    parser = argparse.ArgumentParser(
        prog="vigil",
        description="The nightly external-control study: from delivered files to an audited release.",
    )
    parser.add_argument(
        "--version", action=_Version, help="versions of the project, Python and DuckDB; its commit"
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        sub = subparsers.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if name in given[:1]:
            _module(name).add_arguments(sub)
    return parser.parse_args(given)


class _Version(argparse.Action):
    """Says what is installed, found out only where it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, **named: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, **named)

    def __call__(self, parser: argparse.ArgumentParser, *given: Any) -> NoReturn:
        print(_module("version").version_text())
        parser.exit()


def _module(command: str) -> ModuleType:
    """The command's module; a word of Python's cannot be the name of one."""
    return import_module(f"orchestration.commands.{command.replace('-', '_')}{'_' * iskeyword(command)}")


def _status_of(parsed: argparse.Namespace) -> int:
    try:
        return _module(parsed.command).run(parsed)
    except StoppedError:
        hold_while_ending()
        print(stopped_by(signal.SIGTERM), file=sys.stderr)
        return 128 + signal.SIGTERM
    except Exception as error:
        hold_while_ending()
        if not _is_expected(error):
            raise
        for line in getattr(error, "errors", (_one_line(error),)):
            print(f"vigil: {line}", file=sys.stderr)
        return 1


def _is_expected(error: Exception) -> bool:
    """Errors whose message is meant for people: our own kinds, what files raise, and what our own code refuses.

    A `ValueError` that comes out of a library is a defect, and its traceback is what helps.
    """
    if isinstance(error, OSError) or type(error).__module__.startswith(OURS):
        return True
    refused = isinstance(error, (ValueError, LookupError)) and not isinstance(error, IndexError)
    return refused and _raised_in(error).startswith(OURS)


def _raised_in(error: Exception) -> str:
    """Module whose code raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else str(trace.tb_frame.f_globals.get("__name__", ""))


def _one_line(error: Exception) -> str:
    text = str(error.args[0]) if isinstance(error, LookupError) and error.args else str(error)
    return " ".join(text.split())


def _name_a_home() -> None:
    """A user whom the machine knows by number alone has no home, and libraries that look for one would end with an error."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.path.abspath(os.environ.get("VIGIL_HOME") or "/nonexistent")


def script() -> None:
    """The `vigil` command: run, and leave without two seconds of tidying what ends with the process anyway."""
    open_what_was_closed()
    _name_a_home()
    if sys.flags.optimize:
        # Libraries write their own help from docstrings, and no code so compiled lies beside sources that are only read.
        os.environ.pop("PYTHONOPTIMIZE", None)
        os.execv(sys.executable, [sys.executable, "-m", "orchestration.cli", *sys.argv[1:]])
    end_on_signals()
    try:
        status = main()
    finally:
        hold_while_ending()
    gc.freeze()
    sys.exit(status)


if __name__ == "__main__":
    script()
