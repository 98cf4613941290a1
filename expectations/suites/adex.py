"""ADEX: injections that can have happened, in one unit, counted from the first."""

from expectations.rules import DATA_CUT, LINE, Suite
from expectations.shapes import between, filled, n_distinct, not_after

ADEX = Suite(
    name="adex",
    table="marts.adex",
    places=LINE,
    columns=("EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "DOSENO", "CYCLE", "ASTDT", "INJDY"),
    derived={"YEAR": "ASTDT.dt.year"},
    rules=(
        between("dose is positive", "EXDOSE", 1e-6, None, "A recorded dose is more than nothing.", "F23",
                may_be_empty=True),
        n_distinct("doses are in one unit", "EXDOSU", 1, 1, "All doses are given in the same unit.", "F22",
                   may_be_empty=True),
        n_distinct("one route", "EXROUTE", 1, 3, "The product is given by few routes.", "SDTM EXROUTE",
                   may_be_empty=True),
        n_distinct("one product", "EXTRT", 1, 5, "The product has few names.", "SDTM EXTRT"),
        between("injections are of this century", "YEAR", 2000, None,
                "No injection is dated before the product existed; a spreadsheet's 1900 or 1904 is.", "F21"),
        not_after("no injection after the cut", "ASTDT", DATA_CUT, "No injection is dated after the data cut.", "F23"),
        between("days count from the first injection", "INJDY", 0, None, "No injection precedes the first.", "F24"),
        between("follow-up of injections", "INJDY", 0, 7_305,
                "Injections go on for at most 20 years.", "F21", severity="warning"),
        between("dose number starts at one", "DOSENO", 1, None, "Injections are numbered from 1.", "ADaM ADEX"),
        between("dose number is usual", "DOSENO", 1, 60, "Nobody has more than 60 injections.", "F10",
                severity="warning"),
        not_after("cycles are not more than doses", "CYCLE", "DOSENO", "A cycle has at least one injection.",
                  "ADaM ADEX"),
        filled("injections are dated", "ASTDT", 0.98, "At least 98 % of the injections have a date.", "SDTM EXSTDTC"),
        filled("injections have a dose", "EXDOSE", 0.90, "At least 90 % of the injections have a dose.",
               "SDTM EXDOSE"),
    ),
)  # fmt: skip
