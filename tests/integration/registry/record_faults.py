"""Records that say that something was not done, not given, not answered or not the end, one patient each.

A case is as in `registry_faults`: what the built database must make of the patient.
"""
# ruff: noqa: E501 - a case a line reads as the table it is

from registry_faults import Fault, queried
from registry_records import (
    added,
    adverse_event,
    demographics,
    finding,
    history,
    injection,
    patient,
    record,
    replaced,
)  # fmt: skip

ALIVE = "select cast(LSTALVDT as varchar) from marts.adsl where USUBJID = '{id}'"
STATUS = "select VITSTAT, EOSSTT from marts.adsl where USUBJID = '{id}'"
DOSES = "select NINJ, cast(TRTSDT as varchar), EXCLTTE from marts.adsl where USUBJID = '{id}'"
NOT_FIRST = "first injection not known"
LAST, LATER = "2022-06-01", "2023-03-01"


def record_faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    return [
        *evidence_faults(), *not_done_faults(), *end_faults(), *epoch_faults(), *answer_faults(), *status_faults(),
        *age_faults(), *dose_faults(),
    ]  # fmt: skip


def evidence_faults() -> list[Fault]:
    """What stands in a result, and whether it proves life."""
    junk = ["PATIENT DECEASED", "사망", "Not performed", "미측정", "REFUSED", "Missed visit", "검사불가", "unable to contact",
            "NOT APPLICABLE", "N.A.", "?", "(-)", "lost", "-99", "보호자 통화"]  # fmt: skip
    results = ["71", "<5", "120/80", "229,000", "4.9e-05"]
    return [
        *(Fault(8000 + n, "evidence", f"a result of {text!r} is none of life",
                added(patient(8000 + n), vs=[record(8000 + n, VSSEQ="1", VSTESTCD="PULSE", VSORRES=text, VSDTC=LATER)]), ALIVE, [(LAST,)])
          for n, text in enumerate(junk)),
        *(Fault(8020 + n, "evidence", f"a result of {text!r} is one of life",
                added(patient(8020 + n), lb=[record(8020 + n, LBSEQ="1", LBTESTCD="X", LBORRES=text, LBDTC=LATER)]), ALIVE, [(LATER,)])
          for n, text in enumerate(results)),
        *(Fault(8030 + n, "evidence", f"an examination that found {text!r} is {'one' if is_result else 'none'}",
                added(patient(8030 + n), eg=[record(8030 + n, EGSEQ="1", EGTESTCD="INTP", EGORRES=text, EGDTC=LATER)]), ALIVE, [(LATER if is_result else LAST,)])
          for n, (text, is_result) in enumerate([("정상", True), ("Abnormal", True), ("patient absent", False), ("사망 확인", False)])),
        *(Fault(8040 + n, "evidence", f"a finding of {text!r} is {'one' if is_read else 'none'}",
                added(patient(8040 + n), fa=[record(8040 + n, FASEQ="1", FATEST="El Escorial", FAORRES=text, FADTC=LATER)]), ALIVE, [(LATER if is_read else LAST,)])
          for n, (text, is_read) in enumerate([("Definite", True), ("deceased", False), ("거부", False)])),
    ]  # fmt: skip


def not_done_faults() -> list[Fault]:
    """A result beside a status that it was not done."""
    scores = "select max(value) from intermediate.int_registry__measurement where usubjid = '{id}' and paramcd = 'ALSFRSR' and date = '2021-02-27'"
    asked = (
        "select ("
        + scores
        + "), count(*) from quality.data_query where usubjid = '{id}' and rule = 'result_of_not_done'"
    )
    return [
        *(Fault(8050 + n, "not done", f"a total of nought beside {status!r} is no total",
                added(patient(8050 + n), qs=[finding(8050 + n, "qs", 3, "ALSFRSR", "0", "2021-02-27", QSSTAT=status)]), asked, [(None, n_query)])
          for n, (status, n_query) in enumerate([("NOT DONE", 1), ("미시행", 1), ("not performed", 1), ("CANCELLED AGAIN", 0)])),
        Fault(8055, "not done", "a total beside DONE is one", added(patient(8055), qs=[finding(8055, "qs", 3, "ALSFRSR", "38", "2021-02-27", QSSTAT="Done")]), asked, [(38.0, 0)]),
        queried(8056, "not done", "a laboratory value of an examination not done is asked", added(patient(8056), lb=[record(8056, LBSEQ="1", LBTESTCD="CK", LBORRES="0", LBSTAT="NOT DONE", LBDTC=LATER)]),
                "result_of_not_done", LATER),
        Fault(8057, "not done", "and proves nothing", added(patient(8057), lb=[record(8057, LBSEQ="1", LBTESTCD="CK", LBORRES="0", LBSTAT="미실시", LBDTC=LATER)]), ALIVE, [(LAST,)]),
    ]  # fmt: skip


