"""ADSL: subjects that can be who they are said to be, treated when they are said to, nothing after the cut."""

from expectations.rules import DATA_CUT, Rule, Suite
from expectations.shapes import between, blank, contains, filled, matching, n_rows, not_after, one_of
from expectations.suites.adsl_covariates import COMPLETE, PLAUSIBLE, PROACT, REGISTRY, TREATED, UNITS

TIMED = "SOURCE == 'REGISTRY' and EXCLTTE.isnull()"

IDENTITY: tuple[Rule, ...] = (
    matching("PRO-ACT subjects carry PRO-ACT's prefix", "USUBJID", r"^PROACT-[0-9]+$",
             "USUBJID of PRO-ACT is its study and the export's number.", "F29", where=PROACT),
    matching("registry subjects carry a pseudonym", "USUBJID", r"^(?!PROACT-).+-S[0-9A-F]{16}$",
             "USUBJID of the registry is its study and a pseudonym, never an identifier as delivered.",
             "F29; standards 5", where=REGISTRY),
    contains("both sources are there", "SOURCE", ["PROACT", "REGISTRY"],
             "There are subjects of PRO-ACT and of the registry.", "external control needs both arms"),
    contains("both arms are there", "TRT01AN", [0, 1], "There are injected patients and placebo patients.",
             "external control needs both arms"),
    n_rows("number of subjects", 100, 100_000,
           "The number of subjects is that of PRO-ACT and a registry, not of a fragment or a multiple.", "F09, F30"),
)  # fmt: skip

TREATMENT: tuple[Rule, ...] = (
    between("treated subjects are injected", "NINJ", 1, None, "A treated subject has at least one injection.",
            "ADaM: TRTSDT and SAFFL", where=TREATED),
    filled("treated subjects have a first injection", "TRTSDT", 1.0, "A treated subject has a first injection date.",
           "ADaM: TRTSDT and SAFFL", where=TREATED, severity="error"),
    one_of("the safety set is the injected", "TRT01AN", [1], "Whoever is in the safety set was injected.",
           "ADaM: SAFFL", where="SAFFL == 'Y'"),
    blank("controls are not injected", "NINJ", "No PRO-ACT subject has an injection of the study product.",
          "standards 2", where=PROACT),
    one_of("screen failures are not treated", "SCRFFL", ["N"], "Nobody in the safety set is a screen failure.",
           "ADaM: SCRFFL", where="SAFFL == 'Y'"),
    not_after("first injection precedes the last", "TRTSDT", "TRTEDT", "The first injection is not after the last.",
              "F24"),
    not_after("injection follows harvest", "HARVDY", "TRTSDY",
              "Who has times to events was harvested before the first injection.", "F24", where=TIMED,
              severity="warning", may_be_empty=True),
)  # fmt: skip

AFTER_THE_CUT: tuple[Rule, ...] = tuple(
    not_after(
        f"{column} is not after the cut",
        column,
        DATA_CUT,
        f"{what} is not after the data cut.",
        "F23",
        where=REGISTRY,
        may_be_empty=column not in ("TRTEDT", "LSTALVDT"),
    )
    for column, what in {
        "TRTEDT": "The last injection",
        "LSTALVDT": "The date last known alive",
        "DTHDT": "Death",
        "HARVDT": "The harvest",
        "TRACHDT": "Tracheostomy",
        "PAVDT": "Permanent ventilation",
        "EOSDT": "The end of study",
    }.items()
)

COURSE: tuple[Rule, ...] = (
    not_after("onset precedes diagnosis", "ONSETDY", "DIAGDY", "Symptoms begin before the diagnosis.", "F24; quirk 9",
              severity="warning", may_be_empty=True),
    between("onset precedes the index", "ONSETDY", None, 0, "Symptoms begin before the index.", "F24; quirk 9",
            severity="warning"),
    between("diagnosis precedes the index", "DIAGDY", None, 0, "The diagnosis is made before the index.",
            "F24; quirk 9", severity="warning", may_be_empty=True),
    not_after("nobody is injected after death", "TRTEDY", "DTHDY",
              "Who has times to events is not injected after death.", "F24", where=TIMED, may_be_empty=True),
    not_after("nobody lives after death", "LSTALVDY", "DTHDY",
              "Who has times to events is not known alive after death.", "F26; quirk 14", where="EXCLTTE.isnull()",
              may_be_empty=True),
    one_of("the death flag is the vital status", "DTHFL", ["Y"], "Whoever died carries the death flag.",
           "quirk 11: three states", where="VITSTAT == 'DIED'", may_be_empty=True),
    blank("only the dead have a day of death", "DTHDY", "Whoever is not recorded as dead has no day of death.",
          "quirk 11: three states", where="VITSTAT != 'DIED'"),
    filled("a dated death has a day", "DTHDY", 1.0, "A death that is not marked as undated has its day.", "quirk 12",
           where="VITSTAT == 'DIED' and DTHUNDFL != 'Y'", severity="error", may_be_empty=True),
    contains("vital status is kept in three states", "VITSTAT", ["DIED", "NOT DIED", "NOT RECORDED"],
             "Controls are recorded dead, recorded alive, or not recorded: silence is not survival.", "quirk 11",
             where=PROACT, severity="warning"),
    between("death is in reach of follow-up", "DTHDY", 0, 7_305,
            "Death comes at most 20 years after the index, and not before it, for whoever has times to events.",
            "quirks 12, 15", where="EXCLTTE.isnull()", may_be_empty=True, severity="warning"),
)  # fmt: skip

ADSL = Suite(
    name="adsl",
    table="marts.adsl",
    columns=(
        "USUBJID",
        "SOURCE",
        "AGE",
        "SEX",
        "TRT01AN",
        "SAFFL",
        "SCRFFL",
        "TRTSDT",
        "TRTEDT",
        "HARVDT",
        "ONSETDY",
        "DIAGDY",
        "HARVDY",
        "TRTSDY",
        "TRTEDY",
        "SYMPDURD",
        "SYMPDURM",
        "BULBAR",
        "ALSFRSR",
        "ALSFRSDY",
        "ALSFRS",
        "DFRS",
        "SLOPE",
        "VCPP",
        "RILUZOLE",
        "BMI",
        "HEIGHT",
        "WEIGHT",
        "ALSFRSRH",
        "DFRSH",
        "VITSTAT",
        "DTHFL",
        "DTHDT",
        "DTHDY",
        "DTHUNDFL",
        "LSTALVDT",
        "LSTALVDY",
        "TRACHDT",
        "PAVDT",
        "EOSDT",
        "NINJ",
        "EXCLTTE",
    ),
    rules=(
        *IDENTITY,
        *PLAUSIBLE,
        *UNITS,
        *COMPLETE,
        *TREATMENT,
        *AFTER_THE_CUT,
        *COURSE,
    ),
)
