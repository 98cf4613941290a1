"""Measurements in a stranger's units and on dates half known, and what is asked of every subject; a patient each."""
# ruff: noqa: E501 - a case a line reads as the table it is

from registry_faults import Fault, queried
from registry_records import (
    added,
    demographics,
    disposition,
    finding,
    history,
    injection,
    patient,
    procedure,
    record,
    replaced,
)  # fmt: skip
from study_build import Record, Records

VALUES = "select paramcd, round(value, 2) from intermediate.int_registry__measurement where usubjid = '{id}' and paramcd not like 'ALS%' and paramcd <> 'BMI' order by 1, 2"
SCORES = "select AVAL, DTYPE from marts.adqs where USUBJID = '{id}' and PARAMCD = 'ALSFRSR' and ADT = date '2021-02-20'"
ASKED = "select distinct rule from quality.data_query where usubjid = '{id}' order by 1"
BASELINE = "select ALSFRSR, ALSFRSDY from marts.adsl where USUBJID = '{id}'"
ITEMS = [f"ALSQ0{n}" for n in range(1, 10)] + ["ALSR1", "ALSR2", "ALSR3"]


def result(number: int, domain: str, test: str, **cells: str) -> Record:
    """One result of the day before the index, its cells named without the domain's prefix."""
    prefix = domain.upper()
    usual = {f"{prefix}SEQ": "1", f"{prefix}TESTCD": test, f"{prefix}DTC": "2021-02-20"}
    return record(number, **(usual | {prefix + name: cell for name, cell in cells.items()}))


def vital(number: int, *records: Record) -> Records:
    """A patient with these vital signs."""
    return added(patient(number), vs=list(records))


def breath(number: int, *records: Record) -> Records:
    """A patient with these respiratory findings."""
    return added(patient(number), re=list(records))


def measured(number: int, what: str, records: Records, *values: tuple) -> Fault:
    """The values that come of the records."""
    return Fault(number, "unit", what, records, VALUES, list(values))


def weight(number: int, value: str, unit: str = "", **cells: str) -> Record:
    """A weight as the standard result."""
    return result(number, "vs", "WEIGHT", STRESN=value, STRESU=unit, **cells)


def height(number: int, value: str, unit: str = "") -> Record:
    """A height as the standard result."""
    return result(number, "vs", "HEIGHT", STRESN=value, STRESU=unit)


def scored(number: int, score: str, total: str, items: list[str] = ITEMS) -> Records:
    """A patient with a total beside items of the same score."""
    rows = [finding(number, "qs", n, code, score, "2021-02-20") for n, code in enumerate(items, 1)]
    return replaced(patient(number), qs=[*rows, finding(number, "qs", 90, "ALSFRSR", total, "2021-02-20")])


def category(number: int, *assessments: tuple[str, str]) -> Records:
    """A patient whose El Escorial categories are findings of these dates, none with the diagnosis."""
    rows = [
        record(number, FASEQ=str(n), FATESTCD="ELESCOR", FASTRESC=word, FADTC=on)
        for n, (word, on) in enumerate(assessments, 1)
    ]
    mh = [history(number, 1, "ALS ONSET", "2020-03-01", MHLOC="LIMB")]
    return added(replaced(patient(number), mh=mh), fa=rows)


def escorial(number: int, what: str, expected: str | None, *assessments: tuple[str, str]) -> Fault:
    """The category at the index."""
    return Fault(
        number,
        "el escorial",
        what,
        category(number, *assessments),
        "select ELESCOR from marts.adsl where USUBJID = '{id}'",
        [(expected,)],
    )


