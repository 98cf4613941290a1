"""Follow-up of the eligible: entry, stop and event of one endpoint under the protocol's clock and vital-status rule."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint

READ = ("USUBJID", "ORIGIN", "VSRULE", "AVAL", "CNSR", "ENTRYDY", "ENTRYHDY")


def follow_up(
    protocol: Protocol,
    adtte: pd.DataFrame,
    subjects: pd.DataFrame,
    endpoint: Endpoint,
) -> pd.DataFrame:
    """One row per eligible subject with usable follow-up, on the `(entry, stop]` clock of days.

    Args:
        protocol: names time zero, origin and vital-status rule.
        adtte: time-to-event mart; the columns ORIGIN, VSRULE and ENTRYDY may be absent in a foreign file. Where
            ORIGIN is, AVAL counts from the origin of the file and ENTRYDY, where given, is the delayed entry.
        subjects: eligible subjects with USUBJID and TREATED (and CUTDY for a reporting lag).
        endpoint: picks PARAMCD, and those of competing events.

    Returns:
        Columns usubjid, endpoint, entry_days, stop_days, event, competing, sorted by usubjid. Who has no row in `adtte` has
        none here. Follow-up ends with the first event; of an endpoint and a competing event on one day the endpoint counts.
        A competing event after the endpoint's own follow-up changes nothing: whether the endpoint came first is not known.

    Raises:
        ValueError: the clock starts before time zero and `adtte` has no days of entry, or a time is infinite.
    """
    rows = _timed(protocol, adtte, subjects, [endpoint.name])
    stop = rows["AVAL"].astype(float)
    if np.isinf(stop).any():
        raise ValueError(
            f"adtte: AVAL is infinite in {int(np.isinf(stop).sum())} rows; give days, or leave it empty"
        )
    event = rows["CNSR"] == 0
    first = _first_competing(protocol, adtte, subjects, endpoint, rows["USUBJID"])
    competing = (first < stop) | ((first == stop) & ~event)
    result = pd.DataFrame(
        {
            "usubjid": rows["USUBJID"].astype(str),
            "endpoint": endpoint.name,
            "entry_days": _entry(protocol, rows),
            "stop_days": stop.mask(competing, first),
            "event": (event & ~competing).astype("int64"),
            "competing": competing.astype("int64"),
        }
    )
    if protocol.vital_status.reporting_lag_days:
        result = _at_cut_minus_lag(protocol, result, subjects)
    usable = result["stop_days"] > result["entry_days"]
    return result[usable].sort_values("usubjid", ignore_index=True)


def _timed(
    protocol: Protocol, adtte: pd.DataFrame, subjects: pd.DataFrame, codes: Collection[str]
) -> pd.DataFrame:
    """Rows of these PARAMCDs that have a time, on the protocol's clock, with TREATED."""
    read = [column for column in READ if column in adtte]
    rows = pd.concat([_under_rule(protocol, adtte.loc[adtte["PARAMCD"] == code, read]) for code in codes])
    rows = rows[rows["AVAL"].notna() & rows["CNSR"].notna()].merge(
        subjects[["USUBJID", "TREATED"]], on="USUBJID"
    )
    if "ORIGIN" not in rows:
        return rows
    return rows[rows["ORIGIN"] == rows["TREATED"].map(_origins(protocol))]


def _first_competing(
    protocol: Protocol,
    adtte: pd.DataFrame,
    subjects: pd.DataFrame,
    endpoint: Endpoint,
    usubjid: "pd.Series[str]",
) -> pd.Series:
    """Day of each subject's first competing event; NaN where none came."""
    if not endpoint.competing:
        return pd.Series(np.nan, usubjid.index)
    rows = _timed(protocol, adtte, subjects, endpoint.competing)
    came = rows[rows["CNSR"] == 0]
    return usubjid.map(came["AVAL"].astype(float).groupby(came["USUBJID"]).min()).astype(float)


