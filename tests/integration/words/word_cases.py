"""Words a stranger would deliver, and what they mean by the rules of the language: an expectation that knows no seed.

A case is (source, table, column, word as delivered, what it must mean). What it must mean is a fact, NONE, `?` (not known,
to be asked), or `not X` (anything but the fact X): where a rule may choose
between NONE and asking, the fact is still barred.
"""

import unicodedata
from collections.abc import Iterator

Case = tuple[str, str, str, str, str]

# Plain words of each map with their meaning, by hand: nothing here is read from the seeds.
PLAIN: dict[tuple[str, str, str], dict[str, str]] = {
    ("registry", "cm", "CMTRT"): {
        "riluzole": "RILUZOLE", "rilutek": "RILUZOLE", "릴루졸": "RILUZOLE", "edaravone": "EDARAVONE",
        "radicava": "EDARAVONE",
        "aspirin": "NONE", "baclofen": "NONE", "비타민": "NONE",
    },
    ("registry", "pr", "PRTRT"): {
        "tracheostomy": "TRACHEOSTOMY", "tracheotomy": "TRACHEOSTOMY", "기관절개술": "TRACHEOSTOMY",
        "bone marrow aspiration": "HARVEST", "골수천자": "HARVEST", "gastrostomy": "GASTROSTOMY",
        "non-invasive ventilation": "NON-INVASIVE VENTILATION", "invasive ventilation": "INVASIVE VENTILATION",
        "appendectomy": "NONE", "백내장수술": "NONE",
    },
    ("registry", "ds", "DSDECOD"): {
        "death": "DEATH", "died": "DEATH", "사망": "DEATH", "completed": "COMPLETION", "adverse event": "ADVERSE EVENT",
        "withdrawal by subject": "WITHDRAWAL", "동의 철회": "WITHDRAWAL", "lost to follow-up": "LOSS TO FOLLOW-UP",
        "추적 실패": "LOSS TO FOLLOW-UP", "lack of efficacy": "LACK OF EFFICACY", "ongoing": "ONGOING", "other": "OTHER",
        "telepathy": "?", "moved abroad": "?", "이사": "?",
    },
    ("registry", "mh", "MHLOC"): {
        "bulbar": "BULBAR", "tongue": "BULBAR", "pharynx": "BULBAR", "구음": "BULBAR", "연수": "BULBAR",
        "혀": "BULBAR",
        "limb": "LIMB", "hand": "LIMB", "다리": "LIMB", "상지": "LIMB", "respiratory": "RESPIRATORY",
        "호흡근": "RESPIRATORY",
        "olfactory bulb": "?", "bulbar conjunctiva": "?", "hair bulb": "?", "liver": "?", "limbic system": "?",
        "unknown": "NONE",
    },
    ("registry", "dm", "SEX"): {
        "m": "M", "male": "M", "남성": "M", "남": "M", "f": "F", "female": "F", "여자": "F", "u": "NONE", "x": "?", "3": "?",
    },
    ("registry", "dm", "DTHFL"): {
        "y": "Y", "yes": "Y", "true": "Y", "1": "Y", "예": "Y", "n": "N", "no": "N", "false": "N", "0": "N", "아니오": "N",
        "아니요": "N", "u": "U", "maybe": "?", "2": "?", "글쎄": "?",
    },
    ("registry", "ex", "EXTRT"): {
        "lenzumestrocel": "STUDY PRODUCT", "neuronata-r": "STUDY PRODUCT", "뉴로나타알": "STUDY PRODUCT", "placebo": "NONE",
        "위약": "NONE", "tofersen": "?", "neuronata-x": "?",
    },
    ("registry", "dm", "ARM"): {
        "lenzumestrocel": "STUDY PRODUCT", "placebo": "PLACEBO", "위약군": "PLACEBO", "대조군": "CONTROL",
        "standard of care": "CONTROL", "screen failure": "SCREEN FAILURE", "cohort 7": "?", "arm b": "?",
    },
    ("registry", "withdrawals", "REQUEST"): {
        "stop": "STOP", "erase": "ERASE", "erasure": "ERASE", "삭제": "ERASE", "철회": "STOP", "중단": "STOP", "pause": "?",
    },
    ("proact", "riluzole", "Subject_used_Riluzole"): {"yes": "Y", "no": "N", "예": "Y", "perhaps": "?"},
    ("proact", "treatment", "Study_Arm"): {"active": "ACTIVE", "placebo": "PLACEBO", "arm 2": "?", "open label": "?"},
    ("proact", "deathdata", "Subject_Died"): {
        "yes": "DIED", "no": "NOT DIED", "died": "DIED", "alive": "NOT DIED", "lost": "?",
    },
    ("proact", "alshistory", "Site_of_Onset"): {
        "onset: bulbar": "BULBAR", "onset: limb": "LIMB", "onset: limb and bulbar": "BOTH", "onset: spine": "LIMB",
        "onset: other": "OTHER", "onset: tail": "?",
    },
    ("proact", "elescorial", "el_escorial"): {
        "definite": "DEFINITE", "probable": "PROBABLE", "probable laboratory supported": "PROBABLE LAB",
        "possible": "POSSIBLE", "suspected": "SUSPECTED", "indefinite": "?", "not definite": "?", "impossible": "?",
    },
    ("proact", "adverseevents", "Severity"): {
        "mild": "MILD", "moderate": "MODERATE", "severe": "SEVERE", "marked": "SEVERE", "not severe": "?", "mildish": "?",
    },
}  # fmt: skip
# A whole verbatim, judged one by one.
VERBATIM: dict[tuple[str, str, str], dict[str, str]] = {
    ("registry", "cm", "CMTRT"): {
        "Riluzole 50 mg tab": "RILUZOLE", "RILUTEK 50MG BID": "RILUZOLE", "riluzole (50 mg) twice daily": "RILUZOLE",
        "유리텍정": "RILUZOLE", "릴루졸 50밀리그램": "RILUZOLE", "Edaravone 60 mg IV infusion": "EDARAVONE",
        "baclofen; riluzole": "RILUZOLE", "riluzole + edaravone": "BOTH", "NO RILUZOLE": "NONE",
        "Riluzole not taken": "NONE", "RILUZOLE PLACEBO": "NONE", "placebo for riluzole": "NONE", "riluzole stopped": "?",
        "stopped riluzole; aspirin": "?", "allergic to riluzole": "?", "RILUZOLA": "?", "rilu": "?", "ryluzole": "?",
        "riluzole trial candidate": "?", "릴루졸 중단": "?", "릴루졸 미복용": "NONE",
    },
    ("registry", "pr", "PRTRT"): {
        "Tracheostomy (surgical)": "TRACHEOSTOMY", "Tracheostomy tube insertion": "TRACHEOSTOMY",
        "percutaneous tracheotomy": "TRACHEOSTOMY", "tracheostomy tube change": "NONE", "removal of tracheostomy": "NONE",
        "tracheostomy closure": "NONE", "Tracheostomy refused": "NONE", "tracheostomy planned": "?",
        "기관절개관 교체": "NONE", "기관절개술 거부": "NONE", "decannulation": "NONE", "tracheoscopy": "?",
        "tracheal stent": "?", "mechanical ventilation": "?", "ventilator training": "?", "PEG removal": "NONE",
        "골수천자 시술": "HARVEST", "bone marrow biopsy": "NONE", "bone marrow transplant": "?",
    },
    ("registry", "ds", "DSDECOD"): {
        "Death due to respiratory failure": "DEATH", "death of spouse": "NONE", "mother died": "NONE", "모친 사망": "NONE",
        "배우자의 사망": "NONE", "patient died": "DEATH", "환자 사망": "DEATH", "not dead": "NONE", "near death": "?",
        "fear of death": "?", "deathly ill": "?", "brain death suspected": "?", "death, spouse": "?",
        "completed suicide": "?", "incomplete": "?", "study not completed": "?",
    },
    ("registry", "mh", "MHLOC"): {
        "NON-BULBAR": "OTHER", "nonbulbar": "OTHER", "non bulbar": "OTHER", "bulbar and limb": "BOTH", "arm, leg": "LIMB",
        "leg + tongue": "BOTH", "Left hand": "LIMB", "우측 상지": "LIMB", "leg, later bulbar": "?", "not bulbar": "OTHER",
        "pseudobulbar affect": "?", "limb/bulbar": "BOTH", "bulbar except tongue": "?",
    },
    ("registry", "ex", "EXTRT"): {
        "Lenzumestrocel 1.0x10^6 cells/kg": "STUDY PRODUCT", "NEURONATA-R inj.": "STUDY PRODUCT",
        "placebo for lenzumestrocel": "NONE", "Lenzumestrocel not given": "NONE", "lenzumestrocel-like": "?",
        "뉴로나타알주": "STUDY PRODUCT", "뉴로나타알 위약": "NONE",
    },
    ("registry", "dm", "ARM"): {
        "Lenzumestrocel 2 doses": "STUDY PRODUCT", "Lenzumestrocel group": "STUDY PRODUCT",
        "lenzumestrocel placebo": "PLACEBO", "placebo then lenzumestrocel": "?", "lenzumestrocel or placebo": "?",
    },
}  # fmt: skip

