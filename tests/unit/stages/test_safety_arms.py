"""The arms of the safety tables: the protocol's labels, other arms by their own names, no arm of nobody."""

import pandas as pd

from analytics.protocol import parse_protocol
from analytics.stages import safety

TOML = """
[treatment]
column = "{column}"
treated_value = {treated}
control_value = {control}
treated_label = "Verum"
control_label = "Comparator"
"""


def overview(adsl: pd.DataFrame, column: str, treated: int | str, control: int | str) -> pd.DataFrame:
    protocol = parse_protocol(TOML.format(column=column, treated=repr(treated), control=repr(control)))
    events = pd.DataFrame({"USUBJID": adsl["USUBJID"], "AEDECOD": "NAUSEA", "AESER": "N", "TRTEMFL": "Y"})
    table = safety.run(protocol, {"adsl": adsl, "adae": events})["ae_overview"]
    return table[table["category"] == "any"].set_index("arm")[["n_subject", "n_total"]]


def trial(**columns: list[object]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    usual = {
        "USUBJID": [f"S{i}" for i in range(n)],
        "SAFFL": "Y",
        "TRTSDT": "2021-03-01",
        "EOSDT": "2021-12-01",
    }
    return pd.DataFrame(usual | columns)


def test_a_product_is_called_what_the_protocol_calls_it() -> None:
    adsl = trial(TRT01PN=[1, 1, 0, 0], TRT01P=["Nervonil", "Nervonil", "Sugar", "Sugar"],
                 TRT01A=["Nervonil", "Sugar", "Sugar", "Sugar"])  # fmt: skip
    found = overview(adsl, "TRT01PN", 1, 0)
    assert found.to_dict("index") == {
        "Comparator": {"n_subject": 3, "n_total": 3},
        "Verum": {"n_subject": 1, "n_total": 1},
    }


def test_dose_arms_stay_apart() -> None:
    adsl = trial(TRT01A=["10 mg", "20 mg", "20 mg", "Placebo"])
    assert overview(adsl, "TRT01A", "20 mg", "Placebo")["n_total"].to_dict() == {
        "10 mg": 1, "Comparator": 1, "Verum": 2,
    }  # fmt: skip


def test_doses_that_are_one_side_of_the_comparison_are_not_merged_in_the_safety_tables() -> None:
    adsl = trial(TREATED=[1, 1, 0], ACTARM=["10 mg", "20 mg", "Placebo"])
    assert overview(adsl, "TREATED", 1, 0)["n_total"].to_dict() == {"10 mg": 1, "20 mg": 1, "Comparator": 1}


def test_a_file_without_names_of_arms_has_the_labels() -> None:
    adsl = trial(TREATED=[1, 0, 0])
    assert overview(adsl, "TREATED", 1, 0)["n_total"].to_dict() == {"Comparator": 2, "Verum": 1}


def test_controls_without_any_administration_have_time_at_risk_from_their_index() -> None:
    adsl = trial(TRT01PN=[1, 3], TRT01P=["Nervonil", "Other registry arm"], TRT01A=["Nervonil", "Other registry arm"],
                 TRT01AN=[1, 3], TRTSDT=["2021-03-01", None], INDEXDT=["2021-03-01", "2021-11-01"])  # fmt: skip
    protocol = parse_protocol(TOML.format(column="TRT01PN", treated=1, control=0))
    events = pd.DataFrame(
        {"USUBJID": ["S1", "S1"], "AEDECOD": ["NAUSEA", "COUGH"], "AESER": "N", "ASTDT": ["2021-11-10", "2021-10-01"]}
    )  # fmt: skip
    tables = safety.run(protocol, {"adsl": adsl, "adae": events})
    exposure = tables["exposure_summary"].set_index(["arm", "statistic"])["value"]
    assert exposure["Other registry arm", "n"] == 1
    assert exposure["Other registry arm", "time_at_risk_mean"] == 31
    emergent = tables["ae_overview"].query("category == 'emergent'").set_index("arm")
    assert emergent.loc["Other registry arm", ["n_subject", "n_total", "n_event"]].tolist() == [1, 1, 1]
