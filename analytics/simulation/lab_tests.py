"""The laboratory tests PRO-ACT pools: names, units and typical values. Names as published, laws our own."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LabTest:
    """A test: unit, mean and SD of results, digits; or the words of a qualitative one."""

    name: str
    unit: str
    mean: float = 0.0
    sd: float = 0.0
    digits: int = 0
    words: tuple[str, ...] = ()


_QUANTITIES = """
Albumin|g/L|43|3|0;Alkaline Phosphatase|U/L|72|22|0;ALT(SGPT)|U/L|36|18|0;AST(SGOT)|U/L|29|10|0
Bilirubin (Total)|umol/L|9|4|0;Bilirubin (total)|mg/dL|0.5|0.2|1;Blood Urea Nitrogen (BUN)|mmol/L|5.6|1.6|1
Calcium|mmol/L|2.36|0.1|2;Chloride|mmol/L|104|3|0;CK|U/L|210|150|0;Creatinine|umol/L|69.8|18.7|0
Glucose|mmol/L|5.6|1.2|1;Hematocrit|%|43|4|0;Hemoglobin|g/L|145|13|0;Lymphocytes|%|28|8|0;Monocytes|%|6|2|0
Neutrophils|%|62|9|0;Phosphorus|mmol/L|1.12|0.16|2;Platelets||245000|60000|-3;Potassium|mmol/L|4.3|0.4|1
Protein|g/L|71|5|0;Red Blood Cells (RBC)|10E12/L|4.8|0.5|2;Sodium|mmol/L|141|2.5|0
Total Cholesterol|mmol/L|5.6|1.1|1;Triglycerides|mmol/L|1.7|0.8|1;Uric Acid|umol/L|320|75|0
White Blood Cell (WBC)|10E9/L|7|2|1;Basophils|%|0.6|0.4|1;Eosinophils|%|2.4|1.5|1;Bicarbonate|mmol/L|26|3|0
Gamma-glutamyltransferase|U/L|34|22|0;Lactate Dehydrogenase|IU/L|180|40|0;Mean Corpuscular Volume|fL|90|5|0
Absolute Neutrophil Count|10E9/L|4.4|1.5|1;Absolute Lymphocyte Count|10E9/L|1.9|0.6|1;Urine Ph||6|0.8|1
Urine Specific Gravity||1.018|0.006|3;HbA1c (Glycated Hemoglobin)|%|5.6|0.5|1;Prothrombin Time (clotting)|s|11.6|1|1
International Normalized Ratio (clotting)||1|0.1|1;Immunoglobulin A|mg/dL|220|90|0;Immunoglobulin G|mg/dL|1050|220|0
Free T3|pmol/L|4.8|0.6|1;TSH|mIU/L|1.9|1|1;Beta HCG|IU/L|3|1|0;Creatine Kinase MB|U/L|14|6|0;Magnesium|mmol/L|0.85|0.08|2
"""
_WORDS = {
    "Urine Glucose": "Negative|Negative|Negative|Normal|-|Trace|1+",
    "Urine Protein": "Negative|Negative|-|Trace|1+|2+",
    "Urine Ketones": "Negative|Negative|-|Trace",
    "Urine Blood": "Negative|Negative|-|Trace|1+",
    "Urine Leukesterase": "Negative|Negative|-|Trace",
    "Urine Appearance": "Clear|CLEAR|Hazy|Cloudy",
    "Urine Color": "Yellow|YELLOW|Straw|Amber",
    "Urine RBCs": "<5|0-2|0|None seen|4.9e-05",
    "Urine WBCs": "<5|0-2|0|None seen",
    "Urine Casts": "None seen|-|Normal",
    "Hepatitis B surface antigen": "Negative|NEGATIVE",
    "RBC Morphology": "Normal|NORMAL",
}


def lab_tests() -> tuple[LabTest, ...]:
    """All tests, the common panel first."""
    tests = []
    for line in _QUANTITIES.strip().replace("\n", ";").split(";"):
        name, unit, mean, sd, digits = line.split("|")
        tests.append(LabTest(name, unit, float(mean), float(sd), int(digits)))
    tests += [LabTest(name, "", words=tuple(words.split("|"))) for name, words in _WORDS.items()]
    return tuple(tests)


def result_texts(test: LabTest) -> list[str]:
    """The texts a result can take: 97 steps from mean − 4 SD to mean + 4 SD, or the test's words."""
    if test.words:
        return list(test.words)
    values = np.clip(np.linspace(test.mean - 4 * test.sd, test.mean + 4 * test.sd, 97), 0, None)
    rounded = np.round(values, test.digits)
    if test.name == "Platelets":  # entered as counts with a thousands comma by some laboratories
        return [f"{value:,.0f}" for value in rounded]
    return [f"{value:.{max(test.digits, 0)}f}" for value in rounded]