def unit_faults() -> list[Fault]:
    """Values and their units."""
    return [
        measured(6401, "pounds", vital(6401, weight(6401, "160", "LB")), ("WEIGHT", 72.57)),
        measured(6402, "pounds in Korean", vital(6402, weight(6402, "160", "파운드")), ("WEIGHT", 72.57)),
        measured(6403, "stones", vital(6403, weight(6403, "12", "stone")), ("WEIGHT", 76.2)),
        measured(6404, "grams", vital(6404, weight(6404, "71500", "g")), ("WEIGHT", 71.5)),
        measured(6405, "one sign for kilograms", vital(6405, weight(6405, "71.5", "㎏")), ("WEIGHT", 71.5)),
        measured(6406, "inches, metres, feet", vital(6406, height(6406, "70", "Inches"), height(6406, "1.778", "m"), height(6406, "5.833333", "ft")), ("HEIGHT", 177.8)),
        measured(6407, "of the collected result with its own unit", vital(6407, result(6407, "vs", "WEIGHT", ORRES="160", ORRESU="lbs")), ("WEIGHT", 72.57)),
        measured(6408, "a standard result without a unit yields to a collected one with its own", vital(6408, weight(6408, "160", "", ORRES="160", ORRESU="LB")), ("WEIGHT", 72.57)),
        measured(6409, "never the number of one with the unit of the other", vital(6409, weight(6409, "120", "", ORRESU="kg")), ),
        measured(6410, "a result converted and rounded is the same", vital(6410, weight(6410, "73", "kg", ORRES="160", ORRESU="LB")), ("WEIGHT", 73.0)),
        queried(6411, "unit", "a unit changed without the number is asked about", vital(6411, weight(6411, "160", "kg", ORRES="160", ORRESU="LB")), "results_contradict", "WEIGHT 160"),
        measured(6412, "210 without a unit is in pounds", vital(6412, weight(6412, "210"), height(6412, "70")), ("HEIGHT", 177.8), ("WEIGHT", 95.25)),
        measured(6413, "62 without a unit is in kilograms", vital(6413, weight(6413, "62")), ("WEIGHT", 62.0)),
        queried(6414, "unit", "120 without a unit may be either", vital(6414, weight(6414, "120")), "weight_unit_unknown", "120 without unit on 2021-02-20"),
        measured(6415, "the height tells", vital(6415, weight(6415, "85"), height(6415, "170", "cm")), ("HEIGHT", 170.0), ("WEIGHT", 85.0)),
        measured(6416, "the other weights tell", vital(6416, weight(6416, "150"), *(finding(6416, "vs", n, "WEIGHT", "69", f"2021-0{n}-05", VSSTRESU="kg") for n in (3, 4))), ("WEIGHT", 68.04), ("WEIGHT", 69.0), ("WEIGHT", 69.0)),
        queried(6417, "unit", "a weight far from the others is not used", vital(6417, weight(6417, "154", "kg"), *(finding(6417, "vs", n, "WEIGHT", "69", f"2021-0{n}-05", VSSTRESU="kg") for n in (3, 4))), "weight_far_from_own_median", "154 kg on 2021-02-20"),
        Fault(6418, "unit", "a unit nobody knows is asked about by its word", vital(6418, weight(6418, "70", "quintals")),
              "select (select count(*) from intermediate.int_registry__measurement where usubjid = '{id}' and paramcd = 'WEIGHT'), (select count(*) from quality.data_query where rule = 'word_unknown' and column_name = 'VSSTRESU')", [(0, 1)]),
        measured(6420, "millilitres", breath(6420, result(6420, "re", "FVC", STRESN="3100", STRESU="mL")), ("FVCL", 3.1)),
        measured(6421, "litres in Korean", breath(6421, result(6421, "re", "FVC", ORRES="3.1", ORRESU="리터")), ("FVCL", 3.1)),
        measured(6422, "a vital capacity in percent is the percentage", breath(6422, result(6422, "re", "FVC", STRESN="81", STRESU="%")), ("FVCPP", 81.0)),
        measured(6423, "a percentage in litres is the volume", breath(6423, result(6423, "re", "SVCPP", STRESN="2.9", STRESU="L")), ("SVCL", 2.9)),
        measured(6424, "without a unit the number tells", breath(6424, *(result(6424, "re", "FVC", STRESN=n) for n in ("3.1", "3200", "81"))), ("FVCL", 3.2), ("FVCPP", 81.0)),
        queried(6425, "unit", "12 without a unit is neither litres nor percent", breath(6425, result(6425, "re", "FVC", STRESN="12")), "result_impossible", "FVCL 12"),
        measured(6426, "the best of the trials of a day", breath(6426, *(result(6426, "re", "FVC", STRESN=n, STRESU="L") for n in ("2.0", "2.6", "2.4"))), ("FVCL", 2.6)),
        measured(6427, "the middle of the weights of a day", vital(6427, *(weight(6427, n, "kg") for n in ("70", "74", "71"))), ("WEIGHT", 71.0)),
        Fault(6428, "unit", "the lower of two totals of a day", replaced(patient(6428), qs=[finding(6428, "qs", n, "ALSFRSR", value, "2021-02-20", QSSTRESU="점") for n, value in enumerate(("38", "40"), 1)]), SCORES, [(38.0, None)]),
        Fault(6429, "unit", "the items outrank the total", scored(6429, "3", "40"), SCORES, [(36.0, "DERIVED")]),
        Fault(6430, "unit", "a total stands in for items that are not all there", scored(6430, "3", "35", ITEMS[:11]), SCORES, [(35.0, None)]),
        Fault(6431, "unit", "but not one they rule out", scored(6431, "3", "48", ITEMS[:11]), "select count(*), (select count(*) from quality.data_query where usubjid = '{id}' and rule = 'total_impossible') from marts.adqs where USUBJID = '{id}' and PARAMCD = 'ALSFRSR'", [(0, 1)]),
        queried(6432, "unit", "an item is whole or half", replaced(patient(6432), qs=[finding(6432, "qs", 1, "ALSQ01", "2.3", "2021-02-20")]), "result_impossible", "ALSQ01 2.3"),
        Fault(6433, "unit", "slow vital capacity is predicted as forced", vital(6433, height(6433, "180", "cm")) | {"re": [result(6433, "re", "SVC", STRESN="4", STRESU="L")]},
              "select round(SVCPP, 1), FVCPP from marts.adsl where USUBJID = '{id}'", [(87.0, None)]),
        Fault(6434, "unit", "nothing is predicted at an unknown age", replaced(vital(6434, height(6434, "180", "cm")), dm=[demographics(6434, AGE="")], re=[result(6434, "re", "FVC", STRESN="4", STRESU="L")]),
              "select FVCPP, VCPP from marts.adsl where USUBJID = '{id}'", [(None, None)]),
    ]  # fmt: skip


