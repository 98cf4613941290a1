"""Every setting of the protocol's safety section means something: change it and the tables that hang on it move, no others.

A setting that can have no effect is refused by the protocol, or, where the data are what it misses, says so in its rows.
"""

import pandas as pd
import pytest

from analytics.protocol import Protocol, ProtocolError, parse_protocol
from analytics.protocol.reporting import Safety, SpecialInterest
from analytics.stages import safety

EVENTS = (
    # subject, term, class, start, imputed part, serious, causality, aware
    ("R01", "Zoster", "Infections", "2021-01-05", None, "N", "RELATED", None),
    ("R02", "Zoster", "Infections", "2021-01-05", None, "N", "RELATED", None),
    ("R03", "Zoster", "Infections", "2021-01-05", None, "N", "RELATED", None),
    ("R01", "Headache", "Disorders of nerves", "2021-01-05", None, "N", "RELATED", None),
    ("R02", "Seizure", "Disorders of nerves", "2021-07-20", None, "Y", "RELATED", "2021-07-25"),
    ("R04", "Fall", "Accidents", "2021-01-01", "D", "Y", None, None),
    ("R05", "Fall", "Accidents", None, None, "N", "NOT RELATED", None),
    ("R06", "Fall", "Accidents", "2021-03-01", None, "N", "NOT RELATED", None),
    ("R07", "Headache", "Disorders of nerves", None, None, "N", "NOT RELATED", None),
    ("R06", "Cough", "Lungs", "2021-08-01", None, "N", "NOT RELATED", None),
    ("N01", "Cough", "Lungs", "2021-02-01", None, "N", "NOT RELATED", None),
    ("P01", "Headache", "Disorders of nerves", None, None, None, None, None),
)


def subject(name: str, arm: str, **columns: object) -> dict[str, object]:
    row = {
        "USUBJID": name, "TRT01P": arm, "TRT01A": arm, "TRT01PN": 1, "SAFFL": "Y", "SOURCE": "REGISTRY",
        "TRTSDT": "2021-01-03", "TRTEDT": "2021-02-03", "EOSDT": "2022-06-30", "DTHDT": None, "HARVDT": "2020-12-01",
        "INDEXDT": "2021-01-03", "CUTDY": 600,
    }  # fmt: skip
    return row | columns


@pytest.fixture(scope="module")
def marts() -> dict[str, pd.DataFrame]:
    """Eight treated, three controls of the registry's own, three of PRO-ACT."""
    treated = [subject(f"R{n:02d}", "Verum") for n in range(1, 8)] + [
        subject("R08", "Verum", DTHDT="2021-09-01")
    ]
    own = {"TRT01PN": 3, "TRTSDT": None, "TRTEDT": None, "HARVDT": None}
    external = own | {
        "TRT01PN": 0,
        "SAFFL": "N",
        "SOURCE": "PROACT",
        "INDEXDT": None,
        "EOSDT": None,
        "LSTVISDY": 300,
    }
    adsl = treated + [subject(f"N{n:02d}", "No product", **own) for n in range(1, 4)]
    adsl += [subject(f"P{n:02d}", "Placebo", **external) for n in range(1, 4)]
    columns = ["USUBJID", "AEDECOD", "AEBODSYS", "ASTDT", "ASTDTF", "AESER", "AEREL", "AWAREDT"]
    adae = pd.DataFrame(EVENTS, columns=columns, dtype=object)
    adae["STARTDY"] = adae["USUBJID"].map({"P01": 30.0})
    adae["AESEQ"] = range(len(adae))
    adex = pd.DataFrame({"USUBJID": [row["USUBJID"] for row in treated], "EXSEQ": 1, "INJDY": 0, "CYCLE": 1})
    return {"adsl": pd.DataFrame(adsl), "adae": adae, "adex": adex}


BASE = """
[treatment]
column = "TRT01PN"
treated_label = "Verum"
control_label = "Placebo"
"""
LISTS = (SpecialInterest(name="Pain", terms=("HEADACHE",), expected_per_100py=4.0),)
EMERGENT = {"ae_overview", "ae_by_term", "ae_by_severity", "ae_rate", "ae_risk_difference", "ae_timing", "ae_listing",
            "ae_exclusion", "ae_aesi", "ae_monitoring_look"}  # fmt: skip
RATES = {"ae_rate", "ae_timing", "ae_aesi", "ae_monitoring_look", "exposure_summary", "ae_listing"}
PAIN = LISTS[0]


def pain(**changed: object) -> tuple[SpecialInterest, ...]:
    return (PAIN.model_copy(update=changed),)


