"""The hazard ratio of a variant as a row of `sensitivity`.

Not a stage: what the analyses that vary the protocol share.
"""

import numpy as np

from analytics.comparison.marginal_effects import HAZARD_RATIO
from analytics.comparison.pooling import Pooled
from analytics.sensitivity.rows import Row, sensitivity_row
from analytics.stages.variant import Variant


def variant_row(
    analysis: str, scenario: str, parameter: str | None, value: float | None, variant: Variant
) -> Row:
    """The hazard ratio of a variant as a row."""
    pooled: Pooled = variant.hazard_ratio
    return sensitivity_row(
        analysis,
        scenario,
        HAZARD_RATIO,
        float(np.exp(pooled.estimate)),
        specification=variant.specification,
        parameter=parameter,
        parameter_value=value,
        ci_lower=float(np.exp(pooled.ci_lower)),
        ci_upper=float(np.exp(pooled.ci_upper)),
        p_value=pooled.p_value,
        n=variant.n_treated + variant.n_control,
        n_event=variant.n_event,
        n_imputation=variant.n_imputation,
        note=pooled.note,
    )
