"""Each known quirk of the PRO-ACT export beside what comes of it, on hand-made records."""

import pytest
from study_build import StudyBuild


def value(paramcd: str, subject: int, day: int = 0) -> str:
    """The measurement of a parameter on a day."""
    return (
        "select value from intermediate.int_proact__measurement"
        f" where usubjid = 'PROACT-{subject}' and paramcd = '{paramcd}' and day = {day}"
    )


def derivation(paramcd: str, subject: int) -> str:
    """How a measurement of day 0 came about."""
    return (
        "select derivation, derived_flag from intermediate.int_proact__measurement"
        f" where usubjid = 'PROACT-{subject}' and paramcd = '{paramcd}' and day = 0"
    )


def of_subject(columns: str, subject: int, model: str = "subject") -> str:
    """Columns of the subject's row in an intermediate model."""
    return f"select {columns} from intermediate.int_proact__{model} where usubjid = 'PROACT-{subject}'"


def asked(topic: str, subject: int) -> str:
    """Rules of the data queries raised about a subject on a topic."""
    return f"select distinct rule from intermediate.dq_proact__{topic} where usubjid = 'PROACT-{subject}' order by 1"


def suggested(topic: str, subject: int) -> str:
    """What the data query of a subject expects."""
    return f"select expected from intermediate.dq_proact__{topic} where usubjid = 'PROACT-{subject}'"


NOTHING: list[tuple] = []

