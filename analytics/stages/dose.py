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
        doses = injections(protocol, tables["adex"], tables["adsl"], follow_up)
        analysed = partial(
            dose_response,
            follow_up,
            doses,
            k,
            landmarks_days=landmarks,
            level=protocol.outcome.level,
            endpoint=endpoint.name,
        )
        adjustment = _adjustment(protocol, tables, follow_up)
        parts += [analysed(specification="crude"), analysed(specification="adjusted", **adjustment)]
    return {"dose_response": TABLES["dose_response"].stacked(parts)}


def injections(
    protocol: Protocol, adex: pd.DataFrame, adsl: pd.DataFrame, follow_up: pd.DataFrame
) -> pd.DataFrame:
    """Injections of the followed, on their clock: a dose on day d switches exposure at d, the start of that day.

    Returns:
        usubjid, dose_number, day.
    """
    days = adex["INJDY"] if "INJDY" in adex else adex["ASTDY"].where(adex["ASTDY"] < 0, adex["ASTDY"] - 1)
    frame = pd.DataFrame({"usubjid": adex["USUBJID"].astype(str), "day": days.astype(float)})
    frame["dose_number"] = (
        adex["DOSENO"] if "DOSENO" in adex else frame.groupby("usubjid")["day"].rank("first")
    )
    shift = follow_up.drop_duplicates("usubjid").set_index("usubjid")["entry_days"].astype(float)
    if protocol.time_zero.treated == "harvest" and "HARVDY" in adsl:
        shift = shift - adsl.set_index("USUBJID")["HARVDY"].astype(float).reindex(shift.index).fillna(0.0)
    frame["day"] += frame["usubjid"].map(shift)
    return frame[frame["day"].notna()].sort_values(["usubjid", "day"], ignore_index=True)


def _covariates(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Baseline covariates of the treated, from the first data set."""
    first = next(data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"])).frame
    return first[["usubjid", *protocol.exposure.covariates]]


def _adjustment(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], follow_up: pd.DataFrame
) -> dict[str, Any]:
    """Covariates; and the cloned comparison, which stands among the adjusted alone because its weights need them."""
    covariates = _covariates(protocol, tables)
    grace = float(protocol.exposure.grace_days)
    return {
        "covariates": covariates,
        "strategies": Strategies(k=protocol.exposure.dose_threshold, grace_days=grace),
        "weight_covariates": covariates.select_dtypes("number").assign(usubjid=covariates["usubjid"]),
        "alsfrs": _alsfrs(tables.get("adqs"), follow_up["usubjid"]),
    }


def _alsfrs(adqs: pd.DataFrame | None, subjects: pd.Series) -> pd.DataFrame | None:
    if adqs is None or adqs.empty:
        return None
    mine = (adqs["PARAMCD"] == "ALSFRSR") & adqs["USUBJID"].isin(subjects) & adqs["AVAL"].notna()
    rows = adqs[mine]
    day = rows["INDEXDY"] if "INDEXDY" in rows else rows["ADY"]
    return pd.DataFrame(
        {
            "usubjid": rows["USUBJID"].astype(str),
            "day": day.astype(float),
            "value": rows["AVAL"].astype(float),
        }
    )


def _refusal(adex: pd.DataFrame | None) -> str | None:
    """Why there is nothing to compare, or nothing."""
    if adex is None or adex.empty:
        return "no injections were given (adex)"
    if not {"INJDY", "ASTDY"} & set(adex.columns):
        return "adex has neither INJDY nor ASTDY: the days of the injections are not known"
    return None
