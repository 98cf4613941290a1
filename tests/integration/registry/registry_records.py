"""Hand-made registry records: a patient as a site would deliver one, and the ways to spoil it.

Here belong builders of records. What must come of them stands in the tests.
"""

from collections import defaultdict

from study_build import Record, Records

STUDY = "LENZPMS"


def subject_id(number: int) -> str:
    """A text of the form of a pseudonym."""
    return f"S{number:016X}"


def record(number: int, **cells: str) -> Record:
    """One record of a subject."""
    return {"STUDYID": STUDY, "USUBJID": subject_id(number), **cells}


def demographics(number: int, **cells: str) -> Record:
    """A consenting patient of fifty-five."""
    usual = {
        "SUBJID": f"SUB{number}", "SITEID": "01", "AGE": "55", "SEX": "M", "ARM": "LENZUMESTROCEL",
        "RFSTDTC": "2021-03-01", "RFICDTC": "2021-01-15", "COUNTRY": "KOR",
    }  # fmt: skip
    return record(number, **(usual | cells))


def injection(number: int, seq: int, start: str, **cells: str) -> Record:
    """One administration of the study product."""
    usual = {"EXTRT": "LENZUMESTROCEL", "EXDOSE": "1", "EXDOSU": "10^6 CELLS/KG", "EXROUTE": "INTRATHECAL"}
    return record(number, **(usual | {"EXSEQ": str(seq), "EXSTDTC": start} | cells))


def disposition(number: int, seq: int, decod: str, start: str) -> Record:
    """One disposition event."""
    return record(number, DSSEQ=str(seq), DSDECOD=decod, DSTERM=decod, DSSTDTC=start)


def adverse_event(number: int, seq: int, **cells: str) -> Record:
    """One adverse event."""
    usual = {
        "AETERM": "headache",
        "AEDECOD": "Headache",
        "AEBODSYS": "Nervous system disorders",
        "AESEV": "MILD",
    }
    return record(number, **(usual | {"AESEQ": str(seq)} | cells))


def procedure(number: int, seq: int, name: str, start: str) -> Record:
    """One procedure."""
    return record(number, PRSEQ=str(seq), PRTRT=name, PRSTDTC=start)


def history(number: int, seq: int, term: str, start: str, **cells: str) -> Record:
    """One item of medical history."""
    return record(
        number, **({"MHSEQ": str(seq), "MHCAT": "ALS HISTORY", "MHTERM": term, "MHSTDTC": start} | cells)
    )


def finding(number: int, domain: str, seq: int, test: str, value: str, on: str, **cells: str) -> Record:
    """One result of a findings domain (qs, re, vs)."""
    prefix = domain.upper()
    usual = {f"{prefix}SEQ": str(seq), f"{prefix}TESTCD": test, f"{prefix}STRESN": value, f"{prefix}DTC": on}
    return record(number, **(usual | cells))


def patient(number: int) -> Records:
    """Onset, diagnosis, harvest, two injections, ALSFRS-R before and after, last contact: nothing wrong."""
    return {
        "dm": [demographics(number)],
        "mh": [
            history(number, 1, "ALS ONSET", "2020-03-01", MHLOC="LIMB"),
            history(number, 2, "ALS DIAGNOSIS", "2020-09-01", MHSCAT="DEFINITE"),
        ],
        "pr": [procedure(number, 1, "BONE MARROW ASPIRATION", "2021-02-01")],
        "ex": [injection(number, 1, "2021-03-01"), injection(number, 2, "2021-03-27")],
        "qs": [
            finding(number, "qs", 1, "ALSFRSR", "40", "2021-02-20"),
            finding(number, "qs", 2, "ALSFRSR", "36", "2021-09-01"),
        ],
        "ds": [disposition(number, 1, "LAST CONTACT", "2022-06-01")],
    }


def merged(*parts: Records) -> Records:
    """Records of several patients in one delivery."""
    together: Records = defaultdict(list)
    for part in parts:
        for table, records in part.items():
            together[table] += records
    return dict(together)


def replaced(records: Records, **tables: list[Record]) -> Records:
    """The same patient with other records in the named tables."""
    return {**records, **tables}


def added(records: Records, **tables: list[Record]) -> Records:
    """The same patient with further records."""
    return merged(records, tables)
