"""Numbers that are codes, by `population.categorical`: categories in every table, as if the file had held words."""

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.cohort.covariates import level_names
from analytics.protocol import Protocol
from analytics.protocol.outcome import Subgroup
from analytics.stages.variant import with_settings

Marts = dict[str, pd.DataFrame]
COX = {"name": "adjusted", "covariates": ["TREATED", "AGE", "GRADE"]}


@pytest.fixture
def graded(marts: Marts) -> Marts:
    """The study with a grade 1, 2, 3, not recorded for some."""
    rng = np.random.default_rng(8)
    grade = rng.choice([1.0, 2.0, 3.0], len(marts["adsl"]))
    return {
        **marts,
        "adsl": marts["adsl"].assign(GRADE=np.where(rng.random(len(grade)) < 0.1, np.nan, grade)),
    }


@pytest.fixture(params=["impute", "complete_case", "indicator"])
def using(protocol: Protocol, request: pytest.FixtureRequest) -> Protocol:
    """A protocol that uses the grade wherever a column of adsl can be used."""
    used = with_settings(
        protocol,
        propensity={"covariates": ["AGE", "GRADE"], "missing": request.param, "imputations": 2},
        exposure={"covariates": ["GRADE"]},
        outcome={"cox": [COX]},
    )
    return used.model_copy(update={"subgroup": (Subgroup(name="Grade", column="GRADE"),)})


def test_codes_are_what_the_same_file_with_words_gives(using: Protocol, graded: Marts) -> None:
    words = {1.0: "1", 2.0: "2", 3.0: "3"}
    written = {
        **graded,
        "adsl": graded["adsl"].assign(GRADE=graded["adsl"]["GRADE"].map(words).astype(object)),
    }
    coded = study.run(with_settings(using, population={"categorical": ["GRADE"]}), graded)
    for name, table in study.run(using, written).items():
        pd.testing.assert_frame_equal(coded[name], table, obj=name)


def test_a_code_has_levels_and_a_number_a_slope(using: Protocol, graded: Marts) -> None:
    coded = study.run(with_settings(using, population={"categorical": ["GRADE"]}), graded)
    sloped = study.run(using, graded)
    assert {"GRADE=2", "GRADE=3"} <= set(coded["propensity_model"]["term"])
    assert {"GRADE[2]", "GRADE[3]"} <= set(coded["cox_coefficient"]["term"])
    assert set(coded["covariate_balance"].query("covariate == 'GRADE'")["level"]) >= {"1", "2", "3"}
    assert "GRADE" in set(sloped["propensity_model"]["term"])
    drawn = coded["imputed_covariate"].query("covariate == 'GRADE'")["value"]
    assert set(drawn) <= {"1", "2", "3"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([1.0, 2.0, np.nan], ["1", "2", None]),
        ([1000000.0, 1000001.0], ["1000000", "1000001"]),
        ([1e15, 1e15 + 1], ["1000000000000000", "1000000000000001"]),
        ([0.1, 0.30000000000000004, -2.0], ["0.1", "0.30000000000000004", "-2"]),
    ],
)
def test_two_codes_never_have_one_name(given: list[float], named: list[str | None]) -> None:
    assert level_names(pd.Series(given)).tolist() == named


@pytest.mark.parametrize("first", [1_000_000, 123_456_789, 0.1234561])
def test_a_subgroup_of_long_codes_keeps_its_levels(protocol: Protocol, marts: Marts, first: float) -> None:
    sites = first + np.arange(len(marts["adsl"])) % 3 * (1 if first > 1 else 1e-7)
    by_site = Subgroup(name="Site", column="SITENO")
    made = study.run(
        protocol.model_copy(update={"subgroup": (by_site,)}),
        {**marts, "adsl": marts["adsl"].assign(SITENO=sites)},
    )
    assert made["subgroup_effect"]["level"].nunique() == 3
