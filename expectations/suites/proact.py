"""PRO-ACT as delivered: keys filled, numbers that are numbers, vocabularies and units as known, seen on its profile."""

from collections.abc import Mapping

from expectations.rules import Rule, Suite
from expectations.shapes import FEW, between

PROFILE = "quality.source_profile"
COLUMNS = (
    "table_name", "column_name", "n_row", "n_missing", "n_numeric", "n_date", "n_decode_reject", "n_distinct", "longest",
    "median_number", "filled_pct", "numeric_pct", "date_pct", "decode_reject_pct",
)  # fmt: skip
# The shares that stop a night are judged where at least a few records are lost.
CELL = {
    "cell": "table_name.str.cat(column_name, sep='.')",
    "key_pct": f"filled_pct.where(n_missing >= {FEW}, 100)",
    "number_pct": f"numeric_pct.where(n_row - n_missing - n_numeric >= {FEW}, 100)",
    "iso_pct": f"date_pct.where(n_row - n_missing - n_date >= {FEW}, 100)",
    "undecoded_pct": f"decode_reject_pct.where(n_decode_reject >= {FEW}, 0)",
}
PLACES = ("table_name", "column_name")
WAY_OUT = "mend the file, or have it written anew, and deliver it again"

REQUIRED = ("alsfrs", "deathdata", "demographics", "treatment")
ITEMS = (
    "Q1_Speech", "Q2_Salivation", "Q3_Swallowing", "Q4_Handwriting", "Q6_Dressing_and_Hygiene", "Q7_Turning_in_Bed",
    "Q8_Walking", "Q9_Climbing_Stairs",
)  # fmt: skip
NUMBERS = (
    *(f"alsfrs.{item}" for item in ITEMS), "alsfrs.ALSFRS_R_Total", "alsfrs.ALSFRS_Total", "alsfrs.ALSFRS_Delta",
    "deathdata.Death_Days", "demographics.Age", "demographics.Date_of_Birth", "alshistory.Onset_Delta",
    "alshistory.Diagnosis_Delta", "fvc.Subject_Liters_Trial_1", "fvc.pct_of_Normal_Trial_1",
    "fvc.Forced_Vital_Capacity_Delta", "svc.Subject_Liters_Trial_1", "svc.pct_of_Normal_Trial_1",
    "svc.Slow_vital_Capacity_Delta", "vitalsigns.Weight", "vitalsigns.Height", "vitalsigns.Vital_Signs_Delta",
    "riluzole.Riluzole_use_Delta",
)  # fmt: skip

# Cell: least filled per cent and what is known of the export.
FILLED = {
    "demographics.Age": (50, "layout 5: 74 to 76 %"),
    "demographics.Sex": (95, "layout 5: 99.9 %"),
    "alsfrs.ALSFRS_Delta": (90, "quirk 5: 99.7 %"),
    "alsfrs.ALSFRS_R_Total": (30, "quirk 4: 60 %"),
    "treatment.Study_Arm": (95, "layout 3.12"),
    "deathdata.Subject_Died": (95, "layout 3.3"),
    "deathdata.Death_Days": (40, "quirk 12: 70 %"),
    "alshistory.Onset_Delta": (40, "layout 5: 66 %"),
}
# Cell: limits of the median, what lies beyond, and the source.
MEDIANS = {
    "demographics.Age": (40, 75, "months lie near 670", "F22; layout 7: 57 years"),
    "alsfrs.ALSFRS_R_Total": (15, 46, "shares of the scale lie below 1", "F22; layout 7: 38"),
    "alsfrs.ALSFRS_Delta": (30, 720, "months lie near 6", "F22; layout 7: 12 to 18 months of visits"),
    "alshistory.Onset_Delta": (-1_500, -90, "months lie near -18, positive days point the other way",
                               "F22; quirk 9; layout 7: 18 months"),
    "deathdata.Death_Days": (60, 1_500, "months lie near 12", "F22; layout 7"),
    "fvc.Subject_Liters_Trial_1": (1, 6, "percentages lie near 85", "F22; quirk 28; layout 7: 3.5 L"),
    "fvc.pct_of_Normal_Trial_1": (35, 120, "litres lie near 3, shares near 1", "F22; layout 7: 88 %"),
    "svc.Subject_Liters_Trial_1": (1, 6, "percentages lie near 85", "F22; quirk 28; layout 7"),
    "vitalsigns.Weight": (45, 110, "pounds lie near 170", "F22; quirk 29; layout 7: 79 kg"),
    "vitalsigns.Height": (140, 195, "inches lie near 67", "F22; quirk 29; layout 7: 170 cm"),
}  # fmt: skip
# Cell: most distinct values and their vocabulary.
VOCABULARY = {
    "demographics.Sex": (2, "Male, Female"),
    "treatment.Study_Arm": (2, "Active, Placebo"),
    "deathdata.Subject_Died": (2, "Yes, No"),
    "riluzole.Subject_used_Riluzole": (2, "Yes, No"),
    "elescorial.el_escorial": (5, "five categories"),
    "alshistory.Site_of_Onset": (6, "five sites"),
    "adverseevents.Severity": (15, "eleven spellings of severity"),
}