QUIRKS = [
    # 1-6 questionnaires
    ("1 half points count", value("ALSFRSR", 10), [(35.5,)]),
    ("1 an item above 4 is no score", value("ALSQ01", 11), NOTHING),
    ("1 an item above 4 is asked about", asked("alsfrs", 11), [("item_off_scale",)]),
    ("1 with an item off the scale the delivered total stands in", value("ALSFRSR", 12), [(35.0,)]),
    ("2 neither is used when Q5a and Q5b are filled and no total tells which", value("ALSQ05", 20), NOTHING),
    ("2 the total tells that Q5b counted", value("ALSQ05", 23), [(1.0,)]),
    ("2 the total tells that Q5a counted", value("ALSQ05", 24), [(3.0,)]),
    ("2 the total of the answer that counted", value("ALSFRSR", 23), [(34.0,)]),
    ("2 both filled is asked about", asked("alsfrs", 20), [("q5_answered_twice",)]),
    ("2 Q5b is used when Q5a is blank", value("ALSFRSR", 21), [(34.0,)]),
    ("2 without Q5 there is no total", value("ALSFRSR", 22), NOTHING),
    ("2 without Q5 is asked about", asked("alsfrs", 22), [("q5_not_answered",)]),
    ("3 a blank total is added up", value("ALSFRSR", 30), [(36.0,)]),
    ("3 a wrong total is added up again", value("ALSFRSR", 31), [(36.0,)]),
    ("3 a wrong total is asked about", asked("alsfrs", 31), [("total_differs_from_items",)]),
    ("3 a total stands in for a missing item", value("ALSFRSR", 32), [(34.0,)]),
    ("3 and says so", derivation("ALSFRSR", 32), [("total as delivered, items incomplete", "N")]),
    ("3 a total the items rule out is not used", value("ALSFRSR", 33), NOTHING),
    ("3 a total of 49 is not used", value("ALSFRSR", 34), NOTHING),
    ("3 a total of 49 is asked about", asked("alsfrs", 34), [("total_impossible",)]),
    ("4 ALSFRS-R without Q10 has no ALSFRS total", value("ALSFRS", 40), NOTHING),
    ("4 ALSFRS has its own total", value("ALSFRS", 41), [(30.0,)]),
    ("4 ALSFRS is never converted", value("ALSFRSR", 41), NOTHING),
    ("4 a record of both scales has both totals, first", value("ALSFRSR", 42), [(36.0,)]),
    ("4 a record of both scales has both totals, second", value("ALSFRS", 42), [(31.0,)]),
    ("4 the scale is told row by row", value("ALSFRS", 43, 30), [(20.0,)]),
    ("5 a questionnaire without a day counts nowhere", asked("day", 50), [("day_missing",)]),
    ("5 a negative day is a day", value("ALSFRSR", 50, -14), [(36.0,)]),
    ("5 a day of years is asked about", asked("day", 51), [("day_out_of_range",)]),
    ("6 of equally full questionnaires the lower total", value("ALSFRSR", 60), [(36.0,)]),
    ("6 several differing ones are asked about", asked("alsfrs", 60), [("questionnaires_of_a_day_differ",)]),
    ("6 a full questionnaire comes before a lower one", value("ALSFRSR", 61), [(24.0,)]),
    ("6 one of each scale a day, both stay", value("ALSFRS", 62), [(10.0,)]),
    ("6 and their items come from ALSFRS-R", value("ALSQ01", 62), [(2.0,)]),
    ("a decimal comma is no number", asked("uncastable", 63), [("not_a_number",)]),
    # 7-10 history
    ("7 history rows are brought together", of_subject("onset_day, diagnosis_day, onset_site", 70),
     [(-500, -200, "LIMB")]),
    ("8 site from the text", of_subject("onset_site", 80), [("BULBAR",)]),
    ("8 site from the flag", of_subject("onset_site", 81), [("LIMB",)]),
    ("8 spinal onset is limb onset", of_subject("onset_site", 82), [("LIMB",)]),
    ("8 limb and bulbar", of_subject("onset_site", 83), [("BOTH",)]),
    ("8 limb in one row and bulbar in another", of_subject("onset_site", 84), [("BOTH",)]),
    ("8 text outranks flag", of_subject("onset_site", 85), [("BULBAR",)]),
    ("8 disagreement is asked about", asked("als_history", 85), [("onset_missing",), ("onset_sites_differ",)]),
    ("8 respiratory onset", of_subject("onset_site", 86), [("RESPIRATORY",)]),
    ("8 other onset", of_subject("onset_site", 87), [("OTHER",)]),
    ("9 onset after day 0 is impossible", of_subject("onset_day, diagnosis_day", 90), [(None, -10)]),
    ("9 and asked about", asked("als_history", 90), [("onset_impossible",)]),
    ("9 onset on day 0 is kept", of_subject("onset_day", 91), [(0,)]),
    ("9 and asked about too", asked("als_history", 91), [("onset_within_30_days_of_day_0",)]),
    ("9 onset within 30 days is kept", of_subject("onset_day", 92), [(-10,)]),
    ("9 diagnosis after day 0 is impossible", of_subject("onset_day, diagnosis_day", 93), [(-300, None)]),
    ("9 diagnosis before onset is not used", of_subject("onset_day, diagnosis_day", 94), [(-300, None)]),
    ("9 and asked about as such", asked("als_history", 94), [("diagnosis_before_onset",)]),
    ("9 of two onsets the earlier", of_subject("onset_day", 95), [(-620,)]),
    ("9 two onsets are asked about", asked("als_history", 95), [("onset_days_differ",)]),
    ("9 onset before birth is impossible", of_subject("onset_day", 96), [(None,)]),
    ("10 empty columns do no harm", of_subject("onset_day", 100), [(-100,)]),
    # 11-17 death and follow-up
    ("11 no record is not alive", of_subject("vital_status", 110, "vital_status"), [("NOT RECORDED",)]),
    ("11 recorded as not died", of_subject("vital_status", 111, "vital_status"), [("NOT DIED",)]),
    ("12 died without a day", of_subject("vital_status, death_day", 120, "vital_status"), [("DIED", None)]),
    *((f"12 died, in word {n}", of_subject("vital_status", 112 + n, "vital_status"), [("DIED",)]) for n in range(4)),
    ("12 alive, said in another word", of_subject("vital_status", 116, "vital_status"), [("NOT DIED",)]),
    ("12 is asked about", asked("death", 120), [("death_undated",)]),
    ("12 a dated row beside an undated one is no conflict",
     of_subject("death_day, latest_death_day", 121, "vital_status"), [(200, 200)]),
    ("13 of two days of death the earlier, the later is the bound",
     of_subject("death_day, latest_death_day", 130, "vital_status"), [(300, 310)]),
    ("13 two days of death are asked about", asked("death", 130), [("two_days_of_death",)]),
    ("13 the same row twice is no conflict", of_subject("death_day, latest_death_day", 131, "vital_status"),
     [(300, 300)]),
    ("13 Yes outranks No", of_subject("vital_status, death_day", 132, "vital_status"), [("DIED", 300)]),
    ("13 and is asked about", asked("death", 132), [("vital_status_differs",)]),
    ("13 a day of death with No says neither",
     of_subject("vital_status, death_day", 133, "vital_status"), [("NOT RECORDED", None)]),
    ("13 and is asked about too", asked("death", 133), [("death_day_without_death",)]),
    ("13 a fractional day is the day that had begun", of_subject("death_day", 137, "vital_status"), [(300,)]),
    ("13 which is asked about", asked("death", 137), [("death_day_fractional",)]),
    ("13 a day of death without a status is a death", of_subject("vital_status, death_day", 134, "vital_status"),
     [("DIED", 250)]),
    ("13 death before day 0 is impossible", of_subject("vital_status, death_day", 135, "vital_status"),
     [("DIED", None)]),
    ("13 and asked about", asked("death", 135), [("death_day_out_of_range",), ("death_undated",)]),
    ("13 death after a million days too", of_subject("death_day", 136, "vital_status"), [(None,)]),
    ("14 a visit after death is flagged, not clipped, and the bound of the death",
     of_subject("death_day, last_visit_day, visit_after_death, latest_death_day", 140, "vital_status"),
     [(350, 400, "Y", 400)]),
    ("14 and asked about", asked("death", 140), [("visit_after_death",)]),
    ("14 an event after death is asked about", asked("adverse_event", 140), [("event_after_death",)]),
    ("15 a laboratory result is one of somebody alive",
     of_subject("last_visit_day, last_src_table", 150, "vital_status"), [(900, "labs")]),
    ("15 a sample without a result is not", of_subject("last_visit_day", 153, "vital_status"), [(300,)]),
    ("15 nor is a lone one years later",
     of_subject("last_visit_day, last_src_table", 152, "vital_status"), [(300, "alsfrs")]),
    ("15 which is asked about", asked("day", 152), [("lone_visit",)]),
    ("15 grip strength is a visit", of_subject("last_visit_day", 151, "vital_status"), [(500,)]),
    ("15 an offset of a million days is no day", of_subject("start_day", 150, "adverse_event"), [(None,)]),
    ("15 and asked about, medication too",
     "select table_name, rule from intermediate.dq_proact__adverse_event"
     " where usubjid = 'PROACT-150' order by 1, 2",
     [("adverseevents", "day_out_of_range"), ("conmeds", "day_out_of_range")]),
    ("16 neurofilament is a measurement", value("NFLSER", 160), [(78.5,)]),
    ("16 in CSF and ng/mL", value("NFLCSF", 161), [(2100.0,)]),
    ("16 plasma is not serum", value("NFLSER", 162), NOTHING),
    ("16 the heavy chain is not the light one", value("NFLSER", 163), NOTHING),
    ("16 nor is a number without a unit a result", value("NFLSER", 164), NOTHING),
    ("16 which is asked about", asked("laboratory", 164), [("neurofilament_not_read",)]),
    ("16 and its subject's vital status is not recorded", of_subject("vital_status", 160, "vital_status"),
     [("NOT RECORDED",)]),
    ("17 there is no tracheostomy", of_subject("tracheostomy_day, ventilation_day", 140, "vital_status"),
     [(None, None)]),
    # 18-21 treatment
    ("18 placebo", of_subject("arm_planned, arm_actual, siteid", 180), [("PLACEBO", "PLACEBO", None)]),
    ("18 two arms are none", of_subject("arm_planned", 181), [(None,)]),
    ("18 and asked about", asked("treatment", 181), [("arms_differ",)]),
    ("19 no treatment row", of_subject("arm_planned", 110), [(None,)]),
    ("19 is asked about", asked("treatment", 110), [("no_treatment_record",)]),
    ("20 assignment far from day 0 is kept", of_subject("treatment_group_delta", 200), [(900,)]),
    ("20 and asked about", asked("treatment", 200), [("assignment_far_from_day_0",)]),
    ("20 a blank assignment stays blank", of_subject("arm_planned, treatment_group_delta", 201),
     [("PLACEBO", None)]),
    ("20 two days of assignment are none", of_subject("treatment_group_delta", 202), [(None,)]),
    ("20 and asked about", asked("treatment", 202), [("assignment_days_differ",)]),
    ("21 active", of_subject("arm_planned", 210), [("ACTIVE",)]),
    # 22-23 riluzole
    ("22 Yes", of_subject("riluzole, riluzole_start_day", 220), [("Y", -100)]),
    ("22 No", of_subject("riluzole", 221), [("N",)]),
    ("22 no row is not No", of_subject("riluzole", 110), [(None,)]),
    ("23 a use that began later is none at day 0", of_subject("riluzole, riluzole_start_day", 230), [("N", 60)]),
    ("23 a use that stopped later is one", of_subject("riluzole", 231), [("Y",)]),
    ("23 Yes and No of no day are neither", of_subject("riluzole", 232), [(None,)]),
    ("23 Yes and No are asked about", asked("treatment", 230),
     [("no_treatment_record",), ("riluzole_records_differ",)]),
    # 24-28 vital capacity
    ("24 percent as delivered", value("FVCPP", 240), [(88.0,)]),
    ("24 percent by the delivered normal value", value("FVCPP", 241), [(75.0,)]),
    ("24 percent by the ECSC equation, man of 50 and 180 cm",
     f"select round(value, 6) from ({value('FVCPP', 242)})", [(round(400 / (5.76 * 1.8 - 0.026 * 50 - 4.34), 6),)]),
    ("24 percent by the ECSC equation, woman of 65 and 160 cm",
     f"select round(value, 6) from ({value('FVCPP', 243)})", [(round(250 / (4.43 * 1.6 - 0.026 * 65 - 2.89), 6),)]),
    ("24 a derived percentage says so", derivation("FVCPP", 242),
     [("litres over predicted FVC, ECSC (Quanjer 1993)", "Y")]),
    ("24 no height, no percentage", value("FVCPP", 244), NOTHING),
    ("24 no age, no percentage: nobody is taken for 25", value("FVCPP", 246), NOTHING),
    ("25 litres by name", value("FVCL", 250), [(3.1,)]),
    ("25 millilitres", value("FVCL", 251), [(3.1,)]),
    ("25 a unit that is no volume", value("FVCL", 252), NOTHING),
    ("25 is asked about", asked("vital_capacity", 252), [("unit_not_a_volume",)]),
    ("26 the best of three trials", value("FVCL", 260), [(2.6,)]),
    ("26 and the best percentage", value("FVCPP", 260), [(70.0,)]),
    ("26 a second trial alone", value("FVCL", 261), [(2.2,)]),
    ("26 the best test of a day", value("FVCL", 262), [(2.7,)]),
    ("26 slow vital capacity too", value("SVCL", 245), [(3.4,)]),
    ("27 a test without a day", asked("day", 270), [("day_missing",)]),
    ("28 a percentage in a litre column is not used", value("FVCL", 280), NOTHING),
    ("28 and recognised", suggested("vital_capacity", 280), [("0.1 to 9 litres; looks like percent of normal",)]),
    ("28 a negative volume is not used", value("FVCL", 281), NOTHING),
    ("28 and asked about", asked("vital_capacity", 281), [("litres_impossible",)]),
    ("28 an impossible percentage is not used", value("FVCPP", 282), NOTHING),
    # 29-31 vital signs
    ("29 inches", f"select round(value, 4) from ({value('HEIGHT', 290)})", [(177.8,)]),
    ("29 pounds", f"select round(value, 4) from ({value('WEIGHT', 290)})", [(79.8323,)]),
    ("29 inches without a unit", f"select round(value, 4) from ({value('HEIGHT', 291)})", [(167.64,)]),
    ("29 are asked about", asked("vital_signs", 291), [("height_unit_inferred",)]),
    ("29 an impossible height and weight are not used", of_subject("height_cm", 292), [(None,)]),
    ("29 and asked about", asked("vital_signs", 292), [("height_impossible",), ("weight_impossible",)]),
    ("29 66 labelled centimetres is not converted", of_subject("height_cm", 293), [(None,)]),
    ("29 but recognised", suggested("vital_signs", 293), [("120 to 220 cm; looks like inches",)]),
    ("29 pounds without a unit are told by the subject's own weights",
     f"select round(value, 4) from ({value('WEIGHT', 294, 60)})", [(69.8532,)]),
    ("29 and asked about", asked("vital_signs", 294), [("weight_unit_inferred",)]),
    ("29 pounds written as kilograms are not used", value("WEIGHT", 298, 60), NOTHING),
    ("29 but recognised by the subject's own weights", suggested("vital_signs", 298),
     [("near the subject's median; looks like pounds",)]),
    ("29 210 without a unit is no weight in kilograms",
     f"select round(value, 2) from ({value('WEIGHT', 299)})", [(95.25,)]),
    ("29 nor is its body mass index", f"select round(value, 1) from ({value('BMI', 299)})", [(30.1,)]),
    ("29 which is asked about", asked("vital_signs", 299), [("weight_unit_inferred",)]),
    ("29 120 without a unit may be either", value("WEIGHT", 303), NOTHING),
    ("29 and is asked about", asked("vital_signs", 303), [("weight_unit_unknown",)]),
    ("29 also where the height leaves both", value("WEIGHT", 304), NOTHING),
    ("29 stones", f"select round(value, 2) from ({value('WEIGHT', 305)})", [(76.2,)]),
    ("29 a unit nobody knows is no unit", value("WEIGHT", 307), NOTHING),
    ("29 kilopascals", f"select round(value, 1) from ({value('SYSBP', 306)})", [(120.0,)]),
    ("29 beats per minute", value("PULSE", 306), [(70.0,)]),
    ("29 baseline weight stands in on day 0", value("WEIGHT", 295), [(81.0,)]),
    ("29 of several weights a day the middle one", value("WEIGHT", 296), [(71.0,)]),
    ("29 metres", value("HEIGHT", 297), [(180.0,)]),
    ("30 a temperature of 30 is not used", value("TEMP", 300), NOTHING),
    ("30 and asked about", asked("vital_signs", 300), [("temperature_impossible",)]),
    ("30 Fahrenheit", f"select round(value, 2) from ({value('TEMP', 305)})", [(37.0,)]),
    ("30 without a unit too", f"select round(value, 2) from ({value('TEMP', 301)})", [(37.0,)]),
    ("30 which is asked about", asked("vital_signs", 301), [("temperature_unit_inferred",)]),
    ("30 systolic below diastolic", asked("vital_signs", 302), [("systolic_not_above_diastolic",)]),
    ("31 one height serves every weight", f"select round(value, 4) from ({value('BMI', 310, 90)})",
     [(round(66 / 1.7**2, 4),)]),
    ("31 two heights: the median", of_subject("height_cm", 311), [(175.0,)]),
    ("31 are asked about", asked("vital_signs", 311), [("heights_differ",)]),
    # 32 laboratory
    ("32 creatinine", value("CREAT", 320), [(70.0,)]),
    ("32 creatinine in mg/dL, name in capitals", f"select round(value, 3) from ({value('CREAT', 321)})", [(70.736,)]),
    ("32 below a limit is no value", value("CREAT", 322), NOTHING),
    ("32 comparator and number are read",
     "select comparator, result from staging.stg_proact__labs where subject_id = 322", [("<", 5.0)]),
    ("32 separators of thousands", "select result from staging.stg_proact__labs where subject_id = 323", [(229000.0,)]),
    ("32 words have no number",
     "select test_result, result from staging.stg_proact__labs where subject_id = 324", [("Trace", None)]),
    ("32 an unknown unit is asked about", asked("laboratory", 325), [("unit_not_known",)]),
    ("32 an impossible result is asked about", asked("laboratory", 326), [("result_impossible",)]),
    ("32 IU/L is U/L", value("CK", 327), [(180.0,)]),
    # 33 adverse events
    ("33 severity in capitals", of_subject("severity, start_day, end_day", 330, "adverse_event"),
     [("MODERATE", 10, None)]),
    ("33 Marked is severe", of_subject("severity", 331, "adverse_event"), [("SEVERE",)]),
    ("33 Yes is no severity", of_subject("severity", 332, "adverse_event"), [(None,)]),
    ("33 and asked about", asked("adverse_event", 332), [("severity_not_a_grade",)]),
    ("33 an end before the start is not used", of_subject("start_day, end_day", 333, "adverse_event"), [(10, None)]),
    ("33 and asked about", asked("adverse_event", 333), [("end_before_start",)]),
    # 34 demographics
    ("34 age from the day of birth", of_subject("age, age_derived_flag", 340), [(60.0, "Y")]),
    ("34 an impossible age is none", of_subject("age, sex", 341), [(None, "M")]),
    ("34 no age at all is asked about", asked("demographics", 342), [("age_missing",)]),
    ("34 age against the day of birth is asked about", asked("demographics", 343), [("age_differs_from_birth_day",)]),
    ("34 of two records of a subject the fuller stays", of_subject("age", 344), [(50.0,)]),
    ("34 the other is rejected and asked about", asked("demographics", 344), [("duplicate_subject",)]),
    ("34 two that contradict each other are none", of_subject("age", 349), NOTHING),
    ("34 and asked about", asked("demographics", 349), [("subjects_collide",)]),
    ("34 leading zeros are no other subject", of_subject("subjid", 345), [("345",)]),
    ("34 an age like 1E5 is none", of_subject("age", 346), [(None,)]),
    ("34 race from its flags", of_subject("race", 347), [("ASIAN",)]),
    ("34 two races", of_subject("race", 348), [("MULTIPLE",)]),
    ("El Escorial, laboratory supported", of_subject("el_escorial", 350), [("PROBABLE LAB",)]),
    ("El Escorial, the assessment nearest to day 0", of_subject("el_escorial", 351), [("DEFINITE",)]),
    ("El Escorial, an assessment months later is not of day 0", of_subject("el_escorial", 354), [("POSSIBLE",)]),
    ("El Escorial, nor is it alone", of_subject("el_escorial", 355), [(None,)]),
    ("ALS in the family", of_subject("family_history", 352), [("Y",)]),
    ("another disease in the family", of_subject("family_history", 353), [("N",)]),
    ("edaravone among several drugs of a cell", of_subject("edaravone", 150), [("Y",)]),
    ("edaravone begun after day 0", of_subject("edaravone", 356), [("N",)]),
    ("edaravone ended before day 0", of_subject("edaravone", 357), [("N",)]),
    ("a stop of medication before its start", asked("adverse_event", 151), [("end_before_start",)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "expected"), [quirk[1:] for quirk in QUIRKS], ids=[quirk[0] for quirk in QUIRKS]
)
def test_quirk_has_its_outcome(built: StudyBuild, sql: str, expected: list[tuple]):
    assert built.rows(sql) == expected


def contents(built: StudyBuild) -> dict[str, list[tuple]]:
    """Every intermediate table without file and line, whatever they are called, sorted."""
    tables = built.rows(
        "select table_name from information_schema.tables where table_schema = 'intermediate'"
    )
    kept = "columns(lambda name: name <> '_file' and not suffix(lower(name), 'line'))"
    return {
        table: sorted(built.rows(f"select {kept} from intermediate.{table}"), key=repr)
        for (table,) in tables
        if "proact" in table
    }


def test_neither_order_of_lines_nor_number_of_threads_changes_anything(
    built: StudyBuild, shuffled: StudyBuild
):
    original, other = contents(built), contents(shuffled)
    assert len(original) > 25
    assert [name for name in original if original[name] != other[name]] == []
