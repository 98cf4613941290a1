"""A cut in which treatment depends on what survival depends on, and does nothing."""

import pandas as pd
import pytest
from known_cut import cut_of

from analytics.operating_characteristics.patients import Patients, patients_of
from analytics.protocol import Protocol, parse_protocol

TEXT = """
[population]
criteria = []
[[endpoint]]
name = "OS"
horizon_days = 400
[propensity]
covariates = ["AGE", "DECLINE", "SITE"]
imputations = 2
imputation_noise = 0
[weighting]
bootstrap_replicates = 0
[exposure]
covariates = ["AGE"]
[[subgroup]]
name = "Age"
column = "AGE"
cut = 60
[[outcome.cox]]
name = "adjusted"
covariates = ["TREATED", "AGE"]
"""


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    return parse_protocol(TEXT)


@pytest.fixture(scope="session")
def cut(protocol: Protocol) -> dict[str, pd.DataFrame]:
    return cut_of(protocol, 140, 480)


@pytest.fixture(scope="session")
def patients(protocol: Protocol, cut: dict[str, pd.DataFrame]) -> Patients:
    return patients_of(protocol, cut)
