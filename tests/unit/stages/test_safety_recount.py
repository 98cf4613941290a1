"""The counts of safety are made twice: both sides agree on whatever a file holds, and what is in dispute is null."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from analytics import study
from analytics.catalogue import TABLES
from analytics.gaps import disputes
from analytics.protocol import Protocol, parse_protocol
from analytics.safety import by_term, counting, exposure, overview
from analytics.safety.subsets import Subset
from analytics.second_opinion import recount, safety_population
from analytics.stages import safety, safety_recount
from analytics.stages.variant import with_settings
from orchestration.night.second_opinion import opinion_checks

Marts = dict[str, pd.DataFrame]
ARM, OTHER = "Drug", "Placebo"
TEXT = f"""
[treatment]
column = "TRT01A"
treated_value = "{ARM}"
control_value = "{OTHER}"
treated_label = "{ARM}"
control_label = "{OTHER}"
[[safety.special_interest]]
name = "Headache"
terms = ["HEADACHE"]
expected_per_100py = 5
"""
SAFETY = set(safety.MAKES)


@pytest.fixture
def protocol() -> Protocol:
    return parse_protocol(TEXT)


def subject(n: int, **columns: object) -> dict[str, object]:
    """One row of adsl."""
    row = {
        "USUBJID": f"S{n}", "TRT01A": ARM if n % 2 else OTHER, "TRT01P": ARM if n % 2 else OTHER, "SAFFL": "Y",
        "TRTSDT": "2020-01-01", "TRTEDT": "2020-03-01", "EOSDT": "2021-12-31", "DTHFL": None, "DTHDT": None,
        "SOURCE": "REGISTRY", "SCRFFL": "N",
    }  # fmt: skip
    return row | columns


def event(n: int, pt: str | None, start: str | None = "2020-02-01", **columns: object) -> dict[str, object]:
    """One row of adae."""
    row = {
        "USUBJID": f"S{n}", "AEDECOD": pt, "AEBODSYS": "Nervous system", "ASTDT": start, "ASTDTF": None, "AESER": "N",
        "AESDTH": "N", "RELGR1": "NOT RELATED", "AEACN": "DOSE NOT CHANGED", "AEOUT": "RECOVERED/RESOLVED", "AESEV": "MILD",
    }  # fmt: skip
    return row | columns


@pytest.fixture
def marts() -> Marts:
    """Twelve subjects, one of them not in the safety population, and events of most kinds."""
    people = [subject(n) for n in range(10)]
    people += [subject(10, SAFFL="N", TRT01A=None, TRTSDT=None), subject(11, DTHFL="Y", DTHDT="2020-06-01")]
    events = [event(n, "Headache") for n in (0, 1, 1, 3, 10)] + [
        event(3, "Fall", AESER="Y", RELGR1="RELATED", AEBODSYS="Injuries"),
        event(5, "Fall", AESER="Y", RELGR1=None, AEBODSYS="Injuries"),
        event(7, "Dyspnoea", AEOUT="FATAL", AESER="Y"),
        event(9, "Nausea", AEACN="DRUG WITHDRAWN", RELGR1="RELATED"),
        event(4, "Nausea", "2019-12-01"),
    ]
    days = enumerate(("2020-01-01", "2020-03-01"))
    doses = [{"USUBJID": f"S{n}", "EXSEQ": k, "ASTDT": day} for k, day in days for n in range(10)]
    return {"adsl": pd.DataFrame(people), "adae": pd.DataFrame(events), "adex": pd.DataFrame(doses)}


def opinions(protocol: Protocol, marts: Marts) -> pd.DataFrame:
    return pd.DataFrame(safety_recount.rows(protocol, marts))


def of(found: pd.DataFrame, **where: str) -> list[float]:
    for column, value in where.items():
        found = found[found[column] == value]
    return [float(number) for number in found["theirs"]]


def test_every_count_is_made_again_and_agrees(protocol: Protocol, marts: Marts) -> None:
    found = opinions(protocol, marts)
    assert set(found["agrees"]) == {"Y"}
    assert set(found["table_name"]) == {"exposure_summary", "ae_overview", "ae_by_term"}
    drug = found[found["arm"] == ARM]
    assert of(drug, quantity="safety_population") == [6]
    over_all = drug[drug["table_name"] == "ae_overview"]
    for subset, counts in {
        "emergent": [5, 7], "serious": [3, 3], "sadr_window": [2, 2], "sadr_window_causality_missing": [1, 1],
        "fatal": [1, 1], "discontinuation": [1, 1], "death": [1, 1], "related": [2, 2],
    }.items():  # fmt: skip
        assert of(over_all, subset=subset) == counts, subset
    assert of(drug, subset="emergent", pt="Headache") == [2, 3]
    assert of(drug, subset="emergent", soc="Injuries") == [2, 2, 2, 2], "the class and its one term"
    assert of(drug, quantity="administrations") == [10]
    assert of(drug, quantity="person_years") == [pytest.approx((5 * 731 + 153) / 365.25, abs=1e-7)]
    assert set(found["library"]) == {"pandas"}


def test_every_category_of_the_overview_but_maximum_severity_has_a_recount(
    protocol: Protocol, marts: Marts
) -> None:
    made = safety.run(protocol, marts)["ae_overview"]
    assert {name for name in made["category"] if "severity" not in name} == set(recount.COUNTED_SUBSETS)


# What a stranger delivers


def external(marts: Marts) -> Marts:
    other = [
        subject(n, SOURCE="PROACT", SAFFL="N", TRTSDT=None, TRTEDT=None, EOSDT=None, TRT01A=OTHER)
        for n in (20, 21, 22)
    ]
    adsl = pd.concat(
        [marts["adsl"], pd.DataFrame(other).assign(LSTALVDY=[100, 200, None], DTHDY=[50, None, None])]
    )
    days = [
        event(20, "Headache", None, STARTDY=30),
        event(21, "Fall", None, STARTDY=-2),
        event(22, "Fall", None),
    ]
    adae = pd.concat([marts["adae"], pd.DataFrame(days)], ignore_index=True)
    return marts | {"adsl": adsl.reset_index(drop=True), "adae": adae}


def spellings(marts: Marts) -> Marts:
    words = [
        "headache ",
        "HEADACHE",
        "Head  ache",
        "head ache",
        "Me\u0301nie\u0300re",
        "M\u00e9ni\u00e8re",
        None,
        "Stroke",
    ]
    rows = [
        event(n % 4, word, AEBODSYS=" nervous  SYSTEM" if n % 2 else None) for n, word in enumerate(words)
    ]
    return marts | {"adae": pd.concat([marts["adae"], pd.DataFrame(rows)], ignore_index=True)}


def partial(marts: Marts) -> Marts:
    starts = [
        ("2020-01-01", "D"), ("2019-12-01", "D"), ("2020-01-01", "M"), ("2019-01-01", "M"), ("2020-01-01", "Y"),
        ("2020-01", None), ("2020", None), ("2019", None), (None, None), ("2021-01-15", "D"), ("2020-12-31", None),
    ]  # fmt: skip
    rows = [event(1, "Fall", day, ASTDTF=flag, AESER="Y", RELGR1=None) for day, flag in starts]
    rows += [event(3, "Fall", None, AENDT="2019-12-01"), event(3, "Fall", None, AENDT="2019-12", AENDTF="D")]
    return marts | {"adae": pd.concat([marts["adae"], pd.DataFrame(rows)], ignore_index=True)}


def parameters(marts: Marts) -> Marts:
    adex = marts["adex"].merge(pd.DataFrame({"PARAMCD": ["DOSE", "PLDOSE", "DURD"]}), how="cross")
    over_all = pd.DataFrame(
        {"USUBJID": ["S1"], "EXSEQ": [None], "ASTDT": ["2020-01-01"], "PARAMCD": ["TDOSE"]}
    )
    odd = pd.DataFrame(
        {"USUBJID": ["S1", "S3", "S3", "X9"], "EXSEQ": [7, 8, 9, 1], "ASTDT": ["2020-05-01", None, None, "2020-01-01"],
         "PARAMCD": "DOSE", "EXOCCUR": ["N", "Y", None, "Y"]}
    )  # fmt: skip
    return marts | {"adex": pd.concat([adex, over_all, odd], ignore_index=True)}


def untold_deaths(marts: Marts) -> Marts:
    adsl = marts["adsl"].assign(VITSTAT=["DIED"] * 3 + ["NOT DIED"] * 9)
    adsl.loc[1, "DTHFL"] = "Y"
    adsl.loc[[3, 4], "DTHDT"] = ["2019-12-01", "2020-07-01"]
    adsl.loc[[5, 6], "EOSDT"] = None
    return marts | {"adsl": adsl.assign(LSTALVDT=["2020-02-01"] * 6 + [None] * 6)}


def strangers(marts: Marts) -> Marts:
    rows = [event(99, "Fall"), event(10, "Fall", AESER="Y")]
    return marts | {"adae": pd.concat([marts["adae"], pd.DataFrame(rows)], ignore_index=True)}


def untreated(marts: Marts) -> Marts:
    adsl = marts["adsl"].assign(INDEXDT="2020-02-15", NINJ=1)
    adsl.loc[[2, 4], ["TRTSDT", "TRTEDT"]] = None
    adsl.loc[6, "SCRFFL"], adsl.loc[8, "TRT01A"] = "Y", "Screen Failure"
    return marts | {"adsl": adsl}


def flagged(marts: Marts) -> Marts:
    return marts | {"adae": marts["adae"].assign(TRTEMFL=["Y", None] * 5, TREM2FL=[None, "Y"] * 5)}


def bare(marts: Marts) -> Marts:
    return {
        "adsl": marts["adsl"].drop(columns=["SAFFL", "SCRFFL", "SOURCE", "DTHFL", "DTHDT", "EOSDT"]),
        "adae": marts["adae"][["USUBJID", "AEDECOD", "ASTDT"]],
    }


def datetimes(marts: Marts) -> Marts:
    adsl = marts["adsl"].drop(columns="TRTSDT").assign(TRTSDTM="2020-01-01T08:20:00")
    return marts | {
        "adsl": adsl,
        "adae": marts["adae"].assign(RELGR1=None, AEREL="related", AESER="yes", AETOXGR=5),
    }


def no_events(marts: Marts) -> Marts:
    return {name: marts[name] for name in ("adsl", "adex")}


def empty(marts: Marts) -> Marts:
    return marts | {"adae": marts["adae"].iloc[:0], "adex": marts["adex"].iloc[:0]}


CHANGES = [
    external, spellings, partial, parameters, untold_deaths, strangers, untreated, flagged, bare, datetimes, no_events,
    empty,
]  # fmt: skip
SETTINGS = [
    {"emergence": "phuse", "emergence_window_days": 10},
    {"comparable_collection": True, "window_days": 20, "expected_terms": ("HEAD ACHE", "fall")},
    {"comparable_collection": True, "at_risk_until": "treatment", "emergence": "phuse"},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "chosen", SETTINGS, ids=lambda chosen: "-".join(map(str, chosen.values())) or "default"
)
def test_both_sides_agree_on_whatever_a_file_holds(
    protocol: Protocol, marts: Marts, change: Callable[[Marts], Marts], chosen: dict
) -> None:
    found = opinions(with_settings(protocol, safety=chosen), change(marts))
    assert len(found) > 0
    assert set(found["agrees"]) == {"Y"}, found.loc[
        found["agrees"] != "Y", ["arm", "subset", "pt", "quantity", "ours", "theirs", "note"]
    ]


def test_without_last_administrations_nobody_is_at_risk_until_treatment_ends(
    protocol: Protocol, marts: Marts
) -> None:
    """Of controls without any, the dead alone once had time at risk; nobody's is known, which is no time of nought."""
    chosen = with_settings(protocol, safety={"at_risk_until": "treatment"})
    adsl = marts["adsl"].assign(TRTEDT=None, DTHDT="2020-06-01")
    years = safety.run(chosen, marts | {"adsl": adsl})["exposure_summary"]
    assert years.loc[years["statistic"] == "time_at_risk_person_years", "value"].isna().all()


