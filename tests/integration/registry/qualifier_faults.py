"""What a registry delivers beside its records, in SUPP--; a patient each.

A case is (what happens, its records, a query on the built database, the rows it must give), as in `registry_faults`.
"""
# ruff: noqa: E501 - a case a line reads as the table it is

import random

from registry_faults import Fault, queried
from registry_records import (
    added,
    adverse_event,
    demographics,
    disposition,
    finding,
    history,
    injection,
    patient,
    record,
    replaced,
)
from study_build import PROJECT, Record, Records

from orchestration.extracts.dictionary import SourceTable, load_dictionaries

AE = "select AESEV, RELGR1, AESER from marts.adae where USUBJID = '{id}' order by AESEQ"
ONSET = "select cast(ONSETDT as varchar), ONSETDTF, ONSETSIT from marts.adsl where USUBJID = '{id}'"
OUTCOME = "select QNAM, outcome from staging.stg_registry__supp s join raw.registry_supp using (_file, _line) where s.usubjid = '{key}' order by all"
WHO = "select RACE, SEX, AGE from marts.adsl where USUBJID = '{id}'"
KEYS = ("STUDYID", "USUBJID", "DOMAIN")


def qualifier(number: int, domain: str, name: str, value: str, row: str = "1", **cells: str) -> Record:
    """One qualifier of the record with this sequence number."""
    usual = {"RDOMAIN": domain, "IDVAR": f"{domain}SEQ", "IDVARVAL": row, "QNAM": name, "QVAL": value, "_file": f"supp{domain.lower()}.csv"}  # fmt: skip
    return record(number, **(usual | cells))


def event(number: int, *qualifiers: Record, **cells: str) -> Records:
    """A patient with one adverse event without a severity, and these qualifiers."""
    usual = {"AESEV": "", "AESTDTC": "2021-05-01"}
    return added(patient(number), ae=[adverse_event(number, 1, **(usual | cells))], supp=list(qualifiers))


def onset(number: int, *qualifiers: Record, **cells: str) -> Records:
    """A patient with one item of history, the onset, and these qualifiers."""
    usual = {"MHSEQ": "1", "MHTERM": "ALS ONSET"}
    return added(replaced(patient(number), mh=[record(number, **(usual | cells))]), supp=list(qualifiers))


