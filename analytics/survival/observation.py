"""How long subjects were observed.

Belongs here: reverse Kaplan–Meier. Does not belong here: survival of the subjects.
"""

from dataclasses import replace

from analytics.survival.curve import SurvivalCurve
from analytics.survival.kaplan_meier import kaplan_meier
from analytics.survival.records import Records


def reverse_kaplan_meier(
    records: Records, *, level: float = 0.95, conf_type: str = "log-log"
) -> SurvivalCurve:
    """Curve of follow-up: events and censoring change places (Schemper & Smith 1996); its median is the usual
    median follow-up. As R's ``survfit(Surv(time, 1 - event) ~ 1)``. Arguments as ``kaplan_meier``.
    """
    return kaplan_meier(replace(records, event=1.0 - records.event), level=level, conf_type=conf_type)
