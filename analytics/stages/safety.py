"""Stage: every safety table of the release."""

from collections.abc import Mapping

import pandas as pd

from analytics.catalogue import TABLES
from analytics.cohort.arms import arm_of
from analytics.protocol import Protocol
from analytics.safety import SafetySettings, SpecialInterest, safety_tables
from analytics.second_opinion import withheld_safety

ARMS = ("TRT01A", "TRTA", "ACTARM", "ARM")
NO_EVENTS = "no adverse events were given (adae)"
NO_TERMS = pd.DataFrame({"USUBJID": [], "AEDECOD": [], "AEBODSYS": []}, dtype=object)
NO_EVENTS_NEEDED = ("exposure_summary", "ae_death")
NEEDS = (
    "adsl",
    "adex",
    "adae",
    "adae_per_subject",
    "second_opinion",
    "parent:ae_expedited",
    "parent:ae_monitoring_look",
)
MAKES = (
    "exposure_summary",
    "ae_overview",
    "ae_by_term",
    "ae_by_severity",
    "ae_rate",
    "ae_risk_difference",
    "ae_timing",
    "ae_death",
    "ae_aesi",
    "ae_monitoring_look",
    "ae_expedited",
    "ae_listing",
    "ae_disproportionality",
    "ae_exclusion",
)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables of the actual arms; looks and expedited reports of the release before are carried on, never rewritten. What
    rests on a count in dispute is null.
    """
    earlier = tables.get("parent:ae_monitoring_look", ())
    return withheld_safety.safety(_made(protocol, tables), tables.get("second_opinion"), looked=len(earlier))


def _made(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    adsl = with_arms(protocol, tables["adsl"])
    if "adae" not in tables:
        return _without_events(protocol, adsl, tables.get("adex"))
    earlier = {
        name.removeprefix("parent:"): tables[name]
        for name in NEEDS
        if name.startswith("parent:") and name in tables
    }
    return safety_tables(
        settings(protocol), adsl, tables.get("adex"), tables["adae"], earlier,
        per_subject=tables.get("adae_per_subject"), data_cut=data_cut(adsl),
    )  # fmt: skip


def with_arms(protocol: Protocol, adsl: pd.DataFrame) -> pd.DataFrame:
    """`adsl` whose arms carry the protocol's labels, as all results do; other arms (doses, the registry's controls) keep
    their names.

    A file that names its arms otherwise is not guessed at: where several names stand for one side, they stay apart. Where a
    file names no actual arm, the compared arms are TRT01A.
    """
    treatment = protocol.treatment
    side = arm_of(treatment, adsl)
    labels = {1.0: treatment.treated_label, 0.0: treatment.control_label}
    named = [column for column in ARMS if column in adsl]
    if not named:
        return adsl.assign(TRT01A=side.map(labels))
    label_of: dict[object, str] = {}
    for column in dict.fromkeys([_text_beside(treatment.column, adsl), *named]):
        for value, label in labels.items():
            found = adsl.loc[side == value, column].dropna().unique()
            if len(found) == 1 and label not in set(adsl.loc[side != value, column]):
                label_of.setdefault(found[0], label)
    renamed = {column: adsl[column].replace(label_of) for column in ("TRT01P", *named) if column in adsl}
    return adsl.assign(**renamed)


def _text_beside(column: str, adsl: pd.DataFrame) -> str:
    """The column that names the arms of the protocol's: the text beside a number (TRT01P of TRT01PN), else itself."""
    beside = column.removesuffix("N")
    return beside if pd.api.types.is_numeric_dtype(adsl[column]) and beside in adsl else column


def _without_events(
    protocol: Protocol, adsl: pd.DataFrame, adex: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """Exposure and deaths, which need no events; the others are empty rather than zero, `ae_exclusion` says why."""
    made = safety_tables(settings(protocol), adsl, adex, NO_TERMS)
    tables = {name: made[name] if name in NO_EVENTS_NEEDED else TABLES[name].frame() for name in MAKES}
    return tables | {"ae_exclusion": TABLES["ae_exclusion"].frame([("any", NO_EVENTS, 0, 0)])}


def settings(protocol: Protocol) -> SafetySettings:
    """The protocol's safety section in the terms of the safety package."""
    chosen = protocol.safety
    return SafetySettings(
        window_days=chosen.window_days,
        emergence=chosen.emergence,
        emergence_window_days=chosen.emergence_window_days,
        expected_terms=chosen.expected_terms,
        special_interest=tuple(
            SpecialInterest(item.name, item.terms, item.expected_per_100py)
            for item in chosen.special_interest
        ),
        min_pct=chosen.min_pct,
        order=chosen.order,
        comparable_collection=chosen.comparable_collection,
        reference_arm=chosen.reference_arm,
        fisher=chosen.fisher,
        at_risk_until=chosen.at_risk_until,
        awareness_column=chosen.awareness_column,
        sequential_min_events=chosen.sequential_min_events,
        sequential_alpha=chosen.sequential_alpha,
        sequential_expected_max=chosen.sequential_expected_max,
        threshold=protocol.disclosure.threshold,
        level=protocol.outcome.level,
    )


def data_cut(adsl: pd.DataFrame) -> str | None:
    """The cut as an ISO date, from index date and days to the cut, where the file has them."""
    if not {"INDEXDT", "CUTDY"} <= set(adsl.columns):
        return None
    known = adsl[adsl["INDEXDT"].notna() & adsl["CUTDY"].notna()]
    if known.empty:
        return None
    cut = pd.to_datetime(known["INDEXDT"]) + pd.to_timedelta(known["CUTDY"].astype(int), unit="D")
    return cut.max().date().isoformat()
