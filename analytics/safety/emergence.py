"""Treatment emergence by the two public rules, which differ where a start date is missing or partial.

Here: the rules. Not here: the choice between them (the protocol's) and the days of first and last
    administration.
Sources: CDISC pilot ADAE programs; PHUSE/FDA treatment-emergence guide.
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import SAS_EPOCH, day_number, flag, imputed_part, text
from analytics.safety.settings import SafetySettings


def emergent(adae: pd.DataFrame, timing: pd.DataFrame, settings: SafetySettings) -> np.ndarray:
    """Whether each event is treatment-emergent under the rule of the protocol.

    Args:
        adae: events, n rows; TRTEMFL, TREM2FL and ASTDTF are used where present.
        timing: n rows: start_day, end_day (0-based from first administration, null unknown),
            treatment_end_day, start_date, end_date (days since 1960-01-01, null unknown).
        settings: rule and window.

    Returns:
        Boolean array of length n.
    """
    derived = _cdisc(adae, timing) if settings.emergence == "cdisc" else _phuse(adae, timing, settings)
    if not settings.use_given_emergence:
        return derived
    if settings.emergence == "cdisc" and "TRTEMFL" in adae.columns:
        given = flag(adae, "TRTEMFL")
        # A source without a first administration (external controls) has no flag: its rows keep the derived
        # value.
        return np.where(text(adae, "TRTEMFL").isna() & timing["no_first_date"], derived, given)
    if settings.emergence == "phuse" and settings.emergence_window_days is None and "TREM2FL" in adae.columns:
        given = flag(adae, "TREM2FL")
        return np.where(text(adae, "TREM2FL").isna() & timing["no_first_date"], derived, given)
    return derived


def _cdisc(adae: pd.DataFrame, timing: pd.DataFrame) -> np.ndarray:
    """On or after first administration; a start known to the year only, or not even that, is as good as missing."""
    start = timing["start_day"].to_numpy()
    year_only = imputed_part(adae, "ASTDT").isin(("M", "Y")).to_numpy(dtype=bool)
    return (start >= 0) & ~year_only


def _phuse(adae: pd.DataFrame, timing: pd.DataFrame, settings: SafetySettings) -> np.ndarray:
    """Emergent unless it certainly ended before, certainly started before, or certainly started after the
    window.
    """
    earliest, latest = possible_days(adae, timing, "start")
    _, latest_end = possible_days(adae, timing, "end")
    ended_before = latest_end < 0
    started_before = latest < 0
    too_late = np.zeros(len(adae), dtype=bool)
    if settings.emergence_window_days is not None:
        too_late = earliest > timing["treatment_end_day"].to_numpy() + settings.emergence_window_days
    return ~(ended_before | started_before | too_late)


def possible_days(adae: pd.DataFrame, timing: pd.DataFrame, what: str) -> tuple[np.ndarray, np.ndarray]:
    """First and last day on which a partially dated event may have started or ended; equal where the date is complete.

    The last possible date is the file's (ASTLSTDT, AENLSTDT); where it has none, the end of the month or year that the
    imputation flag leaves open. A date of which nothing is known leaves everything open.
    """
    day, date = timing[f"{what}_day"].to_numpy(), timing[f"{what}_date"].to_numpy()
    imputed = imputed_part(adae, {"start": "ASTDT", "end": "AENDT"}[what]).to_numpy(dtype=object)
    earliest, latest = day.copy(), day.copy()
    last = day_number(adae, {"start": "ASTLSTDT", "end": "AENLSTDT"}[what])
    given = ~np.isnan(last)
    latest[given] = (day + (last - date))[given]
    for code, period in (("D", "M"), ("M", "Y")):
        rows = (imputed == code) & ~given & ~np.isnan(date) & ~np.isnan(day)
        if rows.any():
            whole = pd.DatetimeIndex(SAS_EPOCH + pd.to_timedelta(date[rows], unit="D")).to_period(period)
            earliest[rows] += (whole.start_time - SAS_EPOCH).days - date[rows]
            latest[rows] += (whole.end_time.normalize() - SAS_EPOCH).days - date[rows]
    latest[(imputed == "Y") & ~given] = np.inf
    return earliest, latest
