"""How old a data cut is when its report is read: the page knows the day from which it is old, the reader's clock the rest.

No clock is asked here, so that equal material gives equal text. Does not belong here: how many days are too many (the
protocol's `report.old_after_days`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.report.material import Material
from analytics.report.sentences import sentences

DAYS = "{days}"
"""Where the page's script puts how many there are."""


@dataclass(frozen=True)
class Age:
    """What the page says of its age.

    Attributes:
        data_cut: ISO date.
        limit: days after which it is old.
        said: language, the sentence that holds for every reader, and the one for who reads it too late.
    """

    data_cut: str
    limit: int
    said: tuple[tuple[str, str, str], ...]


def age(material: Material) -> Age | None:
    """Of a report whose data cut is known; None where it is not, or none is ever old."""
    cut, limit = material.provenance.facts.get("Data cut"), material.protocol.report.old_after_days
    if cut is None or limit is None:
        return None
    return Age(cut, limit, tuple(_said(material, cut, limit)))


def _said(material: Material, cut: str, limit: int) -> Iterator[tuple[str, str, str]]:
    first_old = str(date.fromisoformat(cut) + timedelta(days=limit + 1))
    for language in material.protocol.report.languages:
        say = sentences(language)
        yield (
            language,
            say("age-from", day=first_old, limit=str(limit)),
            say("age-old", days=DAYS, limit=str(limit)),
        )
