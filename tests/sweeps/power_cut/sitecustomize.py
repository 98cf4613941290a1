"""A power cut at the n-th change of a home folder. Python loads this by its name, first of all, in every process.

What counts is any file of the home that is made, opened for writing, renamed, linked or removed, by whichever process; what
DuckDB and SQLite write inside a file of theirs happens between two of these. Set by `power.py`, which starts the command.
"""

import os
import signal
import sys

HOME = os.environ.get("POWER_CUT_HOME", "")
AT = int(os.environ.get("POWER_CUT_AT", "0"))
CHANGES = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.symlink",
    "os.link",
    "os.chmod",
    "os.truncate",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _folder_of(arguments: tuple) -> str:
    """Where a relative name stands: `shutil.rmtree` names what it removes within an open folder."""
    handle = arguments[-1]
    return os.readlink(f"/proc/self/fd/{handle}") if isinstance(handle, int) and handle >= 0 else os.getcwd()


def _changed(event: str, arguments: tuple) -> str | None:
    """The file of the home that an event is about to change."""
    if event == "open":
        path, _, flags = arguments
        if not (isinstance(flags, int) and flags & WRITING):
            return None
    elif event == "sqlite3.connect":
        path = arguments[0]
    elif event in CHANGES:
        path = arguments[1] if event in ("os.symlink", "os.link") else arguments[0]
    else:
        return None
    if not isinstance(path, (str, bytes, os.PathLike)):
        return None
    name = os.fsdecode(path)
    if not name.startswith("/"):
        name = os.path.join(_folder_of(arguments), name)
    return name if name.startswith(HOME + "/") else None


def _install() -> None:
    ledger = os.open(os.environ["POWER_CUT_LEDGER"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    count = os.open(os.environ["POWER_CUT_LEDGER"] + ".count", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def look(event: str, arguments: tuple) -> None:
        path = _changed(event, arguments)
        if path is None:
            return
        os.write(ledger, f"{event} {path[len(HOME) + 1 :]}\n".encode(errors="replace"))
        os.write(count, b".")
        if os.fstat(count).st_size == AT:
            os.killpg(os.getpgid(0), signal.SIGKILL)

    sys.addaudithook(look)


if HOME:
    _install()
