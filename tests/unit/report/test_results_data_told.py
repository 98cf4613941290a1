"""Results data for the public and for the house, of the made-up study."""

from dataclasses import replace

import pandas as pd
import pytest

from analytics.catalogue import TABLES
from analytics.report import Material
from analytics.report.disclosure import Disclosure
from analytics.report.results_data import OF_SUBJECTS, ResultsData, results_data

EXACT = Disclosure(None, 1)


def told(
    material: Material, disclosure: Disclosure, *, in_house: bool = False, **changed: pd.DataFrame
) -> ResultsData:
    results = {**material.results, **changed}
    return results_data(results, disclosure, material.protocol.primary.name, in_house=in_house)


def test_the_house_has_every_table_as_it_is(material: Material) -> None:
    found = told(material, EXACT, in_house=True)
    assert set(found.tables) == set(material.results)
    assert all(found.tables[name] is material.results[name] for name in found.tables)


@pytest.mark.parametrize("limit", [None, 5])
def test_the_public_has_no_rows_of_subjects_even_where_no_count_is_suppressed(
    material: Material, limit: int | None
) -> None:
    found = told(material, replace(material.disclosure, threshold=limit))
    assert not any("usubjid" in table for table in found.tables.values())
    of_subjects = {name for name in material.results if "usubjid" in TABLES[name].columns}
    assert {name for name, why in found.left_out.items() if why == OF_SUBJECTS} == of_subjects
    assert not set(found.tables) & set(found.left_out)
    assert set(found.tables) | set(found.left_out) == set(material.results)


def test_a_share_of_few_is_not_told_and_another_is_one_of_bands(material: Material) -> None:
    balance = material.results["covariate_balance"].copy()
    shares = (balance["covariate"] == "BULBAR") & (balance["stage"] == "unadjusted")
    assert shares.any()
    effects = material.table("effect_estimate", specification="crude", headline="Y")
    n = float(effects["n_treated"].iloc[0])
    few = told(
        material,
        material.disclosure,
        covariate_balance=balance.assign(treated_mean=balance["treated_mean"].mask(shares, 3 / n)),
    )
    row = few.tables["covariate_balance"][shares].iloc[0]
    assert pd.isna(row["treated_mean"])
    assert row["n_treated"] == 2.5
    many = told(
        material,
        material.disclosure,
        covariate_balance=balance.assign(treated_mean=balance["treated_mean"].mask(shares, 13 / n)),
    )
    row = many.tables["covariate_balance"][shares].iloc[0]
    assert row["treated_mean"] == 15 / n


def test_estimates_have_few_digits_and_counts_keep_theirs(material: Material) -> None:
    effects = material.results["effect_estimate"].copy()
    effects["estimate"] = effects["estimate"].mask(effects["measure"] == "hazard_ratio", 0.123456789)
    found = told(material, material.disclosure, effect_estimate=effects).tables["effect_estimate"]
    assert set(found.loc[found["measure"] == "hazard_ratio", "estimate"]) == {0.1235}
    assert (found["n_treated"].dropna() % 5 == 0).all()


def test_a_table_of_another_version_is_named_and_not_passed_over(material: Material) -> None:
    found = told(material, EXACT, in_house=True, of_then=pd.DataFrame({"a": [1]}))
    assert found.left_out == {"of_then": "not known to this version"}
