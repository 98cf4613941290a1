"""Deaths, dates and records of life that disagree: one patient each, and what the built database makes of it.

A case is (what happens, its records, a query on the built database, the rows it must give), as in `registry_faults`;
`twins` are pairs of patients with the same defect, of whom one died.
"""
# ruff: noqa: E501 - a case a line reads as the table it is

from dataclasses import dataclass

from registry_faults import Fault, queried
from registry_records import (
    STUDY,
    added,
    adverse_event,
    demographics,
    disposition,
    finding,
    injection,
    patient,
    procedure,
    record,
    replaced,
    subject_id,
)  # fmt: skip
from study_build import Records

DEATH = "select VITSTAT, cast(DTHDT as varchar), DTHDTF, cast(DTHLSTDT as varchar), cast(LSTALVDT as varchar), EXCLTTE from marts.adsl where USUBJID = '{id}'"
TIME = "select VSRULE, AVAL, CNSR from marts.adtte where USUBJID = '{id}' and PARAMCD = 'OS' and ORIGIN = 'FIRST_INJECTION' and VSRULE like '%_90' order by 1"
UNTOLD = "select found, table_name, source_file from quality.data_query where usubjid = '{id}' and rule = 'death_without_fatal_event'"
LAST = "select cast(LSTALVDT as varchar), LSTALDTF from marts.adsl where USUBJID = '{id}'"
INDEX = "select NINJ, cast(INDEXDT as varchar), INDEXDTF, cast(TRTEDT as varchar), TRTEDTF from marts.adsl where USUBJID = '{id}'"


def status(number: int, result: str, on: str, **cells: str) -> Records:
    """One answer on survival at a contact."""
    return {
        "ss": [
            record(
                number, **({"SSSEQ": "1", "SSTESTCD": "SURVSTAT", "SSSTRESC": result, "SSDTC": on} | cells)
            )
        ]
    }


def visit(number: int, on: str, **cells: str) -> Records:
    """One visit of the visit domain."""
    return {"sv": [record(number, VISITNUM="9", SVSTDTC=on, **cells)]}


def dead(number: int, **cells: str) -> Records:
    """The usual patient, dead by DM."""
    return replaced(patient(number), dm=[demographics(number, DTHFL="Y", **cells)])


