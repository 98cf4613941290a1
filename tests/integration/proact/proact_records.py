"""Hand-made PRO-ACT records, a subject for each known quirk of the export. None of them is or resembles a patient.

Here belong the delivered cells; what must come of them is in test_quirks.py. Subject numbers are the quirk's number
times ten, so that 110 is the first subject of quirk 11.
"""

Record = dict[str, str]

SHARED = ("Q1_Speech", "Q2_Salivation", "Q3_Swallowing", "Q4_Handwriting", "Q5a_Cutting_without_Gastrostomy",
          "Q6_Dressing_and_Hygiene", "Q7_Turning_in_Bed", "Q8_Walking", "Q9_Climbing_Stairs")  # fmt: skip
REVISED = ("R_1_Dyspnea", "R_2_Orthopnea", "R_3_Respiratory_Insufficiency")


def alsfrsr(subject: int, day: str, score: str = "3", **cells: str) -> Record:
    """An ALSFRS-R questionnaire with the same score on all twelve items, but for the cells named."""
    return dict.fromkeys(SHARED + REVISED, score) | {"subject_id": str(subject), "ALSFRS_Delta": day} | cells


def alsfrs(subject: int, day: str, score: str = "3", **cells: str) -> Record:
    """An original ALSFRS questionnaire: Q10 instead of R1 to R3."""
    items = dict.fromkeys((*SHARED, "Q10_Respiratory"), score)
    return items | {"subject_id": str(subject), "ALSFRS_Delta": day} | cells


def of(subject: int, **cells: str) -> Record:
    """A record of one subject."""
    return {"subject_id": str(subject)} | cells


QUESTIONNAIRES = [
    alsfrsr(10, "0", Q1_Speech="2.5"),
    alsfrsr(11, "0", Q1_Speech="5"),
    alsfrsr(12, "0", Q1_Speech="2.3", ALSFRS_R_Total="35"),
    alsfrsr(20, "0", Q5b_Cutting_with_Gastrostomy="1"),
    alsfrsr(21, "0", Q5a_Cutting_without_Gastrostomy="", Q5b_Cutting_with_Gastrostomy="1"),
    alsfrsr(22, "0", Q5a_Cutting_without_Gastrostomy=""),
    alsfrsr(23, "0", Q5b_Cutting_with_Gastrostomy="1", ALSFRS_R_Total="34"),
    alsfrsr(24, "0", Q5b_Cutting_with_Gastrostomy="1", ALSFRS_R_Total="36"),
    alsfrsr(30, "0"),
    alsfrsr(31, "0", ALSFRS_R_Total="35"),
    alsfrsr(32, "0", Q5a_Cutting_without_Gastrostomy="", ALSFRS_R_Total="34"),
    alsfrsr(33, "0", Q5a_Cutting_without_Gastrostomy="", ALSFRS_R_Total="40"),
    alsfrsr(34, "0", R_1_Dyspnea="", R_2_Orthopnea="", R_3_Respiratory_Insufficiency="", ALSFRS_R_Total="49"),
    alsfrsr(40, "0"),
    alsfrs(41, "0"),
    alsfrsr(42, "0", Q10_Respiratory="4"),
    alsfrsr(43, "0"),
    alsfrs(43, "30", "2"),
    alsfrsr(50, ""),
    alsfrsr(50, "-14"),
    alsfrsr(51, "99999"),
    alsfrsr(60, "0", "4"),
    alsfrsr(60, "0", "3"),
    alsfrsr(61, "0", "2"),
    alsfrsr(61, "0", "1", R_3_Respiratory_Insufficiency=""),
    alsfrs(62, "0", "1"),
    alsfrsr(62, "0", "2"),
    alsfrsr(63, "0", Q1_Speech="3,5"),
    alsfrsr(140, "400"),
    alsfrsr(150, "300"),
    alsfrsr(152, "300"),
    alsfrsr(153, "300"),
]

HISTORY = [
    of(70, Symptom="WEAKNESS", Location="HAND"),
    of(70, Onset_Delta="-500"),
    of(70, Diagnosis_Delta="-200", Site_of_Onset="Onset: Limb"),
    of(80, Site_of_Onset="Onset: Bulbar"),
    of(81, Site_of_Onset___Limb="1", Site_of_Onset___Bulbar="0"),
    of(82, Site_of_Onset="Onset: Spine"),
    of(83, Site_of_Onset="Onset: Limb and Bulbar"),
    of(84, Site_of_Onset___Limb="1"),
    of(84, Site_of_Onset___Bulbar="1"),
    of(85, Site_of_Onset="Onset: Bulbar", Site_of_Onset___Limb="1"),
    of(86, Site_of_Onset="Onset: Other", Site_of_Onset___Other_Specify="Respiratory"),
    of(87, Site_of_Onset="Onset: Other"),
    of(90, Onset_Delta="12", Diagnosis_Delta="-10"),
    of(91, Onset_Delta="0"),
    of(92, Onset_Delta="-10"),
    of(93, Onset_Delta="-300", Diagnosis_Delta="40"),
    of(94, Onset_Delta="-300", Diagnosis_Delta="-400"),
    of(95, Onset_Delta="-600"),
    of(95, Onset_Delta="-620"),
    of(96, Onset_Delta="-17000"),
    of(100, Disease_Duration="", Location_Other_Specify="", Onset_Delta="-100"),
]

