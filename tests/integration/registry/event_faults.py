"""Adverse events in other words than the code lists', controls of the registry's own, and odd records that stop no night.

A case is (what happens, its records, a query on the built database, the rows it must give), as in `registry_faults`.
"""
# ruff: noqa: E501 - a case a line reads as the table it is

from unicodedata import normalize

from registry_faults import Fault
from registry_records import (
    added,
    adverse_event,
    demographics,
    disposition,
    finding,
    history,
    patient,
    procedure,
    replaced,
)
from study_build import Records

SERIOUS = "select AESER, AESERDLV from marts.adae where USUBJID = '{id}'"
CODES = "select AESEV, AESEVN, AEREL, RELGR1, AEACN, AEOUT, AEFATFL from marts.adae where USUBJID = '{id}'"
EMERGENT = "select TRTEMFL, TREM2FL, ASTDTF, cast(ASTLSTDT as varchar), AENDTF, cast(AENLSTDT as varchar) from marts.adae where USUBJID = '{id}'"
ARM = "select TRT01P, TRT01A, TRT01AN, SAFFL, SCRFFL, NINJ from marts.adsl where USUBJID = '{id}'"
FIRSTS = "select AOCCPFL from marts.adae where USUBJID = '{id}' order by AESEQ"
TERMS = "select AEDECOD from marts.adae where USUBJID = '{id}' order by AESEQ"
ODD_TERMS = (
    "back\\slash \\n",
    "two \"quotes\" and 'two'",
    "it''s",
    "{{ 1 + 1 }} ${HOME} {% if %}",
    "a\tb\nc",
    "100 % _ ;--",
    "😀 ①",
    normalize("NFD", "각혈"),
)


def spelt(number: int, *terms: str) -> Records:
    """The usual patient with an adverse event a day, each coded by one of the terms."""
    events = [
        adverse_event(
            number, seq, AESTDTC=f"2021-05-{seq:02}", AEDECOD=term, AEBODSYS="Nervous system disorders"
        )
        for seq, term in enumerate(terms, start=1)
    ]
    return added(patient(number), ae=events)


def event(number: int, **cells: str) -> Records:
    """The usual patient with one adverse event after the first injection."""
    return added(patient(number), ae=[adverse_event(number, 1, **({"AESTDTC": "2021-05-01"} | cells))])


def control(number: int, **cells: str) -> Records:
    """A patient of the registry who was planned for no product and never harvested nor injected."""
    usual = {"ARM": "Standard of care", "RFSTDTC": "2021-03-01"} | cells
    return replaced(patient(number), dm=[demographics(number, **usual)], pr=[], ex=[])


