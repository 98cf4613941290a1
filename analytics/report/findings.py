"""The few numbers that the first screen rests on, looked up in the result tables."""

from dataclasses import dataclass

import pandas as pd

from analytics.comparison.marginal_effects import HEADLINE
from analytics.report.material import Material
from analytics.report.numbers import missing

AGAINST = 0.05
"""Below this a p value speaks against proportional hazards; not a rule for any decision, but for what is told first."""


@dataclass(frozen=True)
class Estimate:
    """A hazard ratio with its interval, or the reason why there is none.

    Attributes:
        value, lower, upper: None where not estimable.
        reason: the note of the row.
        n_treated, n_control, n_event_treated, n_event_control: denominators and events.
        estimand: whose average it is.
        supported: the balance gate's word: 'Y', 'N' or ''.
        n_imputation: data sets that are pooled; numbers are medians over them.
        imputation_noise: what another set of as many would move it by, as a share of the standard error.
        standard_error: of the logarithm.
    """

    value: float | None
    lower: float | None
    upper: float | None
    reason: str
    n_treated: float
    n_control: float
    n_event_treated: float
    n_event_control: float
    estimand: str
    supported: str
    n_imputation: int = 1
    imputation_noise: float = 0.0
    standard_error: float = 0.0

    @property
    def known(self) -> bool:
        """Whether estimate and both limits are there."""
        return not (missing(self.value) or missing(self.lower) or missing(self.upper))

    @property
    def direction(self) -> str:
        """lower, higher or undecided: on which side of 1 the whole interval lies."""
        if not self.known:
            return "unknown"
        if float(self.upper) < 1:  # type: ignore[arg-type]
            return "lower"
        return "higher" if float(self.lower) > 1 else "undecided"  # type: ignore[arg-type]


def hazard_ratio(material: Material, specification: str, endpoint: str | None = None) -> Estimate | None:
    """The marginal hazard ratio of a specification for the primary (or a named) endpoint; None without such a row."""
    rows = material.table(
        "effect_estimate",
        specification=specification,
        endpoint=endpoint or material.protocol.primary.name,
        headline="Y",
    )
    return _estimate(rows.iloc[0]) if len(rows) else None


def not_proportional(material: Material) -> float | None:
    """The p value of the test of the headline's own hazards, where it speaks against a constant ratio."""
    rows = material.table(
        "proportional_hazards", model=HEADLINE, term="TREATED", endpoint=material.protocol.primary.name
    )
    found = float(rows.iloc[0]["p_value"]) if len(rows) and not missing(rows.iloc[0]["p_value"]) else 1.0
    return found if found < AGAINST else None


def _estimate(row: pd.Series) -> Estimate:
    known = {
        name: None if missing(row[name]) else float(row[name])
        for name in ("estimate", "ci_lower", "ci_upper")
    }
    text = {
        name: "" if missing(row.get(name)) else str(row[name]) for name in ("note", "estimand", "supported")
    }
    counts = {name: row[name] for name in ("n_treated", "n_control", "n_event_treated", "n_event_control")}
    return Estimate(
        value=known["estimate"],
        lower=known["ci_lower"],
        upper=known["ci_upper"],
        reason=text["note"],
        estimand=text["estimand"],
        supported=text["supported"],
        n_imputation=1 if missing(row.get("n_imputation")) else int(row["n_imputation"]),
        **{
            name: 0.0 if missing(row.get(name)) else float(row[name])
            for name in ("imputation_noise", "standard_error")
        },
        **counts,
    )


def sensitivity_value(material: Material, analysis: str, **where: str) -> pd.DataFrame:
    """Rows of a sensitivity analysis of the headline specification, with an estimate."""
    rows = material.table("sensitivity", analysis=analysis, specification=material.headline, **where)
    return rows[rows["estimate"].notna()] if len(rows) else rows


def median_follow_up(material: Material) -> tuple[float, float] | None:
    """Days, of the treated and the controls of the headline; None where either is not known."""
    rows = material.table(
        "survival_summary", specification=material.headline, endpoint=material.protocol.primary.name
    )
    days = rows.set_index("arm")["follow_up_median_days"] if len(rows) else pd.Series(dtype=float)
    treated, control = (days.get(arm) for arm in material.arms)
    return None if missing(treated) or missing(control) else (float(treated or 0), float(control or 0))