DEATHS = [
    *(of(112 + n, Subject_Died=word) for n, word in enumerate(["1", "Y", "died", "사망"])),
    of(116, Subject_Died="0"),
    of(111, Subject_Died="No"),
    of(120, Subject_Died="Yes"),
    of(121, Subject_Died="Yes", Death_Days="200"),
    of(121, Subject_Died="Yes"),
    of(130, Subject_Died="Yes", Death_Days="300"),
    of(130, Subject_Died="Yes", Death_Days="310"),
    of(131, Subject_Died="Yes", Death_Days="300"),
    of(131, Subject_Died="Yes", Death_Days="300"),
    of(132, Subject_Died="Yes", Death_Days="300"),
    of(132, Subject_Died="No"),
    of(133, Subject_Died="No", Death_Days="250"),
    of(134, Subject_Died="", Death_Days="250"),
    of(135, Subject_Died="Yes", Death_Days="-20"),
    of(136, Subject_Died="Yes", Death_Days="1000000"),
    of(137, Subject_Died="Yes", Death_Days="300.6"),
    of(140, Subject_Died="Yes", Death_Days="350"),
]

VITAL_CAPACITY = [
    of(240, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="4.0", pct_of_Normal_Trial_1="88"),
    of(241, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="3.0", subject_normal="4.0"),
    of(242, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="4.0"),
    of(243, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="2.5"),
    of(244, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="4.0"),
    of(246, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="4.0"),
    of(250, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="3.1", Forced_Vital_Capacity_Units="Liters"),
    of(251, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="3100", Forced_Vital_Capacity_Units="mL"),
    of(252, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="80", Forced_Vital_Capacity_Units="%"),
    of(260, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="2.0", Subject_Liters_Trial_2="2.6",
       Subject_Liters_Trial_3="2.4", pct_of_Normal_Trial_1="60", pct_of_Normal_Trial_2="70"),
    of(261, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_2="2.2"),
    of(262, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="2.0"),
    of(262, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="2.7"),
    of(270, Forced_Vital_Capacity_Delta="", Subject_Liters_Trial_1="3.0"),
    of(280, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="85"),
    of(281, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="-3"),
    of(282, Forced_Vital_Capacity_Delta="0", Subject_Liters_Trial_1="3.0", pct_of_Normal_Trial_1="900"),
]  # fmt: skip

VITAL_SIGNS = [
    of(242, Vital_Signs_Delta="0", Height="180", Height_Units="Centimeters"),
    of(243, Vital_Signs_Delta="0", Height="160", Height_Units="Centimeters"),
    of(290, Vital_Signs_Delta="0", Height="70", Height_Units="Inches", Weight="176", Weight_Units="Pounds"),
    of(291, Vital_Signs_Delta="0", Height="66", Weight="70"),
    of(292, Vital_Signs_Delta="0", Height="0.7", Weight="20"),
    of(293, Vital_Signs_Delta="0", Height="66", Height_Units="Centimeters"),
    of(294, Vital_Signs_Delta="0", Weight="70"),
    of(294, Vital_Signs_Delta="30", Weight="70"),
    of(294, Vital_Signs_Delta="60", Weight="154"),
    of(295, Vital_Signs_Delta="10", Baseline_Weight="81", Height="178", Height_Units="cm"),
    of(296, Vital_Signs_Delta="0", Weight="70"),
    of(296, Vital_Signs_Delta="0", Weight="72"),
    of(296, Vital_Signs_Delta="0", Weight="71"),
    of(297, Vital_Signs_Delta="0", Height="1.8", Weight="81"),
    of(298, Vital_Signs_Delta="0", Weight="70", Weight_Units="Kilograms"),
    of(298, Vital_Signs_Delta="30", Weight="70"),
    of(298, Vital_Signs_Delta="60", Weight="154", Weight_Units="kg"),
    of(299, Vital_Signs_Delta="0", Height="70", Height_Units="Inches", Weight="210"),
    of(303, Vital_Signs_Delta="0", Weight="120"),
    of(
        304,
        Vital_Signs_Delta="0",
        Height="175",
        Weight="120",
        Temperature="37.1",
        Temperature_Units="Celsius",
    ),
    of(
        305,
        Vital_Signs_Delta="0",
        Temperature="98.6",
        Temperature_Units="F",
        Weight="12",
        Weight_Units="Stone",
    ),
    of(
        306,
        Vital_Signs_Delta="0",
        Blood_Pressure_Systolic="16",
        Blood_Pressure_Diastolic="10.5",
        Blood_Pressure_Systolic_Units="kPa",
        Blood_Pressure_Diastolic_Units="kPa",
        Pulse="70",
        Pulse_Units="BPM",
    ),
    of(307, Vital_Signs_Delta="0", Weight="100", Weight_Units="Drams"),
    of(246, Vital_Signs_Delta="0", Height="180", Height_Units="Centimeters"),
    of(300, Vital_Signs_Delta="0", Temperature="30.1"),
    of(301, Vital_Signs_Delta="0", Temperature="98.6"),
    of(302, Vital_Signs_Delta="0", Blood_Pressure_Systolic="80", Blood_Pressure_Diastolic="120"),
    of(310, Vital_Signs_Delta="0", Height="170", Weight="70"),
    of(310, Vital_Signs_Delta="90", Weight="66"),
    of(311, Vital_Signs_Delta="0", Height="170"),
    of(311, Vital_Signs_Delta="30", Height="180"),
    of(110, Vital_Signs_Delta="200", Weight="70"),
]

