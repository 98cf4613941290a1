"""The open queries of a release, told to the sites: put together, written into the audit, then into files.

Everybody who cannot be told is counted by reason. Not here: the parts (`asked`, `subjects`, `rows`, `files`).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from orchestration.erasure.keys import OtherKeyError, settings_under
from orchestration.landing import site_answers
from orchestration.private_place import refuse_place, refuse_used
from orchestration.queries.asked import asked_by
from orchestration.queries.disclosures import record_disclosure
from orchestration.queries.files import file_names, write_files
from orchestration.queries.rows import no_rows, rows_of
from orchestration.queries.subjects import plain, site_subjects
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.manifest import Manifest, read_manifest
from orchestration.releases.soundness import unsound
from orchestration.settings import Settings
from orchestration.tracing.proof import Landing, subject_part

OTHER_KEY = "the release was made under another pseudonym key, which this home does not have"
NO_SUBJECT = "about no one subject: words nobody knows (vigil terms --unknown), and the like"


class NothingToTellError(LookupError):
    """Nothing is written; one line that says why."""


@dataclass(frozen=True)
class Unfound:
    """Queries that no site can be told, for one reason."""

    reason: str
    n_query: int
    n_subject: int


@dataclass(frozen=True)
class Disclosure:
    """What was told to whom; counts and files.

    Attributes:
        release_id, mark: the release, and what everything made of simulated deliveries says.
        files: by site: the file, its queries and its subjects.
        unfound: what could not be told, by reason.
        n_answered, n_proact, n_other: queries not written since a site answered them, PRO-ACT has no sites to ask, or
            another site was asked for.
        stray: lines of answers.csv that answer what the release does not raise.
        mended: what of the audit was mended, a line each.
    """

    release_id: str
    mark: str | None
    files: Mapping[str, tuple[Path, int, int]]
    unfound: tuple[Unfound, ...]
    n_answered: int
    n_proact: int
    n_other: int = 0
    stray: tuple[int, ...] = ()
    mended: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every query about a subject is told, answered or another site's."""
        return all(each.reason == NO_SUBJECT for each in self.unfound)


def disclose(settings: Settings, release: str, out: Path, at: str, site: str | None = None) -> Disclosure:
    """Write the open queries of a release, a file a site.

    Args:
        settings: the home folder, and the pseudonym key.
        release: its id or number, or `current`.
        out: a new folder.
        at: now, ISO with UTC offset.
        site: this one alone.

    Raises:
        RefusedPlaceError: files that name subjects may not lie there.
        DeliveryError: answers.csv has errors.
        LookupError: there is no such release, it is damaged, or no such site.
        AuditError: the audit cannot be read; nothing was written.
    """
    refuse_place(out, settings)
    refuse_used(out)
    database = ReleaseIndex(settings.releases).database(release)
    if wrong := unsound(database.parent):
        raise NothingToTellError(f"nothing is written: {wrong[0]}")
    manifest = read_manifest(database.parent)
    asked = asked_by(database, site_answers(settings))
    rows, unfound = _told(settings, database, manifest, asked.open)
    mine = _of_site(rows, site)
    mended, files = _written(settings, manifest, mine, out, at) if len(mine) else ([], {})
    return Disclosure(
        release_id=manifest.release_id,
        mark=manifest.mark,
        files=files,
        unfound=unfound,
        n_answered=len(asked.answered),
        n_proact=asked.n_proact,
        n_other=len(rows) - len(mine),
        stray=asked.stray,
        mended=tuple(mended),
    )


def _told(
    settings: Settings, database: Path, manifest: Manifest, open_queries: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Unfound, ...]]:
    """Rows of the files, and what cannot be told."""
    asked = open_queries.assign(
        pseudonym=[subject_part(text) if isinstance(text, str) else "" for text in open_queries["usubjid"]]
    )
    try:
        landing = Landing.of_release(settings_under(settings, manifest.pseudonym_key_id), database)
    except OtherKeyError:
        return no_rows(), _counted(asked, dict.fromkeys(asked["pseudonym"], OTHER_KEY))
    subjects = site_subjects(landing)
    is_known = asked["pseudonym"].isin(subjects.known.keys())
    left = asked[~is_known]
    reasons = {name: subjects.why_unknown(name) for name in left["pseudonym"].unique()}
    rows = rows_of(asked[is_known], subjects, landing, manifest.data_cut)
    return rows, _counted(left, reasons)


def _counted(left: pd.DataFrame, reasons: Mapping[str, str]) -> tuple[Unfound, ...]:
    """What is left, by reason."""
    said = [reasons[name] if name else NO_SUBJECT for name in left["pseudonym"]]
    queries = Counter(said)
    subjects = Counter(
        reason
        for _, reason in {(name, why) for name, why in zip(left["pseudonym"], said, strict=True) if name}
    )
    return tuple(Unfound(reason, n, subjects[reason]) for reason, n in sorted(queries.items()))


def _of_site(rows: pd.DataFrame, site: str | None) -> pd.DataFrame:
    """The rows of the site that was asked for.

    Raises:
        NothingToTellError: none is of it.
    """
    if site is None or rows.empty:
        return rows
    mine = rows[rows["site"] == plain(site)]
    if mine.empty:
        there = ", ".join(sorted(rows["site"].unique())) or "none"
        raise NothingToTellError(f"no query is open at site {site!r}; sites with open queries: {there}")
    return mine


def _written(
    settings: Settings, manifest: Manifest, rows: pd.DataFrame, out: Path, at: str
) -> tuple[list[str], dict[str, tuple[Path, int, int]]]:
    counts = {site: (len(part), part["subject"].nunique()) for site, part in _by_site(rows)}
    mended = record_disclosure(
        settings.home,
        manifest.release_id,
        at,
        n_query=len(rows),
        n_site=len(counts),
        n_subject=sum(n for _, n in counts.values()),
    )
    files = write_files(rows, file_names(sorted(counts), manifest.mark), out)
    return mended, {site: (files[site], *counts[site]) for site in sorted(counts)}


def _by_site(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    return ((str(site), part) for site, part in rows.groupby("site", sort=True))