def event_faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    p = patient
    return [
        # Seriousness: what is said, what a criterion says, and neither
        Fault(401, "serious", "AESER = YES", event(401, AESER="YES"), SERIOUS, [("Y", "Y")]),
        Fault(402, "serious", "denied but for a criterion: both are kept", event(402, AESER="N", AESDISAB="예"), SERIOUS, [("Y", "N")]),
        Fault(403, "serious", "an overdose alone", event(403, AESOD="Y"), SERIOUS, [("Y", None)]),
        Fault(404, "serious", "unknown is not no", event(404, AESER="UNKNOWN", AESHOSP="U"), SERIOUS, [(None, "U")]),
        Fault(405, "serious", "unknown, but a criterion is met", event(405, AESER="NA", AESLIFE="1"), SERIOUS, [("Y", "NA")]),
        Fault(406, "serious", "a word nobody knows", event(406, AESER="PERHAPS"), SERIOUS, [(None, None)]),
        # Coded columns hold values of their lists or nothing
        Fault(411, "codes", "Korean words", event(411, AESEV="중증", AEREL="관련없음", AEACN="투여 중단", AEOUT="미회복"), CODES,
              [("SEVERE", 3, "관련없음", "NOT RELATED", "DRUG WITHDRAWN", "NOT RECOVERED/NOT RESOLVED", None)]),
        Fault(412, "codes", "grades, an older causality and a death", event(412, AESEV="Grade 4", AEREL="Doubtful", AEACN="discontinued", AEOUT="Died"), CODES,
              [("LIFE THREATENING", 4, "DOUBTFUL", "NOT RELATED", "DRUG WITHDRAWN", "FATAL", "Y")]),
        Fault(413, "codes", "words in no list are null, and causality is missing", event(413, AESEV="SORT OF", AEREL="ASK DR KIM", AEACN="CALLED HOME", AEOUT="MOVED ON"), CODES,
              [(None, None, None, "MISSING", None, None, None)]),
        Fault(414, "codes", "a fatal grade", event(414, AESEV="", AETOXGR="5"), CODES, [(None, None, None, "MISSING", None, None, "Y")]),
        Fault(415, "codes", "a reasonable possibility", event(415, AEREL="Reasonable possibility"), CODES,
              [("MILD", 1, "REASONABLE POSSIBILITY", "RELATED", None, None, None)]),
        # One term in several spellings, and letters that mean something to a database
        Fault(416, "spelling", "composed or not, a Korean term is one", spelt(416, "두통", normalize("NFD", "두통"), "두통 "), FIRSTS, [("Y",), (None,), (None,)]),
        Fault(417, "spelling", "so is one with an accent and in capitals", spelt(417, normalize("NFD", "Ménière's disease"), "MÉNIÈRE'S  DISEASE", "Meniere's disease"), FIRSTS, [("Y",), (None,), ("Y",)]),
        Fault(418, "spelling", "every letter is kept", spelt(418, *ODD_TERMS), TERMS, [(term,) for term in ODD_TERMS]),
        # Emergence where dates are intervals: the first injection is on 2021-03-01
        Fault(421, "emergence", "a start within an interval over the turn of the year", event(421, AESTDTC="2020-11/2021-04"), EMERGENT,
              [(None, "Y", "Y", "2021-04-30", None, None)]),
        Fault(422, "emergence", "an end in the month of the first injection may have been after it", event(422, AESTDTC="2021-02", AEENDTC="2021-03"), EMERGENT,
              [(None, None, "D", "2021-02-28", "D", "2021-03-31")]),
        Fault(423, "emergence", "a start without date and an end that may have been after", event(423, AESTDTC="", AEENDTC="2021-03"), EMERGENT,
              [(None, "Y", None, None, "D", "2021-03-31")]),
        # One term however it is spelled
        Fault(451, "terms", "the first of a term and of a class is one, whatever the case and blanks",
              added(p(451), ae=[adverse_event(451, 1, AESTDTC="2021-05-02", AEDECOD="HEADACHE"), adverse_event(451, 2, AESTDTC="2021-05-01", AEDECOD=" Headache "),
                                adverse_event(451, 3, AESTDTC="2021-05-03", AEBODSYS="NERVOUS  SYSTEM DISORDERS")]),
              "select AESEQ, AOCCFL, AOCCSFL, AOCCPFL from marts.adae where USUBJID = '{id}' order by 1",
              [(1, None, None, None), (2, "Y", "Y", "Y"), (3, None, None, None)]),
        # The registry's own controls
        Fault(431, "arm", "a control counts in the safety population, with time from the reference start", added(control(431), ae=[adverse_event(431, 1, AESTDTC="2021-04-01")]),
              "select TRT01A, TRT01AN, SAFFL, ASTDY, TRTEMFL from marts.adae where USUBJID = '{id}'", [("Other registry arm", 3, "Y", 32, "Y")]),
        Fault(432, "arm", "a control who got the product is treated", replaced(p(432), dm=[demographics(432, ARM="PLACEBO")]), ARM,
              [("Lenzumestrocel", "Lenzumestrocel", 1, "Y", "N", 2)]),
        Fault(433, "arm", "a control whose doses cannot be read has had nobody knows what", added(control(433), ex=[{**p(433)["ex"][0], "EXTRT": "BOTTLE 7"}]), ARM,
              [("Other registry arm", None, None, "N", "N", None)]),
        # One odd record stops no night
        Fault(441, "odd", "screened twice, treated at last: no screen failure", added(p(441), ds=[disposition(441, 3, "SCREEN FAILURE", "2020-12-01")]), ARM,
              [("Lenzumestrocel", "Lenzumestrocel", 1, "Y", "N", 2)]),
        Fault(442, "odd", "the arm says screen failure, the doses say otherwise", replaced(p(442), dm=[demographics(442, ARM="SCREEN FAILURE")]), ARM,
              [("Lenzumestrocel", "Lenzumestrocel", 1, "Y", "N", 2)]),
        Fault(443, "odd", "onset and diagnosis in an interval over years", replaced(p(443), mh=[history(443, 1, "ALS ONSET", "2018-11/2019-02", MHLOC="LIMB"), history(443, 2, "ALS DIAGNOSIS", "2019-12/2020-01")]),
              "select ONSETDTF, DIAGDTF from marts.adsl where USUBJID = '{id}'", [("Y", "Y")]),
        Fault(444, "odd", "ends and procedures in an interval over years", added(p(444), ds=[disposition(444, 2, "WITHDRAWAL BY SUBJECT", "2022-12/2023-01")], pr=[procedure(444, 2, "TRACHEOSTOMY", "2022-12/2023-01")], ae=[adverse_event(444, 1, AESTDTC="2021-12/2022-01", AEENDTC="2022-12/2023-01")]),
              "select EOSDTF, TRACHDTF, (select ASTDTF || AENDTF from marts.adae where USUBJID = '{id}') from marts.adsl where USUBJID = '{id}'", [("Y", "Y", "YY")]),
        Fault(445, "odd", "a measurement after death is kept and asked", added(replaced(p(445), dm=[demographics(445, DTHFL="Y", DTHDTC="2022-07-01")]), vs=[finding(445, "vs", 1, "WEIGHT", "60", "2022-09-01", VSSTRESU="kg")]),
              "select VITSTAT, EXCLTTE from marts.adsl where USUBJID = '{id}'", [("DIED", None)]),
    ]  # fmt: skip