def end_faults() -> list[Fault]:
    """Ends that are said to go on."""
    return [
        Fault(8060 + n, "end", f"an end that {word!r} is {'one' if ended else 'none'}",
              added(patient(8060 + n), ae=[adverse_event(8060 + n, 1, AESTDTC="2021-05-01", AEENDTC=LATER, **{column: word})]), ALIVE, [(LATER if ended else LAST,)])
        for n, (column, word, ended) in enumerate(
            [("AEENRTPT", "STILL ONGOING", False), ("AEENRF", "계속", False), ("AEENRTPT", "continues", False), ("AEENRF", "UNK", False),
             ("AEENRTPT", "until next visit", False), ("AEENRTPT", "Before", True), ("AEENRF", "종료", True), ("AEENRF", "", True)])
    ]  # fmt: skip


def epoch_faults() -> list[Fault]:
    """With a record an epoch, the end of an epoch is not the end of the study."""

    def ended(number: int, decod: str, **cells: str) -> dict:
        return added(
            patient(number), ds=[record(number, DSSEQ="2", DSDECOD=decod, DSSTDTC="2021-06-01", **cells)]
        )

    ongoing, cells = ("NOT DIED", "ONGOING"), "select VITSTAT, EOSSTT from marts.adsl where USUBJID = '{id}'"
    return [
        Fault(8070 + n, "epoch", f"{decod} {at}", ended(8070 + n, decod, **at), cells, [outcome])
        for n, (decod, at, outcome) in enumerate(
            [("COMPLETED", {"EPOCH": "SCREENING"}, ongoing), ("COMPLETED", {"EPOCH": "Run-in"}, ongoing), ("COMPLETED", {"EPOCH": "치료"}, ongoing),
             ("COMPLETED", {"DSSCAT": "SCREENING"}, ongoing), ("LACK OF EFFICACY", {"EPOCH": "TREATMENT"}, ongoing),
             ("COMPLETED", {"EPOCH": "FOLLOW-UP"}, ("NOT DIED", "COMPLETED")), ("COMPLETED", {}, ("NOT DIED", "COMPLETED")),
             ("COMPLETED", {"EPOCH": "PERIOD NINE"}, ("NOT DIED", None)), ("WITHDRAWAL BY SUBJECT", {"EPOCH": "TREATMENT"}, ("NOT DIED", "DISCONTINUED")),
             ("COMPLETED", {"EPOCH": "TREATMENT", "DSSCAT": "STUDY PARTICIPATION"}, ("NOT DIED", "COMPLETED")),
             ("DEATH", {"EPOCH": "TREATMENT"}, ("DIED", "DISCONTINUED"))])
    ]  # fmt: skip


def answer_faults() -> list[Fault]:
    """A prespecified item without an answer is not known."""
    riluzole = "select RILUZOLE from marts.adsl where USUBJID = '{id}'"
    family = "select FAMHX from marts.adsl where USUBJID = '{id}'"
    tracheostomy = "select TRACHDT is null from marts.adsl where USUBJID = '{id}'"

    def takes(number: int, **cells: str) -> dict:
        return added(
            patient(number), cm=[record(number, CMSEQ="1", CMTRT="Riluzole", CMSTDTC="2020-10-01", **cells)]
        )

    def opened(number: int, **cells: str) -> dict:
        return added(
            patient(number),
            pr=[record(number, PRSEQ="2", PRTRT="Tracheostomy", PRSTDTC="2022-01-01", **cells)],
        )

    return [
        Fault(8090, "answer", "riluzole prespecified, unanswered", takes(8090, CMPRESP="Y"), riluzole, [(None,)]),
        Fault(8091, "answer", "riluzole prespecified, yes", takes(8091, CMPRESP="예", CMOCCUR="Y"), riluzole, [(1,)]),
        Fault(8092, "answer", "riluzole not prespecified", takes(8092, CMPRESP="N"), riluzole, [(1,)]),
        queried(8093, "answer", "is asked", takes(8093, CMPRESP="Yes"), "prespecified_unanswered", "RILUZOLE"),
        Fault(8094, "answer", "tracheostomy prespecified, unanswered", opened(8094, PRPRESP="Y"), tracheostomy, [(True,)]),
        Fault(8095, "answer", "tracheostomy prespecified, done", opened(8095, PRPRESP="Y", PROCCUR="Y"), tracheostomy, [(False,)]),
        Fault(8096, "answer", "family history prespecified, unanswered", added(patient(8096), mh=[record(8096, MHSEQ="3", MHTERM="Family history of ALS", MHPRESP="Y")]), family, [(None,)]),
        Fault(8097, "answer", "an onset prespecified and dated is answered by its date", replaced(patient(8097), mh=[history(8097, 1, "ALS ONSET", "2020-03-01", MHPRESP="Y")]),
              "select cast(ONSETDT as varchar) from marts.adsl where USUBJID = '{id}'", [("2020-03-01",)]),
    ]  # fmt: skip


