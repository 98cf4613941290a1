"""What lies in `landing/`: the deliveries of both sources, by the environment's settings.

Light imports only: a night with nothing new looks here. Does not belong here: reading a file (`extracts`), nor which
deliveries a build rests on (`night.inputs`).
"""

import time
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from orchestration.extracts.beside import notes_beside
from orchestration.extracts.deliveries import PROACT, REGISTRY, Delivery, find_deliveries
from orchestration.extracts.dictionary import SourceDictionary, load_dictionaries
from orchestration.extracts.site_answers import NO_SITE_ANSWERS, SiteAnswers, read_site_answers
from orchestration.extracts.site_columns import NO_SITE_COLUMNS, SiteColumns, read_site_columns
from orchestration.extracts.site_terms import NO_SITE_TERMS, SiteTerms, read_site_terms
from orchestration.settings import DBT_PROJECT, TIME_ZONE, Settings


@dataclass(frozen=True)
class Landed:
    """Deliveries of both sources, oldest first, as one look at landing found them. A night looks once."""

    registry: tuple[Delivery, ...]
    proact: tuple[Delivery, ...]
    terms: SiteTerms = NO_SITE_TERMS
    """The words the site taught."""
    columns: SiteColumns = NO_SITE_COLUMNS
    """The columns the site lets be stored."""
    answers: SiteAnswers = NO_SITE_ANSWERS
    """What the sites answered to their data queries."""
    notes: tuple[str, ...] = ()
    """Files beside the deliveries that are nearly named like one that is read."""

    @property
    def set_aside(self) -> tuple[Delivery, ...]:
        """Deliveries that are not read: incomplete or broken, each with its reason."""
        return tuple(d for d in (*self.registry, *self.proact) if not d.complete)


@cache
def dictionaries() -> dict[str, SourceDictionary]:
    """The source dictionaries of both sources, from the dbt project."""
    return load_dictionaries(DBT_PROJECT)


def landed(settings: Settings) -> Landed:
    """Look at landing.

    Raises:
        SiteFileError: the file of the site's words, or that of the sites' answers, has errors.
        SiteColumnsError: the file of the site's columns has errors.
        DeliveryError: a withdrawal list lies beside the deliveries.
    """
    registry = settings.landing / REGISTRY.lower()
    return Landed(
        deliveries(settings, REGISTRY),
        deliveries(settings, PROACT),
        site_terms(settings),
        read_site_columns(registry, dictionaries()[REGISTRY.lower()]),
        site_answers(settings),
        notes_beside(registry),
    )


def deliveries(settings: Settings, source: str) -> tuple[Delivery, ...]:
    """Deliveries of a source in landing, oldest first."""
    return find_deliveries(
        settings.landing,
        source,
        now=time.time(),
        settle_seconds=settings.settle_seconds,
        in_doubt=settings.registry_encoding,
        today=_today(),
    )


def site_terms(settings: Settings) -> SiteTerms:
    """The words that the site taught, in `landing/registry/terms.csv`.

    Raises:
        SiteFileError: the file has errors.
    """
    return read_site_terms(settings.landing / REGISTRY.lower(), dictionaries())


def site_answers(settings: Settings) -> SiteAnswers:
    """What the sites answered to their data queries, in `landing/registry/answers.csv`.

    Raises:
        SiteFileError: the file has errors.
    """
    return read_site_answers(settings.landing / REGISTRY.lower(), _today())


def _today() -> date:
    return datetime.now(ZoneInfo(TIME_ZONE)).date()


def data_cuts(settings: Settings) -> tuple[str, ...]:
    """Data cuts with a complete registry delivery, oldest first."""
    return _complete(settings, REGISTRY)


def exports(settings: Settings) -> tuple[str, ...]:
    """PRO-ACT exports with a complete delivery, oldest first."""
    return _complete(settings, PROACT)


def _complete(settings: Settings, source: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(d.release for d in deliveries(settings, source) if d.complete))


def landing_is_empty(landing: Path) -> bool:
    """Whether nobody has delivered anything yet."""
    return not any(p for p in landing.rglob("*") if p.is_file() and not p.name.startswith("."))
