"""Stage: the propensity score of every data set, and its model. Blind to outcome."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.data_sets import DataSet, as_object, data_sets, score_frame
from analytics.comparison.refusal import unscorable
from analytics.propensity.diagnostics import area_under_curve, preference_score
from analytics.propensity.model import PropensityModel, fit_propensity, inverse_logit, score_logit
from analytics.propensity.score_terms import PropensityError
from analytics.propensity.trimming import trim_common_support, trim_crump, trim_sturmer
from analytics.protocol import Protocol

NEEDS = ("analysis_set", "imputed_covariate", "parent:propensity_model")
MAKES = ("propensity_score", "propensity_model")
FROZEN = "frozen: the coefficients of an earlier release"


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Scores and coefficients by imputation.

    Where one data set has no score no other is kept, since an average over some of them is of other people; the model
    then has a row for each such data set, without a coefficient and with the reason.
    """
    scores, models, refused = [], [], []
    for data in data_sets(protocol, tables["analysis_set"], tables["imputed_covariate"]):
        reason = unscorable(protocol, tables["analysis_set"], data)
        try:
            if reason:
                raise PropensityError(reason)
            model = frozen(protocol, data, tables.get("parent:propensity_model")) or fit(protocol, data)
        except PropensityError as error:
            refused.append(_refused(protocol, data, str(error)))
            continue
        scores.append(_scores(protocol, data, model))
        models.append(_model_rows(data, model))
    if refused:
        scores, models = [], refused
    return {
        "propensity_score": TABLES["propensity_score"].stacked(scores),
        "propensity_model": TABLES["propensity_model"].stacked(models),
    }


def fit(protocol: Protocol, data: DataSet) -> PropensityModel:
    """The protocol's score model on one data set.

    Raises:
        PropensityError: a covariate that predicts the arm perfectly, is constant or redundant, by name.
    """
    return fit_propensity(
        score_frame(protocol, data.frame),
        data.frame["treated"].to_numpy(),
        ids=as_object(data.frame["usubjid"]),
        kind=protocol.propensity.model,
        penalty=protocol.propensity.penalty,
        mixing=protocol.propensity.mixing,
        seed=protocol.seed,
    )


def frozen(protocol: Protocol, data: DataSet, parent: pd.DataFrame | None) -> PropensityModel | None:
    """The parent release's model applied to today's subjects, when the protocol keeps pairs over time."""
    if protocol.matching.refresh == "rematch" or parent is None:
        return None
    rows = parent[parent["imputation"] == data.imputation]
    if rows.empty or rows["coefficient"].isna().any():
        return None
    terms, coefficient = tuple(rows["term"]), rows["coefficient"].to_numpy(float)
    logit = score_logit(terms, coefficient, score_frame(protocol, data.frame))
    treated = data.frame["treated"].to_numpy()
    return PropensityModel(
        kind=str(rows["model"].iloc[0]),
        terms=terms,
        coefficient=coefficient,
        standard_error=rows["standard_error"].to_numpy(float),
        logit=logit,
        propensity=inverse_logit(logit),
        auc=area_under_curve(treated, logit),
        n_treated=int((treated == 1).sum()),
        n_control=int((treated == 0).sum()),
        iterations=0,
        note=FROZEN,
    )


def _scores(protocol: Protocol, data: DataSet, model: PropensityModel) -> pd.DataFrame:
    treated = data.frame["treated"].to_numpy()
    return pd.DataFrame(
        {
            "imputation": data.imputation,
            "usubjid": data.frame["usubjid"],
            "treated": treated,
            "propensity": model.propensity,
            "logit_propensity": model.logit,
            "preference_score": preference_score(model.propensity, float(treated.mean())),
            "trimmed": np.where(_kept(protocol, treated, model.propensity), "N", "Y"),
        }
    )


def _kept(protocol: Protocol, treated: np.ndarray, propensity: np.ndarray) -> np.ndarray:
    rule = protocol.propensity.trimming
    if rule == "common_support":
        return trim_common_support(treated, propensity)
    if rule == "crump":
        return trim_crump(propensity)
    if rule == "sturmer":
        return trim_sturmer(treated, propensity)
    return np.ones(len(treated), bool)


def _model_rows(data: DataSet, model: PropensityModel) -> pd.DataFrame:
    return model.table().assign(
        imputation=data.imputation,
        model=model.kind,
        n_treated=model.n_treated,
        n_control=model.n_control,
        penalty=model.penalty,
        mixing=model.mixing,
        note=model.note,
    )


def _refused(protocol: Protocol, data: DataSet, reason: str) -> pd.DataFrame:
    treated = data.frame["treated"]
    row = TABLES["propensity_model"].row(
        imputation=data.imputation,
        model=protocol.propensity.model,
        term="(Intercept)",
        n_treated=int((treated == 1).sum()),
        n_control=int((treated == 0).sum()),
        note=reason,
    )
    return TABLES["propensity_model"].frame([row])