# What is set beside it, what it is changed to, and the tables that move.
CHANGES: dict[str, tuple[dict[str, object], object, set[str]]] = {
    "window_days": (
        {}, 100,
        {"ae_overview", "ae_by_term", "ae_rate", "ae_risk_difference", "ae_timing", "ae_death", "ae_listing"},
    ),
    "emergence": ({}, "phuse", EMERGENT),
    "emergence_window_days": ({"emergence": "phuse"}, 60, EMERGENT | RATES),
    "min_pct": ({}, 40.0, {"ae_by_term"}),
    "expected_terms": ({}, ("seizure",), {"ae_overview", "ae_by_term", "ae_risk_difference", "ae_expedited", "ae_listing"}),
    "special_interest": ({}, (), {"ae_aesi", "ae_monitoring_look"}),
    "special_interest.name": ({}, pain(name="Headache"), {"ae_aesi", "ae_monitoring_look"}),
    "special_interest.terms": ({}, pain(terms=("SEIZURE", "FALL", "ZOSTER")), {"ae_aesi", "ae_monitoring_look"}),
    "special_interest.expected_per_100py": ({}, pain(expected_per_100py=8.0), {"ae_aesi", "ae_monitoring_look"}),
    "comparable_collection": ({}, True, EMERGENT | RATES),
    "order": ({}, "alphabetical", {"ae_by_term", "ae_by_severity", "ae_rate", "ae_risk_difference"}),
    "reference_arm": ({}, "No product", {"ae_risk_difference"}),
    "fisher": ({}, True, {"ae_risk_difference"}),
    "at_risk_until": ({}, "treatment", RATES),
    "awareness_column": ({}, "AWAREDT", {"ae_expedited"}),
    "sequential_min_events": ({}, 2, {"ae_monitoring_look"}),
    "sequential_alpha": ({}, 0.01, {"ae_monitoring_look"}),
    "sequential_expected_max": ({}, 0.1, {"ae_monitoring_look"}),
}  # fmt: skip


def tables(marts: dict[str, pd.DataFrame], **chosen: object) -> dict[str, pd.DataFrame]:
    """Result tables without the words of the emergence rule, which every table prints."""
    protocol = parse_protocol(BASE)
    section = protocol.safety.model_copy(update={"special_interest": LISTS, **chosen})
    made = safety.run(protocol.model_copy(update={"safety": section}), marts)
    return {name: table.drop(columns="emergence_rule", errors="ignore") for name, table in made.items()}


def test_the_law_knows_every_setting() -> None:
    nested = {f"special_interest.{name}" for name in SpecialInterest.model_fields}
    assert set(CHANGES) == set(Safety.model_fields) | nested


@pytest.mark.parametrize("setting", CHANGES)
def test_a_changed_setting_moves_what_hangs_on_it(marts: dict[str, pd.DataFrame], setting: str) -> None:
    beside, value, expected = CHANGES[setting]
    before = tables(marts, **beside)
    after = tables(marts, **beside, **{setting.partition(".")[0]: value})
    assert {name for name in before if not before[name].equals(after[name])} == expected


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("emergence_window_days = 30", 'has no effect with emergence = "cdisc"'),
        ('special_interest = [{name = "A", terms = []}]', "terms"),
        (
            'special_interest = [{name = "A", terms = ["X"]}, {name = "A", terms = ["Y"]}]',
            "more than one list",
        ),
    ],
)
def test_a_setting_that_can_have_no_effect_is_refused(section: str, reason: str) -> None:
    with pytest.raises(ProtocolError, match=reason):
        parse_protocol(f"[safety]\n{section}")


def test_an_arm_and_a_column_that_are_not_there_are_said(marts: dict[str, pd.DataFrame]) -> None:
    made = tables(marts, reference_arm="Sham", awareness_column="AEAWDT")
    differences = made["ae_risk_difference"]
    assert differences["difference_pct"].isna().all()
    assert set(differences["note"]) == {"safety.reference_arm 'Sham' is no arm here: Verum, No product"}
    assert made["ae_expedited"]["note"].str.contains("AEAWDT is absent from adae").all()


@pytest.mark.parametrize("name", ["ae_by_term", "ae_by_severity", "ae_rate"])
def test_classes_stand_in_the_order_that_the_protocol_says(marts: dict[str, pd.DataFrame], name: str) -> None:
    def classes(order: str) -> list[str]:
        table = tables(marts, order=order)[name].query("level == 'soc'")
        table = table[table["subset"] == "emergent"] if "subset" in table else table
        return table.sort_values("soc_order")["soc"].drop_duplicates().tolist()

    assert classes("alphabetical") == ["Accidents", "Disorders of nerves", "Infections", "Lungs"]
    assert classes("frequency")[0] == "Infections"
    assert classes("frequency")[-1] == "Accidents"


def test_a_protocol_says_its_defaults() -> None:
    assert Protocol().safety == Safety()
