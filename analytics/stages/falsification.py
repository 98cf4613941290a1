"""The comparison in which no benefit should appear: PRO-ACT active against PRO-ACT placebo, through the same pipeline.

Not a stage: a part of `sensitivity`.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.cohort.arms import holds
from analytics.protocol import Protocol
from analytics.sensitivity.rows import Row, sensitivity_row
from analytics.stages.comparison import CRUDE, MATCHED
from analytics.stages.marginal_effects import HAZARD_RATIO
from analytics.stages.variant import Variant, narrowed, rerun, with_settings

WORDS = "active arm of the control source against its placebo: no benefit should appear"


def falsification_rows(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """Crude and matched hazard ratio of the falsification arm; nothing where the source has no such arm."""
    value = protocol.treatment.falsification_value
    if value is None or not holds(tables["adsl"][protocol.treatment.column], value).any():
        return []
    varied = with_settings(
        protocol,
        treatment={"treated_value": value},
        population={"criteria": _of_controls(protocol)},
        time_zero={"treated": "trial_baseline"},
    )
    return [_row(variant) for variant in rerun(varied, narrowed(varied, tables), (CRUDE, MATCHED))]


def _of_controls(protocol: Protocol) -> list[dict]:
    """Criteria of the control source, asked of both its arms."""
    mine = (criterion for criterion in protocol.population.criteria if criterion.arm != "treated")
    return [{**criterion.model_dump(), "arm": "both"} for criterion in mine]


def _row(variant: Variant) -> Row:
    pooled = variant.hazard_ratio
    return sensitivity_row(
        "falsification",
        WORDS,
        HAZARD_RATIO,
        float(np.exp(pooled.estimate)),
        specification=variant.specification,
        ci_lower=float(np.exp(pooled.ci_lower)),
        ci_upper=float(np.exp(pooled.ci_upper)),
        p_value=pooled.p_value,
        n=variant.n_treated + variant.n_control,
        n_event=variant.n_event,
        note=pooled.note,
    )
