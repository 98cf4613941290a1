"""Stage: balancing weights of every scheme the protocol names, and what they cost. Blind to outcome."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.data_sets import DataSet, score_frame, scored_data_sets, usual_imputations
from analytics.comparison.refusal import trimmed_away
from analytics.comparison.specification import leading
from analytics.protocol import Protocol
from analytics.weighting.balancing import balancing_weights, effective_sample_size, truncate_weights
from analytics.weighting.entropy import entropy_balance
from analytics.weighting.scheme import SCHEMES, Scheme

NEEDS = ("analysis_set", "imputed_covariate", "propensity_score")
MAKES = ("balancing_weight", "weight_summary")


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Weights by scheme and imputation."""
    weights, summaries = [], []
    if leading(protocol) not in protocol.weighting.schemes:
        tables = usual_imputations(protocol, tables)
    for _, score in scored_data_sets(protocol, tables):
        if reason := trimmed_away(score.frame):
            summaries += [
                row for name in protocol.weighting.schemes for row in _refused(protocol, score, name, reason)
            ]
            continue
        for scheme in (SCHEMES[name] for name in protocol.weighting.schemes):
            raw, note = _raw_weights(protocol, score, scheme)
            treated = score.frame["treated"].to_numpy()
            final = raw
            if scheme.truncated:
                final = truncate_weights(raw, treated, protocol.weighting.truncate_quantile)
            weights.append(_rows(score, scheme.name, final))
            summaries += _summary(protocol, score, scheme.name, raw, final, note)
    return {
        "balancing_weight": TABLES["balancing_weight"].stacked(weights),
        "weight_summary": TABLES["weight_summary"].frame(summaries),
    }


def _raw_weights(protocol: Protocol, data: DataSet, scheme: Scheme) -> tuple[np.ndarray, str | None]:
    treated = data.frame["treated"].to_numpy()
    if scheme.tilt is None:
        balanced = entropy_balance(score_frame(protocol, data.frame), treated)
        return balanced.weights, balanced.note
    return balancing_weights(treated, data.frame["propensity"].to_numpy(float), scheme.tilt), None


def _refused(protocol: Protocol, data: DataSet, scheme: str, reason: str) -> list[tuple]:
    labels = {1: protocol.treatment.treated_label, 0: protocol.treatment.control_label}
    null = float("nan")
    return [
        (scheme, data.imputation, label, int((data.frame["treated"] == arm).sum()), null, null, 0, reason)
        for arm, label in labels.items()
    ]


def _rows(data: DataSet, scheme: str, weight: np.ndarray) -> pd.DataFrame:
    frame = data.frame[["usubjid", "treated"]].assign(specification=scheme, imputation=data.imputation)
    return frame.assign(weight=weight)


def _summary(
    protocol: Protocol, data: DataSet, scheme: str, raw: np.ndarray, final: np.ndarray, note: str | None
) -> list[tuple]:
    treated = data.frame["treated"].to_numpy() == 1
    labels = {True: protocol.treatment.treated_label, False: protocol.treatment.control_label}
    rows = []
    for arm, label in labels.items():
        own, before = final[treated == arm], raw[treated == arm]
        changed = int((own != before).sum()) if not np.isnan(own).any() else 0
        effective = float("nan") if np.isnan(own).any() else effective_sample_size(own)
        rows.append((scheme, data.imputation, label, len(own), effective, float(np.max(own)), changed, note))
    return rows
