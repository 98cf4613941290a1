"""The comparison in which no benefit should appear: PRO-ACT active against PRO-ACT placebo, through the same pipeline.

Not a stage: a part of `sensitivity`.
"""

from collections.abc import Mapping

import pandas as pd

from analytics.cohort.arms import holds
from analytics.comparison.specification import CRUDE, MATCHED
from analytics.protocol import Protocol
from analytics.sensitivity.rows import Row
from analytics.stages.variant import narrowed, rerun, with_settings
from analytics.stages.variant_row import variant_row

WORDS = "active arm of the control source against its placebo: no benefit should appear"


def falsification_rows(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> list[Row]:
    """Crude and matched hazard ratio of the falsification arm; nothing where the source has no such arm."""
    arms = protocol.treatment
    value = arms.falsification_value
    if value is None or value in arms.compared_values or not holds(tables["adsl"][arms.column], value).any():
        return []
    varied = falsified(protocol)
    return [
        variant_row("falsification", WORDS, None, None, variant)
        for variant in rerun(varied, narrowed(varied, tables), (CRUDE, MATCHED))
    ]


def falsified(protocol: Protocol) -> Protocol:
    """The protocol with the falsification arm in the place of the treated, asked what the control source is asked."""
    arms = protocol.treatment
    return with_settings(
        protocol,
        treatment={
            "treated_value": arms.falsification_value,
            "treated_label": f"{arms.column} = {arms.falsification_value}",
            "falsification_value": None,
        },
        population={"criteria": _of_controls(protocol)},
        time_zero={"treated": "trial_baseline"},
    )


def _of_controls(protocol: Protocol) -> list[dict]:
    """Criteria of the control source, asked of both its arms."""
    mine = (criterion for criterion in protocol.population.criteria if criterion.arm != "treated")
    return [{**criterion.model_dump(), "arm": "both"} for criterion in mine]