def qualifier_faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    p, q = patient, qualifier
    return [
        Fault(6601, "qualifier", "fills a blank cell", event(6601, q(6601, "AE", "AESEV", "SEVERE")), AE, [("SEVERE", "MISSING", None)]),
        Fault(6602, "qualifier", "in Korean", event(6602, q(6602, "AE", "AESEV", "중증"), q(6602, "AE", "AEREL", "관련없음"), q(6602, "AE", "AESER", "예")), AE, [("SEVERE", "NOT RELATED", "Y")]),
        Fault(6603, "qualifier", "001 is the record 1", event(6603, q(6603, "AE", "AESEV", "SEVERE", "001")), AE, [("SEVERE", "MISSING", None)]),
        Fault(6604, "qualifier", "1 with blanks about it is the record 001", event(6604, q(6604, "ae", "aesev", " SEVERE ", "  1 ", IDVAR="aeseq "), AESEQ="001"), AE, [("SEVERE", "MISSING", None)]),
        Fault(6605, "qualifier", "differs: the record stands", event(6605, q(6605, "AE", "AESEV", "SEVERE"), AESEV="MILD"), AE, [("MILD", "MISSING", None)]),
        queried(6606, "qualifier", "differs: asked by what both mean", event(6606, q(6606, "AE", "AESEV", "중증"), AESEV="MILD"), "qualifier_differs", "AESEV of AE 1: SEVERE, in the record MILD"),
        Fault(6607, "qualifier", "says the same in another language", event(6607, q(6607, "AE", "AESEV", "중증"), AESEV="SEVERE"),
              "select AESEV, (select count(*) from quality.data_query where usubjid = '{id}' and rule like 'qualifier%') from marts.adae where USUBJID = '{id}'", [("SEVERE", 0)]),
        Fault(6608, "qualifier", "two that differ: neither", event(6608, q(6608, "AE", "AESEV", "MILD"), q(6608, "AE", "AESEV", "SEVERE")), AE, [(None, "MISSING", None)]),
        queried(6609, "qualifier", "two that differ are asked about", event(6609, q(6609, "AE", "AESEV", "MILD"), q(6609, "AE", "AESEV", "SEVERE")), "qualifiers_contradict", "AESEV of AE 1"),
        Fault(6610, "qualifier", "two that say the same are one", event(6610, q(6610, "AE", "AESER", "Y"), q(6610, "AE", "AESER", "예")), AE, [(None, "MISSING", "Y")]),
        Fault(6611, "qualifier", "that nothing reads changes nothing", event(6611, q(6611, "AE", "AERELPRO", "RELATED"), q(6611, "AE", "AELLT", "Pain"), q(6611, "AE", "AESEQ", "7"), q(6611, "XX", "AESEV", "SEVERE")),
              OUTCOME, [("AELLT", "NOT READ"), ("AERELPRO", "NOT READ"), ("AESEQ", "NOT READ"), ("AESEV", "NOT READ")]),
        Fault(6612, "qualifier", "without its record is used nowhere", event(6612, q(6612, "AE", "AESDISAB", "Y", "9")), AE, [(None, "MISSING", None)]),
        Fault(6613, "qualifier", "without their records are asked about together", event(6613, q(6613, "AE", "AESDISAB", "Y", "")),
              "select source_file, column_name, split_part(expected, ': ', 2) from quality.data_query where rule = 'qualifier_without_parent' and found = 'AESDISAB'", [("suppae.csv", "IDVARVAL", "2 are not used")]),
        Fault(6614, "qualifier", "of a sequence number that two records have is neither's", event(6614, q(6614, "AE", "AESEV", "SEVERE")) | {"ae": [adverse_event(6614, 1, AESEV="", AESTDTC=f"2021-05-0{n}") for n in (1, 2)]}, AE, [(None, "MISSING", None)] * 2),
        Fault(6615, "qualifier", "of a repeated record is that record's", event(6615, q(6615, "AE", "AESEV", "SEVERE")) | {"ae": [adverse_event(6615, 1, AESEV="", AESTDTC="2021-05-01")] * 2}, AE, [("SEVERE", "MISSING", None)]),
        Fault(6616, "qualifier", "that names no record is the only one's", event(6616, q(6616, "AE", "AESEV", "SEVERE", "", IDVAR="")), AE, [("SEVERE", "MISSING", None)]),
        Fault(6617, "qualifier", "that names none of several is nobody's", added(event(6617, q(6617, "AE", "AESEV", "SEVERE", "", IDVAR="")), ae=[adverse_event(6617, 2, AESEV="", AESTDTC="2021-06-01")]), AE, [(None, "MISSING", None)] * 2),
        Fault(6618, "qualifier", "in a word nobody knows is null, and asked as the variable's", event(6618, q(6618, "AE", "AEACN", "CALLED THE WARD")),
              "select (select AEACN from marts.adae where USUBJID = '{id}'), outcome, word.is_known from staging.stg_registry__supp s join raw.registry_supp using (_file, _line) join staging.stg_registry__word as word on md5(QVAL) = value and word.table_name = 'ae' and column_name = 'AEACN' where s.usubjid = '{key}'", [(None, "FILLS", "N")]),
        Fault(6619, "qualifier", "the site of onset, in Korean", onset(6619, q(6619, "MH", "MHLOC", "구음"), MHSTDTC="2020-03-01"), ONSET, [("2020-03-01", None, "BULBAR")]),
        Fault(6620, "qualifier", "a partial date", onset(6620, q(6620, "MH", "MHSTDTC", "2020-03"), MHLOC="arm"), ONSET, [("2020-03-01", "D", "LIMB")]),
        queried(6621, "qualifier", "no date is asked about by its length", onset(6621, q(6621, "MH", "MHSTDTC", "in spring"), MHLOC="arm"), "date_unusable", "text of 9 characters"),
        Fault(6622, "qualifier", "the same day in another form does not differ", onset(6622, q(6622, "MH", "MHSTDTC", "2020/03/01"), MHLOC="arm", MHSTDTC="2020-03-01"), OUTCOME, [("MHSTDTC", "SAME")]),
        Fault(6623, "qualifier", "the words of the item itself", onset(6623, q(6623, "MH", "MHTERM", "ALS ONSET"), MHTERM="", MHSTDTC="2020-03-01", MHLOC="arm"), ONSET, [("2020-03-01", None, "LIMB")]),
        Fault(6624, "qualifier", "of the subject", replaced(added(p(6624), supp=[q(6624, "DM", "RACE", "ASIAN", "", IDVAR=""), q(6624, "DM", "SEX", "여성", "", IDVAR="USUBJID"), q(6624, "DM", "AGE", "61", "S 17", IDVAR="SUBJID")]), dm=[demographics(6624, SEX="", AGE="")]), WHO, [("ASIAN", "F", 61.0)]),
        queried(6625, "qualifier", "of the subject differs", added(p(6625), supp=[q(6625, "DM", "AGE", "61", "", IDVAR="")]), "qualifier_differs", "AGE of the subject: 61, in the record 55"),
        Fault(6626, "qualifier", "a frequency counts the doses of a span", replaced(added(p(6626), supp=[q(6626, "EX", "EXDOSFRQ", "QD")]), ex=[injection(6626, 1, "2021-03-01", EXENDTC="2021-03-10")]), "select NINJ from marts.adsl where USUBJID = '{id}'", [(10,)]),
        Fault(6627, "qualifier", "of a group is every record's of it", replaced(added(p(6627), supp=[q(6627, "EX", "EXOCCUR", "아니오", "CYCLE 1", IDVAR="EXGRPID")]), ex=[injection(6627, n, f"2021-03-0{n}", EXGRPID=f"CYCLE {n // 3 + 1}") for n in (1, 2, 3, 4)]),
              "select NINJ, cast(TRTSDT as varchar) from marts.adsl where USUBJID = '{id}'", [(2, "2021-03-03")]),
        Fault(6628, "qualifier", "a death", replaced(added(p(6628), supp=[q(6628, "DS", "DSDECOD", "사망", "2")]), ds=[disposition(6628, 1, "LAST CONTACT", "2021-12-01"), record(6628, DSSEQ="2", DSSTDTC="2022-05-05")]),
              "select VITSTAT, cast(DTHDT as varchar) from marts.adsl where USUBJID = '{id}'", [("DIED", "2022-05-05")]),
        Fault(6629, "qualifier", "a stop of riluzole before the index", added(p(6629), cm=[record(6629, CMSEQ="1", CMTRT="RILUZOLE", CMSTDTC="2020-10-01")], supp=[q(6629, "CM", "CMENDTC", "2020-12-15")]), "select RILUZOLE from marts.adsl where USUBJID = '{id}'", [(0,)]),
        Fault(6630, "qualifier", "a result", added(p(6630), vs=[record(6630, VSSEQ="1", VSTESTCD="WEIGHT", VSDTC="2021-02-20", VSSTRESU="kg")], supp=[q(6630, "VS", "VSSTRESN", "62")]), "select WEIGHT from marts.adsl where USUBJID = '{id}'", [(62.0,)]),
        Fault(6631, "qualifier", "in a file of its domain's name alone", event(6631, q(6631, "AE", "AESEV", "SEVERE", RDOMAIN="")), AE, [("SEVERE", "MISSING", None)]),
        Fault(6632, "qualifier", "of who asked for erasure asks nothing", added(event(6632, q(6632, "AE", "AESEV", "SEVERE"), AESEV="MILD"), withdrawals=[{"USUBJID": demographics(6632)["USUBJID"], "REQUEST": "ERASE", "DATE": "2021-06-01"}]),
              "select count(*) from quality.data_query where usubjid = '{id}'", [(0,)]),
        Fault(6633, "qualifier", "of nobody known is rejected", {"supp": [q(6633, "AE", "AESEV", "SEVERE", _file="suppae2.csv")]}, "select rule from quality.rejected_row where source_file = 'suppae2.csv'", [("unknown_subject",)]),
        Fault(6634, "qualifier", "a total of the ALSFRS-R", replaced(p(6634), qs=[finding(6634, "qs", 1, "ALSFRSR", "", "2021-02-20")], supp=[q(6634, "QS", "QSSTRESN", "41")]), "select ALSFRSR from marts.adsl where USUBJID = '{id}'", [(41.0,)]),
        Fault(6635, "qualifier", "an item of history by two files", added(onset(6635, q(6635, "MH", "MHLOC", "TONGUE", _file="suppmh.csv"), MHSTDTC="2020-03-01"), mh=[history(6635, 2, "ALS DIAGNOSIS", "2020-09-01")], supp=[q(6635, "MH", "MHSCAT", "확정", "2", _file="suppmh2.csv")]),
              "select ONSETSIT, ELESCOR from marts.adsl where USUBJID = '{id}'", [("BULBAR", "DEFINITE")]),
    ]  # fmt: skip