# A fact beside a sign, a question mark, an amount of nought, item numbers, or a negative that is of something else.
QUALIFIED: dict[tuple[str, str, str], dict[str, str]] = {
    ("registry", "ds", "DSDECOD"): {
        "Death not due to ALS": "?", "death, not caused by ALS": "?", "사망 (ALS 아님)": "?", "Not alive": "DEATH",
        "DEATH, NOT DUE TO DISEASE PROGRESSION": "?", "Died of respiratory failure, never lost": "?", "사망(가족)": "?",
        "Death (wife)": "?", "mother died": "NONE", "death of patient's father": "NONE", "Withdrawal by caregiver": "?",
        "보호자 동의철회": "?", "아내 철회": "?", "consent withdrawn by husband": "?", "not completed": "?",
        "never completed": "?", "completed?": "?", "lost to follow-up (-)": "?",
    },
    ("registry", "cm", "CMTRT"): {
        "riluzole + placebo": "?", "Riluzole tablets (not film coated)": "?", "riluzole 50 mg QD, not BID": "?",
        "edaravone IV, never oral": "?", "riluzole 0 mg": "?", "Edaravone 0.0 ml": "?", "riluzole 0.5 g": "RILUZOLE",
        "edaravone (-), riluzole": "?", "edaravone (-); riluzole": "RILUZOLE", "riluzole-placebo": "?", "rizulole": "?",
        "edavarone": "?", "RLZ": "?", "로루졸": "?", "mci-186": "EDARAVONE", "riluzole -": "?", "baclofen?": "NONE",
    },
    ("registry", "ex", "EXTRT"): {
        "Lenzumestrocel (not placebo)": "?", "lenzumestrocel/placebo": "?", "Lenzumestrocel + vehicle": "?",
        "placebo - lenzumestrocel": "?", "lenzumestrocel 0 cells": "?", "Neuronata-R 0 mL": "?",
        "lenzumestrocel 10 cells": "STUDY PRODUCT", "sham lenzumestrocel": "?", "sham of lenzumestrocel": "NONE",
        "placebo?": "?",
    },
    ("registry", "dm", "ARM"): {
        "PLACEBO-LENZUMESTROCEL": "?", "Lenzumestrocel/Placebo": "?", "Lenzumestrocel-placebo": "?",
        "placebo to lenzumestrocel": "?", "Placebo for Lenzumestrocel": "PLACEBO", "lenzumestrocel placebo group": "PLACEBO",
    },
    ("registry", "pr", "PRTRT"): {
        "Tracheostomy under local, not general anaesthesia": "?", "planned tracheostomy": "?",
        "Tracheostomy; refused ventilation": "?", "Emergency tracheostomy, not planned": "?",
        "gastrostomy (declined later)": "?", "PEG?": "?", "trach": "?", "Trach tube placed": "?", "trachaeostomy": "?",
        "기도절개술": "?", "IMV": "?", "tracheostomy (-) gastrostomy": "?", "기관절개술 시행(-)": "?",
    },
    ("registry", "mh", "MHTERM"): {
        "ALS 가족력(-)": "NONE", "ALS 가족력(+)": "FAMILY HISTORY", "Familial ALS?": "?", "부인 ALS": "?",
        "Family history of ALS (-)": "NONE",
    },
    ("registry", "mh", "MHLOC"): {
        "Right arm, bulbar (-)": "LIMB", "bulbar (+), limb (-)": "BULBAR", "arm/tongue?": "?", "limb, not bulbar": "?",
        "bulbar (-), arm (-)": "?",
    },
    ("proact", "alshistory", "Site_of_Onset"): {
        "Onset: Bulbar (-)": "not BULBAR", "Onset: Limb (+)": "LIMB", "Onset: Bulbar?": "?",
    },
    ("registry", "qs", "QSTEST"): {
        "TOTAL R1-R3": "?", "합계 1-3": "?", "Total Q1": "?", "Q1-Q9 total": "?", "Sum 1-3": "?", "total 10, 11, 12": "?",
        "R total": "?", "ALSFRS-R Total Score": "ALSFRSR", "ALSFRS-R total (0-48)": "TOTAL", "Q3. Swallowing": "ALSQ03",
        "4. Handwriting": "ALSQ04",
    },
    ("registry", "vs", "VSTESTCD"): {"WT": "WEIGHT", "체중": "WEIGHT", "키": "HEIGHT", "body height": "HEIGHT"},
    ("registry", "re", "RETESTCD"): {"VC": "?", "폐활량": "?", "노력성 폐활량": "FVCL", "IVC": "NONE"},
}  # fmt: skip


