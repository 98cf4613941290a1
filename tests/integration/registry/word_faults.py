"""Records in a stranger's words and doses, one patient each, and the answer of the built database to each."""
# ruff: noqa: E501 - a case a line reads as the table it is

from registry_faults import Fault
from registry_records import (
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
)  # fmt: skip

STATUS = "select VITSTAT, EOSSTT, DCSREAS from marts.adsl where USUBJID = '{id}'"
SITE = "select ONSETSIT, BULBAR from marts.adsl where USUBJID = '{id}'"
RILUZOLE = "select RILUZOLE, RILUZOLH from marts.adsl where USUBJID = '{id}'"
DOSES = "select NINJ, NCYCLE, cast(TRTSDT as varchar), cast(TRTEDT as varchar), EXCLTTE from marts.adsl where USUBJID = '{id}'"
PLANNED = "select TRT01P, TRT01PN from marts.adsl where USUBJID = '{id}'"
TFS = "select CNSR, EVNTDESC from marts.adtte where USUBJID = '{id}' and PARAMCD = 'TFS' and ORIGIN = 'FIRST_INJECTION' and VSRULE = 'EXCL_90'"
SCORE = "select paramcd, value from intermediate.int_registry__measurement where usubjid = '{id}' and paramcd <> 'ALSFRSR' order by 1"


def ended(number: int, decod: str, term: str, on: str = "2022-05-05", **cells: str) -> dict:
    """A patient whose last disposition is this one."""
    return replaced(patient(number), ds=[disposition(number, 1, "LAST CONTACT", "2021-12-01"),
                                         record(number, DSSEQ="2", DSDECOD=decod, DSTERM=term, DSSTDTC=on, **cells)])  # fmt: skip


def takes(number: int, **cells: str) -> dict:
    """A patient with one medication."""
    return added(patient(number), cm=[record(number, **({"CMSEQ": "1", "CMSTDTC": "2020-10-01"} | cells))])


def onset(number: int, place: str, term: str = "ALS ONSET", **cells: str) -> dict:
    """A patient whose symptoms began there."""
    return replaced(patient(number), mh=[history(number, 1, term, "2020-03-01", MHLOC=place, **cells)])


def given(number: int, *records: dict[str, str]) -> dict:
    """A patient with these records of exposure."""
    return replaced(patient(number), ex=list(records))


