"""`vigil queries`: the open data queries of a release as a file a site, with the site's own subject numbers; audited."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.extracts.site_answers import ANSWERS_PLACE
from orchestration.releases.index import CURRENT
from orchestration.settings import Settings, time_here

if TYPE_CHECKING:
    from orchestration.queries.disclosure import Disclosure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, of which release, for which site."""
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="DIR",
        help="a new folder, only for those who may know the subjects",
    )
    parser.add_argument("--site", metavar="SITE", help="this site alone, as DM calls it")
    parser.add_argument("--release", default=CURRENT, metavar="ID")


def run(arguments: argparse.Namespace) -> int:
    """Write the files; says what was written and what was not, and why.

    Returns:
        1 where queries about subjects could not be told to their site, counted by reason.
    """
    from orchestration.queries.disclosure import disclose

    settings = Settings.from_environment()
    done = disclose(settings, arguments.release, arguments.out, time_here(), arguments.site)
    for line in done.mended:
        print(line)
    _tell(done)
    for left in done.unfound:
        print(
            f"not written: {left.n_query} queries about {left.n_subject} subjects: {left.reason}",
            file=sys.stderr,
        )
    return 0 if done.is_whole else 1


def _tell(done: "Disclosure") -> None:
    for site, (path, n_query, n_subject) in done.files.items():
        print(f"{path}  site {site}: open queries {n_query}, subjects {n_subject}")
    if not done.files:
        print("no query was written")
    if done.n_other:
        print(f"not written: {done.n_other} queries to other sites")
    if done.n_answered:
        print(f"not written: {done.n_answered} queries that are answered ({ANSWERS_PLACE})")
    if done.stray:
        lines = ", ".join(map(str, done.stray))
        print(
            f"{ANSWERS_PLACE}: line {lines}: answered, and not raised by this release (corrected since, or another id)"
        )
    if done.n_proact:
        print(f"not written: {done.n_proact} queries about PRO-ACT, which has no sites to ask")
    verdict = f"release {done.release_id}"
    if done.mark:
        print(f"{verdict}; {done.mark}: made from simulated deliveries")
    elif done.files:
        print(
            f"{verdict}; the files name subjects: for their sites alone, and written down in disclosures.jsonl"
        )