def question_faults() -> list[Fault]:
    """Dates half known, status at the index, and the questions that both sources are asked."""
    p = patient
    return [
        Fault(6440, "date", "a total dated to its month is no baseline", replaced(p(6440), qs=[finding(6440, "qs", 1, "ALSFRSR", "40", "2021-02")]), BASELINE, [(None, None)]),
        Fault(6441, "date", "the complete one before it is", replaced(p(6441), qs=[finding(6441, "qs", 1, "ALSFRSR", "40", "2021-02"), finding(6441, "qs", 2, "ALSFRSR", "42", "2021-01-10")]), BASELINE, [(42.0, -50)]),
        Fault(6442, "date", "it is kept, flagged, without a change", added(p(6442), qs=[finding(6442, "qs", 3, "ALSFRSR", "30", "2021-12")]),
              "select cast(ADT as varchar), ADTF, AVISIT, CHG from marts.adqs where USUBJID = '{id}' and ADTF is not null", [("2021-12-01", "D", "Day not known", None)]),
        queried(6443, "date", "and asked about", added(p(6443), qs=[finding(6443, "qs", 3, "ALSFRSR", "30", "2021-12")]), "measurement_date_partial", "ALSFRSR 2021-12-01 to 2021-12-31"),
        Fault(6444, "date", "on the first day of its month the complete one stands", added(p(6444), qs=[finding(6444, "qs", 3, "ALSFRSR", "30", "2021-12"), finding(6444, "qs", 4, "ALSFRSR", "33", "2021-12-01")]),
              "select AVAL, ADTF from marts.adqs where USUBJID = '{id}' and ADT = date '2021-12-01' and PARAMCD = 'ALSFRSR'", [(33.0, None)]),
        escorial(6450, "the last assessment by the index", "PROBABLE", ("DEFINITE", "2020-06-01"), ("PROBABLE", "2021-02-01"), ("DEFINITE", "2022-01-01")),
        escorial(6451, "the most certain of a day", "DEFINITE", ("POSSIBLE", "2021-02-01"), ("DEFINITE", "2021-02-01")),
        escorial(6452, "none that came after the index", None, ("DEFINITE", "2021-04-01")),
        escorial(6453, "not known where one may have come before", None, ("POSSIBLE", "2021-01-01"), ("DEFINITE", "2021-03")),
        escorial(6454, "known where that one says the same", "POSSIBLE", ("POSSIBLE", "2021-01-01"), ("POSSIBLE", "2021-03")),
        escorial(6455, "not known where the last cannot be read", None, ("DEFINITE", "2020-06-01"), ("PERHAPS", "2021-02-01")),
        escorial(6456, "of an undated record where nothing is dated", "PROBABLE", ("PROBABLE", "")),
        Fault(6460, "edaravone", "ended before the index", added(p(6460), cm=[record(6460, CMSEQ="1", CMTRT="Radicava", CMSTDTC="2020-06-01", CMENDTC="2020-12-01")]), "select EDARAVON from marts.adsl where USUBJID = '{id}'", [(0,)]),
        Fault(6461, "edaravone", "at the index", added(p(6461), cm=[record(6461, CMSEQ="1", CMTRT="edaravone", CMSTDTC="2020-06-01")]), "select EDARAVON from marts.adsl where USUBJID = '{id}'", [(1,)]),
        Fault(6470, "question", "no onset", replaced(p(6470), mh=[history(6470, 2, "ALS DIAGNOSIS", "2020-09-01")]), ASKED, [("onset_missing",)]),
        Fault(6471, "question", "two onsets", added(p(6471), mh=[history(6471, 3, "ALS ONSET", "2020-05-01", MHLOC="LIMB")]), ASKED, [("onset_dates_differ",)]),
        Fault(6472, "question", "an onset before birth", replaced(p(6472), mh=[history(6472, 1, "ALS ONSET", "1950-03-01"), history(6472, 2, "ALS DIAGNOSIS", "2020-09-01")]),
              "select ONSETDT, (select rule from quality.data_query where usubjid = '{id}') from marts.adsl where USUBJID = '{id}'", [(None, "history_before_birth")]),
        Fault(6473, "question", "an onset in the year of birth is not before it", replaced(p(6473), dm=[demographics(6473, AGE="", BRTHDTC="1975")], mh=[history(6473, 1, "ALS ONSET", "1975-03-01")]),
              "select cast(ONSETDT as varchar) from marts.adsl where USUBJID = '{id}'", [("1975-03-01",)]),
        Fault(6474, "question", "no sex", replaced(p(6474), dm=[demographics(6474, SEX="")]), ASKED, [("sex_missing_or_unknown",)]),
        Fault(6475, "question", "no age", replaced(p(6475), dm=[demographics(6475, AGE="")]), ASKED, [("age_missing",)]),
        queried(6476, "question", "an age that the year of birth does not allow", replaced(p(6476), dm=[demographics(6476, BRTHDTC="1955")]), "age_differs_from_birth_year", "55"),
        Fault(6477, "question", "an age that it allows", replaced(p(6477), dm=[demographics(6477, BRTHDTC="1965")]), ASKED, []),
        queried(6478, "question", "a tracheostomy without a date", added(p(6478), pr=[procedure(6478, 2, "TRACHEOSTOMY", "")]), "procedure_undated", "TRACHEOSTOMY"),
        queried(6479, "question", "doses of a screen failure", replaced(p(6479), dm=[demographics(6479, ARM="SCREEN FAILURE")]), "screen_failure_with_doses", "screen failure, 2 doses"),
        queried(6480, "question", "two heights", vital(6480, height(6480, "170", "cm"), height(6480, "180", "cm")), "heights_differ", "170 and 180"),
        queried(6481, "question", "a date of birth that was not read", replaced(p(6481), dm=[demographics(6481, BRTHDTC="????")]), "date_unusable", "text of 4 characters"),
        Fault(6482, "question", "a diagnosis before the onset is none", replaced(p(6482), mh=[history(6482, 1, "ALS ONSET", "2020-06-01"), history(6482, 2, "ALS DIAGNOSIS", "2020-03-01")]),
              "select DIAGDT, DIAGDELD from marts.adsl where USUBJID = '{id}'", [(None, None)]),
        Fault(6483, "question", "demographics that complete each other are one", replaced(p(6483), dm=[demographics(6483, AGE=""), demographics(6483)]), "select AGE from marts.adsl where USUBJID = '{id}'", [(55.0,)]),
        Fault(6484, "question", "a use of riluzole after the index is none", replaced(added(p(6484), ds=[disposition(6484, 2, "LAST CONTACT", "2022-07-01")], cm=[record(6484, CMSEQ="1", CMTRT="RILUZOLE", CMSTDTC="2021-06-01")]), ex=[injection(6484, 1, "2021-03-01")]),
              "select RILUZOLE from marts.adsl where USUBJID = '{id}'", [(0,)]),
    ]  # fmt: skip


def measurement_faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    return [*unit_faults(), *question_faults()]