def only(*cells: str) -> str:
    """Condition for these cells, `table.column`."""
    return f"cell in {list(cells)}"


def filled_rules(shares: Mapping[str, tuple[float, str]]) -> tuple[Rule, ...]:
    """A column that is filled less than it is known to be."""
    return tuple(
        between(f"{cell} is filled", "filled_pct", share, None, f"At least {share} % of {cell} are filled.", source,
                where=only(cell), severity="warning", may_be_empty=True)
        for cell, (share, source) in shares.items()
    )  # fmt: skip


def median_rules(medians: Mapping[str, tuple[float, float, str, str]]) -> tuple[Rule, ...]:
    """A column whose median lies where another unit would put it."""
    return tuple(
        between(f"median {cell}", "median_number", low, high,
                f"The median of {cell} lies between {low} and {high}; {beyond}.", source, where=only(cell),
                severity="warning", may_be_empty=True)
        for cell, (low, high, beyond, source) in medians.items()
    )  # fmt: skip


def vocabulary_rules(vocabularies: Mapping[str, tuple[int, str]], source: str) -> tuple[Rule, ...]:
    """A column with more values than its vocabulary."""
    return tuple(
        between(f"vocabulary of {cell}", "n_distinct", 0, most,
                f"{cell} holds at most {most} values ({words}).", source, where=only(cell), severity="warning")
        for cell, (most, words) in vocabularies.items()
    )  # fmt: skip


def delivery_rules(source: str, required: tuple[str, ...], key: str) -> tuple[Rule, ...]:
    """What holds of any source: required tables hold records, keys are filled, little is lost in decoding."""
    return (
        between(f"{source}: required tables hold records", "n_row", 1, None,
                f"Each of {', '.join(required)} holds records.", "F09", where=f"table_name in {list(required)}"),
        between(f"{source}: keys are filled", "key_pct", 95, None,
                f"At least 95 % of the records of every table have their {key}.", "F16, F18, F27",
                where=f"column_name == '{key}'"),
        between(f"{source}: keys are all filled", "filled_pct", 100, None,
                f"Every record of every table has its {key}.", "F27", where=f"column_name == '{key}'",
                severity="warning"),
        between(f"{source}: records can be decoded", "undecoded_pct", None, 10,
                "At most 10 % of the records of a table cannot be decoded.", "F18, F20"),
        between(f"{source}: nearly all records can be decoded", "decode_reject_pct", None, 0.1,
                "At most 0.1 % of the records of a table cannot be decoded.", "F18, F20", severity="warning"),
        between(f"{source}: cells are of cell size", "longest", None, 4_000,
                "No cell is longer than 4,000 characters.", "F41", severity="warning"),
    )  # fmt: skip


PROACT = Suite(
    name="proact_delivery",
    table=PROFILE,
    columns=COLUMNS,
    derived=CELL,
    where="source = 'PROACT'",
    places=PLACES,
    way_out=WAY_OUT,
    rules=(
        *delivery_rules("PRO-ACT", REQUIRED, "subject_id"),
        between("PRO-ACT: subject numbers are numbers", "number_pct", 95, None,
                "At least 95 % of the subject numbers of every table are numbers.", "F21, F27; layout 2",
                where="column_name == 'subject_id'"),
        between("PRO-ACT: subject numbers are short", "longest", 1, 10,
                "No subject number has more than 10 characters.", "layout 2: up to 7 digits",
                where="column_name == 'subject_id'", severity="warning"),
        between("PRO-ACT: numbers are numbers", "number_pct", 80, None,
                "At least 80 % of the filled cells of each numeric column are numbers.", "F18",
                where=f"cell in {list(NUMBERS)}"),
        between("PRO-ACT: nearly all numbers are numbers", "numeric_pct", 99.5, None,
                "At least 99.5 % of the filled cells of each numeric column are numbers.", "F18",
                where=f"cell in {list(NUMBERS)}", severity="warning"),
        between("PRO-ACT: no column of days holds dates", "date_pct", None, 50,
                "Columns of days hold days, not calendar dates or years.", "F21; layout 2",
                where="column_name.str.lower().str.endswith('delta')"),
        between("PRO-ACT: items are filled", "filled_pct", 80, None,
                "At least 80 % of the questionnaires have each item from speech to climbing stairs.",
                "layout 5: 98.2 %", where=f"cell in {[f'alsfrs.{item}' for item in ITEMS]}", severity="warning"),
        *filled_rules(FILLED),
        *median_rules(MEDIANS),
        *vocabulary_rules(VOCABULARY, "layout 4"),
    ),
)  # fmt: skip
