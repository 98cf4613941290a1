"""Stage: how far the arms share the range of the propensity score. Blind to outcome.

It stands after the second opinion, which may differ on the score, and takes from it nothing else.
"""

from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd

from analytics.catalogue import TABLES
from analytics.propensity.diagnostics import overlap
from analytics.protocol import Protocol
from analytics.second_opinion import withheld

NEEDS = ("propensity_score", withheld.TABLE)
MAKES = ("propensity_diagnostic",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Statistics of overlap by imputation; empty where no score could be fitted."""
    parts = [
        _statistics(scores.sort_values("usubjid"))
        for _, scores in tables["propensity_score"].groupby("imputation")
    ]
    made = TABLES["propensity_diagnostic"].stacked(parts)
    return {"propensity_diagnostic": withheld.diagnostics(made, tables.get(withheld.TABLE))}


def _statistics(scores: pd.DataFrame) -> pd.DataFrame:
    found = asdict(overlap(scores["treated"].to_numpy(), scores["propensity"].to_numpy(float)))
    found["n_trimmed"] = float((scores["trimmed"] == "Y").sum())
    rows = {"statistic": list(found), "value": list(found.values()), "note": None}
    return pd.DataFrame(rows).assign(imputation=scores["imputation"].iloc[0])