def _under_rule(protocol: Protocol, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the vital-status rule; of deaths whose day is in doubt the latest, where the protocol says so."""
    if "VSRULE" not in rows:
        return rows
    chosen = rows[rows["VSRULE"] == protocol.vital_status.rule]
    later = rows[rows["VSRULE"] == protocol.vital_status.later_rule]
    if later.empty:
        return chosen
    return pd.concat([chosen[~chosen["USUBJID"].isin(later["USUBJID"])], later])


def _origins(protocol: Protocol) -> dict[int, str]:
    if protocol.time_zero.origin == "time_zero":
        return {1: protocol.time_zero.treated.upper(), 0: protocol.time_zero.control.upper()}
    return dict.fromkeys((0, 1), protocol.time_zero.origin.upper())


def analysed_parameters(protocol: Protocol) -> list[dict[str, str | int | None]]:
    """Which rows of `adtte` are analysed, of an `adtte` with ORIGIN and VSRULE: one per endpoint, parameter and arm.

    Returns:
        position (of the endpoint in the protocol, 1 is the primary), endpoint, role (endpoint, or competing), PARAMCD,
        treated, arm (its label), ORIGIN, VSRULE, and VSRULE_LATEST: the rule of the rows that take the place of the others',
        of those whose death is in doubt, where its latest day counts; null where it does not.
    """
    labels = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    return [
        {
            "position": position,
            "endpoint": endpoint.name,
            "role": "endpoint" if code == endpoint.name else "competing",
            "PARAMCD": code,
            "treated": treated,
            "arm": labels[treated],
            "ORIGIN": origin,
            "VSRULE": protocol.vital_status.rule,
            "VSRULE_LATEST": protocol.vital_status.later_rule,
        }
        for position, endpoint in enumerate(protocol.endpoint, start=1)
        for code in endpoint.codes
        for treated, origin in sorted(_origins(protocol).items(), reverse=True)
    ]


def entry_column(protocol: Protocol, columns: Collection[str]) -> str | None:
    """The column of `adtte` with the day of entry on the protocol's clock, there or not; None where all enter at its zero.

    Args:
        protocol: names time zero and origin.
        columns: of `adtte`.
    """
    column = "ENTRYHDY" if protocol.time_zero.treated == "harvest" else "ENTRYDY"
    at_zero = protocol.time_zero.origin == "time_zero" and ("ORIGIN" in columns or column not in columns)
    return None if at_zero else column


def _entry(protocol: Protocol, rows: pd.DataFrame) -> pd.Series:
    column = entry_column(protocol, rows.columns)
    if column is None:
        return pd.Series(0.0, rows.index)
    if column not in rows:
        origin = protocol.time_zero.origin
        raise ValueError(
            f"adtte has no {column}, the days from {origin} to time zero; nobody is at risk before it"
        )
    return rows[column].astype(float)


def _at_cut_minus_lag(protocol: Protocol, result: pd.DataFrame, subjects: pd.DataFrame) -> pd.DataFrame:
    """Registry subjects not known dead count as alive until the cut minus the lag; later deaths are not yet complete.

    Who asked that follow-up stop stays censored where it stopped.
    """
    if "CUTDY" not in subjects:
        return result
    known = subjects.drop_duplicates("USUBJID").set_index("USUBJID")
    cut = known["CUTDY"].astype(float) - protocol.vital_status.reporting_lag_days
    if protocol.time_zero.treated == "harvest" and "HARVDY" in known:
        cut = cut - known["HARVDY"].astype(float).where(known["TREATED"] == 1, 0.0)
    limit = result["usubjid"].map(cut) + 1 + result["entry_days"]
    usable = limit.notna() & (limit > result["entry_days"])
    stopped = result["usubjid"].map(known["WDRQFL"].eq("Y")) if "WDRQFL" in known else False
    late = usable & (result["stop_days"] > limit)
    free = (result["event"] == 0) & (result["competing"] == 0)
    prolonged = usable & free & ~pd.Series(stopped, result.index).astype(bool)
    return result.assign(
        stop_days=result["stop_days"].mask(late | prolonged, limit),
        event=result["event"].mask(late, 0),
        competing=result["competing"].mask(late, 0),
    )