def moved_to_qualifiers(records: Records, seed: int) -> Records:
    """The same records, about half of the cells that a qualifier may fill being qualifiers of their record."""
    tables = load_dictionaries(PROJECT)["registry"].tables
    rng = random.Random(seed)
    moved: Records = {table: [dict(row) for row in rows] for table, rows in records.items()}
    qualifiers = moved.setdefault("supp", [])
    qualified = {row["USUBJID"] for row in records.get("supp", [])}
    for name, rows in moved.items():
        if name not in ("supp", "withdrawals"):
            for row in _alone(name, rows):
                if row["USUBJID"] not in qualified:
                    qualifiers += _moved(tables[name], row, rng)
    return moved


def _alone(table: str, rows: list[Record]) -> list[Record]:
    """The rows that a qualifier can name: the only one of a subject and a sequence number."""
    key = [(row.get("USUBJID"), row.get(f"{table.upper()}SEQ", "")) for row in rows]
    return [
        row for row, its in zip(rows, key, strict=True) if key.count(its) == 1 and (its[1] or table == "dm")
    ]


def _moved(table: SourceTable, row: Record, rng: random.Random) -> list[Record]:
    found: list[Record] = []
    for column in table.columns:
        name = column.name
        is_moved = column.identifier in (None, "free_text") and name not in KEYS and not name.endswith("SEQ")
        value = row.get(name, "")
        if is_moved and value and value == value.strip() and rng.random() < 0.5:
            domain = table.name.upper()
            of = {"IDVAR": f"{domain}SEQ", "IDVARVAL": row[f"{domain}SEQ"]} if domain != "DM" else {}
            found.append(
                {key: row[key] for key in ("STUDYID", "USUBJID") if key in row}
                | {"RDOMAIN": domain, "QNAM": name, "QVAL": value, "_file": f"supp{table.name}.csv", **of}
            )
            del row[name]
    return found
