"""`vigil terms`: the words a site taught, checked; with --unknown the words nobody knows, with --all those taken for no fact
too, printed and written nowhere.

The words come from the deliveries in landing, not from a release: a release never holds free text.
"""

import argparse
from datetime import date

from orchestration.extracts.deliveries import PROACT, REGISTRY, Delivery, newest_complete
from orchestration.extracts.site_terms import COLUMNS, TERMS_PLACE, SiteTerms
from orchestration.landing import deliveries, site_terms
from orchestration.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--unknown, --all and --cut."""
    parser.add_argument(
        "--unknown",
        action="store_true",
        help="print the words of the deliveries in landing that nobody knows",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="with --unknown: also the medications, procedures and items of history that were taken for none of the facts",
    )
    parser.add_argument(
        "--cut", metavar="YYYY-MM-DD", help="the registry's delivery to look at; the newest by default"
    )


def run(arguments: argparse.Namespace) -> int:
    """Check the file, and print what is asked for; nothing is written."""
    settings = Settings.from_environment()
    taught = site_terms(settings)
    print(f"{TERMS_PLACE}: {len(taught.terms)} words" if taught.sha256 else f"{TERMS_PLACE}: not there")
    if arguments.unknown or arguments.all:
        _print_unknown(settings, taught, arguments.cut, of_no_fact=arguments.all)
    return 0


def _print_unknown(settings: Settings, taught: SiteTerms, cut: str | None, *, of_no_fact: bool) -> None:
    from orchestration.night.unknown_words import unknown_words

    registry = _registry(settings, cut)
    proact = newest_complete(deliveries(settings, PROACT))
    until = date.fromisoformat(registry.release) if registry else date.max
    words = unknown_words(
        settings, [d for d in (proact, registry) if d], taught, until, of_no_fact=of_no_fact
    )
    # The columns of terms.csv, which reads no others: a row is pasted and its meaning filled in.
    print(",".join([*COLUMNS, "records", "subjects"]))
    for word in words:
        print(
            f"{word.domain},{word.variable},{_cell(word.term)},{word.meaning},{word.n_record},{word.n_subject}"
        )


def _registry(settings: Settings, cut: str | None) -> Delivery | None:
    found = deliveries(settings, REGISTRY)
    if cut is None:
        return newest_complete(found)
    named = [delivery for delivery in found if delivery.release == cut]
    if not named:
        raise LookupError(f"no registry delivery {cut} in landing/registry/")
    return named[0]


def _cell(text: str) -> str:
    """A cell of CSV, so that what is printed can be pasted into the file."""
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text
