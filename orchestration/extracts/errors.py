"""The one error a delivery can cause, and how foreign names are quoted in it.

Not here: errors of the warehouse, of dbt or of the analysis.
"""

import difflib
import unicodedata
from collections.abc import Iterable


class DeliveryError(Exception):
    """A delivery cannot be accepted.

    The message is one line for a person: file, row or column where it applies, the rule, the way out. It
    never quotes a cell, since cells hold subject identifiers and measurements.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


def shown(name: str) -> str:
    """A foreign name with a mark for each character that breaks the line, hides, turns others round or is none."""
    return "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else "?" for c in name)


def quoted(name: str, limit: int = 80) -> str:
    """Quote a foreign file or column name so that it can neither break the line nor hide characters."""
    visible = shown(name)
    return f"'{visible[:limit]}…'" if len(visible) > limit else f"'{visible}'"


def listed(names: list[str] | tuple[str, ...], limit: int = 12) -> str:
    """List names for a message, shortened after `limit`."""
    shown = ", ".join(quoted(name, 40) for name in names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown


def one_of(choices: Iterable[str], limit: int = 40) -> str:
    """What a name may be, shortened after `limit`."""
    every = sorted(choices)
    more = f" … ({len(every)} in all)" if len(every) > limit else ""
    return f"one of {', '.join(every[:limit])}{more}"


def did_you_mean(found: str, choices: Iterable[str]) -> str:
    """The known name that one nobody knows comes closest to, else what it may be."""
    every = sorted(choices)
    close = difflib.get_close_matches(found, every, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else one_of(every)
