"""The faults a registry delivery can carry, one patient each, and the answer of the built database to each.

A case is (what happens, its records, a query on the built database, the rows it must give). `{id}` in a query stands
for the patient's USUBJID in the marts.
"""
# ruff: noqa: E501 - a case a line reads as the table it is

from dataclasses import dataclass, field

from registry_records import (
    STUDY,
    added,
    adverse_event,
    demographics,
    disposition,
    finding,
    history,
    injection,
    patient,
    procedure,
    record,
    replaced,
    subject_id,
)  # fmt: skip
from study_build import Records

REJECTED = "select table_name, rule from quality.rejected_row where source_file = '{file}' order by all"
QUERIES = "select rule, found from quality.data_query where usubjid = '{id}' and rule = '{rule}'"
EXCLUDED = "select EXCLTTE, (select count(*) from marts.adtte t where t.USUBJID = s.USUBJID) from marts.adsl s where USUBJID = '{id}'"


@dataclass(frozen=True)
class Fault:
    """One fault: `number` is the patient who carries it."""

    number: int
    fault: str
    what: str
    records: Records
    query: str
    expected: list[tuple]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def usubjid(self) -> str:
        """The patient's key in the marts."""
        return f"{STUDY}-{subject_id(self.number)}"

    @property
    def sql(self) -> str:
        """The query with this patient's key."""
        return self.query.format(id=self.usubjid, key=subject_id(self.number), **self.names)


def excluded(number: int, fault: str, what: str, records: Records, reason: str) -> Fault:
    """A contradiction: the subject is named with the reason and has no time-to-event row."""
    return Fault(number, fault, what, records, EXCLUDED, [(reason, 0)])


def queried(number: int, fault: str, what: str, records: Records, rule: str, found: str | None) -> Fault:
    """A data query with its rule and what was found."""
    return Fault(number, fault, what, records, QUERIES, [(rule, found)], {"rule": rule})


def faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    p = patient
    return [
        Fault(1, "none", "a clean patient has every origin and no query", p(1),
              "select ORIGIN, AVAL, CNSR, ENTRYDY, ENTRYHDY from marts.adtte where USUBJID = '{id}' and PARAMCD = 'OS' and VSRULE = 'EXCL_90' order by AVAL",
              [("FIRST_INJECTION", 458, 1, 0, 0), ("HARVEST", 486, 1, 28, 0), ("DIAGNOSIS", 639, 1, 181, 153), ("ONSET", 823, 1, 365, 337)]),
        Fault(2, "F18", "text in a numeric result quarantines the row",
              added(p(2), qs=[finding(2, "qs", 3, "ALSFRSR", "thirty", "2021-10-01")]),
              "select rule from quality.data_query where usubjid = '{id}'", [("result_not_a_number",)]),
        Fault(3, "F18", "text in an optional number leaves a null and a query", replaced(p(3), dm=[demographics(3, AGE="fifty")]),
              "select AGE, (select found from quality.data_query where usubjid = '{id}' and column_name = 'AGE') from marts.adsl where USUBJID = '{id}'",
              [(None, "text of 5 characters")]),
        Fault(4, "F21", "Excel's serial date is no date", replaced(p(4), ex=[injection(4, 1, "2021-03-01"), injection(4, 2, "44282")]),
              "select EXSEQ, DOSENO, ASTDT is null from marts.adex where USUBJID = '{id}' order by 1", [(1, 1, False), (2, None, True)]),
        queried(5, "F21", "03/04/2021 is not guessed", added(p(5), ae=[adverse_event(5, 1, AESTDTC="03/04/2021")]), "date_unusable", "03/04/2021"),
        queried(6, "F21", "4-Mar-21 is not guessed", added(p(6), ae=[adverse_event(6, 1, AESTDTC="4-Mar-21")]), "date_unusable", "text of 8 characters"),
        queried(7, "F21", "30 February is no day", added(p(7), ae=[adverse_event(7, 1, AESTDTC="2021-02-30")]), "date_unusable", "2021-02-30"),
        Fault(8, "F21", "a partial date is its first day and says so", added(p(8), ae=[adverse_event(8, 1, AESTDTC="2021-05")]),
              "select cast(ASTDT as varchar), ASTDTF from marts.adae where USUBJID = '{id}'", [("2021-05-01", "D")]),
        queried(9, "F22", "a weight in a unit of pressure is quarantined", added(p(9), vs=[finding(9, "vs", 1, "WEIGHT", "160", "2021-02-20", VSSTRESU="mmHg")]),
                "unit_not_expected", "WEIGHT 160, unit: MMHG"),
        queried(10, "F23", "ALSFRS-R of 49 is quarantined", added(p(10), qs=[finding(10, "qs", 3, "ALSFRSR", "49", "2021-10-01")]), "result_impossible", "ALSFRSR 49"),
        queried(11, "F23", "an item of 5 is quarantined", added(p(11), qs=[finding(11, "qs", 3, "ALSQ01", "5", "2021-10-01")]), "result_impossible", "ALSQ01 5"),
        queried(12, "F23", "an age of 150 is no age", replaced(p(12), dm=[demographics(12, AGE="150")]), "number_unusable", "150"),
        queried(13, "F23", "a negative vital capacity is quarantined", added(p(13), re=[finding(13, "re", 1, "FVC", "-3", "2021-10-01")]), "result_impossible", "FVCL -3"),
        queried(14, "F23", "a date after the data cut is no date", added(p(14), ae=[adverse_event(14, 1, AESTDTC="2031-01-01")]), "date_impossible", "2031-01-01"),
        queried(18, "F24", "an end before its start", added(p(18), ae=[adverse_event(18, 1, AESTDTC="2021-05-10", AEENDTC="2021-05-01")]),
                "end_before_start", "2021-05-01 before 2021-05-10"),
        Fault(19, "F24", "a death between harvest and first injection is valid data",
              replaced(p(19), dm=[demographics(19, DTHFL="Y", DTHDTC="2021-02-15")], ex=[], qs=[], ds=[disposition(19, 1, "DEATH", "2021-02-15")]),
              "select ORIGIN, AVAL, CNSR, EVNTDESC, ENTRYDY from marts.adtte where USUBJID = '{id}' and PARAMCD = 'OS' and VSRULE = 'EXCL_0' and ORIGIN in ('HARVEST', 'FIRST_INJECTION')",
              [("HARVEST", 15, 0, "Death", None)]),
        Fault(22, "F26", "a partial date of death agrees with the complete one it holds",
              replaced(p(22), dm=[demographics(22, DTHFL="Y", DTHDTC="2022-07")], ds=[disposition(22, 1, "DEATH", "2022-07-09")]),
              "select cast(DTHDT as varchar), DTHDTF, EXCLTTE from marts.adsl where USUBJID = '{id}'", [("2022-07-09", None, None)]),
        Fault(23, "F26", "a partial date of death is not before the last day alive",
              replaced(p(23), dm=[demographics(23, DTHFL="Y", DTHDTC="2022-06")], ds=[disposition(23, 1, "LAST CONTACT", "2022-06-20")]),
              "select cast(DTHDT as varchar), DTHDTF, EXCLTTE from marts.adsl where USUBJID = '{id}'", [("2022-06-20", "D", None)]),
        Fault(24, "F27", "subjects that collide are rejected together with their records",
              {"dm": [demographics(24), demographics(24, AGE="61")], "ae": [adverse_event(24, 1)]},
              "select count(*) from marts.adsl where USUBJID = '{id}'", [(0,)]),
        Fault(25, "F27", "a repeated record counts once", added(p(25), ae=[adverse_event(25, 1, AESTDTC="2021-05-01")] * 2),
              "select count(*) from marts.adae where USUBJID = '{id}'", [(1,)]),
        Fault(26, "F27", "two events under one sequence number are both kept",
              added(p(26), ae=[adverse_event(26, 1, AESTDTC="2021-05-01"), adverse_event(26, 1, AESTDTC="2021-06-01", AEDECOD="Fever")]),
              "select AESEQ, AEDECOD from marts.adae where USUBJID = '{id}' order by 1", [(1, "Headache"), (2, "Fever")]),
        Fault(27, "F28", "an event of an unknown subject is quarantined", {"ae": [adverse_event(27, 1)]},
              "select rule, table_name from quality.data_query where usubjid = '{id}'", [("unknown_subject", "ae")]),
        Fault(28, "F28", "an injection before consent is kept and stays time zero", replaced(p(28), ex=[injection(28, 1, "2021-01-10"), injection(28, 2, "2021-03-01")]),
              "select NINJ, cast(TRTSDT as varchar), (select count(*) from quality.data_query where usubjid = '{id}' and rule = 'injection_before_consent') from marts.adsl where USUBJID = '{id}'", [(2, "2021-01-10", 1)]),
        queried(29, "F28", "an event before consent is asked about", added(p(29), ae=[adverse_event(29, 1, AESTDTC="2021-01-02")]),
                "event_before_consent", "2021-01-02 before 2021-01-15"),
        Fault(98, "F28", "one that may have come after consent is not", added(p(98), ae=[adverse_event(98, 1, AESTDTC="2021-01")]),
              "select count(*) from quality.data_query where usubjid = '{id}'", [(0,)]),
        Fault(30, "F14", "a request to stop censors from then on",
              added(replaced(p(30), dm=[demographics(30, DTHFL="Y", DTHDTC="2022-05-01")], ds=[disposition(30, 1, "DEATH", "2022-05-01")]),
                    withdrawals=[{"USUBJID": subject_id(30), "REQUEST": "STOP", "DATE": "2021-06-01"}]),
              "select s.VITSTAT, s.WDRQFL, cast(s.EOSDT as varchar), t.AVAL, t.CNSR, (select max(INDEXDY) from marts.adqs q where q.USUBJID = s.USUBJID) from marts.adsl s join marts.adtte t using (USUBJID) where USUBJID = '{id}' and PARAMCD = 'OS' and VSRULE = 'EXCL_INF' and ORIGIN = 'FIRST_INJECTION'",
              [("NOT DIED", "Y", "2021-06-01", 93, 1, -9)]),
        Fault(31, "F14", "a request for erasure leaves file and line only",
              added(p(31), withdrawals=[{"USUBJID": subject_id(31), "REQUEST": "ERASE", "DATE": "2021-06-01"}]),
              "select (select count(*) from marts.adsl where USUBJID = '{id}'), (select count(*) from quality.data_query where usubjid like '%{key}'), (select count(*) from quality.rejected_row where rule = 'erasure_request')",
              [(0, 0, 9 + 11)]),  # with the subject of case 6632
        excluded(32, "F14", "a request to stop without a date",
                 added(p(32), withdrawals=[{"USUBJID": subject_id(32), "REQUEST": "STOP", "DATE": "soon"}]), "stop of follow-up without a date"),
        queried(33, "F14", "records after the stop are counted", added(replaced(p(33), ds=[]), withdrawals=[{"USUBJID": subject_id(33), "REQUEST": "STOP", "DATE": "2021-08-01"}]),
                "record_after_stop", "2021-09-01 after 2021-08-01"),
        *(Fault(701 + n, "F14", f"a request to stop on {day}, after the cut, changes nothing in it",
                added(p(701 + n), withdrawals=[{"USUBJID": subject_id(701 + n), "REQUEST": "STOP", "DATE": day}]),
                "select WDRQFL, VITSTAT, EXCLTTE, cast(LSTALVDT as varchar), (select max(AVAL) from marts.adtte t where t.USUBJID = s.USUBJID and PARAMCD = 'OS' and ORIGIN = 'FIRST_INJECTION' and VSRULE = 'EXCL_90') from marts.adsl s where USUBJID = '{id}'",
                [(None, "NOT DIED", None, "2022-06-01", 458)])
          for n, day in enumerate(["2024-07-01", "2024-08", "2031-01-01", "2024-07-01T09:30"])),
        queried(705, "F18", "a name in a number is told by its length", replaced(p(705), dm=[demographics(705, AGE="Kim Cheolsu, 61")]), "number_unusable", "text of 15 characters"),
        queried(706, "F21", "a telephone in a date is told by its length", added(p(706), ae=[adverse_event(706, 1, AESTDTC="010-1234-5678")]), "date_unusable", "text of 13 characters"),
        queried(707, "F18", "words in a result are told by their length", added(p(707), qs=[finding(707, "qs", 3, "ALSFRSR", "seen by Dr Park", "2021-10-01")]),
                "result_not_a_number", "ALSFRSR text of 15 characters"),
        Fault(34, "none", "tracheostomy ends the composite, not overall survival", added(p(34), pr=[procedure(34, 2, "tracheostomy", "2021-12-01")]),
              "select PARAMCD, AVAL, CNSR, coalesce(EVNTDESC, CNSDTDSC), SRCDOM, SRCFILE, SRCLINE > 1 from marts.adtte where USUBJID = '{id}' and VSRULE = 'EXCL_90' and ORIGIN = 'FIRST_INJECTION' order by 1",
              [("OS", 458, 1, "Last known alive", "DS", "ds.csv", True), ("TFS", 276, 0, "Tracheostomy", "PR", "pr.csv", True)]),
        Fault(35, "F23", "an undated death has a row only under the rule that places it",
              replaced(p(35), dm=[demographics(35, DTHFL="Y")]),
              "select VSRULE, AVAL, CNSR from marts.adtte where USUBJID = '{id}' and PARAMCD = 'OS' and ORIGIN = 'FIRST_INJECTION' and VSRULE like '%_90'",
              [("LASTVIS_90", 458, 0)]),
        queried(36, "F26", "a fatal event of a living subject", added(p(36), ae=[adverse_event(36, 4, AESTDTC="2021-05-01", AEOUT="FATAL")]),
                "fatal_event_without_death", "4"),
        Fault(37, "none", "a criterion of seriousness makes the event serious", added(p(37), ae=[adverse_event(37, 1, AESTDTC="2021-05-01", AESER="N", AESHOSP="Y")]),
              "select AESER, (select rule from quality.data_query where usubjid = '{id}') from marts.adae where USUBJID = '{id}'", [("Y", "serious_contradicts")]),
        Fault(38, "none", "a total is added from the twelve items where none is delivered",
              replaced(p(38), qs=[finding(38, "qs", n, code, "3", "2021-02-20") for n, code in enumerate(ITEMS, 1)]),
              "select AVAL, DTYPE from marts.adqs where USUBJID = '{id}' and PARAMCD = 'ALSFRSR'", [(36.0, "DERIVED")]),
        Fault(39, "none", "a disposition nobody can read is neither life nor an end of study, and asked", added(p(39), ds=[disposition(39, 2, "TELEPATHY", "2022-01-01")]),
              "select EOSSTT, VITSTAT, (select count(*) from quality.data_query where rule = 'word_unknown' and column_name = 'DSDECOD') from marts.adsl where USUBJID = '{id}'",
              [(None, "NOT RECORDED", 1)]),
        queried(40, "F24", "diagnosis before onset", replaced(p(40), mh=[history(40, 1, "ALS ONSET", "2020-06-01"), history(40, 2, "ALS DIAGNOSIS", "2020-03-01")]),
                "diagnosis_before_onset", "2020-03-01 before 2020-06-01"),
        Fault(41, "F39", "text that looks like SQL is stored as it is", added(p(41), ae=[adverse_event(41, 1, AESTDTC="2021-05-01", AEDECOD="'; DROP TABLE marts.adsl; --")]),
              "select AEDECOD from marts.adae where USUBJID = '{id}'", [("'; DROP TABLE marts.adsl; --",)]),
        Fault(42, "none", "medications decide on riluzole only where the delivery has them", added(p(42), cm=[record(42, CMSEQ="1", CMTRT="Rilutek", CMSTDTC="2021-06-01")]),
              "select USUBJID = '{id}', RILUZOLE, RILUZOLH from marts.adsl where USUBJID in ('{id}', '" + f"{STUDY}-{subject_id(1)}" + "') order by 1",
              [(False, 0, 0), (True, 0, 0)]),
        Fault(43, "none", "a withdrawal is an end of study", replaced(p(43), ds=[disposition(43, 1, "WITHDRAWAL BY SUBJECT", "2021-12-01")]),
              "select EOSSTT, DCSREAS, cast(EOSDT as varchar), LSTALVDY from marts.adsl where USUBJID = '{id}'", [("DISCONTINUED", "WITHDRAWAL", "2021-12-01", 275)]),
        Fault(44, "none", "a loss declared late does not prove life", added(replaced(p(44), ds=[]), ds=[disposition(44, 1, "LOST TO FOLLOW-UP", "2022-12-01")]),
              "select cast(LSTALVDT as varchar), DCSREAS from marts.adsl where USUBJID = '{id}'", [("2021-09-01", "LOSS TO FOLLOW-UP")]),
    ]  # fmt: skip


ITEMS = [f"ALSQ0{n}" for n in range(1, 10)] + ["ALSR1", "ALSR2", "ALSR3"]
