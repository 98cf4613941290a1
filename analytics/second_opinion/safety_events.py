"""Adverse events read anew: whose they are, and in which counts each belongs.

Belongs here: the rules of docs/reading.md on events, in other words than `safety` has them. Does not belong here: whom
safety counts (`safety_population`), and counting (`recount`).
"""

import unicodedata
from collections.abc import Mapping

import pandas as pd

from analytics.second_opinion.safety_population import (
    Rules,
    column,
    dates,
    days_since,
    numbers,
    word,
    yes,
)

UNCODED = "UNCODED"
CRITERIA = {
    "serious_death": ["AESDTH"], "serious_life_threatening": ["AESLIFE"], "serious_hospitalisation": ["AESHOSP"],
    "serious_disability": ["AESDISAB"], "serious_congenital": ["AESCONG"], "serious_other": ["AESMIE", "AESCAN", "AESOD"],
}  # fmt: skip
SUBSETS = (
    "any", "emergent", "related", "causality_missing", "serious", *CRITERIA, "serious_related",
    "serious_causality_missing", "sadr_window", "sadr_window_related", "sadr_window_causality_missing", "sadr_overall",
    "unexpected", "serious_unexpected_related", "discontinuation", "fatal",
)  # fmt: skip


def folded(words: "pd.Series[str]") -> "pd.Series[str]":
    """Words in one spelling: neither case nor blanks nor composed letters tell two apart; null stays null."""
    return words.map(
        lambda word: " ".join(unicodedata.normalize("NFC", str(word)).lower().split()), na_action="ignore"
    )


def events_of(people: pd.DataFrame, adae: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The events of the safety population.

    Args:
        people: as `safety_population` returns it.
        adae: as the marts have it, a row an event.
        rules: of the protocol.

    Returns:
        usubjid, arm, soc and pt as `folded`, and a column for each of `SUBSETS`, True where the event belongs to it.
    """
    found = adae.assign(usubjid=adae["USUBJID"].astype(str)).merge(people, on="usubjid")
    term = _said(found, "AEDECOD").fillna(_said(found, "AETERM")).fillna(UNCODED)
    organ = _said(found, "AEBODSYS").fillna(_said(found, "AESOC")).fillna(UNCODED)
    made = found[["usubjid", "arm"]].assign(soc=folded(organ), pt=folded(term))
    return made.assign(**_subsets(found, made["pt"], rules))


def _subsets(found: pd.DataFrame, term: "pd.Series[str]", rules: Rules) -> Mapping[str, "pd.Series[bool]"]:
    start = _possible_days(found, "AST", "STARTDY")
    met = {name: _any(*(yes(found, one) for one in columns)) for name, columns in CRITERIA.items()}
    serious = _any(yes(found, "AESER"), *met.values())
    group = word(found, "RELGR1")
    said = group.where(group.isin(["RELATED", "NOT RELATED", "MISSING"]), word(found, "AEREL"))
    related, denied = said.eq("RELATED"), said.eq("NOT RELATED")
    unlisted = ~term.isin(folded(pd.Series(rules.expected_terms, dtype=object)))
    severity = word(found, "AESEV").fillna(word(found, "ASEV"))
    fatal = _any(
        yes(found, "AEFATFL"), yes(found, "AESDTH"), word(found, "AEOUT").eq("FATAL"), severity.eq("FATAL"),
        numbers(found, "ATOXGR").eq(5), severity.isna() & numbers(found, "AETOXGR").eq(5),
    )  # fmt: skip
    reaction = serious & ~denied & ~start["last"].lt(0)
    window = reaction & ~start["told"].gt(rules.window_days)
    among_emergent = {
        "emergent": ~term.isna(),
        "related": related,
        "causality_missing": ~related & ~denied,
        "serious": serious,
        **met,
        "serious_related": serious & related,
        "serious_causality_missing": serious & ~related & ~denied,
        "unexpected": unlisted,
        "serious_unexpected_related": serious & unlisted & ~denied,
        "discontinuation": word(found, "AEACN").eq("DRUG WITHDRAWN"),
        "fatal": fatal,
    }
    emergent = _emergent(found, start, rules)
    return {name: emergent & mask for name, mask in among_emergent.items()} | {
        "any": ~term.isna(),
        "sadr_window": window,
        "sadr_window_related": window & related,
        "sadr_window_causality_missing": window & ~related,
        "sadr_overall": reaction,
    }


def _emergent(found: pd.DataFrame, start: pd.DataFrame, rules: Rules) -> "pd.Series[bool]":
    """By the flag of the file where it follows the rule, else by days."""
    if rules.emergence == "cdisc":
        name, derived = "TRTEMFL", start["told"].ge(0) & ~start["part"].isin(["M", "Y"])
    else:
        name, derived = "TREM2FL", ~start["last"].lt(0) & ~_possible_days(found, "AEN", "")["last"].lt(0)
    if rules.emergence_window_days is not None:
        return derived & ~(start["first"] > found["last_dose"] + rules.emergence_window_days)
    if name not in found:
        return derived
    return yes(found, name).mask(found["origin"].isna() & found[name].isna(), derived)


def _possible_days(found: pd.DataFrame, stem: str, counted: str) -> pd.DataFrame:
    """Days from the origin on which an event may have begun or ended: `told` is the day on record, `first` and `last` bound
    it, `part` is what of the date is not known; NaN is unknown."""
    day = dates(found, f"{stem}DT")
    length = word(found, f"{stem}DT").str.len()
    part = column(found, f"{stem}DTF").fillna(length.map({4: "M", 7: "D"}))
    whole = {"D": day.dt.to_period("M"), "M": day.dt.to_period("Y")}
    first, last = day.copy(), day.copy()
    for code, period in whole.items():
        first, last = (
            first.mask(part == code, period.dt.start_time),
            last.mask(part == code, period.dt.end_time),
        )
    last = dates(found, f"{stem.replace('AST', 'ASTLST').replace('AEN', 'AENLST')}DT").fillna(
        last.mask(part == "Y").dt.normalize()
    )
    study = numbers(found, f"{stem}DY")
    told = (
        days_since(found["origin"], day)
        .fillna(numbers(found, counted))
        .fillna(study.where(study <= 0, study - 1))
    )
    bounds = {
        name: days_since(found["origin"], at).fillna(told.mask(part == "Y"))
        for name, at in (("first", first), ("last", last))
    }
    return pd.DataFrame({"told": told, "part": part, **bounds})


def _any(*masks: "pd.Series[bool]") -> "pd.Series[bool]":
    return pd.concat(masks, axis=1).any(axis=1)


def _said(frame: pd.DataFrame, name: str) -> "pd.Series[str]":
    words = column(frame, name)
    return words.mask(words.astype(str).str.strip() == "")