# A disagreement


def judged(protocol: Protocol, marts: Marts) -> Marts:
    """The tables of safety, after the second opinion."""
    declared = TABLES["second_opinion"]
    rows = [declared.row(**row) for row in safety_recount.rows(protocol, marts)]
    told = {"second_opinion": declared.frame(rows)}
    stage = next(stage for stage in study.STAGES if stage.name == "safety")
    return study.run_stage(stage, protocol, marts | told) | told


def one_more(monkeypatch: pytest.MonkeyPatch, module: object, field: str) -> None:
    """A counting function that finds one more than there is in the first arm, wherever it finds any."""
    right = counting.count_cells

    def wrong(*arguments: object) -> object:
        cells = right(*arguments)
        counts = getattr(cells, field).copy()
        counts[0] += counts[0] > 0
        return replace(cells, **{field: counts})

    monkeypatch.setattr(module, "count_cells", wrong)


def untouched(made: Marts, right: Marts, *but: str) -> None:
    for name in SAFETY - set(but):
        pd.testing.assert_frame_equal(made[name], right[name], obj=name)


def test_a_wrong_count_of_subjects_takes_back_its_rows_and_no_more(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = judged(protocol, marts)
    one_more(monkeypatch, overview, "n_subject")
    made = judged(protocol, marts)
    table, was = made["ae_overview"], right["ae_overview"]
    wrong = (was["arm"] == ARM) & was["category"].isin(recount.COUNTED_SUBSETS) & (was["n_subject"] > 0)
    wrong &= was["category"] != "death"
    assert wrong.sum() > 5
    assert table.loc[wrong, ["n_subject", "n_event", "pct", "pct_ci_upper"]].isna().all(axis=None)
    told = table[wrong].set_index("category")["note"]
    assert told["emergent"] == "two implementations disagree: 6 subjects, 5 subjects"
    rest = ~wrong & ~table["category"].str.startswith("any_severity")
    pd.testing.assert_frame_equal(table[rest], was[rest], check_dtype=False)
    untouched(made, right, "ae_overview", "ae_risk_difference")


def test_a_wrong_count_of_events_by_term_takes_back_the_term_its_rates_and_its_severity(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = judged(protocol, marts)

    counted = by_term._subset_table

    def losing(frame: pd.DataFrame, subset: Subset, *others: object) -> pd.DataFrame:
        return counted(frame, replace(subset, mask=subset.mask & (frame["pt"] != "Fall").to_numpy()), *others)

    monkeypatch.setattr(by_term, "_subset_table", losing)
    made = judged(protocol, marts)
    found = made["second_opinion"].query("agrees == 'N'")
    assert {"Fall", "fall"} & set(found["pt"].dropna())
    table = made["ae_by_term"]
    emergent = table[(table["subset"] == "emergent") & (table["arm"] == ARM)].set_index("level")
    assert emergent.loc["overall", "note"] in (
        "two implementations disagree: 4 subjects, 5 subjects", "two implementations disagree: 5 events, 7 events",
    )  # fmt: skip
    headache = table[table["pt"] == "Headache"]
    assert headache["n_event"].tolist() == right["ae_by_term"].query("pt == 'Headache'")["n_event"].tolist()
    rates = made["ae_rate"].query("subset == 'emergent' and arm == @ARM")
    assert rates.loc[rates["pt"] == "Fall", "rate_per_100py"].isna().all()
    assert rates.loc[rates["pt"] == "Headache", "rate_per_100py"].notna().all()
    untouched(made, right, "ae_by_term", "ae_rate", "ae_by_severity", "ae_risk_difference")


def test_a_wrong_time_at_risk_takes_back_rates_and_looks_and_no_count(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = judged(protocol, marts)
    monkeypatch.setattr(exposure, "DAYS_PER_YEAR", 360)
    made = judged(protocol, marts)
    assert made["ae_rate"]["rate_per_100py"].isna().all()
    assert made["ae_monitoring_look"]["signal"].isna().all()
    assert made["ae_monitoring_look"]["note"].str.contains("two implementations disagree").all()
    assert made["ae_aesi"]["n_subject"].equals(right["ae_aesi"]["n_subject"])
    untouched(
        made, right, "exposure_summary", "ae_rate", "ae_timing", "ae_aesi", "ae_monitoring_look",
    )  # fmt: skip


def test_looks_of_earlier_releases_are_never_taken_back(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = judged(protocol, marts)["ae_monitoring_look"].assign(data_cut="2021-01-01")
    monkeypatch.setattr(exposure, "DAYS_PER_YEAR", 360)
    cut = {"INDEXDT": "2020-01-01", "CUTDY": 600}
    later = marts | {"adsl": marts["adsl"].assign(**cut), "parent:ae_monitoring_look": earlier}
    looks = judged(protocol, later)["ae_monitoring_look"]
    pd.testing.assert_frame_equal(looks.iloc[: len(earlier)], earlier, check_dtype=False)
    assert looks.iloc[len(earlier) :]["signal"].isna().all()


def test_a_wrong_denominator_takes_back_every_number_of_its_arm(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recount, "safety_population", _one_less)
    made = judged(protocol, marts)
    for name in ("ae_overview", "ae_by_term", "ae_by_severity", "ae_rate"):
        table = made[name]
        assert table.loc[table["arm"] == ARM, "n_event"].isna().all(), name
    assert made["ae_overview"].query("arm == @OTHER")["n_subject"].notna().any()
    assert (made["ae_listing"]["arm"] == ARM).any()


def _one_less(*arguments: object) -> pd.DataFrame:
    people = safety_population.safety_population(*arguments)
    return people[people["usubjid"] != "S11"]


def test_a_disagreement_is_a_gap_and_a_check_that_names_no_term(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_more(monkeypatch, overview, "n_subject")
    table = judged(protocol, marts)["second_opinion"]
    named = {gap.subject for gap in disputes(table)}
    assert f"subjects with an event, {ARM}, emergent" in named
    failed = {check.check_name for check in opinion_checks(table) if check.status == "fail"}
    assert failed == {"second_opinion_subjects_with_event"}
    of_term = table.query("pt == 'Headache'").assign(
        agrees="N", note="two implementations disagree: 1 events, 2 events"
    )
    assert not any("Headache" in gap.subject for gap in disputes(of_term))


def test_a_term_that_only_the_recount_finds_is_counted_as_none(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = safety_recount.counted_tables

    def without_headache(*given: object) -> Marts:
        made = whole(*given)
        return made | {"ae_by_term": made["ae_by_term"].query("pt != 'Headache'")}

    monkeypatch.setattr(safety_recount, "counted_tables", without_headache)
    found = opinions(protocol, marts)
    lost = found[
        (found["pt"].str.upper() == "HEADACHE") & (found["arm"] == ARM) & (found["subset"] == "emergent")
    ]
    assert lost[["quantity", "ours", "theirs", "agrees"]].to_numpy().tolist() == [
        ["events", 0.0, 3.0, "N"], ["subjects_with_event", 0.0, 2.0, "N"]
    ]  # fmt: skip


def test_a_recount_that_breaks_costs_its_opinion_and_no_count(
    protocol: Protocol, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = judged(protocol, marts)
    monkeypatch.setattr(recount, "events_of", lambda *_: 1 / 0)
    made = judged(protocol, marts)
    assert made["second_opinion"]["agrees"].isna().all()
    assert set(made["second_opinion"]["note"]) == {"no second opinion: pandas ended with ZeroDivisionError"}
    untouched(made, right)
