"""Findings about the disease (FA) that stand for facts of its history; a patient each.

A case is (what happens, its records, a query on the built database, the rows it must give), as in `registry_faults`.
"""
# ruff: noqa: E501 - a case a line reads as the table it is

from registry_faults import Fault, queried
from registry_records import added, demographics, history, patient, record, replaced, subject_id
from study_build import Record, Records

SITE = "select ONSETSIT, BULBAR from marts.adsl where USUBJID = '{id}'"
ONSET = "select cast(ONSETDT as varchar), ONSETDTF, ONSETSIT from marts.adsl where USUBJID = '{id}'"
DIAGNOSIS = "select cast(DIAGDT as varchar), DIAGDTF, ELESCOR from marts.adsl where USUBJID = '{id}'"
FAMILY = "select FAMHX from marts.adsl where USUBJID = '{id}'"
ASKED = "select distinct rule from quality.data_query where usubjid = '{id}' order by 1"


def found(number: int, test: str, result: str, **cells: str) -> Record:
    """One finding about the disease, by the words of its test."""
    usual = {"FASEQ": "1", "FATESTCD": "F01", "FATEST": test, "FAOBJ": "ALS", "FASTRESC": result, "FADTC": "2021-02-20"}  # fmt: skip
    return record(number, **(usual | cells))


def of(number: int, *findings: Record, place: str = "") -> Records:
    """The usual patient with these findings, the onset in this place."""
    mh = [
        history(number, 1, "ALS ONSET", "2020-03-01", MHLOC=place),
        history(number, 2, "ALS DIAGNOSIS", "2020-09-01", MHSCAT="DEFINITE"),
    ]
    return replaced(patient(number), mh=mh, fa=list(findings))


def undated(number: int, *findings: Record) -> Records:
    """The same without any item of history."""
    return replaced(of(number, *findings), mh=[])


