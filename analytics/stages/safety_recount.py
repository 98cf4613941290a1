"""The counts of safety beside their recount, for the stage `second_opinion`.

Belongs here: our side, by the very functions that the stage `safety` publishes with, on the same marts and arms. Does not
belong here: the other side (`analytics.second_opinion.recount`), which knows none of them.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from analytics.protocol import Protocol
from analytics.safety.tables import counted_tables
from analytics.second_opinion.asking import ask, attempted
from analytics.second_opinion.judgement import Answer, NoAnswer, Sought, judged
from analytics.second_opinion.quantities import (
    ADMINISTRATIONS,
    EVENTS,
    PANDAS,
    PERSON_YEARS,
    QUANTITIES,
    SAFETY_POPULATION,
    SUBJECTS,
)
from analytics.second_opinion.recount import COUNTED_SUBSETS, PLACE, recounted
from analytics.second_opinion.safety_events import folded
from analytics.second_opinion.safety_population import Rules
from analytics.stages.safety import NO_TERMS, settings, with_arms

EXPOSURE = {
    "n": SAFETY_POPULATION,
    "time_at_risk_person_years": PERSON_YEARS,
    "injections_total": ADMINISTRATIONS,
}
COUNTS = {"n_subject": SUBJECTS, "n_event": EVENTS}
COMMON = "common"
READS = ("adsl", "adex", "adae")
KEY = [*PLACE, "quantity"]


def rows(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """A row of `second_opinion` for each count of `exposure_summary`, `ae_overview` and `ae_by_term` that is made again."""
    adsl, adex, adae = with_arms(protocol, tables["adsl"]), tables.get("adex"), tables.get("adae")
    ours = _ours(counted_tables(settings(protocol), adsl, adex, NO_TERMS if adae is None else adae), tables)
    theirs = attempted(lambda: ask(PANDAS, partial(recounted, rules(protocol), adsl, adex, adae)))
    both = ours if isinstance(theirs, NoAnswer) else _side_by_side(ours, theirs)
    for row in both.to_dict("records"):
        answer = theirs if isinstance(theirs, NoAnswer) else Answer(float(row["theirs"]))
        where = {name: row[name] if isinstance(row[name], str) else None for name in ("table_name", *PLACE)}
        yield judged(Sought(QUANTITIES[row["quantity"]]), float(row["ours"]), answer, **where)


def rules(protocol: Protocol) -> Rules:
    """What the recount must know of the protocol."""
    chosen = protocol.safety
    return Rules(
        chosen.emergence, chosen.emergence_window_days, chosen.window_days, chosen.at_risk_until, chosen.expected_terms,
        chosen.comparable_collection,
    )  # fmt: skip


def _ours(made: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every published count that has a recount: table_name, arm, subset, soc, pt, quantity, ours."""
    exposure = made["exposure_summary"].rename(columns={"value": "ours"})
    known = {
        name: what.name for name, what in EXPOSURE.items() if what != ADMINISTRATIONS or "adex" in tables
    }
    parts = [exposure.assign(table_name="exposure_summary", quantity=exposure["statistic"].map(known))]
    if "adae" in tables:
        overview = made["ae_overview"].rename(columns={"category": "subset"})
        terms = made["ae_by_term"]
        for name, table in (("ae_overview", overview), ("ae_by_term", terms[terms["subset"] != COMMON])):
            for column, quantity in COUNTS.items():
                parts.append(
                    table[table["subset"].isin(COUNTED_SUBSETS)].assign(
                        table_name=name, quantity=quantity.name, ours=table[column].astype("Float64")
                    )
                )
    found = pd.concat([part.reindex(columns=["table_name", *KEY, "ours"]).astype(object) for part in parts])
    return found[found["quantity"].notna() & found["ours"].notna()].reset_index(drop=True)


def _side_by_side(ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    """Both sides by place; what one side does not have is zero there. A term that only the recount finds is a row too."""
    keyed = ours.assign(**{f"{name}_key": folded(ours[name]).fillna("") for name in ("soc", "pt")})
    other = theirs.assign(**{f"{name}_key": theirs[name].fillna("") for name in ("soc", "pt")})
    on = ["arm", "subset", "soc_key", "pt_key", "quantity"]
    keyed["subset"], other["subset"] = keyed["subset"].fillna(""), other["subset"].fillna("")
    both = keyed.merge(other[[*on, "theirs"]], on=on, how="left")
    by_term = keyed[keyed["table_name"] == "ae_by_term"]
    alone = other[other["subset"].isin(by_term["subset"]) & other["soc"].notna()]
    alone = alone.merge(by_term[on], on=on, how="left", indicator=True).query("_merge == 'left_only'")
    extra = alone.sort_values(on).assign(table_name="ae_by_term", ours=0.0)
    whole = pd.concat([both, extra], ignore_index=True)
    return whole.assign(theirs=whole["theirs"].fillna(0.0), subset=whole["subset"].replace("", None))
