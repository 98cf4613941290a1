"""Registry snapshots: SDTM, growing over cuts, never ahead of the cut, with doses, deaths and corrections."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.simulation import SimulatedStudy, SimulationSettings, default_cuts, simulate

DATE_OF = {
    "EX": "EXSTDTC",
    "QS": "QSDTC",
    "RE": "REDTC",
    "VS": "VSDTC",
    "AE": "AESTDTC",
    "DS": "DSSTDTC",
    "PR": "PRSTDTC",
}


def last_cut(study: SimulatedStudy) -> dict[str, pd.DataFrame]:
    return study.registry[max(study.registry)]


def test_each_cut_is_a_full_snapshot_of_the_sdtm_domains(small_study: SimulatedStudy) -> None:
    assert list(small_study.registry) == [date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]
    for domains in small_study.registry.values():
        assert set(domains) == {"DM", "EX", "MH", "QS", "RE", "CM", "AE", "SUPPAE", "DS", "PR", "VS"}
        for name, frame in domains.items():
            assert not [c for c in frame if c.startswith("_")], name
            assert set(frame["USUBJID"]) <= set(domains["DM"]["USUBJID"])


def test_no_record_is_dated_after_its_cut(small_study: SimulatedStudy) -> None:
    for cut, domains in small_study.registry.items():
        for name, column in DATE_OF.items():
            assert domains[name][column].max() <= cut.isoformat(), name


def test_about_240_are_treated_and_about_157_qualify(small_study: SimulatedStudy) -> None:
    outcomes = small_study.truth["potential_outcomes"]
    treated = outcomes[outcomes["group"] == "TREATED"]
    assert 225 <= len(treated) <= 255
    assert 140 <= treated["eligible"].sum() <= 175
    assert last_cut(small_study)["EX"]["USUBJID"].nunique() == len(treated)


def test_follow_up_patients_and_injections_grow_from_cut_to_cut(small_study: SimulatedStudy) -> None:
    for name in ("DM", "EX", "QS", "AE"):
        sizes = [len(domains[name]) for domains in small_study.registry.values()]
        assert sizes == sorted(set(sizes)), name


def test_an_earlier_cut_is_the_same_however_many_follow() -> None:
    short = simulate(SimulationSettings.small(n_proact=40, cuts=default_cuts(1)))
    longer = simulate(SimulationSettings.small(n_proact=40, cuts=default_cuts(5)))
    cut = default_cuts(1)[0]
    for name, frame in short.registry[cut].items():
        pd.testing.assert_frame_equal(frame, longer.registry[cut][name])


def test_a_few_records_are_corrected_between_cuts() -> None:
    # Few enough that some seeds have none between the first two cuts.
    first, second, _ = simulate(SimulationSettings.small(seed=20)).registry.values()
    both = first["VS"].merge(second["VS"], on=["USUBJID", "VSSEQ"], suffixes=("_old", "_new"))
    assert len(both) == len(first["VS"])
    assert 0 < (both["VSSTRESN_old"] != both["VSSTRESN_new"]).sum() < 0.02 * len(both)


def test_some_are_harvested_but_never_injected_and_some_die_waiting(small_study: SimulatedStudy) -> None:
    domains = last_cut(small_study)
    harvested = set(domains["PR"].query("PRDECOD == 'BONE MARROW ASPIRATION'")["USUBJID"])
    injected = set(domains["EX"]["USUBJID"])
    waiting = small_study.truth["potential_outcomes"].query("died_waiting == True")["subject_id"]
    assert len(harvested - injected) > 5
    assert set(waiting) <= harvested - injected
    assert len(waiting) >= 2


def test_item_rows_add_up_to_the_total_at_baseline(small_study: SimulatedStudy) -> None:
    rows = last_cut(small_study)["QS"].query("VISIT == 'BASELINE'")
    total = rows[rows["QSTESTCD"] == "ALSFRSR"].set_index("USUBJID")["QSSTRESN"].astype(float)
    items = (
        rows[rows["QSTESTCD"] != "ALSFRSR"]
        .groupby("USUBJID")["QSSTRESN"]
        .agg(lambda v: v.astype(float).sum())
    )
    assert len(total) > 200
    pd.testing.assert_series_equal(total.sort_index(), items.sort_index(), check_names=False)


def test_the_second_injection_comes_26_days_later_and_the_third_after_eight_to_twelve_months(
    small_study: SimulatedStudy,
) -> None:
    rows = last_cut(small_study)["EX"]
    day = pd.to_datetime(rows["EXSTDTC"])
    since = (day - day.groupby(rows["USUBJID"]).transform("min")).dt.days
    assert since[rows["EXSEQ"] == 2].between(25, 28).all()
    assert since[rows["EXSEQ"] == 3].between(8 * 30.4, 12 * 30.5).all()
    assert (rows["EXSEQ"] >= 3).sum() > 50


def test_no_dose_examination_or_event_follows_death(small_study: SimulatedStudy) -> None:
    domains = last_cut(small_study)
    death = domains["DM"].set_index("USUBJID")["DTHDTC"]
    for name, column in DATE_OF.items():
        frame = domains[name]
        limit = frame["USUBJID"].map(death)
        assert not (frame[column] > limit).any(), name


def test_onset_dates_are_partial_for_some(small_study: SimulatedStudy) -> None:
    onset = last_cut(small_study)["MH"].query("MHTERM == 'ALS ONSET'")["MHSTDTC"].str.len()
    assert set(onset) == {7, 10}
    assert 0.2 < (onset == 7).mean() < 0.4


def test_serious_related_events_within_a_year_occur_only_when_asked_for(small_study: SimulatedStudy) -> None:
    related = ("POSSIBLE", "PROBABLE", "RELATED", "UNASSESSABLE")

    def serious_related(study: SimulatedStudy) -> int:
        events = last_cut(study)["AE"]
        return int(
            ((events["AESER"] == "Y") & (events["AEREL"].isin(related) | events["AEREL"].isna())).sum()
        )

    assert (last_cut(small_study)["AE"]["AESER"] == "Y").sum() > 50
    assert serious_related(small_study) == 0
    assert serious_related(simulate(SimulationSettings.small(n_proact=40, serious_related_share=0.1))) > 5


def test_fatal_events_belong_to_the_dead(small_study: SimulatedStudy) -> None:
    domains = last_cut(small_study)
    dead = set(domains["DM"].query("DTHFL == 'Y'")["USUBJID"])
    fatal = domains["AE"].query("AESDTH == 'Y'")
    assert len(fatal) > 20
    assert set(fatal["USUBJID"]) <= dead


def test_patients_lost_to_follow_up_had_lower_scores() -> None:
    study = simulate(SimulationSettings.small(n_proact=40, n_registry=1500, cuts=(date(2026, 9, 30),)))
    outcomes = study.truth["potential_outcomes"].set_index("subject_id")
    ends = study.registry[date(2026, 9, 30)]["DS"]
    lost = ends.loc[ends["DSDECOD"].isin(["LOST TO FOLLOW-UP", "WITHDRAWAL BY SUBJECT"]), "USUBJID"]
    registry = outcomes[outcomes["group"] == "TREATED"]
    gap = registry["alsfrsr"].mean() - registry.loc[registry.index.isin(lost), "alsfrsr"].mean()
    assert lost.nunique() > 50
    assert gap > 0.5


def test_tracheostomy_delays_death_only_when_asked_for() -> None:
    days = {}
    for delays in (False, True):
        study = simulate(SimulationSettings.small(n_proact=40, tracheostomy_delays_death=delays))
        outcomes = study.truth["potential_outcomes"].query("group == 'TREATED' and tracheostomy_days.notna()")
        days[delays] = (outcomes["delivered_death_days"] - outcomes["death_days_treated"]).to_numpy(
            dtype=float
        )
    assert np.all(days[False] == 0)
    assert np.all(days[True] > 0)
    assert days[True].mean() == pytest.approx(540, rel=0.35)
