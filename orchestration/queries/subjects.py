"""Who is meant by a pseudonym: the site and its own number of the subject, from the delivery that a release rests on.

A pseudonym cannot be turned round: that of every subject in the delivered DM is made and compared. Reads landing, shows
nothing. Not here: what is asked of them (`asked`), nor writing it down (`files`).
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from orchestration.extracts.deliveries import REGISTRY
from orchestration.extracts.errors import DeliveryError
from orchestration.tracing.delivered_lines import DeliveredTable, cells_of
from orchestration.tracing.proof import Landing

DM = "dm"
NOT_IN_LANDING = "the registry's delivery of this data cut is not in landing/, or cannot be read"
NOT_IN_DM = "not in DM of the delivery as it lies in landing/"
SEVERAL_SITES = "several sites in DM"
NO_SITE = "no site in DM"


@dataclass(frozen=True)
class SiteSubject:
    """A subject as its site knows it: by SUBJID, or by USUBJID where the site has given that to several, or to none."""

    site: str
    number: str
    usubjid: str

    @property
    def by_usubjid(self) -> "SiteSubject":
        """The same, called by USUBJID."""
        return replace(self, number=self.usubjid)


@dataclass(frozen=True)
class SiteSubjects:
    """The subjects of a delivery by pseudonym, and why others could not be found."""

    known: Mapping[str, SiteSubject]
    unfound: Mapping[str, str]
    """Pseudonym → reason, of those in DM whose site is not one."""
    is_there: bool
    """Whether the delivery's DM could be read."""

    @property
    def sites(self) -> list[str]:
        """Every site of the delivery."""
        return sorted({subject.site for subject in self.known.values()})

    def why_unknown(self, pseudonym: str) -> str:
        """Why a subject has no site here."""
        return self.unfound.get(pseudonym, NOT_IN_DM) if self.is_there else NOT_IN_LANDING


def site_subjects(landing: Landing) -> SiteSubjects:
    """The subjects in DM of the registry's delivery of a release."""
    found: dict[str, set[SiteSubject]] = {}
    is_there = False
    for entry in landing.entries(REGISTRY, table_name=DM):
        try:
            table = landing.table(entry)
            if table is None:
                continue
            for pseudonym, subject in _subjects(table):
                found.setdefault(pseudonym, set()).add(subject)
            is_there = True
        except (DeliveryError, OSError):
            continue
    return _told_apart(found, is_there)


def _subjects(table: DeliveredTable) -> Iterable[tuple[str, SiteSubject]]:
    for _, (usubjid, subjid, siteid) in cells_of(table, ("USUBJID", "SUBJID", "SITEID")):
        if pseudonym := table.subject_of(usubjid):
            whole = plain(usubjid)
            yield pseudonym, SiteSubject(plain(siteid), plain(subjid) or whole, whole)


def _told_apart(found: Mapping[str, set[SiteSubject]], is_there: bool) -> SiteSubjects:
    """Only whose site is one and known may be told to it."""
    known, unfound = {}, {}
    for pseudonym, subjects in found.items():
        sites = {subject.site for subject in subjects}
        if len(sites) > 1:
            unfound[pseudonym] = SEVERAL_SITES
        elif sites == {""}:
            unfound[pseudonym] = NO_SITE
        else:
            known[pseudonym] = min(subjects, key=lambda each: (each.number, each.usubjid))
    numbers = Counter((subject.site, subject.number) for subject in known.values())
    clear = {
        pseudonym: subject.by_usubjid if numbers[subject.site, subject.number] > 1 else subject
        for pseudonym, subject in known.items()
    }
    return SiteSubjects(clear, unfound, is_there)


def plain(text: str) -> str:
    """A cell without blanks around it, in one spelling of its letters."""
    return unicodedata.normalize("NFC", text).strip()
