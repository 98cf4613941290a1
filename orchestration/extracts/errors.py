"""The one error a delivery can cause, and how foreign names are quoted in it.

Not here: errors of the warehouse, of dbt or of the analysis.
"""

import unicodedata


class DeliveryError(Exception):
    """A delivery cannot be accepted.

    The message is one line for a person: file, row or column where it applies, the rule, the way out. It
    never quotes a cell, since cells hold subject identifiers and measurements.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


def quoted(name: str, limit: int = 80) -> str:
    """Quote a foreign file or column name so that it can neither break the line nor hide characters."""
    shown = "".join(c if c.isprintable() and unicodedata.category(c) != "Cf" else "?" for c in name)
    return f"'{shown[:limit]}…'" if len(shown) > limit else f"'{shown}'"


def listed(names: list[str] | tuple[str, ...], limit: int = 12) -> str:
    """List names for a message, shortened after `limit`."""
    shown = ", ".join(quoted(name, 40) for name in names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
