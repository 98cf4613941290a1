"""A stand-in list of adverse-event and medication terms, shared by both sources.

MedDRA is licensed and no term list of it may be shipped: these are plain descriptions under organ classes with
plain names, and the codes lie in a range that MedDRA does not use.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One event: organ class, group, preferred wording, wordings as reported, and relative frequency."""

    organ_class: str
    group: str
    preferred: str
    reported: tuple[str, ...]
    weight: float


def _term(organ_class: str, group: str, preferred: str, reported: str, weight: float) -> Term:
    return Term(organ_class, group, preferred, tuple(reported.split("|")), weight)


NERVOUS, MUSCLE, BREATHING = "Nervous system conditions", "Muscle and bone conditions", "Breathing conditions"
GUT, INFECTION, INJURY = "Digestive conditions", "Infections", "Injuries and procedural complications"
MIND, BODY, SKIN = "Mental conditions", "General conditions and site reactions", "Skin conditions"
HEART, VESSEL, URINE, TESTS = "Heart conditions", "Vessel conditions", "Urinary conditions", "Test findings"

TERMS: tuple[Term, ...] = (
    _term(INJURY, "Accidents", "Fall at home or outside", "fell|FALL IN BATHROOM|Fall", 9.0),
    _term(
        MUSCLE, "Muscle complaints", "Weakness of muscles", "muscle weakness|WEAKER LEGS|weakness, arms", 8.0
    ),
    _term(NERVOUS, "Head complaints", "Head pain", "headache|HEAD PAIN|Headache, mild", 7.0),
    _term(GUT, "Stomach complaints", "Feeling sick", "nausea|NAUSEA", 6.0),
    _term(GUT, "Bowel complaints", "Hard stool", "constipation|CONSTIPATED", 6.0),
    _term(INFECTION, "Upper airway infections", "Common cold illness", "cold|COMMON COLD|runny nose", 5.5),
    _term(GUT, "Bowel complaints", "Loose stool", "diarrhea|LOOSE STOOLS", 4.5),
    _term(BREATHING, "Breathing complaints", "Shortness of breath", "short of breath|SOB|dyspnea", 4.5),
    _term(GUT, "Swallowing complaints", "Trouble swallowing", "swallowing difficulty|CHOKING ON FOOD", 4.5),
    _term(MUSCLE, "Joint and back complaints", "Pain in the back", "back pain|LOW BACK PAIN", 4.0),
    _term(BODY, "Whole-body complaints", "Tiredness", "fatigue|TIRED", 4.0),
    _term(MUSCLE, "Muscle complaints", "Cramping of muscles", "cramps|LEG CRAMPS", 3.5),
    _term(MIND, "Sleep complaints", "Sleeplessness", "insomnia|CANNOT SLEEP", 3.0),
    _term(MIND, "Mood complaints", "Low mood", "depressed|LOW MOOD", 2.8),
    _term(NERVOUS, "Speech complaints", "Slurred speech", "slurred speech|DYSARTHRIA", 2.8),
    _term(GUT, "Mouth complaints", "Too much saliva", "drooling|SALIVA EXCESS", 2.6),
    _term(GUT, "Stomach complaints", "Vomiting episode", "vomiting|VOMITED", 2.6),
    _term(NERVOUS, "Balance complaints", "Dizzy spell", "dizziness|LIGHTHEADED", 2.6),
    _term(INFECTION, "Urinary infections", "Bladder infection", "UTI|bladder infection", 2.2),
    _term(SKIN, "Rashes", "Skin rash", "rash|RASH, ARMS", 2.2),
    _term(INFECTION, "Lower airway infections", "Lung infection", "pneumonia|LUNG INFECTION", 2.2),
    _term(BODY, "Swelling", "Swollen legs", "edema legs|SWELLING, ANKLES", 2.0),
    _term(TESTS, "Liver tests", "Liver enzymes raised", "ALT up|LFT ELEVATED", 1.8),
    _term(TESTS, "Body measures", "Loss of weight", "weight loss|WEIGHT DOWN", 2.0),
    _term(BREATHING, "Breathing failure", "Failure of breathing", "respiratory failure|RESP. FAILURE", 2.0),
    _term(MIND, "Mood complaints", "Anxious state", "anxiety|NERVOUSNESS", 1.8),
    _term(INJURY, "Fractures", "Broken bone", "fracture, wrist|BROKEN HIP", 1.2),
    _term(VESSEL, "Clots", "Clot in a leg vein", "DVT|leg clot", 0.8),
    _term(VESSEL, "Pressure", "High blood pressure", "hypertension|BP HIGH", 1.2),
    _term(HEART, "Rhythm", "Fast heart beat", "palpitations|FAST PULSE", 0.8),
    _term(BREATHING, "Aspiration", "Food in the airway", "aspiration|ASPIRATED FOOD", 1.0),
    _term(URINE, "Bladder complaints", "Urgent urination", "urgency|FREQUENT URINATION", 0.9),
    _term(SKIN, "Pressure damage", "Pressure sore", "bed sore|PRESSURE ULCER", 0.6),
    _term(BODY, "Fever", "Raised temperature", "fever|PYREXIA", 1.6),
)

