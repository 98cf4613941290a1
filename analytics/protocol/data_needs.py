"""Settings that do nothing with the data at hand, because a column that they choose by is not there.

Belongs here: which columns a setting chooses by. Does not belong here: columns that the protocol names itself (`columns`),
or a whole file that is not given, which the results say.
"""

from collections.abc import Callable, Collection, Iterator, Mapping

from analytics.protocol.idle import chosen, shown
from analytics.protocol.model import Protocol

Columns = Mapping[str, Collection[str]]
Lack = Callable[[Protocol, Columns], str | None]


def _column(mart: str, column: str) -> Lack:
    def lack(_: Protocol, columns: Columns) -> str | None:
        return None if mart not in columns or column in columns[mart] else f"{mart} has no column {column}"

    return lack


def _undated(_: Protocol, columns: Columns) -> str | None:
    """Deaths without a date are marked in `adsl`, or left out by a rule of `adtte`."""
    known = "VSRULE" in columns.get("adtte", ()) or {"DTHUNDFL", "DTHFL"} & set(columns["adsl"])
    return None if known else "neither adtte has a column VSRULE nor adsl DTHUNDFL or DTHFL"


def _partly_dated(protocol: Protocol, columns: Columns) -> str | None:
    flag = "HARVDTF" if protocol.time_zero.treated == "harvest" else "INDEXDTF"
    return None if flag in columns["adsl"] else f"adsl has no column {flag}"


def _harvest(protocol: Protocol, columns: Columns) -> str | None:
    known = "ORIGIN" in columns.get("adtte", ()) or "HARVDY" in columns["adsl"]
    if protocol.time_zero.treated != "harvest" or known:
        return None
    return "neither adtte has a column ORIGIN nor adsl HARVDY"


LACKS: dict[str, Lack] = {
    "time_zero.treated": _harvest,
    "time_zero.partial_index": _partly_dated,
    "vital_status.window_days": _column("adtte", "VSRULE"),
    "vital_status.undated_death": _undated,
    "vital_status.death_dates": _column("adtte", "VSRULE"),
    "vital_status.not_recorded": _column("adsl", "VITSTAT"),
    "vital_status.reporting_lag_days": _column("adsl", "CUTDY"),
    "sensitivity.windows_days": _column("adtte", "VSRULE"),
}
"""Settings that choose by a column, and what is lacking for them."""


def idle_here(protocol: Protocol, columns: Columns) -> Iterator[str]:
    """Settings other than their default that change nothing with these data, each with the column that is lacking.

    Args:
        protocol: the protocol.
        columns: names of columns by mart; of a mart that is not given nothing is said.
    """
    for key, lack in LACKS.items():
        value = chosen(protocol, key)
        reason = None if value is None else lack(protocol, columns)
        if reason:
            yield f"{key} = {shown(value)} has no effect: {reason}; leave it out, or give the column"