LABORATORY = [
    of(320, Laboratory_Delta="0", Test_Name="Creatinine", Test_Result="70", Test_Unit="umol/L"),
    of(321, Laboratory_Delta="0", Test_Name="CREATININE", Test_Result="0.8", Test_Unit="mg/dL"),
    of(322, Laboratory_Delta="0", Test_Name="Creatinine", Test_Result="<5", Test_Unit="umol/L"),
    of(323, Laboratory_Delta="0", Test_Name="Platelets", Test_Result="229,000"),
    of(324, Laboratory_Delta="0", Test_Name="Urine Protein", Test_Result="Trace"),
    of(325, Laboratory_Delta="0", Test_Name="Albumin", Test_Result="60", Test_Unit="%"),
    of(326, Laboratory_Delta="0", Test_Name="Creatinine", Test_Result="90000", Test_Unit="umol/L"),
    of(327, Laboratory_Delta="0", Test_Name="CK", Test_Result="180", Test_Unit="IU/L"),
    of(150, Laboratory_Delta="900", Test_Name="CK", Test_Result="180", Test_Unit="U/L"),
    of(152, Laboratory_Delta="1100", Test_Name="CK", Test_Result="180", Test_Unit="U/L"),
    of(153, Laboratory_Delta="400", Test_Name="CK", Test_Result="", Test_Unit="U/L"),
]

EVENTS = [
    of(330, Preferred_Term="Fall", Severity="MODERATE", Start_Date_Delta="10", End_Date_Delta=""),
    of(331, Preferred_Term="Fall", Severity="Marked", Start_Date_Delta="10"),
    of(332, Preferred_Term="Fall", Severity="Yes", Start_Date_Delta="10"),
    of(333, Preferred_Term="Fall", Severity="Mild", Start_Date_Delta="10", End_Date_Delta="4"),
    of(150, Preferred_Term="Fall", Severity="Life Threatening", Start_Date_Delta="1000000"),
    of(140, Preferred_Term="Fall", Severity="Mild", Start_Date_Delta="380"),
]

MEDICATIONS = [
    of(150, Medication_Coded="RILUZOLE; EDARAVONE", Start_Delta="-900000", Stop_Delta="20"),
    of(151, Medication_Coded="BACLOFEN", Start_Delta="20", Stop_Delta="10"),
    of(356, Medication_Coded="EDARAVONE", Start_Delta="20"),
    of(357, Medication_Coded="EDARAVONE", Start_Delta="-90", Stop_Delta="-5"),
]

RILUZOLE = [
    of(220, Subject_used_Riluzole="Yes", Riluzole_use_Delta="-100"),
    of(221, Subject_used_Riluzole="No"),
    of(230, Subject_used_Riluzole="No", Riluzole_use_Delta="0"),
    of(230, Subject_used_Riluzole="Yes", Riluzole_use_Delta="60"),
    of(231, Subject_used_Riluzole="Yes", Riluzole_use_Delta="-30"),
    of(231, Subject_used_Riluzole="No", Riluzole_use_Delta="90"),
    of(232, Subject_used_Riluzole="Yes"),
    of(232, Subject_used_Riluzole="No"),
]