def spellings(word: str) -> Iterator[str]:
    """The same word as others type it."""
    yield word
    yield word.upper()
    yield word.title()
    yield f"  {word}\u00a0"
    yield word.replace(" ", "  ")
    yield "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    yield unicodedata.normalize("NFD", word)
    yield word.replace("-", "\u2010")
    yield word[:1] + "\u200b" + word[1:]
    yield f"{word}."


def spoiled(word: str, meaning: str) -> Iterator[tuple[str, str]]:
    """Other words made of it, which must not mean the fact."""
    yield f"un{word}x", f"not {meaning}"
    yield f"pre{word}", f"not {meaning}"
    yield f"{word}oid", f"not {meaning}"
    yield f"possibly {word} elsewhere", f"not {meaning}"
    yield f"{word} ruled out", f"not {meaning}"
    for asked in (f"{word}?", f"{word} ?", f"{word}\uff1f", f"? {word}"):
        yield asked, "?"
    for denied in (f"{word}(-)", f"{word} ( - )", f"{word}\uff08\uff0d\uff09", f"{word} [\u2212]"):
        yield denied, f"not {meaning}"


def cases() -> list[Case]:
    """Every generated word once, with what it must mean."""
    found: dict[tuple[str, str, str, str], str] = {}
    for (source, table, column), words in PLAIN.items():
        for word, meaning in words.items():
            for spelling in spellings(word):
                found[source, table, column, spelling] = meaning
            if meaning not in ("?", "NONE") and len(word) > 1:
                for other, barred in spoiled(word, meaning):
                    found.setdefault((source, table, column, other), barred)
    for (source, table, column), words in [*VERBATIM.items(), *QUALIFIED.items()]:
        for word, meaning in words.items():
            for spelling in (word, word.upper(), f" {word} "):
                found[source, table, column, spelling] = meaning
    return [(*place, meaning) for place, meaning in found.items()]