def death_faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    p = patient
    return [
        # Of several dates of death
        Fault(101, "death", "of two days the earlier stands, the later is the bound", replaced(dead(101, DTHDTC="2022-07-01"), ds=[disposition(101, 1, "DEATH", "2022-08-01")]),
              DEATH, [("DIED", "2022-07-01", None, "2022-08-01", "2021-09-01", None)]),
        Fault(102, "death", "both bounds have their time", replaced(dead(102, DTHDTC="2022-08-01"), ds=[disposition(102, 1, "DEATH", "2022-07-01")]),
              TIME, [("EXCL_90", 488, 0), ("LASTVIS_90", 488, 0), ("LATE_90", 519, 0)]),
        queried(103, "death", "two dates are asked about, both named", replaced(dead(103, DTHDTC="2022-07-01"), ds=[disposition(103, 1, "DEATH", "2022-08")]),
                "two_dates_of_death", "2022-07-01 and 2022-08-01"),
        Fault(104, "death", "two days that agree are one", replaced(dead(104, DTHDTC="2022-07-01"), ds=[disposition(104, 1, "DEATH", "2022-07-01")]),
              "select count(*) from quality.data_query where usubjid = '{id}' and rule <> 'death_without_fatal_event'", [(0,)]),
        # Deaths and the events that tell of them
        Fault(681, "reconciliation", "a death of which no event tells is asked about, once, with its day",
              added(dead(681, DTHDTC="2022-07-01"), ae=[adverse_event(681, n, AESTDTC="2022-06-01") for n in (1, 2)]),
              UNTOLD, [("2022-07-01", "ae", "dm.csv")]),
        Fault(682, "reconciliation", "one without a date as well", dead(682), UNTOLD, [("undated", "ae", "dm.csv")]),
        *(Fault(683 + n, "reconciliation", f"a fatal event tells of it, by its {what}",
                added(dead(683 + n, DTHDTC="2022-07-01"), ae=[adverse_event(683 + n, 1, AESTDTC="2022-06-01", **cells)]), UNTOLD, [])
          for n, (what, cells) in enumerate({"outcome": {"AEOUT": "FATAL"}, "criterion": {"AESDTH": "Y"}, "grade": {"AETOXGR": "5"}}.items())),
        Fault(686, "reconciliation", "the living are not asked about", added(p(686), ae=[adverse_event(686, 1, AESTDTC="2021-05-01")]), UNTOLD, []),
        # Parts of a date
        Fault(105, "death", "a day that says it is unknown", dead(105, DTHDTC="2022-07-UN"), DEATH, [("DIED", "2022-07-01", "D", "2022-07-31", "2022-06-01", None)]),
        Fault(106, "death", "a month that is unknown too", dead(106, DTHDTC="2022-UNK-UNK"), DEATH, [("DIED", "2022-06-01", "M", "2022-12-31", "2022-06-01", None)]),
        Fault(107, "death", "an interval", dead(107, DTHDTC="2022-07-03/2022-07-20"), DEATH, [("DIED", "2022-07-03", "D", "2022-07-20", "2022-06-01", None)]),
        queried(108, "death", "a partial date of death is asked about", dead(108, DTHDTC="2022-07-UN"), "death_date_partial", "2022-07-01 to 2022-07-31"),
        Fault(109, "death", "points and Korean say the day as well", dead(109, DTHDTC="2022년 7월 9일"), DEATH, [("DIED", "2022-07-09", None, "2022-07-09", "2022-06-01", None)]),
        # Against the cut
        Fault(110, "cut", "a death after the cut is alive at the cut", replaced(dead(110, DTHDTC="2024-07-02"), ds=[disposition(110, 1, "DEATH", "2024-07-02"), disposition(110, 2, "LAST CONTACT", "2024-06-20")]),
              TIME, [("EXCL_90", 1218, 1), ("LASTVIS_90", 1218, 1)]),
        Fault(111, "cut", "a visit after the cut is too", added(p(111), ds=[disposition(111, 2, "LAST CONTACT", "2023-06-01")], vs=[finding(111, "vs", 1, "WEIGHT", "60", "2024-07-02")]), TIME, [("EXCL_90", 1218, 1), ("LASTVIS_90", 1218, 1)]),
        Fault(112, "cut", "a death in a year nobody can have told of is undated", dead(112, DTHDTC="2042-07-02"), DEATH, [("DIED", None, None, None, "2022-06-01", None)]),
        Fault(113, "cut", "a death of the month of the cut came by the cut", dead(113, DTHDTC="2024-06"), DEATH, [("DIED", "2024-06-01", "D", "2024-06-30", "2022-06-01", None)]),
        Fault(114, "cut", "an end of study after the cut has not happened", replaced(p(114), ds=[disposition(114, 1, "WITHDRAWAL BY SUBJECT", "2024-07-05")]),
              "select EOSSTT, cast(LSTALVDT as varchar) from marts.adsl where USUBJID = '{id}'", [("ONGOING", "2024-06-30")]),
        # Deaths that cannot be
        Fault(115, "death", "a death before the harvest is kept, undated", dead(115, DTHDTC="2021-01-20"), DEATH, [("DIED", None, None, None, "2022-06-01", None)]),
        queried(116, "death", "and asked about", dead(116, DTHDTC="2021-01-20"), "death_before_injection", "2021-01-20 before 2021-03-01"),
        Fault(117, "death", "a death in the month of the harvest may be one", replaced(dead(117, DTHDTC="2021-02"), ex=[], qs=[], ds=[]), DEATH, [("DIED", "2021-02-01", "D", "2021-02-28", "2021-02-01", None)]),
        queried(118, "death", "a death before a harvest without an injection", replaced(dead(118, DTHDTC="2021-01-20"), ex=[]), "death_before_harvest", "2021-01-20 before 2021-02-01"),
        queried(119, "death", "a death before onset", replaced(dead(119, DTHDTC="2020-02-01"), pr=[], ex=[], qs=[], ds=[]), "death_before_onset", "2020-02-01 before 2020-03-01"),
        Fault(120, "death", "an impossible date gives way to a possible one", replaced(dead(120, DTHDTC="2020-07-01"), ds=[disposition(120, 1, "DEATH", "2022-07-01")]),
              DEATH, [("DIED", "2022-07-01", None, "2022-07-01", "2021-09-01", None)]),
        # After a death
        Fault(121, "death", "an injection after death is not counted", dead(121, DTHDTC="2021-03-10"), "select NINJ, cast(TRTEDT as varchar), VITSTAT, DTHDY, (select count(*) from marts.adex x where x.USUBJID = s.USUBJID) from marts.adsl s where USUBJID = '{id}'",
              [(1, "2021-03-01", "DIED", 9, 1)]),
        queried(122, "death", "and asked about", dead(122, DTHDTC="2021-03-10"), "injection_after_death", "2021-03-27 after 2021-03-10"),
        Fault(123, "death", "life after death: the death stands, the later day is the bound", dead(123, DTHDTC="2022-01-01"), DEATH, [("DIED", "2022-01-01", None, "2022-06-01", "2021-09-01", None)]),
        queried(124, "death", "and asked about", dead(124, DTHDTC="2022-01-01"), "alive_after_death", "alive 2022-06-01, died 2022-01-01"),
        Fault(125, "death", "DTHFL = YES without a date", dead(125)["dm"] and replaced(p(125), dm=[demographics(125, DTHFL="YES")]), DEATH, [("DIED", None, None, None, "2022-06-01", None)]),
        # SS
        Fault(126, "ss", "DEAD is a death known by that day", added(p(126), **status(126, "DEAD", "2022-09-01")), DEATH, [("DIED", "2022-06-01", "M", "2022-09-01", "2022-06-01", None)]),
        Fault(127, "ss", "ALIVE is a contact", added(p(127), **status(127, "ALIVE", "2023-01-15")), LAST, [("2023-01-15", None)]),
        Fault(128, "ss", "UNKNOWN is neither", added(p(128), **status(128, "UNKNOWN", "2023-01-15")), DEATH, [("NOT DIED", None, None, None, "2022-06-01", None)]),
        Fault(129, "ss", "Korean, as collected", added(p(129), **status(129, "", "2022-09-01", SSORRES="사망")), "select VITSTAT, cast(DTHLSTDT as varchar) from marts.adsl where USUBJID = '{id}'", [("DIED", "2022-09-01")]),
        Fault(130, "ss", "a day of death within is the day", added(dead(130, DTHDTC="2022-08-05"), **status(130, "DEAD", "2022-09-01")), DEATH, [("DIED", "2022-08-05", None, "2022-08-05", "2022-06-01", None)]),
        Fault(131, "ss", "a status that was not asked", added(p(131), **status(131, "DEAD", "2022-09-01", SSSTAT="NOT DONE")), "select VITSTAT from marts.adsl where USUBJID = '{id}'", [("NOT DIED",)]),
        # The index
        Fault(132, "index", "a first injection known to the month", replaced(p(132), dm=[demographics(132, RFICDTC="2021-03-10")], ex=[injection(132, 1, "2021-03"), injection(132, 2, "2021-04-12")]),
              INDEX, [(2, "2021-03-31", "D", "2021-04-12", None)]),
        queried(133, "index", "is asked about against the consent", replaced(p(133), dm=[demographics(133, RFICDTC="2021-03-10")], ex=[injection(133, 1, "2021-03"), injection(133, 2, "2021-04-12")]),
                "injection_may_precede_consent", "2021-03-01 to 2021-03-31, consent 2021-03-10"),
        Fault(134, "index", "the first came no later than the second", replaced(p(134), ex=[injection(134, 1, "2021"), injection(134, 2, "2021-03-27")]), INDEX, [(2, "2021-03-27", "M", "2021-03-27", "M")]),
        Fault(135, "index", "a second injection known to the month moves nothing", replaced(p(135), ex=[injection(135, 1, "2021-03-01"), injection(135, 2, "2021-03")]), INDEX, [(2, "2021-03-01", None, "2021-03-01", "D")]),
        Fault(136, "index", "a harvest known to the month comes before the injection", replaced(p(136), pr=[procedure(136, 1, "BONE MARROW ASPIRATION", "2021-03")]),
              "select cast(HARVDT as varchar), HARVDTF, INDEXDTF from marts.adsl where USUBJID = '{id}'", [("2021-03-01", None, None)]),
        # Evidence of life
        Fault(137, "evidence", "a visit", added(p(137), **visit(137, "2022-10-01")), LAST, [("2022-10-01", None)]),
        Fault(138, "evidence", "a visit that did not take place", added(p(138), **visit(138, "2022-10-01", SVOCCUR="N")), LAST, [("2022-06-01", None)]),
        Fault(139, "evidence", "a laboratory result", added(p(139), lb=[finding(139, "lb", 1, "CREAT", "60", "2022-10-02")]), LAST, [("2022-10-02", None)]),
        Fault(140, "evidence", "an electrocardiogram", added(p(140), eg=[record(140, EGSEQ="1", EGTESTCD="INTP", EGORRES="NORMAL", EGDTC="2022-10-03")]), LAST, [("2022-10-03", None)]),
        Fault(141, "evidence", "a physical examination", added(p(141), pe=[record(141, PESEQ="1", PETESTCD="LUNG", PESTRESC="NORMAL", PEDTC="2022-10")]), LAST, [("2022-10-01", "D")]),
        Fault(142, "evidence", "a form without a result", added(p(142), lb=[record(142, LBSEQ="1", LBTESTCD="CREAT", LBDTC="2022-10-02")]), LAST, [("2022-06-01", None)]),
        Fault(143, "evidence", "a result that says nothing was done", added(p(143), lb=[record(143, LBSEQ="1", LBTESTCD="CREAT", LBORRES="not done", LBDTC="2022-10-02")]), LAST, [("2022-06-01", None)]),
        Fault(144, "evidence", "an examination not done", added(p(144), vs=[finding(144, "vs", 1, "WEIGHT", "", "2022-10-02", VSSTAT="NOT DONE")]), LAST, [("2022-06-01", None)]),
        Fault(145, "evidence", "the end of an event", added(p(145), ae=[adverse_event(145, 1, AESTDTC="2022-05-01", AEENDTC="2022-10-05")]), LAST, [("2022-10-05", None)]),
        Fault(146, "evidence", "the end of an event that goes on", added(p(146), ae=[adverse_event(146, 1, AESTDTC="2022-05-01", AEENDTC="2022-10-05", AEENRTPT="ONGOING")]), LAST, [("2022-06-01", None)]),
        Fault(147, "evidence", "the end of a medication", added(p(147), cm=[record(147, CMSEQ="1", CMTRT="Baclofen", CMSTDTC="2022-01-01", CMENDTC="2022-10-06")]), LAST, [("2022-10-06", None)]),
        Fault(148, "evidence", "an end planned after the cut", added(p(148), cm=[record(148, CMSEQ="1", CMTRT="Baclofen", CMSTDTC="2022-01-01", CMENDTC="2024-12-31")]), LAST, [("2022-06-01", None)]),
        Fault(149, "evidence", "a lone visit years later", added(p(149), lb=[finding(149, "lb", 1, "CREAT", "60", "2024-06-20")]), LAST, [("2022-06-01", None)]),
        queried(150, "evidence", "is asked about", added(p(150), lb=[finding(150, "lb", 1, "CREAT", "60", "2024-06-20")]), "lone_visit", "2024-06-20 after 2022-06-01"),
        Fault(151, "evidence", "a late word that somebody is alive is believed", added(p(151), **status(151, "ALIVE", "2024-06-20")), LAST, [("2024-06-20", None)]),
    ]  # fmt: skip


