"""The balance gate: is the comparison supported?

Belongs here: the verdict on a balance table and effective sample sizes, with the covariates that fail it.
"""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class BalanceVerdict:
    """Whether a comparison may be called supported.

    Attributes:
        supported: every |SMD| within the limit and enough effective sample in both arms; never where none was compared.
        failing: covariates (with level) beyond the limit or not computable, worst first.
        largest_smd: largest absolute SMD after adjustment; null if none can be computed.
        note: one sentence saying what failed, or None.
    """

    supported: bool
    failing: tuple[str, ...]
    largest_smd: float
    note: str | None


def balance_gate(
    balance: pd.DataFrame,
    effective_treated: float,
    effective_control: float,
    *,
    max_abs_smd: float = 0.1,
    min_effective_sample: float = 30.0,
) -> BalanceVerdict:
    """Judge the last stage of a balance table.

    Args:
        balance: as `covariate_balance` returns it; its adjusted rows are judged, or the unadjusted if there are none.
        effective_treated, effective_control: effective sample sizes of the arms.
        max_abs_smd: largest |SMD| still supported.
        min_effective_sample: least effective sample of either arm.
    """
    stage = "adjusted" if (balance["stage"] == "adjusted").any() else "unadjusted"
    rows = balance[balance["stage"] == stage]
    size = rows["smd"].abs()
    names = rows["covariate"] + rows["level"].map(lambda level: "" if pd.isna(level) else f"={level}")
    beyond = size[~(size <= max_abs_smd)].sort_values(ascending=False, kind="stable", na_position="first")
    failing = tuple(names[beyond.index])
    reasons = []
    if rows.empty:
        reasons.append("no covariate was compared")
    if failing:
        reasons.append(f"|SMD| above {max_abs_smd:g} for {', '.join(failing)}")
    least = min(effective_treated, effective_control)
    if not least >= min_effective_sample:
        reasons.append(f"effective sample {least:.1f} below {min_effective_sample:g}")
    largest = float(size.max()) if size.notna().any() else float("nan")
    note = f"not supported: {'; '.join(reasons)}" if reasons else None
    return BalanceVerdict(not reasons, failing, largest, note)
