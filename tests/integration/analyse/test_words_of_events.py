"""Adverse events of anyone's file: their words are read as a delivery's are, and seriousness by the same rule."""

from pathlib import Path

import pandas as pd
import pytest

from orchestration.foreign.events import with_known_words


def events(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"USUBJID": "S1", "AEDECOD": "NAUSEA"} | columns)


@pytest.mark.parametrize(
    ("column", "delivered", "known"),
    [
        ("AESER", ["Yes", "n", "예", "unknown", "perhaps", None], ["Y", "N", "Y", "U", None, None]),
        ("AESHOSP", [1.0, 0.0, None], ["Y", "N", None]),
        ("AESOD", [True, False], ["Y", "N"]),
        ("AESEV", ["Grade 3", "경증", "Mild ", "dreadful"], ["SEVERE", "MILD", "MILD", None]),
        ("ASEV", [1, 2, 3], ["MILD", "MODERATE", "SEVERE"]),
        ("AEACN", ["Drug discontinued", "투여 중단", "no change"], ["DRUG WITHDRAWN", "DRUG WITHDRAWN", "DOSE NOT CHANGED"]),
        ("AEOUT", ["died", "사망", "resolved"], ["FATAL", "FATAL", "RECOVERED/RESOLVED"]),
    ],
)  # fmt: skip
def test_coded_columns_hold_values_of_their_lists_or_nothing(
    column: str, delivered: list[object], known: list[object]
) -> None:
    made, _ = with_known_words(events(**{column: delivered}), "ae.csv")
    assert [None if pd.isna(value) else value for value in made[column]] == known


def test_causality_is_kept_and_grouped_by_the_words_of_every_scale() -> None:
    words = {
        "Possible": "RELATED", "certain": "RELATED", "Probable / likely": "RELATED", "관련있음": "RELATED", "Y": "RELATED",
        "Reasonable possibility": "RELATED", "Unassessable/unclassifiable": "RELATED", "unlikely": "NOT RELATED",
        "REMOTE": "NOT RELATED", "doubtful": "NOT RELATED", "관련없음": "NOT RELATED", "none": "NOT RELATED", "NA": None,
        "ask the site": None,
    }  # fmt: skip
    made, notes = with_known_words(events(AEREL=list(words)), "ae.csv")
    assert made["AEREL"].tolist() == list(words)
    assert [None if pd.isna(group) else group for group in made["RELGR1"]] == list(words.values())
    assert notes == (
        "ae.csv: AEREL has 1 words that are in no list of causality (1 rows); taken as not known",
    )


def test_a_group_that_the_file_has_is_not_overruled() -> None:
    made, _ = with_known_words(events(AEREL=["POSSIBLE"], RELGR1=["NOT RELATED"]), "ae.csv")
    assert made["RELGR1"].tolist() == ["NOT RELATED"]


def test_criteria_count_beside_a_seriousness_that_denies_them(tmp_path: Path) -> None:
    from test_analyse_foreign_files import TOML

    from analytics import study
    from analytics.protocol import parse_protocol
    from orchestration.foreign.marts import foreign_study

    arms = ["High Dose", "Placebo"]
    adsl = pd.DataFrame(
        {"USUBJID": [f"S{i}" for i in range(40)], "TRT01A": [arms[i % 2] for i in range(40)],
         "AGE": [50 + i for i in range(40)],
         "SEX": ["F", "F", "M", "M"] * 10, "SAFFL": "Y", "TRTSDT": "2021-01-01", "LSTALVDT": "2021-09-01",
         "DTHDT": ["2021-06-01" if i % 3 == 0 else None for i in range(40)]}
    )  # fmt: skip
    adae = pd.DataFrame(
        {"USUBJID": ["S0", "S2", "S4", "S6", "S8"], "AEDECOD": "PNEUMONIA", "AESER": ["no", "N", "Yes", None, "N"],
         "AESHOSP": ["yes", "N", "N", "1", "N"], "AESOD": ["N", "예", None, None, "N"], "ASTDT": "2021-02-01",
         "AEREL": ["possible", "remote", "definite", "관련없음", None]}
    )  # fmt: skip
    files = {"adsl": tmp_path / "adsl.csv", "adae": tmp_path / "adae.csv"}
    adsl.to_csv(files["adsl"], index=False)
    adae.to_csv(files["adae"], index=False)
    found = foreign_study(parse_protocol(TOML), files)
    (safety,) = (stage for stage in study.STAGES if stage.name == "safety")
    overview = study.run_stage(safety, found.protocol, found.marts)["ae_overview"]
    counts = overview[overview["arm"] == "High Dose"].set_index("category")["n_event"]
    assert counts[["emergent", "serious", "related", "serious_related", "causality_missing"]].tolist() == [
        5,
        4,
        2,
        2,
        1,
    ]