def status_faults() -> list[Fault]:
    """Flags of death and survival statuses that cannot be read."""

    def said(number: int, **cells: str) -> dict:
        return added(
            patient(number), ss=[record(number, SSSEQ="1", SSTESTCD="SURVSTAT", SSDTC=LATER, **cells)]
        )

    unread = ("NOT RECORDED", None)
    return [
        *(Fault(8100 + n, "status", f"DTHFL {flag!r} is not known", replaced(patient(8100 + n), dm=[demographics(8100 + n, DTHFL=flag)]), STATUS, [unread])
          for n, flag in enumerate(["X", "maybe", "확인중"])),
        *(Fault(8110 + n, "status", f"a survival status of {cells}", said(8110 + n, **cells), STATUS, [outcome])
          for n, (cells, outcome) in enumerate(
              [({"SSORRES": "Dead, by neighbour"}, unread), ({"SSORRES": "Dead", "SSSTRESC": "1"}, unread), ({"SSORRES": "DEAD", "SSSTRESC": "ALIVE"}, unread),
               ({"SSORRES": "생존", "SSSTRESC": "DEAD"}, unread), ({"SSORRES": "per telephone", "SSSTRESC": "ALIVE"}, ("NOT DIED", "ONGOING"))])),
        queried(8120, "status", "two statuses that contradict each other are asked", said(8120, SSORRES="DEAD", SSSTRESC="ALIVE"), "survival_status_contradicts", LATER),
        Fault(8121, "status", "and prove nothing", said(8121, SSORRES="DEAD", SSSTRESC="ALIVE"), ALIVE, [(LAST,)]),
    ]  # fmt: skip


def age_faults() -> list[Fault]:
    """Ages by the year of birth, and onsets too long ago."""
    age = "select AGE, (select count(*) from quality.data_query where usubjid = '{id}' and rule in ('age_missing', 'number_unusable')) > 0 from marts.adsl where USUBJID = '{id}'"
    return [
        *(Fault(8130 + n, "age", f"born in {born}", replaced(patient(8130 + n), dm=[demographics(8130 + n, AGE="", BRTHDTC=born)]), age, [(found, found is None)])
          for n, (born, found) in enumerate([("2058", None), ("2020", None), ("2013", None), ("1905", None), ("1966", 55.0)])),
        *(queried(8140 + n, "age", "a birth in the place of an age is not shown", replaced(patient(8140 + n), dm=[demographics(8140 + n, AGE=text)]), "number_unusable", f"text of {len(text)} characters")
          for n, text in enumerate(["871203", "1968-05-12", "1968", "19680512"])),
        *(Fault(8150 + n, "onset", f"onset on {on}", replaced(patient(8150 + n), dm=[demographics(8150 + n, AGE="85")], mh=[history(8150 + n, 1, "ALS ONSET", on)]),
                "select cast(ONSETDT as varchar) from marts.adsl where USUBJID = '{id}'", [(found,)])
          for n, (on, found) in enumerate([("1970-01-01", None), ("1950", None), ("1971-04-01", "1971-04-01")])),
    ]  # fmt: skip


def dose_faults() -> list[Fault]:
    """Doses that were not given."""

    def second(number: int, **cells: str) -> dict:
        return replaced(
            patient(number),
            ex=[injection(number, 1, "2021-03-01"), injection(number, 2, "2021-03-27", **cells)],
        )

    given, one, open_ = (2, "2021-03-01", None), (1, "2021-03-01", None), (None, "2021-03-01", None)
    return [
        *(Fault(8160 + n, "dose", f"a second dose of {cells}", second(8160 + n, **cells), DOSES, [outcome])
          for n, (cells, outcome) in enumerate(
              [({"EXDOSE": "NOT GIVEN"}, open_), ({"EXDOSE": "0"}, one), ({"EXDOSE": "-1"}, open_), ({"EXDOSE": "", "EXDOSTXT": "NOT GIVEN"}, one),
               ({"EXDOSE": "", "EXDOSTXT": "미투여"}, one), ({"EXDOSE": "", "EXDOSTXT": "not today"}, open_), ({"EXDOSE": "", "EXDOSTXT": "half a vial"}, given)])),
        Fault(8170, "dose", "a first dose in words", replaced(patient(8170), ex=[injection(8170, 1, "2021-03-01", EXDOSE="withheld"), injection(8170, 2, "2021-03-27")]),
              DOSES, [(None, "2021-03-27", NOT_FIRST)]),
    ]  # fmt: skip
