"""What cannot be compared, or fitted, says why."""

import numpy as np
import pandas as pd

from analytics.comparison.cox_models import fit_model
from analytics.comparison.refusal import lacking
from analytics.protocol import Protocol
from analytics.protocol.outcome import CoxModel
from tests.unit.comparison.simulated_people import people


def test_a_covariate_that_nobody_has_is_the_reason_in_both_tables(protocol: Protocol) -> None:
    everyone = people(120)
    tables = {
        "analysis_set": everyone[["usubjid", "treated"]].assign(AGE=60.0, FVC=np.nan),
        "follow_up": everyone[["usubjid", "entry_days", "stop_days", "event"]].assign(endpoint="OS"),
        "imputed_covariate": pd.DataFrame(columns=["imputation"]),
    }
    model = CoxModel(name="with FVC", population="crude", covariates=("TREATED", "FVC"), cluster="SUBJECT")
    fitted = fit_model(protocol, tables, model, protocol.primary)
    assert "FVC is recorded for none" in fitted.effect["note"]
    (row,) = fitted.coefficients.to_dict("records")
    assert row["note"] == fitted.effect["note"]
    assert (row["model"], row["population"], row["n"]) == ("with FVC", "crude", 0)
    assert len(fitted.proportional_hazards) == 0


def test_of_several_reasons_why_a_scheme_has_no_weights_the_first_is_told(protocol: Protocol) -> None:
    tables = {
        "propensity_model": pd.DataFrame({"coefficient": [0.5], "note": [None]}),
        "weight_summary": pd.DataFrame(
            {
                "specification": ["att", "overlap", "overlap", "overlap"],
                "note": ["theirs", None, "first", "second"],
            }
        ),
    }
    assert lacking(protocol, tables, "overlap") == "first"
    assert lacking(protocol, tables, "entropy") is None
