"""A comparison's frame as the records that survival estimators take.

Not a stage: what the stages that estimate outcomes share.
"""

import pandas as pd

from analytics.survival.records import Records


def records_of(
    frame: pd.DataFrame, cluster: pd.Series | None = None, strata: pd.Series | None = None
) -> Records:
    """Records of one endpoint, in the order of the frame.

    Args:
        frame: entry_days, stop_days, event, weight, as `Comparison.with_follow_up` gives it.
        cluster: (n,) labels of rows that are not independent, such as the matched set or the subject.
        strata: (n,) labels of rows that are compared with each other alone.
    """
    weight = frame["weight"]
    return Records(
        frame["stop_days"],
        frame["event"],
        entry=frame["entry_days"],
        weight=None if (weight == 1).all() else weight,
        cluster=cluster,
        strata=strata,
    )
