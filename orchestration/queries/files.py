"""One CSV file a site, to be opened in a spreadsheet: what is asked, and room for the answer.

The file begins with a byte order mark, without which Excel takes Hangul for something else; only its owner may read it. Not
here: where it may lie (`place`), nor what stands in it (`disclosure`).
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from orchestration.durable import write_durably
from orchestration.export.safe_csv import safe_csv
from orchestration.extracts.site_answers import COLUMNS as OF_ANSWER

COLUMNS = (
    "query_id", "site", "subject", "form", "file", "visit", "date", "field", "finding", "found", "asked", "first_seen",
    "age_days",
)  # fmt: skip
TO_FILL_IN = (*OF_ANSWER[1:], "comment")
"""Left blank: a row that is filled in can stand in `answers.csv` as it is."""
_MODE_FOLDER = 0o700
_MOST_LETTERS = 60
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def file_names(sites: Iterable[str], mark: str | None) -> dict[str, str]:
    """A file name for each site, which every system can write; two that would fall together carry a hash of the site.

    Args:
        sites: as delivered.
        mark: what everything made of simulated deliveries says; None for genuine ones.
    """
    safe = {site: _safe(site) for site in sites}
    alike: dict[str, list[str]] = {}
    for site, name in safe.items():
        alike.setdefault(name.casefold(), []).append(site)
    start = f"{mark}-queries" if mark else "queries"
    return {
        site: f"{start}-{name}{_told_apart(site) if len(alike[name.casefold()]) > 1 else ''}.csv"
        for site, name in safe.items()
    }


def _safe(site: str) -> str:
    return _NOT_IN_NAMES.sub("_", unicodedata.normalize("NFC", site)).strip("._")[:_MOST_LETTERS] or "site"


def _told_apart(site: str) -> str:
    return f"-{hashlib.sha256(site.encode()).hexdigest()[:8]}"


def write_files(rows: pd.DataFrame, names: Mapping[str, str], out: Path) -> dict[str, Path]:
    """Write a file for each site.

    Args:
        rows: `COLUMNS`, of all sites.
        names: file name by site.
        out: the folder, made where it is not there.

    Returns:
        The file by site.
    """
    out.mkdir(mode=_MODE_FOLDER, parents=True, exist_ok=True)
    out.chmod(_MODE_FOLDER)
    written = {}
    for site, part in rows.groupby("site", sort=True):
        path = out / names[str(site)]
        blank = dict.fromkeys(TO_FILL_IN, "")
        text = safe_csv(part[list(COLUMNS)].assign(**blank))
        write_durably(path, text.encode("utf-8-sig"))
        written[str(site)] = path
    return written