@dataclass(frozen=True)
class Twins:
    """Two patients with one defect, of whom one died; `number` is the living one, the next the dead one."""

    number: int
    what: str
    living: Records
    dying: Records

    @property
    def pair(self) -> tuple[str, str]:
        """Their keys in the marts."""
        return f"{STUDY}-{subject_id(self.number)}", f"{STUDY}-{subject_id(self.number + 1)}"


def twins() -> list[Twins]:
    """A pair for every reason to be left out, and for every defect that once took out the dead alone."""

    def pair(number: int, what: str, **tables: object) -> Twins:
        """`tables` are what is different from the usual patient: a function of the number for each table."""
        built = []
        for n, cells in ((number, {}), (number + 1, {"DTHFL": "Y", "DTHDTC": "2022-07-01"})):
            changed = {name: make(n) for name, make in tables.items() if name not in ("dm_cells", "more")}
            base = replaced(
                patient(n), dm=[demographics(n, **(cells | tables.get("dm_cells", {})))], **changed
            )
            built.append(added(base, **tables["more"](n)) if "more" in tables else base)
        return Twins(number, what, *built)

    return [
        pair(201, "nothing wrong"),
        pair(203, "no index date", dm_cells={"RFSTDTC": "", "RFICDTC": ""}, ex=lambda n: [], pr=lambda n: []),
        pair(205, "stop of follow-up without a date", more=lambda n: {"withdrawals": [{"USUBJID": subject_id(n), "REQUEST": "STOP", "DATE": "soon"}]}),
        pair(207, "neither harvested nor injected", ex=lambda n: [], pr=lambda n: []),
        pair(209, "nothing but a reference start", dm_cells={"RFICDTC": ""}, ex=lambda n: [], pr=lambda n: [], qs=lambda n: [], mh=lambda n: [], ds=lambda n: []),
        pair(211, "first injection not known", ex=lambda n: [injection(n, 1, "soon"), injection(n, 2, "2021-03-27")]),
        pair(213, "a first injection known to the month", ex=lambda n: [injection(n, 1, "2021-03"), injection(n, 2, "2021-04-12")]),
        pair(215, "a harvest known to the year", pr=lambda n: [procedure(n, 1, "BONE MARROW ASPIRATION", "2021")]),
        pair(217, "a lone visit years later", more=lambda n: {"lb": [finding(n, "lb", 1, "CREAT", "60", "2024-06-20")]}),
        pair(219, "records after the death, or the last contact", more=lambda n: {"vs": [finding(n, "vs", 1, "WEIGHT", "60", "2022-09-01")]}),
        pair(221, "an injection after it", more=lambda n: {"ex": [injection(n, 3, "2022-09-01")]}),
        pair(223, "two records of the end", more=lambda n: {"ds": [disposition(n, 5, "DEATH" if n % 2 == 0 else "LAST CONTACT", "2022-08-01")]}),
        pair(225, "onset after everything", mh=lambda n: [record(n, MHSEQ="1", MHCAT="ALS HISTORY", MHTERM="ALS ONSET", MHSTDTC="2022-12-01")]),
        pair(227, "a harvest after the end", pr=lambda n: [procedure(n, 1, "BONE MARROW ASPIRATION", "2022-12-01")]),
    ]  # fmt: skip
