"""Competing events of anyone's files: PARAMCDs of `adtte` that `endpoint.competing` names.

Belongs here: refusing an endpoint whose competing events are not told, and saying where it is not known whether, or in
which order, they came. Does not belong here: which event comes first (`analytics.cohort.follow_up`), cells (`times`).
"""

import pandas as pd

from analytics.protocol import Protocol
from orchestration.foreign.refusals import refuse

KEYS = ("USUBJID", "ORIGIN", "VSRULE")


def check_competing(protocol: Protocol, adtte: pd.DataFrame, name: str) -> None:
    """Refuse an endpoint of a subject of whom it is not said whether a competing event came, or until when it did not.

    Args:
        protocol: names endpoints and what competes with them.
        adtte: AVAL and CNSR as numbers, indexed by row.
        name: of the file.

    Raises:
        ValueError: the first such row, and what to give; one line.
    """
    timed = _timed(adtte)
    for endpoint in protocol.endpoint:
        rows = timed[timed["PARAMCD"] == endpoint.name]
        for code in endpoint.competing:
            told = _key(timed[timed["PARAMCD"] == code])
            rule = f"is {endpoint.name} of a subject without a time of {code}, which competes with it"
            way_out = f"give a row of {code}, CNSR 1 where it has not come"
            refuse(name, "PARAMCD", pd.Series(~_key(rows).isin(told), rows.index), rule, way_out)


def unknown_order(protocol: Protocol, adtte: pd.DataFrame, name: str) -> tuple[str, ...]:
    """A note for each endpoint after whose follow-up somebody had a competing event: they stay censored."""
    notes = []
    timed = _timed(adtte)
    for endpoint in protocol.endpoint:
        censored = timed[(timed["PARAMCD"] == endpoint.name) & (timed["CNSR"] > 0)]
        came = timed[timed["PARAMCD"].isin(endpoint.competing) & (timed["CNSR"] == 0)]
        first = came["AVAL"].groupby(_key(came)).min().reindex(_key(censored)).to_numpy()
        late = censored.loc[first > censored["AVAL"].to_numpy(), "USUBJID"].nunique()
        if late:
            notes.append(
                f"{name}: {late} subjects have {' or '.join(endpoint.competing)} after their follow-up for {endpoint.name}; "
                f"they are censored where it ended, as {endpoint.name} may have come between"
            )
    return tuple(notes)


def unknown_between(protocol: Protocol, adtte: pd.DataFrame, name: str) -> tuple[str, ...]:
    """A note for each endpoint of which somebody's follow-up goes on after that for a competing event: they count as free
    of it."""
    notes = []
    timed = _timed(adtte)
    for endpoint in protocol.endpoint:
        rows = timed[timed["PARAMCD"] == endpoint.name]
        key = _key(rows)
        competing = timed[timed["PARAMCD"].isin(endpoint.competing)]
        came = competing["CNSR"] == 0
        first = competing.loc[came, "AVAL"].groupby(_key(competing[came])).min().reindex(key).to_numpy()
        seen = competing.loc[~came, "AVAL"].groupby(_key(competing[~came])).min().reindex(key).to_numpy()
        # Where another competing event came first, follow-up ends there, and nothing later matters.
        short = rows.loc[seen < rows["AVAL"].clip(upper=pd.Series(first, rows.index)).to_numpy(), "USUBJID"]
        if len(short):
            codes = " or ".join(endpoint.competing)
            notes.append(
                f"{name}: {short.nunique()} subjects are followed for {codes} less long than for {endpoint.name}; they "
                f"count as free of {codes} until their follow-up for {endpoint.name} ends"
            )
    return tuple(notes)


def came_after(protocol: Protocol, adtte: pd.DataFrame, name: str) -> tuple[str, ...]:
    """A note for each endpoint whose event somebody has after a competing one: what came first counts."""
    notes = []
    timed = _timed(adtte)
    for endpoint in protocol.endpoint:
        had = timed[(timed["PARAMCD"] == endpoint.name) & (timed["CNSR"] == 0)]
        came = timed[timed["PARAMCD"].isin(endpoint.competing) & (timed["CNSR"] == 0)]
        first = came["AVAL"].groupby(_key(came)).min().reindex(_key(had)).to_numpy()
        after = had.loc[first < had["AVAL"].to_numpy(), "USUBJID"].nunique()
        if after:
            codes = " or ".join(endpoint.competing)
            notes.append(
                f"{name}: {after} subjects have {endpoint.name} after {codes}; what came first counts, and their "
                f"{endpoint.name} does not: correct the days where nobody can have it after {codes}"
            )
    return tuple(notes)


def _timed(adtte: pd.DataFrame) -> pd.DataFrame:
    return adtte[adtte["AVAL"].notna() & adtte["CNSR"].notna()]


def _key(rows: pd.DataFrame) -> pd.Index:
    """A subject, on each clock and under each rule that the file has."""
    columns = [column for column in KEYS if column in rows]
    return pd.Index(rows[columns].astype(str).agg("|".join, axis=1).to_numpy(object), dtype=object)
