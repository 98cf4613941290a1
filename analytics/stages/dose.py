"""Stage: do more injections mean longer survival? The biased reference beside the methods that respect time."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.data_sets import data_sets
from analytics.exposure.clones import Strategies
from analytics.exposure.dose_response import dose_response
from analytics.protocol import Protocol

NEEDS = ("analysis_set", "imputed_covariate", "follow_up", "adsl", "adex", "adqs")
MAKES = ("dose_response",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every method, crude and adjusted for baseline covariates, within the treated."""
    treated = tables["analysis_set"].loc[tables["analysis_set"]["treated"] == 1, "usubjid"]
    reason = _refusal(tables.get("adex"))
    if reason:
        nothing = TABLES["dose_response"].row(method="none", note=reason)
        return {"dose_response": TABLES["dose_response"].frame([nothing])}
    k, landmarks = protocol.exposure.dose_threshold, [float(day) for day in protocol.exposure.landmarks_days]
    parts = []
    for endpoint in protocol.endpoint:
        mine = (tables["follow_up"]["endpoint"] == endpoint.name) & tables["follow_up"]["usubjid"].isin(
            treated
        )
        follow_up = tables["follow_up"][mine]
        shift = clock_shift(protocol, tables["adsl"], follow_up)
        doses = injections(tables["adex"], shift)
        analysed = partial(
            dose_response,
            follow_up,
            doses,
            k,
            landmarks_days=landmarks,
            level=protocol.outcome.level,
            endpoint=endpoint.name,
        )
        adjustment = _adjustment(protocol, tables, shift)
        both = [analysed(specification="crude"), analysed(specification="adjusted", **adjustment)]
        parts += [_with_note(rows, _repeated(doses)) for rows in both]
    return {"dose_response": TABLES["dose_response"].stacked(parts)}


def clock_shift(protocol: Protocol, adsl: pd.DataFrame, follow_up: pd.DataFrame) -> pd.Series:
    """Days to add to a day from first injection for the clock of the follow-up, by usubjid."""
    shift = follow_up.drop_duplicates("usubjid").set_index("usubjid")["entry_days"].astype(float)
    if protocol.time_zero.treated == "harvest" and "HARVDY" in adsl:
        shift = shift - adsl.set_index("USUBJID")["HARVDY"].astype(float).reindex(shift.index).fillna(0.0)
    return shift


def injections(adex: pd.DataFrame, shift: pd.Series) -> pd.DataFrame:
    """Injections of the followed, on their clock: a dose on day d switches exposure at d, the start of that day.

    Returns:
        usubjid, day: a row per record; several of one day are one administration (`dose_history`).
    """
    frame = pd.DataFrame(
        {"usubjid": adex["USUBJID"].astype(str), "day": day_from_index(adex, "INJDY", "ASTDY")}
    )
    frame["day"] += frame["usubjid"].map(shift)
    return frame[frame["day"].notna()].sort_values(["usubjid", "day"], ignore_index=True)


def day_from_index(rows: pd.DataFrame, from_zero: str, study_day: str) -> pd.Series:
    """Days from the index, which is day 0; a study day has no day 0."""
    if from_zero in rows:
        return rows[from_zero].astype(float)
    day = rows[study_day].astype(float)
    return day.where(day < 0, day - 1)


def _repeated(doses: pd.DataFrame) -> str | None:
    """What is said of injections in more than one row, or nothing."""
    n = int(doses.duplicated().sum())
    return f"{n} further rows of an injection on the same day are one with it" if n else None


def _with_note(rows: pd.DataFrame, note: str | None) -> pd.DataFrame:
    if note is None:
        return rows
    return rows.assign(note=[f"{own}; {note}" if isinstance(own, str) else note for own in rows["note"]])


def _covariates(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Baseline covariates of the treated, from the first data set."""
    first = next(data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"])).frame
    return first[["usubjid", *protocol.exposure.covariates]]


def _adjustment(protocol: Protocol, tables: Mapping[str, pd.DataFrame], shift: pd.Series) -> dict[str, Any]:
    """Covariates; and the cloned comparison, which stands among the adjusted alone because its weights need them."""
    covariates = _covariates(protocol, tables)
    grace = float(protocol.exposure.grace_days)
    return {
        "covariates": covariates,
        "strategies": Strategies(k=protocol.exposure.dose_threshold, grace_days=grace),
        "alsfrs": _alsfrs(tables.get("adqs"), shift),
        "seed": protocol.seed,
    }


def _alsfrs(adqs: pd.DataFrame | None, shift: pd.Series) -> pd.DataFrame | None:
    """ALSFRS-R of the followed, on their clock."""
    if adqs is None or adqs.empty:
        return None
    rows = adqs[(adqs["PARAMCD"] == "ALSFRSR") & adqs["USUBJID"].isin(shift.index) & adqs["AVAL"].notna()]
    usubjid = rows["USUBJID"].astype(str)
    day = day_from_index(rows, "INDEXDY", "ADY") + usubjid.map(shift)
    return pd.DataFrame({"usubjid": usubjid, "day": day, "value": rows["AVAL"].astype(float)})


def _refusal(adex: pd.DataFrame | None) -> str | None:
    """Why there is nothing to compare, or nothing."""
    if adex is None or adex.empty:
        return "no injections were given (adex)"
    if not {"INJDY", "ASTDY"} & set(adex.columns):
        return "adex has neither INJDY nor ASTDY: the days of the injections are not known"
    return None
