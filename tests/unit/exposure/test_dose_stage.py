"""The stage: clocks, words as covariates, injections in more than one row."""

import pandas as pd

from analytics.protocol import parse_protocol
from analytics.stages import dose
from tests.validation.dosing_sites import Sites, draw_sites

TEXT = """
[treatment]
treated_label = "Drug"
control_label = "Placebo"
[population]
criteria = []
[[endpoint]]
name = "OS"
[propensity]
covariates = ["ALSFRSR"]
missing = "complete_case"
[exposure]
covariates = ["ALSFRSR", "SITE"]
"""


def _tables() -> dict[str, pd.DataFrame]:
    c = draw_sites(Sites(), 5)
    adsl = c.covariates.rename(columns={"usubjid": "USUBJID"})
    injections = c.injections.rename(columns={"usubjid": "USUBJID", "day": "INJDY"})
    scores = c.alsfrs.rename(columns={"usubjid": "USUBJID", "day": "INDEXDY", "value": "AVAL"})
    return {
        "analysis_set": c.covariates.assign(treated=1),
        "imputed_covariate": pd.DataFrame(columns=["imputation", "usubjid", "covariate", "value"]),
        "follow_up": c.follow_up.assign(endpoint="OS"),
        "adsl": adsl.assign(HARVDY=-28),
        "adex": injections,
        "adqs": scores.assign(PARAMCD="ALSFRSR"),
    }


def test_rows_of_an_injection_on_one_day_are_one_and_said() -> None:
    tables, protocol = _tables(), parse_protocol(TEXT)
    once = dose.run(protocol, tables)["dose_response"]
    second = tables["adex"].query("dose_number == 2")
    twice = dose.run(protocol, {**tables, "adex": pd.concat([tables["adex"], second])})["dose_response"]
    pd.testing.assert_frame_equal(once.drop(columns="note"), twice.drop(columns="note"))
    assert (
        twice["note"]
        .str.endswith(f"{len(second)} further rows of an injection on the same day are one with it")
        .all()
    )
    assert not once["note"].str.contains("further rows").any()


def test_words_among_the_covariates_move_the_cloned_comparison() -> None:
    tables = _tables()
    rows = [
        dose.run(parse_protocol(text), tables)["dose_response"]
        for text in (TEXT, TEXT.replace(', "SITE"', ""))
    ]
    with_site, without = (r.loc[r["method"] == "clone_censor_weight", "estimate"].iloc[0] for r in rows)
    assert with_site != without


def test_scores_and_injections_run_on_the_clock_of_the_harvest() -> None:
    tables = _tables()
    protocol = parse_protocol(TEXT + '[time_zero]\ntreated = "harvest"\n')
    shift = dose.clock_shift(protocol, tables["adsl"], tables["follow_up"])
    assert (shift == 28).all()
    days = [
        dose.injections(tables["adex"], shift)["day"].min(),
        dose._alsfrs(tables["adqs"], shift)["day"].min(),
    ]
    assert days == [28, 28]


def test_a_study_day_has_no_day_nought() -> None:
    adex = pd.DataFrame({"USUBJID": "S1", "ASTDY": [-3.0, 1.0, 29.0, None]})
    given = dose.injections(adex, pd.Series({"S1": 0}))
    assert given["day"].tolist() == [-3, 0, 28]