# Events of bone-marrow harvest and intrathecal injection: only the registry draws them.
PROCEDURE_TERMS: tuple[Term, ...] = (
    _term(
        NERVOUS,
        "Head complaints",
        "Head pain after lumbar puncture",
        "post-LP headache|HEADACHE AFTER INJECTION",
        3.0,
    ),
    _term(BODY, "Fever", "Raised temperature", "fever after injection|FEVER", 3.0),
    _term(BODY, "Site reactions", "Pain at the puncture site", "site pain|PAIN, HARVEST SITE", 2.5),
    _term(MUSCLE, "Joint and back complaints", "Pain in the back", "back pain after injection|BACKACHE", 2.0),
    _term(GUT, "Stomach complaints", "Feeling sick", "nausea after injection|NAUSEA", 1.0),
)

DISEASE_DEATH = _term(BREATHING, "Breathing failure", "Failure of breathing", "respiratory failure", 1.0)

ORGAN_CODES: dict[str, tuple[str, int]] = {
    name: ("".join(word[0] for word in name.split()[:2]).upper(), 19_900_000 + 11 * number)
    for number, name in enumerate(
        (NERVOUS, MUSCLE, BREATHING, GUT, INFECTION, INJURY, MIND, BODY, SKIN, HEART, VESSEL, URINE, TESTS),
        start=1,
    )
}

MEDICATIONS: tuple[tuple[str, str, str, str], ...] = (
    ("RILUZOLE", "50", "MG", "BID"),
    ("VITAMIN E", "400", "IU", "QD"),
    ("MULTIVITAMIN", "1", "TAB", "QD"),
    ("COENZYME Q10", "100", "MG", "TID"),
    ("CREATINE", "5", "G", "QD"),
    ("BACLOFEN", "10", "MG", "TID"),
    ("AMITRIPTYLINE", "25", "MG", "QHS"),
    ("ASPIRIN", "81", "MG", "QD"),
    ("IBUPROFEN", "400", "MG", "PRN"),
    ("PARACETAMOL", "500", "MG", "PRN"),
    ("OMEPRAZOLE", "20", "MG", "QD"),
    ("ATORVASTATIN", "20", "MG", "QD"),
    ("LISINOPRIL", "10", "MG", "QD"),
    ("METOPROLOL; ASPIRIN", "50", "MG", "BID"),
    ("CITALOPRAM", "20", "MG", "QD"),
    ("LORAZEPAM", "1", "MG", "PRN"),
    ("QUININE", "200", "MG", "QHS"),
    ("LEVOTHYROXINE", "75", "MCG", "QD"),
    ("CALCIUM; VITAMIN D", "1", "TAB", "QD"),
    ("GABAPENTIN", "300", "MG", "TID"),
)
