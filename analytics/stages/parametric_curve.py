"""Stage: survival curves of the accelerated failure time models, for the range of the observed ones."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.protocol import Protocol
from analytics.survival.log_time import DISTRIBUTIONS

NEEDS = ("parametric_model", "survival_curve")
MAKES = ("parametric_curve",)
STEP_DAYS = 10.0


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """A curve of each model and arm that has an observed one to lie over."""
    arms = {protocol.treatment.treated_label: 1, protocol.treatment.control_label: 0}
    models = tables["parametric_model"]
    observed = dict(list(tables["survival_curve"].groupby(["specification", "endpoint", "arm"])["time_days"]))
    curves = []
    for _, model in models[models["coefficient"].notna()].iterrows():
        key = {name: model[name] for name in ("specification", "endpoint", "distribution")}
        for arm, treated in arms.items():
            days = observed.get((key["specification"], key["endpoint"], arm))
            if days is not None:
                curves.append(_curve(model, treated, days.min(), days.max()).assign(**key, arm=arm))
    return {"parametric_curve": TABLES["parametric_curve"].stacked(curves)}


def _curve(model: pd.Series, treated: int, first: float, last: float) -> pd.DataFrame:
    """Survival of one arm from the first day to the last, given survival to the first."""
    days = np.append(np.arange(first, last, STEP_DAYS), last)
    location = model["location"] + treated * model["coefficient"]
    survival = DISTRIBUTIONS[model["distribution"]].survival(days, location, np.log(model["scale"]))
    return pd.DataFrame({"time_days": days, "survival": survival / survival[0]})
