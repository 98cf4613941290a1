"""PRO-ACT frames look like the export: headers, sizes, missingness, slips, and ids nobody can mistake."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.simulation import SimulatedStudy, SimulationSettings, simulate
from analytics.simulation.proact_layout import RELEASE_FOLDER

COLUMNS_2022 = {
    "ADVERSEEVENTS": 12,
    "ALSFRS": 20,
    "ALSHISTORY": 16,
    "CONMEDS": 8,
    "DEATHDATA": 3,
    "DEMOGRAPHICS": 14,
    "ELESCORIAL": 3,
    "FAMILYHISTORY": 39,
    "FVC": 10,
    "HANDGRIPSTRENGTH": 11,
    "LABS": 5,
    "MUSCLESTRENGTH": 10,
    "RILUZOLE": 3,
    "SVC": 10,
    "TREATMENT": 3,
    "VITALSIGNS": 36,
}
# Filled shares of rows in the newest genuine release's published aggregate.
FILLED = {
    ("ALSFRS", "Q1_Speech"): 0.982,
    ("ALSFRS", "Q10_Respiratory"): 0.493,
    ("ALSFRS", "ALSFRS_R_Total"): 0.604,
    ("FVC", "Subject_Liters_Trial_1"): 0.933,
    ("FVC", "pct_of_Normal_Trial_1"): 0.387,
    ("FVC", "Subject_Liters_Trial_2"): 0.342,
    ("FVC", "subject_normal"): 0.352,
    ("FVC", "Forced_Vital_Capacity_Units"): 0.414,
    ("FVC", "Forced_Vital_Capacity_Delta"): 0.948,
    ("SVC", "Slow_vital_Capacity_Delta"): 0.777,
    ("SVC", "pct_of_Normal_Trial_1"): 0.733,
    ("VITALSIGNS", "Weight"): 0.687,
    ("VITALSIGNS", "Height"): 0.136,
    ("VITALSIGNS", "Temperature"): 0.467,
    ("DEMOGRAPHICS", "Age"): 0.758,
    ("DEMOGRAPHICS", "Date_of_Birth"): 0.126,
    ("ALSHISTORY", "Onset_Delta"): 0.655,
    ("ALSHISTORY", "Diagnosis_Delta"): 0.447,
    ("ALSHISTORY", "Site_of_Onset"): 0.402,
    ("DEATHDATA", "Death_Days"): 0.701,
}
ROWS_PER_SUBJECT = {
    "ALSFRS": 5.91,
    "FVC": 3.93,
    "SVC": 1.69,
    "VITALSIGNS": 6.78,
    "DEATHDATA": 0.403,
    "LABS": 200.0,
}


@pytest.fixture(scope="module")
def full_proact() -> dict[str, pd.DataFrame]:
    study = simulate(SimulationSettings.full())
    return {stem.removeprefix("PROACT_"): frame for stem, frame in study.proact.items()}


def test_the_2022_export_has_its_sixteen_files_and_column_counts(small_study: SimulatedStudy) -> None:
    found = {stem.removeprefix("PROACT_"): frame.shape[1] for stem, frame in small_study.proact.items()}
    assert found == COLUMNS_2022


def test_the_headers_keep_the_export_s_traps(small_study: SimulatedStudy) -> None:
    fvc, svc = list(small_study.proact["PROACT_FVC"]), list(small_study.proact["PROACT_SVC"])
    assert fvc.index("subject_normal") > fvc.index("Forced_Vital_Capacity_Delta")
    assert svc[3] == "Subject_Liters__Trial_2_"
    assert svc.index("Subject_Normal") < svc.index("Slow_vital_Capacity_Delta")
    family = list(small_study.proact["PROACT_FAMILYHISTORY"])
    assert family.index("Cousin__Paternal_") < family.index("Cousin__Maternal_")
    assert "Site_of_Onset___Limb_and_Bulbar" in small_study.proact["PROACT_ALSHISTORY"]


@pytest.mark.parametrize(
    ("generation", "n_file", "stem"),
    [
        ("2016", 13, "alsfrs"),
        ("2022", 16, "PROACT_ALSFRS"),
        ("2025", 16, "PROACT_ALSFRS"),
        ("2026", 17, "F_PROACT_ALSFRS"),
    ],
)
def test_each_generation_has_its_own_file_names(generation: str, n_file: int, stem: str) -> None:
    settings = SimulationSettings.small(n_proact=60, generation=generation)
    study = simulate(settings)
    assert len(study.proact) == n_file
    assert stem in study.proact
    assert RELEASE_FOLDER[settings.generation].startswith("SYNTHETIC-")


def test_the_2016_fvc_file_writes_subject_normal_in_mixed_case() -> None:
    study = simulate(SimulationSettings.small(n_proact=60, generation="2016"))
    assert "Subject_Normal" in study.proact["Fvc"]


def test_subject_ids_lie_beyond_every_genuine_range(small_study: SimulatedStudy) -> None:
    for frame in small_study.proact.values():
        assert frame["subject_id"].min() > 900_000_000
        assert frame["subject_id"].max() < 2**31


def test_column_fill_at_full_size_follows_the_published_shares(full_proact: dict[str, pd.DataFrame]) -> None:
    off = {key: full_proact[key[0]][key[1]].notna().mean() - share for key, share in FILLED.items()}
    assert {key: round(gap, 3) for key, gap in off.items() if abs(gap) > 0.08} == {}


def test_rows_per_subject_at_full_size_follow_the_published_counts(
    full_proact: dict[str, pd.DataFrame],
) -> None:
    ratio = {table: len(full_proact[table]) / 12_500 / rows for table, rows in ROWS_PER_SUBJECT.items()}
    assert all(0.9 < value < 1.1 for value in ratio.values()), ratio


def test_placebo_vital_status_splits_as_published(full_proact: dict[str, pd.DataFrame]) -> None:
    placebo = full_proact["TREATMENT"].query("Study_Arm == 'Placebo'")[["subject_id"]]
    deaths = full_proact["DEATHDATA"].drop_duplicates("subject_id")
    status = placebo.merge(deaths, how="left")["Subject_Died"].astype(object).fillna("none")
    share = status.value_counts(normalize=True)
    assert share["none"] == pytest.approx(0.473, abs=0.03)
    assert share["Yes"] == pytest.approx(0.374, abs=0.03)
    assert len(placebo) / len(full_proact["TREATMENT"]) == pytest.approx(0.30, abs=0.02)


def test_baseline_of_the_placebo_arm_follows_the_published_cohorts(
    full_proact: dict[str, pd.DataFrame],
) -> None:
    people = full_proact["DEMOGRAPHICS"]
    assert people["Age"].mean() == pytest.approx(56.5, abs=1.5)
    assert (people["Sex"] == "Male").mean() == pytest.approx(0.63, abs=0.03)
    scores = full_proact["ALSFRS"].query("ALSFRS_Delta == 0")["ALSFRS_R_Total"]
    assert scores.mean() == pytest.approx(38.2, abs=0.8)
    assert scores.std() == pytest.approx(5.5, abs=0.7)
    onset = full_proact["ALSHISTORY"]["Onset_Delta"].dropna().astype(float)
    assert 15 < -onset.mean() / 30.4375 < 20


def test_totals_equal_item_sums_but_for_the_stated_slips(small_study: SimulatedStudy) -> None:
    rows = small_study.proact["PROACT_ALSFRS"]
    fifth = rows["Q5a_Cutting_without_Gastrostomy"].fillna(rows["Q5b_Cutting_with_Gastrostomy"])
    items = [c for c in rows if c.startswith(("Q1_", "Q2", "Q3", "Q4", "Q6", "Q7", "Q8", "Q9", "R_"))]
    complete = rows[items].notna().all(axis=1) & fifth.notna() & rows["ALSFRS_R_Total"].notna()
    gap = (rows[items].sum(axis=1) + fifth - rows["ALSFRS_R_Total"])[complete]
    assert complete.sum() > 1000
    assert 0 < (gap != 0).mean() < 0.01
    values = rows[items].to_numpy(dtype=float)
    assert set(np.unique(values[np.isfinite(values)])) <= set(np.arange(0, 4.5, 0.5))


def test_clean_rows_carry_none_of_the_slips() -> None:
    study = simulate(SimulationSettings.small(quirk_rate=0.0, n_proact=800))
    deaths, scores = study.proact["PROACT_DEATHDATA"], study.proact["PROACT_ALSFRS"]
    assert deaths["subject_id"].is_unique
    assert deaths.loc[deaths["Subject_Died"] == "Yes", "Death_Days"].notna().all()
    assert scores["ALSFRS_Delta"].notna().all()
    assert not scores.duplicated(["subject_id", "ALSFRS_Delta"]).any()
    history = study.proact["PROACT_ALSHISTORY"]
    assert (history["Onset_Delta"].dropna() < 0).all()


def test_the_injectable_slips_are_there_by_default(full_proact: dict[str, pd.DataFrame]) -> None:
    deaths, scores, history = full_proact["DEATHDATA"], full_proact["ALSFRS"], full_proact["ALSHISTORY"]
    assert deaths["subject_id"].duplicated().sum() >= 1
    assert (deaths.query("Subject_Died == 'Yes'")["Death_Days"].isna()).sum() > 50
    assert scores["ALSFRS_Delta"].isna().sum() > 50
    assert (scores["ALSFRS_Delta"] < 0).sum() > 100
    assert (
        scores["Q5a_Cutting_without_Gastrostomy"].notna() & scores["Q5b_Cutting_with_Gastrostomy"].notna()
    ).sum() > 0
    assert scores.duplicated(["subject_id", "ALSFRS_Delta"]).sum() > 50
    assert (history["Onset_Delta"] >= 0).sum() > 0
    assert (history["Diagnosis_Delta"] < history["Onset_Delta"]).sum() > 0
    assert (full_proact["VITALSIGNS"]["Weight"] < 25).sum() > 50
    assert (full_proact["ADVERSEEVENTS"]["Start_Date_Delta"] > 900_000).sum() > 0
    died = (
        deaths.dropna(subset="Death_Days").drop_duplicates("subject_id").set_index("subject_id")["Death_Days"]
    )
    fvc = full_proact["FVC"].dropna(subset="Forced_Vital_Capacity_Delta")
    assert (fvc["Forced_Vital_Capacity_Delta"] > fvc["subject_id"].map(died)).sum() > 0


def test_the_same_seed_gives_the_same_frames_and_another_seed_others(small_study: SimulatedStudy) -> None:
    again = simulate(small_study.settings)
    for stem, frame in small_study.proact.items():
        pd.testing.assert_frame_equal(frame, again.proact[stem])
    other = simulate(replace(small_study.settings, seed=small_study.settings.seed + 1))
    assert not other.proact["PROACT_DEATHDATA"].equals(small_study.proact["PROACT_DEATHDATA"])
