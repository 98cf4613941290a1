"""What stops a build because of the release before: losses that nobody accepted, and subjects who were erased and come back.

A full snapshot that lacks much of what the last one had is more likely cut short than true. Not here: what is counted
(`losses`), and what changed otherwise (`history`).
"""

from collections.abc import Collection, Sequence
from pathlib import Path

from orchestration.erasure.returned import returned_subjects
from orchestration.night.build import Build
from orchestration.night.losses import Figure
from orchestration.night.understanding import Table, commonest_words

ACCEPT = ".accept-drop"


class DropGuardError(RuntimeError):
    """A build that must not be published; the message says why, and the way out, in one line."""


def refuse_losses(build: Build, figures: Sequence[Figure]) -> list[Figure]:
    """Stop when something fell by more than its limit and nobody accepted that very fall.

    A file `.accept-drop` in the delivery's folder, or `<data cut>.accept-drop` beside it, accepts what it names, a line
    each: what fell, from what to what. It accepts nothing else, and nothing at all when it is empty.

    Returns:
        The losses that are accepted.

    Raises:
        DropGuardError: one is not.
    """
    lost = [figure for figure in figures if figure.is_lost]
    accepted = [figure for figure in lost if is_accepted(build, figure)]
    refused = [figure for figure in lost if figure not in accepted]
    if refused:
        raise DropGuardError(_message(build, refused, {figure.line for figure in lost}))
    return accepted


def is_accepted(build: Build, figure: Figure) -> bool:
    """Whether a file names this fall, from and to included."""
    return figure.line in {line for _, line in _accepting(build)}


def _accepting(build: Build) -> list[tuple[int, str]]:
    """Number and text of every line that is to accept something; # begins a remark."""
    return [
        (number, " ".join(line.split()))
        for file in _markers(build)
        if file.is_file()
        for number, line in enumerate(file.read_text("utf-8-sig", "replace").splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _markers(build: Build) -> list[Path]:
    """Where the file may lie; the place for this kind of delivery comes first."""
    path = build.registry_delivery
    beside = path.with_name(f"{build.data_cut}{ACCEPT}")
    return [path / ACCEPT, beside] if path.is_dir() else [beside]


def _message(build: Build, refused: Sequence[Figure], lost: Collection[str]) -> str:
    since = f"since release {build.parent.release_id}" if build.parent else "in the first release"
    words = commonest_words(build.warehouse, _tables(refused))
    teach = " or teach the words in landing/registry/terms.csv" if words else ""
    idle = [str(number) for number, line in _accepting(build) if line not in lost]
    parts = [
        f"not published: fell {since} " + " ".join(f"[{figure.line}]" for figure in refused),
        *(figure.cause for figure in refused),
        words,
        f"deliver it whole{teach}; or, if it is right, write what stands in "
        f"brackets, a line each, into landing/registry/{_marker_place(build)}; and refresh again",
    ]
    if idle:
        parts.insert(-1, f"{ACCEPT} names no loss of this night in line {', '.join(idle)}")
    return "; ".join(part for part in parts if part)


def _tables(refused: Sequence[Figure]) -> set[Table] | None:
    """The delivered tables that the losses are of; None where one of them may come of any."""
    return None if any(not figure.tables for figure in refused) else {t for f in refused for t in f.tables}


def _marker_place(build: Build) -> str:
    return _markers(build)[0].relative_to(build.registry_delivery.parent).as_posix()


def refuse_erased_subjects(build: Build) -> None:
    """Stop when the deliveries hold a subject, of either source, who was erased before.

    Raises:
        DropGuardError: they do; the message names file and row, not the subject.
        AuditError: who was erased cannot be read.
    """
    again = returned_subjects(build.settings, build.warehouse)
    if again:
        raise DropGuardError(
            f"not published: {len(again)} subjects erased before are delivered again, first in {again[0].file_name} row "
            f"{again[0].line}; run vigil erase --requested --reason ..., and refresh again"
        )
