"""File names and headers of a PRO-ACT export, by release generation. Names only; values are drawn elsewhere."""

import pandas as pd

from analytics.simulation.settings import Generation

_RELATIVES = (
    "Aunt Aunt__Maternal_ Aunt__Paternal_ Cousin Cousin__Paternal_ Cousin__Maternal_ Father Grandfather "
    "Grandfather__Maternal_ Grandfather__Paternal_ Grandmother Grandmother__Maternal_ Grandmother__Paternal_ Mother "
    "Nephew Nephew__Maternal_ Nephew__Paternal_ Niece Niece__Maternal_ Niece__Paternal_ Other Sibling Volunteer "
    "Uncle Uncle__Maternal_ Uncle__Paternal_"
)

HEADERS: dict[str, tuple[str, ...]] = {
    stem: tuple(names.split())
    for stem, names in {
        "ADVERSEEVENTS": "subject_id Lowest_Level_Term Preferred_Term High_Level_Term High_Level_Group_Term "
        "System_Organ_Class SOC_Abbreviation SOC_Code Severity Outcome Start_Date_Delta End_Date_Delta",
        "ALSFRS": "subject_id Q1_Speech Q2_Salivation Q3_Swallowing Q4_Handwriting Q5a_Cutting_without_Gastrostomy "
        "Q5b_Cutting_with_Gastrostomy Q6_Dressing_and_Hygiene Q7_Turning_in_Bed Q8_Walking Q9_Climbing_Stairs "
        "Q10_Respiratory ALSFRS_Delta ALSFRS_Total ALSFRS_R_Total R_1_Dyspnea R_2_Orthopnea "
        "R_3_Respiratory_Insufficiency Mode_of_Administration ALSFRS_Responded_By",
        "ALSHISTORY": "subject_id Site_of_Onset___Bulbar Site_of_Onset___Limb Site_of_Onset___Limb_and_Bulbar "
        "Site_of_Onset___Other Site_of_Onset___Other_Specify Site_of_Onset___Spine Subject_ALS_History_Delta "
        "Disease_Duration Symptom Symptom_Other_Specify Location Location_Other_Specify Site_of_Onset Onset_Delta "
        "Diagnosis_Delta",
        "CONMEDS": "subject_id Medication_Coded Start_Delta Stop_Delta Dose Unit Frequency Route",
        "DEATHDATA": "subject_id Subject_Died Death_Days",
        "DEMOGRAPHICS": "subject_id Demographics_Delta Age Date_of_Birth Ethnicity Race_Americ_Indian_Alaska_Native "
        "Race_Asian Race_Black_African_American Race_Hawaiian_Pacific_Islander Race_Unknown Race_Caucasian "
        "Race_Other Race_Other_Specify Sex",
        "ELESCORIAL": "subject_id el_escorial delta_days",
        "FAMILYHISTORY": "subject_id Family_History_Delta Other_Specify Family_Hx_of_ALS_Mutation "
        "Family_Hx_of_ALS_Mutation_Other Family_Hx_of_Neuro_Disease "
        + _RELATIVES
        + " Family_Hx_of_Neuro_Disease_Other Neurological_Disease Neurological_Disease_Other Son Daughter Sister "
        "Brother",
        "FVC": "subject_id Subject_Liters_Trial_1 pct_of_Normal_Trial_1 Subject_Liters_Trial_2 pct_of_Normal_Trial_2 "
        "Subject_Liters_Trial_3 pct_of_Normal_Trial_3 Forced_Vital_Capacity_Delta subject_normal "
        "Forced_Vital_Capacity_Units",
        "HANDGRIPSTRENGTH": "subject_id Test_Name Test_Category Test_Location Test_Laterality MS_Delta Test_trial "
        "Test_Result Test_Unit Test_Setting DominantHand",
        "LABS": "subject_id Test_Name Test_Result Test_Unit Laboratory_Delta",
        "MUSCLESTRENGTH": "subject_id Test_Name Test_Category Test_Location Test_Laterality MS_Delta Test_trial "
        "Test_Result Test_Unit Test_Break",
        "RILUZOLE": "subject_id Subject_used_Riluzole Riluzole_use_Delta",
        "SVC": "subject_id Subject_Liters_Trial_1 pct_of_Normal_Trial_1 Subject_Liters__Trial_2_ pct_of_Normal_Trial_2 "
        "Subject_Liters__Trial_3_ pct_of_Normal_Trial_3 Subject_Normal Slow_vital_Capacity_Delta "
        "Slow_Vital_Capacity_Units",
        "TREATMENT": "subject_id Study_Arm Treatment_Group_Delta",
        "VITALSIGNS": "subject_id Blood_Pressure_Diastolic Blood_Pressure_Diastolic_Units Blood_Pressure_Systolic "
        "Blood_Pressure_Systolic_Units Height Height_Units Pulse Pulse_Units Respiratory_Rate "
        "Respiratory_Rate_Units Temperature Temperature_Units Weight Weight_Units Vital_Signs_Delta "
        "Baseline_Standing_BP_Diastolic Baseline_Standing_BP_Systolic Baseline_Supine_BP_Diastolic "
        "Baseline_Supine_BP_Systolic Baseline_Weight Supine_Pulse Standing_Pulse Endpoint_Supine_Pulse "
        "Endpoint_Standing_Pulse Baseline_Supine_Pulse Baseline_Standing_Pulse Endpoint_Weight "
        "Endpoint_Standing_BP_Diastolic Endpoint_Standing_BP_Systolic Endpoint_Supine_BP_Diastolic "
        "Endpoint_Supine_BP_Systolic Supine_BP_Diastolic Supine_BP_Systolic Standing_BP_Diastolic "
        "Standing_BP_Systolic",
        "NEUROFILAMENT": "subject_id Analyte Matrix Result Unit Collection_Delta",
    }.items()
}