def finding_faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    f = found
    return [
        Fault(6701, "finding", "the site of onset", of(6701, f(6701, "Site of Onset", "TONGUE")), SITE, [("BULBAR", 1)]),
        Fault(6702, "finding", "in Korean", of(6702, f(6702, "발병 부위", "구음", FAOBJ="루게릭병")), SITE, [("BULBAR", 1)]),
        Fault(6703, "finding", "two places in a cell", of(6703, f(6703, "Region of symptom onset", "arm, tongue")), SITE, [("BOTH", 0)]),
        Fault(6704, "finding", "agrees with the history", of(6704, f(6704, "Onset site", "left leg"), place="LIMB"), SITE, [("LIMB", 0)]),
        Fault(6705, "finding", "adds a region, as a second item of history does", of(6705, f(6705, "Onset site", "BULBAR"), place="LIMB"), SITE, [("BOTH", 0)]),
        Fault(6706, "finding", "a place nobody knows leaves the site open", of(6706, f(6706, "Onset site", "SOMEWHERE"), place="LIMB"), SITE, [(None, None)]),
        Fault(6707, "finding", "a category is no place", of(6707, f(6707, "Onset site", "DEFINITE"), place="LIMB"), SITE, [(None, None)]),
        Fault(6708, "finding", "as collected where there is no standard result", of(6708, f(6708, "Type of onset", "", FAORRES="구음")), SITE, [("BULBAR", 1)]),
        Fault(6709, "finding", "about something else says nothing", of(6709, f(6709, "Onset site", "TONGUE", FAOBJ="HEADACHE"), place="LIMB"), SITE, [("LIMB", 0)]),
        Fault(6710, "finding", "about something nobody can read says nothing either", of(6710, f(6710, "Onset site", "TONGUE", FAOBJ="AMYOTROPHIC SPELLS"), place="LIMB"), SITE, [("LIMB", 0)]),
        Fault(6711, "finding", "without an object is about the disease", of(6711, f(6711, "Onset site", "TONGUE", FAOBJ="")), SITE, [("BULBAR", 1)]),
        Fault(6712, "finding", "without a result, or not done, says nothing", of(6712, f(6712, "Onset site", ""), f(6712, "Onset site", "TONGUE", FASEQ="2", FASTAT="NOT DONE"), place="LIMB"), SITE, [("LIMB", 0)]),
        Fault(6713, "finding", "unknown is no place", of(6713, f(6713, "Onset site", "UNKNOWN"), place="LIMB"), SITE, [("LIMB", 0)]),
        Fault(6714, "finding", "the date of onset", undated(6714, f(6714, "Date of Symptom Onset", "2020-03-05")), ONSET, [("2020-03-05", None, None)]),
        Fault(6715, "finding", "its month, in Korean", undated(6715, f(6715, "발병일", "2020년 3월"), f(6715, "초발 부위", "오른쪽 다리", FASEQ="2")), ONSET, [("2020-03-01", "D", "LIMB")]),
        queried(6716, "finding", "another date than the history's is asked about", of(6716, f(6716, "Onset date", "2020-01-15")), "onset_dates_differ", "2020-01-15 and 2020-03-01"),
        Fault(6717, "finding", "the earlier of the two is used", of(6717, f(6717, "Onset date", "2020-01-15"), place="LIMB"), ONSET, [("2020-01-15", None, "LIMB")]),
        Fault(6718, "finding", "a result that is no date leaves the history's", of(6718, f(6718, "Onset date", "last spring"), place="LIMB"), ONSET, [("2020-03-01", None, "LIMB")]),
        queried(6719, "finding", "and is asked about by its length", of(6719, f(6719, "Onset date", "last spring")), "date_unusable", "text of 11 characters"),
        queried(6720, "finding", "a day and month that could be exchanged are no date", of(6720, f(6720, "Date of diagnosis", "03/04/2020")), "date_unusable", "03/04/2020"),
        queried(6721, "finding", "nor is a day after the cut", of(6721, f(6721, "Date of diagnosis", "2031-04-03")), "date_unusable", "2031-04-03"),
        Fault(6722, "finding", "the date of diagnosis beside its category", replaced(of(6722, f(6722, "Date of ALS diagnosis", "2020-10"), f(6722, "El Escorial", "확정", FASEQ="2")), mh=[history(6722, 1, "ALS ONSET", "2020-03-01")]), DIAGNOSIS, [("2020-10-01", "D", "DEFINITE")]),
        Fault(6723, "finding", "a date before birth is not used", replaced(undated(6723, f(6723, "Onset date", "1950-01-15")), dm=[demographics(6723, BRTHDTC="1966")]),
              "select ONSETDT, (select count(*) from quality.data_query where usubjid = '{id}' and rule = 'history_before_birth') from marts.adsl where USUBJID = '{id}'", [(None, 1)]),
        Fault(6724, "finding", "a family history", of(6724, f(6724, "Family history of ALS", "Yes")), FAMILY, [("Y",)]),
        Fault(6725, "finding", "a family history denied, in Korean", of(6725, f(6725, "루게릭병 가족력", "없음")), FAMILY, [("N",)]),
        Fault(6726, "finding", "a family history that is not known", of(6726, f(6726, "Family history of ALS", "Unknown")), FAMILY, [(None,)]),
        Fault(6727, "finding", "an answer nobody can read", of(6727, f(6727, "Family history of ALS", "MOTHER'S SIDE")), FAMILY, [(None,)]),
        Fault(6728, "finding", "a family history not asked about", of(6728, f(6728, "Family history of ALS", "", FASTAT="NOT DONE")), FAMILY, [(None,)]),
        Fault(6729, "finding", "a family history of another disease", of(6729, f(6729, "Family history of dementia", "Y")), FAMILY, [("N",)]),
        Fault(6730, "finding", "a family history of nobody knows what", of(6730, f(6730, "Family history, any", "Y")), FAMILY, [(None,)]),
        Fault(6731, "finding", "the history and the finding: one yes is enough", added(of(6731, f(6731, "Familial ALS", "N")), mh=[history(6731, 3, "FAMILY HISTORY OF ALS", "")]), FAMILY, [("Y",)]),
        Fault(6732, "finding", "collected after a request to stop is not used", added(of(6732, f(6732, "Onset site", "TONGUE", FADTC="2021-08-01"), f(6732, "Onset date", "2020-01-15", FASEQ="2", FADTC="2021-08-01"), place="LIMB"), withdrawals=[{"USUBJID": demographics(6732)["USUBJID"], "REQUEST": "STOP", "DATE": "2021-06-01"}]), ONSET, [("2020-03-01", None, "LIMB")]),
        Fault(6733, "finding", "a qualifier holds the result", added(of(6733, f(6733, "Onset site", "")), supp=[record(6733, RDOMAIN="FA", IDVAR="FASEQ", IDVARVAL="1", QNAM="FASTRESC", QVAL="구음", _file="suppfa.csv")]), SITE, [("BULBAR", 1)]),
        Fault(6734, "finding", "an age at onset is none of the facts", of(6734, f(6734, "Age at onset", "54"), place="LIMB"), ONSET, [("2020-03-01", None, "LIMB")]),
        Fault(6735, "finding", "words nobody knows are asked about under their variable", {},
              f"select column_name, count(*) from intermediate.int_registry__unknown_word where table_name = 'fa' and usubjid between '{subject_id(6701)}' and '{subject_id(6735)}' group by 1 order by 1",
              [("FAOBJ", 1), ("FASTRESC", 3), ("FATEST", 1)]),
    ]  # fmt: skip
