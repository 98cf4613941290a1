"""ADAE: events that can have happened when they are said to, seriousness with its reason, nothing after the cut."""

from expectations.rules import DATA_CUT, LINE, Suite
from expectations.shapes import between, blank, filled, not_after, one_of

TREATED, CONTROL = "SAFFL == 'Y'", "STUDYID == 'PROACT'"
CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE")

ADAE = Suite(
    name="adae",
    table="marts.adae",
    places=LINE,
    columns=(
        "STUDYID", "SAFFL", "AEDECOD", "ASTDT", "AENDT", "STARTDY", "TRTEMFL", "LDOSDY", "AESER", *CRITERIA, "AESEVN",
        "ATOXGR", "RELGR1", "AEFATFL",
    ),
    derived={"NCRIT": " + ".join(f"({criterion} == 'Y') * 1" for criterion in CRITERIA)},
    rules=(
        one_of("a criterion makes an event serious", "AESER", ["Y"],
               "An event that meets a criterion of seriousness is serious.", "ICH E2A; SDTM AESER", where="NCRIT > 0",
               may_be_empty=True),
        between("a serious event names its criterion", "NCRIT", 1, 6,
                "A serious event meets at least one criterion.", "ICH E2A; SDTM AESER", where="AESER == 'Y'",
                severity="warning", may_be_empty=True),
        one_of("a fatal event is serious", "AESER", ["Y"], "A fatal event of a treated subject is serious.",
               "ICH E2A", where="AEFATFL == 'Y' and SAFFL == 'Y'", severity="warning", may_be_empty=True),
        between("emergent events follow treatment", "STARTDY", 0, None,
                "An event that emerged under treatment did not start before it.", "standards 3",
                where="TRTEMFL == 'Y'", may_be_empty=True),
        between("the last dose precedes the event", "LDOSDY", 0, None,
                "The last dose before an event was not given after it.", "F24", may_be_empty=True),
        not_after("no event starts after the cut", "ASTDT", DATA_CUT, "No event starts after the data cut.", "F23",
                  may_be_empty=True),
        not_after("no event ends after the cut", "AENDT", DATA_CUT, "No event ends after the data cut.", "F23",
                  may_be_empty=True),
        not_after("events end after they start", "ASTDT", "AENDT", "An event does not end before it starts.", "F24",
                  severity="warning", may_be_empty=True),
        between("severity is on its scale", "AESEVN", 1, 5, "Severity lies between 1 and 5.", "ADaM AESEVN",
                may_be_empty=True),
        between("grade is on its scale", "ATOXGR", 1, 5, "The toxicity grade lies between 1 and 5.", "CTCAE",
                may_be_empty=True),
        blank("PRO-ACT tells no seriousness", "AESER",
              "No event of PRO-ACT has a seriousness: none is recorded there, and none may be made up.", "layout 3.15",
              where=CONTROL, may_be_empty=True),
        one_of("controls are not in the safety set", "SAFFL", ["N"], "No PRO-ACT subject is in the safety set.",
               "standards 2", where=CONTROL, may_be_empty=True),
        filled("terms are coded", "AEDECOD", 0.99, "At least 99 % of the events of the treated have a preferred term.",
               "standards 4", where=TREATED, may_be_empty=True),
        filled("starts are dated", "ASTDT", 0.95, "At least 95 % of the events of the treated have a start date.",
               "standards 3", where=TREATED, may_be_empty=True),
        filled("seriousness is known", "AESER", 0.98, "Seriousness is known of at least 98 % of the treated's events.",
               "standards 4", where=TREATED, may_be_empty=True),
        one_of("causality is known", "RELGR1", ["RELATED", "NOT RELATED"],
               "Causality is known of at least 80 % of the treated's events.", "standards 4", mostly=0.80,
               where=TREATED, severity="warning", may_be_empty=True),
        one_of("not everything is serious", "AESER", ["N"],
               "At least 20 % of the treated's events are not serious.", "misread Y/N", mostly=0.20, where=TREATED,
               severity="warning", may_be_empty=True),
    ),
)  # fmt: skip