RELEASE_FOLDER: dict[Generation, str] = {
    "2016": "SYNTHETIC-2016_01_04_ALL_FORMS_CSV",
    "2022": "SYNTHETIC-2022_07_29_PROACT_ALL_FORMS",
    "2025": "SYNTHETIC-2025_05_27_PROACT_ALL_FORMS",
    "2026": "SYNTHETIC-2026_02_27_PROACT_ALL_FORMS",
}

_STEM_2016 = {
    "ADVERSEEVENTS": "AdverseEvents",
    "ALSFRS": "alsfrs",
    "ALSHISTORY": "AlsHistory",
    "CONMEDS": "ConMeds",
    "DEATHDATA": "DeathData",
    "DEMOGRAPHICS": "demographics",
    "FAMILYHISTORY": "FamilyHistory",
    "FVC": "Fvc",
    "LABS": "Labs",
    "RILUZOLE": "Riluzole",
    "SVC": "Svc",
    "TREATMENT": "Treatment",
    "VITALSIGNS": "VitalSigns",
}


def file_stem(table: str, generation: Generation) -> str | None:
    """The file's name without `.csv` in that generation; None where the release had no such file."""
    if generation == "2016":
        return _STEM_2016.get(table)
    if table == "NEUROFILAMENT":
        return "F_PROACT_Neurofilament" if generation == "2026" else None
    return f"{'F_' if generation == '2026' else ''}PROACT_{table}"


def header(table: str, generation: Generation) -> tuple[str, ...]:
    """The columns of a table in a generation, in file order."""
    names = HEADERS[table]
    if generation == "2016" and table == "FVC":
        return tuple("Subject_Normal" if name == "subject_normal" else name for name in names)
    return names


def conform(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """The frame with the table's columns in file order; those never filled are wholly null."""
    unknown = set(frame.columns) - set(HEADERS[table])
    if unknown:
        raise ValueError(f"{table} has no column {sorted(unknown)[0]}")
    missing = {
        name: pd.array([pd.NA] * len(frame), dtype="string") for name in HEADERS[table] if name not in frame
    }
    return frame.assign(**missing)[list(HEADERS[table])]