SPECIAL_DEMOGRAPHICS = [
    of(340, Sex="Female", Date_of_Birth="-21915"),
    of(341, Sex="male", Age="150"),
    of(342, Sex="Male"),
    of(343, Sex="Male", Age="50", Date_of_Birth="-29220"),
    of(349, Sex="Male", Age="50"),
    of(349, Sex="Female", Age="50"),
    of(246, Sex="Male"),
    of(344, Sex="Female", Age="50"),
    of(344, Sex="Female"),
    {"subject_id": "00345", "Age": "50", "Sex": "Female"},
    of(346, Age="1E5", Sex="Male"),
    of(96, Sex="Male", Age="40"),
    of(243, Sex="Female", Age="65"),
    of(242, Sex="Male", Age="50"),
    of(347, Sex="Male", Age="50", Race_Asian="1", Race_Caucasian="0"),
    of(348, Sex="Male", Age="50", Race_Asian="1", Race_Caucasian="1"),
]

UNUSABLE_KEYS = [
    {"subject_id": "", "Age": "50"},
    {"subject_id": "1E5", "Age": "50"},
    {"subject_id": "-4", "Age": "50"},
]

SPECIAL_TREATMENT = [
    of(180, Study_Arm="Placebo", Treatment_Group_Delta="0"),
    of(181, Study_Arm="Placebo"),
    of(181, Study_Arm="Active"),
    of(200, Study_Arm="Placebo", Treatment_Group_Delta="900"),
    of(201, Study_Arm="Placebo", Treatment_Group_Delta=""),
    of(202, Study_Arm="Placebo", Treatment_Group_Delta="0"),
    of(202, Study_Arm="Placebo", Treatment_Group_Delta="380"),
    of(210, Study_Arm="Active", Treatment_Group_Delta="0"),
]

EL_ESCORIAL = [
    of(350, el_escorial="Probable Laboratory Supported", delta_days="0"),
    of(351, el_escorial="Possible", delta_days="-90"),
    of(351, el_escorial="Definite", delta_days="-5"),
    of(354, el_escorial="Possible", delta_days="-5"),
    of(354, el_escorial="Definite", delta_days="200"),
    of(355, el_escorial="Definite", delta_days="200"),
]

STRENGTH = [of(151, MS_Delta="500", Test_Name="Grip", Test_Result="12.5")]

NEUROFILAMENT = [
    of(
        160,
        Analyte="Neurofilament light chain",
        Matrix="Serum",
        Result="78.5",
        Unit="pg/mL",
        Collection_Delta="0",
    ),
    of(161, Analyte="Neurofilament light chain", Matrix="CSF", Result="2.1", Unit="ng/mL", Collection_Delta="0"),
    of(162, Analyte="Neurofilament light chain", Matrix="Plasma", Result="60", Unit="pg/mL", Collection_Delta="0"),
    of(163, Analyte="Phosphorylated neurofilament heavy chain", Matrix="Serum", Result="900", Unit="pg/mL",
       Collection_Delta="0"),
    of(164, Analyte="Neurofilament light chain", Matrix="Serum", Result="60", Collection_Delta="0"),
]  # fmt: skip

FAMILY = [
    of(352, Family_Hx_of_Neuro_Disease="ALS", Mother="1"),
    of(353, Neurological_Disease="STROKE", Father="1"),
]


def handmade() -> dict[str, list[Record]]:
    """All records by table. Every subject named anywhere gets plain demographics unless it has its own."""
    tables = {
        "alsfrs": [*QUESTIONNAIRES, alsfrsr(9999, "0")],
        "alshistory": HISTORY,
        "deathdata": DEATHS,
        "fvc": VITAL_CAPACITY,
        "svc": [
            of(
                245,
                Slow_vital_Capacity_Delta="0",
                Subject_Liters_Trial_1="3.0",
                Subject_Liters__Trial_2_="3.4",
            )
        ],
        "vitalsigns": VITAL_SIGNS,
        "labs": LABORATORY,
        "adverseevents": EVENTS,
        "conmeds": MEDICATIONS,
        "riluzole": RILUZOLE,
        "treatment": SPECIAL_TREATMENT,
        "elescorial": EL_ESCORIAL,
        "handgripstrength": STRENGTH,
        "neurofilament": NEUROFILAMENT,
        "familyhistory": FAMILY,
    }
    own = {int(record["subject_id"]) for record in SPECIAL_DEMOGRAPHICS}
    named = {int(record["subject_id"]) for rows in tables.values() for record in rows} - {9999}
    plain = [of(subject, Sex="Male", Age="55") for subject in sorted(named - own)]
    return tables | {"demographics": [*plain, *SPECIAL_DEMOGRAPHICS, *UNUSABLE_KEYS]}
