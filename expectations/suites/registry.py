"""The registry as delivered: keys, pseudonyms, ISO dates, numbers and vocabularies of SDTM, seen on its profile."""

from expectations.rules import Suite
from expectations.shapes import between
from expectations.suites.proact import (
    CELL,
    COLUMNS,
    PLACES,
    PROFILE,
    WAY_OUT,
    delivery_rules,
    filled_rules,
    median_rules,
    only,
    vocabulary_rules,
)

REQUIRED = ("dm", "ex", "ae", "ds")
DATES = (
    "dm.RFSTDTC", "dm.DTHDTC", "ex.EXSTDTC", "ae.AESTDTC", "ds.DSSTDTC", "mh.MHSTDTC", "pr.PRSTDTC", "qs.QSDTC",
    "re.REDTC", "vs.VSDTC",
)  # fmt: skip
NUMBERS = ("dm.AGE", "ex.EXDOSE", "re.RESTRESN", "vs.VSSTRESN")
DROPPED = ("dm.SUBJNAM", "dm.SUBJINIT", "dm.INVNAM")

FILLED = {
    "dm.AGE": (90, "SDTM DM; a year of birth gives it back"),
    "dm.SEX": (98, "SDTM DM"),
    "dm.RFSTDTC": (60, "SDTM DM: null for whoever was never treated"),
    "ex.EXSTDTC": (98, "SDTM EX"),
    "ae.AEDECOD": (95, "SDTM AE"),
    "ae.AESTDTC": (90, "SDTM AE"),
    "ae.AESER": (95, "SDTM AE"),
    "ds.DSDECOD": (95, "SDTM DS"),
    "ds.DSSTDTC": (90, "SDTM DS"),
    "qs.QSDTC": (95, "SDTM QS"),
    "re.REDTC": (95, "SDTM RE"),
}
MEDIANS = {"dm.AGE": (40, 75, "months lie near 670", "F22; study facts")}
VOCABULARY = {
    "dm.STUDYID": (1, "one study a delivery"),
    "dm.SEX": (4, "M, F, U, UNDIFFERENTIATED"),
    "ae.AESER": (2, "Y, N"),
    "dm.DTHFL": (1, "Y"),
    "ex.EXDOSU": (1, "one unit of dose"),
}

REGISTRY = Suite(
    name="registry_delivery",
    table=PROFILE,
    columns=(*COLUMNS, "shortest"),
    derived=CELL,
    where="source = 'REGISTRY'",
    places=PLACES,
    way_out=WAY_OUT,
    rules=(
        *delivery_rules("registry", REQUIRED, "USUBJID"),
        between("registry: shortest key is a pseudonym", "shortest", 17, 17,
                "No USUBJID or SUBJID is shorter than a pseudonym.", "standards 5",
                where="column_name in ['USUBJID', 'SUBJID']"),
        between("registry: longest key is a pseudonym", "longest", 17, 17,
                "No USUBJID or SUBJID is longer than a pseudonym.", "standards 5",
                where="column_name in ['USUBJID', 'SUBJID']"),
        between("registry: names are dropped", "n_distinct", 0, 0,
                "Names and initials of subjects and investigators are blank.", "standards 5", where=only(*DROPPED)),
        between("registry: birth is a year", "longest", 4, 4, "Of a birth date only the year is kept.", "standards 5",
                where=only("dm.BRTHDTC"), may_be_empty=True),
        between("registry: dates are ISO 8601", "iso_pct", 90, None,
                "At least 90 % of the filled dates of each column are ISO 8601, whole or partial; a spreadsheet's day count"
                " is not.", "F21; SDTM --DTC",
                where=only(*DATES)),
        between("registry: nearly all dates are ISO 8601", "date_pct", 99.5, None,
                "At least 99.5 % of the filled dates of every --DTC column are ISO 8601.", "F21; SDTM --DTC",
                where="column_name.str.endswith('DTC')", severity="warning"),
        between("registry: numbers are numbers", "number_pct", 80, None,
                "At least 80 % of the filled cells of each numeric column are numbers.", "F18", where=only(*NUMBERS)),
        between("registry: nearly all numbers are numbers", "numeric_pct", 99.5, None,
                "At least 99.5 % of the filled cells of each numeric column are numbers.", "F18",
                where=only(*NUMBERS), severity="warning"),
        *filled_rules(FILLED),
        *median_rules(MEDIANS),
        *vocabulary_rules(VOCABULARY, "SDTM codelists"),
    ),
)  # fmt: skip