def word_faults() -> list[Fault]:
    """Every case, each with a patient of its own."""
    p = patient
    died = ("DIED", "DISCONTINUED", "DEATH")
    lasts = ("2021-03-01", "2021-03-27", None)
    return [
        # Disposition and death.
        Fault(201, "death", "in Korean without a decode", ended(201, "", "사망"), STATUS, [died]),
        Fault(202, "death", "of somebody else under OTHER", ended(202, "OTHER", "DEATH OF SPOUSE, MOVED ABROAD"), STATUS, [("NOT DIED", "DISCONTINUED", "OTHER")]),
        Fault(203, "death", "of somebody else without a decode", ended(203, "", "Death of mother"), STATUS, [("NOT DIED", "ONGOING", None)]),
        Fault(204, "death", "spelled otherwise", ended(204, "Died", ""), STATUS, [died]),
        Fault(205, "death", "under the treatment's disposition is a death", ended(205, "DEATH", "", DSSCAT="STUDY TREATMENT"), STATUS, [died]),
        Fault(206, "disposition", "by CDISC's completion terms", ended(206, "LACK OF EFFICACY", ""), STATUS, [("NOT DIED", "DISCONTINUED", "LACK OF EFFICACY")]),
        Fault(207, "disposition", "an adverse event ends the study", ended(207, "Adverse Event", ""), STATUS, [("NOT DIED", "DISCONTINUED", "ADVERSE EVENT")]),
        Fault(208, "disposition", "of the treatment does not end the study", ended(208, "COMPLETED", "", DSSCAT="STUDY TREATMENT"), STATUS, [("NOT DIED", "ONGOING", None)]),
        Fault(209, "disposition", "nobody can read is neither", ended(209, "TRANSLATED", ""), STATUS, [("NOT RECORDED", None, None)]),
        Fault(210, "disposition", "a milestone nobody can read ends nothing", ended(210, "VISIT SEVEN", "", DSCAT="PROTOCOL MILESTONE"), STATUS, [("NOT DIED", "ONGOING", None)]),
        Fault(211, "disposition", "the verbatim does not stand in for a decode", ended(211, "TRANSLATED", "사망"), STATUS, [("NOT RECORDED", None, None)]),
        Fault(212, "disposition", "in Korean", ended(212, "추적 실패", ""), STATUS, [("NOT DIED", "DISCONTINUED", "LOSS TO FOLLOW-UP")]),
        Fault(213, "flag", "DTHFL in another spelling", replaced(p(213), dm=[demographics(213, DTHFL="예", DTHDTC="2022-06-05")]), STATUS, [died]),
        Fault(214, "flag", "DTHFL says no in Korean", replaced(p(214), dm=[demographics(214, DTHFL="아니오")]), STATUS, [("NOT DIED", "ONGOING", None)]),
        Fault(215, "death", "beside a negative of its cause is not known", ended(215, "", "Death due to pneumonia, not ALS"), STATUS, [("NOT RECORDED", None, None)]),
        Fault(216, "death", "with the family in brackets is asked about", ended(216, "사망(보호자)", ""), STATUS, [("NOT RECORDED", None, None)]),
        Fault(217, "death", "with a question mark is asked about", ended(217, "Deceased?", ""), STATUS, [("NOT RECORDED", None, None)]),
        Fault(218, "death", "denied by a sign is none", ended(218, "사망(-)", ""), STATUS, [("NOT DIED", "ONGOING", None)]),
        Fault(219, "disposition", "a withdrawal by the family is asked about", ended(219, "배우자 동의철회", ""), STATUS, [("NOT RECORDED", None, None)]),
        # Onset.
        Fault(220, "onset", "the tongue is bulbar", onset(220, "TONGUE"), SITE, [("BULBAR", 1)]),
        Fault(221, "onset", "the olfactory bulb is not", onset(221, "OLFACTORY BULB"), SITE, [(None, None)]),
        Fault(222, "onset", "non-bulbar is not bulbar", onset(222, "NON-BULBAR"), SITE, [("OTHER", 0)]),
        Fault(223, "onset", "in Korean", onset(223, "구음"), SITE, [("BULBAR", 1)]),
        Fault(224, "onset", "two places in a cell", onset(224, "arm, tongue"), SITE, [("BOTH", 0)]),
        Fault(225, "onset", "one place of two that nobody knows", added(onset(225, "LIMB"), mh=[history(225, 3, "ALS ONSET", "2020-03-01", MHLOC="SOMEWHERE")]), SITE, [(None, None)]),
        Fault(226, "onset", "by its kind of date under the disease's decode", onset(226, "LEG", "ALS began", MHDECOD="Amyotrophic lateral sclerosis", MHEDTTYP="SYMPTOM ONSET"),
              "select cast(ONSETDT as varchar), ONSETSIT from marts.adsl where USUBJID = '{id}'", [("2020-03-01", "LIMB")]),
        Fault(227, "onset", "a place denied by a sign is no place", onset(227, "Left leg, tongue (-)"), SITE, [("LIMB", 0)]),
        Fault(228, "onset", "with a question mark is not known", onset(228, "TONGUE ?"), SITE, [(None, None)]),
        # Medication.
        Fault(230, "riluzole", "stopped before the index", takes(230, CMDECOD="RILUZOLE", CMENDTC="2020-12-15"), RILUZOLE, [(0, 0)]),
        Fault(231, "riluzole", "stopped after the index", takes(231, CMTRT="Riluzole 50 mg tab", CMENDTC="2021-12-15"), RILUZOLE, [(1, 1)]),
        Fault(232, "riluzole", "stopped between harvest and index", takes(232, CMTRT="릴루졸정", CMENDTC="2021-02-15"), RILUZOLE, [(0, 1)]),
        Fault(233, "riluzole", "stopped in the month of the index", takes(233, CMTRT="RILUTEK 50MG BID", CMENDTC="2021-03"), RILUZOLE, [(1, 1)]),
        Fault(234, "riluzole", "stopped in the month of the harvest", takes(234, CMTRT="riluzole", CMENDTC="2021-02"), RILUZOLE, [(0, 1)]),
        Fault(235, "riluzole", "started in the month of the harvest", takes(235, CMTRT="riluzole", CMSTDTC="2021-02"), RILUZOLE, [(1, None)]),
        Fault(236, "riluzole", "not taken", takes(236, CMTRT="NO RILUZOLE"), RILUZOLE, [(0, 0)]),
        Fault(237, "riluzole", "answered no in another spelling", takes(237, CMTRT="RILUZOLE", CMOCCUR="아니오"), RILUZOLE, [(0, 0)]),
        Fault(238, "riluzole", "answered in a word nobody knows", takes(238, CMTRT="RILUZOLE", CMOCCUR="PERHAPS"), RILUZOLE, [(None, None)]),
        Fault(239, "riluzole", "not asked", takes(239, CMTRT="RILUZOLE", CMSTAT="NOT DONE"), RILUZOLE, [(None, None)]),
        Fault(240, "riluzole", "its placebo", takes(240, CMTRT="RILUZOLE PLACEBO"), RILUZOLE, [(0, 0)]),
        Fault(241, "riluzole", "a verbatim that says it has stopped is asked about", takes(241, CMTRT="riluzole stopped"), RILUZOLE, [(None, None)]),
        Fault(242, "riluzole", "the decode leads", takes(242, CMDECOD="ASPIRIN", CMTRT="riluzole"), RILUZOLE, [(0, 0)]),
        Fault(243, "riluzole", "another medication is none", takes(243, CMTRT="baclofen"), RILUZOLE, [(0, 0)]),
        Fault(244, "riluzole", "denied by a sign", takes(244, CMTRT="릴루졸 (-)"), RILUZOLE, [(0, 0)]),
        Fault(245, "riluzole", "with a question mark", takes(245, CMTRT="Rilutek?"), RILUZOLE, [(None, None)]),
        Fault(246, "riluzole", "a negative of its form is not known", takes(246, CMTRT="riluzole capsules, not tablets"), RILUZOLE, [(None, None)]),
        Fault(247, "riluzole", "nought is asked about", takes(247, CMTRT="riluzole 0 mg"), RILUZOLE, [(None, None)]),
        Fault(248, "riluzole", "misspelt is asked about", takes(248, CMTRT="Rizulole 50mg"), RILUZOLE, [(None, None)]),
        # Procedures.
        Fault(250, "procedure", "a tracheotomy is a tracheostomy", added(p(250), pr=[procedure(250, 2, "TRACHEOTOMY", "2021-10-01")]), TFS, [(0, "Tracheostomy")]),
        Fault(251, "procedure", "a change of its tube is none", added(p(251), pr=[procedure(251, 2, "tracheostomy tube change", "2021-10-01")]), TFS, [(1, None)]),
        Fault(252, "procedure", "in Korean", added(p(252), pr=[procedure(252, 2, "기관절개술", "2021-10-01")]), TFS, [(0, "Tracheostomy")]),
        Fault(253, "procedure", "that did not occur", added(p(253), pr=[procedure(253, 2, "TRACHEOSTOMY", "2021-10-01") | {"PROCCUR": "No"}]), TFS, [(1, None)]),
        Fault(254, "procedure", "that was not done", added(p(254), pr=[procedure(254, 2, "TRACHEOSTOMY", "2021-10-01") | {"PRSTAT": "미시행"}]), TFS, [(1, None)]),
        Fault(255, "procedure", "the decode leads", added(p(255), pr=[procedure(255, 2, "TRACHEOSTOMY", "2021-10-01") | {"PRDECOD": "Tracheostomy tube change"}]), TFS, [(1, None)]),
        Fault(256, "procedure", "denied by a sign", added(p(256), pr=[procedure(256, 2, "기관절개술(-)", "2021-10-01")]), TFS, [(1, None)]),
        # What an injection is.
        Fault(260, "dose", "two syringes a day are one administration", given(260, *(injection(260, n, day) for n, day in enumerate(["2021-03-01", "2021-03-01", "2021-03-27", "2021-03-27"], 1))), DOSES, [(2, 1, *lasts)]),
        Fault(261, "dose", "two syringes a day are asked about and summed", given(261, injection(261, 1, "2021-03-01"), injection(261, 2, "2021-03-01", EXDOSE="2")),
              "select DOSENO, EXDOSE, (select count(*) from quality.data_query where usubjid = '{id}' and rule = 'two_injections_a_day') from marts.adex where USUBJID = '{id}'", [(1, 3.0, 1)]),
        Fault(262, "dose", "an injection before consent is kept", given(262, injection(262, 1, "2021-01-10"), injection(262, 2, "2021-03-27")), DOSES, [(2, 2, "2021-01-10", "2021-03-27", None)]),
        Fault(263, "dose", "a placebo is none", given(263, injection(263, 1, "2021-01-20", EXTRT="PLACEBO"), injection(263, 2, "2021-03-01"), injection(263, 3, "2021-03-27")), DOSES, [(2, 1, *lasts)]),
        Fault(264, "dose", "what was not given is none", given(264, injection(264, 1, "2021-01-20", EXOCCUR="아니오"), injection(264, 2, "2021-02-20", EXDOSE="0"), injection(264, 3, "2021-02-25", EXSTAT="NOT DONE"), injection(264, 4, "2021-03-01"), injection(264, 5, "2021-03-27")), DOSES, [(2, 1, *lasts)]),
        Fault(265, "dose", "an earlier product nobody knows sets the subject aside", given(265, injection(265, 1, "2021-02-20", EXTRT="CELLS OF LOT 7"), injection(265, 2, "2021-03-01")), DOSES, [(None, 1, "2021-03-01", "2021-03-01", "first injection not known")]),
        Fault(266, "dose", "a later one leaves the number open", given(266, injection(266, 1, "2021-03-01"), injection(266, 2, "2021-03-27", EXTRT="CELLS OF LOT 7")), DOSES, [(None, 1, "2021-03-01", "2021-03-01", None)]),
        Fault(267, "dose", "an undated first one never moves time zero", given(267, injection(267, 1, "44250"), injection(267, 2, "2021-03-01")), DOSES, [(1, 1, "2021-03-01", "2021-03-01", "first injection not known")]),
        Fault(268, "dose", "an undated later one does not either", given(268, injection(268, 1, "2021-03-01"), injection(268, 2, "44282")), DOSES, [(1, 1, "2021-03-01", "2021-03-01", None)]),
        Fault(269, "dose", "an answer nobody can read is asked about", given(269, injection(269, 1, "2021-02-20", EXOCCUR="PERHAPS"), injection(269, 2, "2021-03-01")), DOSES, [(None, 1, "2021-03-01", "2021-03-01", "first injection not known")]),
        Fault(270, "span", "counts a dose a day", given(270, injection(270, 1, "2021-03-01", EXENDTC="2021-03-10", EXDOSFRQ="QD")), DOSES, [(10, 5, "2021-03-01", "2021-03-10", None)]),
        Fault(271, "span", "counts a dose a day of two tablets", given(271, injection(271, 1, "2021-03-01", EXENDTC="2021-03-04", EXDOSFRQ="BID")), DOSES, [(4, 2, "2021-03-01", "2021-03-04", None)]),
        Fault(272, "span", "counts a dose a week", given(272, injection(272, 1, "2021-03-01", EXENDTC="2021-03-21", EXDOSFRQ="EVERY WEEK")), DOSES, [(3, 2, "2021-03-01", "2021-03-15", None)]),
        Fault(273, "span", "without a frequency is its first day, and asked about", given(273, injection(273, 1, "2021-03-01", EXENDTC="2021-03-10")), DOSES, [(None, 1, "2021-03-01", "2021-03-10", None)]),
        Fault(274, "span", "without a frequency is asked about", given(274, injection(274, 1, "2021-03-01", EXENDTC="2021-03-10", EXDOSFRQ="NOW AND THEN")),
              "select rule, found from quality.data_query where usubjid = '{id}' and rule = 'doses_not_counted'", [("doses_not_counted", "2021-03-01")]),
        Fault(275, "span", "of one day is one administration", given(275, injection(275, 1, "2021-03-01", EXENDTC="2021-03-01"), injection(275, 2, "2021-03-27", EXENDTC="2021-03-27", EXDOSFRQ="ONCE")), DOSES, [(2, 1, *lasts)]),
        Fault(276, "span", "overlapping spans count a day once", given(276, injection(276, 1, "2021-03-01", EXENDTC="2021-03-05", EXDOSFRQ="QD"), injection(276, 2, "2021-03-04", EXENDTC="2021-03-08", EXDOSFRQ="QD")), DOSES, [(8, 4, "2021-03-01", "2021-03-08", None)]),
        Fault(277, "span", "its end is evidence of life", replaced(given(277, injection(277, 1, "2021-03-01", EXENDTC="2022-12-01")), ds=[]), "select cast(LSTALVDT as varchar) from marts.adsl where USUBJID = '{id}'", [("2022-12-01",)]),
        Fault(278, "dose", "an earlier product of no cells sets the subject aside", given(278, injection(278, 1, "2021-02-20", EXTRT="Neuronata-R 0 cells"), injection(278, 2, "2021-03-01")), DOSES, [(None, 1, "2021-03-01", "2021-03-01", "first injection not known")]),
        Fault(279, "dose", "a blinded product does too", given(279, injection(279, 1, "2021-02-20", EXTRT="lenzumestrocel/placebo"), injection(279, 2, "2021-03-01")), DOSES, [(None, 1, "2021-03-01", "2021-03-01", "first injection not known")]),
        # Arms.
        Fault(280, "arm", "nobody knows is none of them", replaced(p(280), dm=[demographics(280, ARM="COHORT SEVEN")], ex=[], pr=[]), PLANNED, [(None, None)]),
        Fault(281, "arm", "of the product by its Korean name and dose", replaced(p(281), dm=[demographics(281, ARM="뉴로나타알 2회 투여군")], ex=[], pr=[]), PLANNED, [("Lenzumestrocel", 1)]),
        Fault(282, "arm", "the product's placebo is another arm", replaced(p(282), dm=[demographics(282, ARM="Lenzumestrocel placebo")], ex=[], pr=[]), PLANNED, [("Other registry arm", 3)]),
        Fault(283, "arm", "a control in Korean is another arm", replaced(p(283), dm=[demographics(283, ARM="대조군")], ex=[], pr=[]), PLANNED, [("Other registry arm", 3)]),
        Fault(284, "arm", "a crossover is not known", replaced(p(284), dm=[demographics(284, ARM="Placebo-lenzumestrocel")], ex=[], pr=[]), PLANNED, [(None, None)]),
        # ALSFRS-R.
        Fault(290, "alsfrs", "an item by its words in its category", added(p(290), qs=[finding(290, "qs", 3, "K01", "3", "2021-09-01", QSTEST="1. Speech", QSCAT="ALSFRS-R")]), SCORE, [("ALSQ01", 3.0)]),
        Fault(291, "alsfrs", "the same words in another questionnaire are none", added(p(291), qs=[finding(291, "qs", 3, "SF01", "3", "2021-09-01", QSTEST="Walking", QSCAT="SF-36")]), SCORE, []),
        Fault(292, "alsfrs", "a subscore is no total", added(p(292), qs=[finding(292, "qs", 3, "BULBTOT", "9", "2021-09-01", QSTEST="Bulbar subscore", QSCAT="ALSFRS-R")]), SCORE, []),
        Fault(293, "alsfrs", "a plain total is its questionnaire's", replaced(p(293), qs=[finding(293, "qs", 3, "TOT", "30", "2021-09-01", QSTEST="Total score", QSCAT="ALSFRS-R"), finding(293, "qs", 4, "TOT", "25", "2021-09-01", QSTEST="Total score", QSCAT="ALSFRS")]),
              "select PARAMCD, AVAL from marts.adqs where USUBJID = '{id}' order by 1", [("ALSFRS", 25.0), ("ALSFRSR", 30.0)]),
        Fault(294, "alsfrs", "a code and words that differ are neither", added(p(294), qs=[finding(294, "qs", 3, "ALSQ01", "3", "2021-09-01", QSTEST="Walking", QSCAT="ALSFRS-R")]), SCORE, []),
        Fault(295, "alsfrs", "in Korean", added(p(295), qs=[finding(295, "qs", 3, "K08", "2", "2021-09-01", QSTEST="걷기", QSCAT="K-ALSFRS-R")]), SCORE, [("ALSQ08", 2.0)]),
        Fault(303, "alsfrs", "a total of some items is no total", added(p(303), qs=[finding(303, "qs", 3, "K98", "9", "2021-09-02", QSTEST="Total 10-12", QSCAT="ALSFRS-R")]), "select count(*) from marts.adqs where USUBJID = '{id}'", [(2,)]),
        Fault(302, "alsfrs", "a code nobody knows is no total, whatever its category", added(p(302), qs=[finding(302, "qs", 3, "K99", "9", "2021-09-02", QSCAT="ALSFRS-R")]), "select count(*) from marts.adqs where USUBJID = '{id}'", [(2,)]),
        Fault(296, "flag", "a serious event in another spelling", added(p(296), ae=[adverse_event(296, 1, AESER="Yes", AESHOSP="1", AESTDTC="2021-05-01")]), "select AESER, AESHOSP from marts.adae where USUBJID = '{id}'", [("Y", "Y")]),
        Fault(297, "sex", "in Korean", replaced(p(297), dm=[demographics(297, SEX="여성")]), "select SEX from marts.adsl where USUBJID = '{id}'", [("F",)]),
        Fault(298, "sex", "nobody knows", replaced(p(298), dm=[demographics(298, SEX="9")]), "select SEX from marts.adsl where USUBJID = '{id}'", [(None,)]),
        Fault(299, "request", "to stop, in Korean", added(p(299), withdrawals=[{"USUBJID": demographics(299)["USUBJID"], "REQUEST": "동의 철회", "DATE": "2021-06-01"}]), "select WDRQFL, cast(EOSDT as varchar) from marts.adsl where USUBJID = '{id}'", [("Y", "2021-06-01")]),
        Fault(300, "request", "to erase, in Korean", added(p(300), withdrawals=[{"USUBJID": demographics(300)["USUBJID"], "REQUEST": "삭제", "DATE": "2021-06-01"}]), "select count(*) from marts.adsl where USUBJID = '{id}'", [(0,)]),
        Fault(301, "request", "nobody can read is rejected by name", added(p(301), withdrawals=[{"USUBJID": demographics(301)["USUBJID"], "REQUEST": "pause", "DATE": "2021-06-01"}]), "select count(*) from quality.data_query where usubjid like '%{key}' and rule = 'request_unknown' and found = 'text of 5 characters'", [(1,)]),
    ]  # fmt: skip
