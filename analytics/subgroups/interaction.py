"""Hazard ratios within subgroups and the test that they are the same.

Here: one Cox model per level, and one with treatment by level for the interaction test. Not here: which
subgroups were declared (the protocol). Subgroup effects are read by the interaction test, not by which
interval holds 1.
Source: Wang R et al. Statistics in medicine: reporting of subgroup analyses in clinical trials. NEJM
2007;357:2189-2194.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import chi2

from analytics.catalogue import TABLES
from analytics.survival.cox import CoxFit, fit_cox
from analytics.survival.records import Records

FEWEST_PER_ARM = 8


def subgroup_effects(
    records: Records,
    treated: ArrayLike,
    subgroups: pd.DataFrame,
    covariates: pd.DataFrame | None = None,
    subjects: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Hazard ratio of treatment within every level of every subgroup.

    Args:
        records: n records; weights or clusters make the variance robust.
        treated: (n,) 0/1.
        subgroups: (n, s) one column per subgroup, few levels each; missing values are left out of that
            subgroup.
        covariates: (n, p) further covariates of every model.
        subjects: (n,) keys of subjects, who are counted once; None where each record is one.
        confidence: level of the intervals.

    Returns:
        `results.subgroup_effect`, one row per subgroup and level, levels in order; null with a note where a level has
        fewer than eight in an arm.
    """
    if records.weight is not None and records.cluster is None:
        records = replace(records, cluster=np.arange(len(records)))
    keys = np.arange(len(records)) if subjects is None else pd.factorize(np.asarray(subjects, object))[0]
    base = _People(records, np.asarray(treated, dtype=float), covariates, keys, confidence)
    parts = [_subgroup(name, subgroups[name].reset_index(drop=True), base) for name in subgroups.columns]
    return TABLES["subgroup_effect"].stacked(parts)


@dataclass(frozen=True)
class _People:
    records: Records
    treated: np.ndarray
    covariates: pd.DataFrame | None
    subjects: np.ndarray
    confidence: float

    def where(self, kept: np.ndarray) -> "_People":
        """Those marked."""
        covariates = None if self.covariates is None else self.covariates.loc[kept]
        return replace(
            self,
            records=self.records.where(kept),
            treated=self.treated[kept],
            covariates=covariates,
            subjects=self.subjects[kept],
        )

    def count(self, marked: np.ndarray) -> int:
        """Subjects in the rows marked."""
        return len(np.unique(self.subjects[marked]))

    def cox(self, terms: dict[str, np.ndarray]) -> CoxFit:
        """Cox model of these terms and the covariates."""
        design = pd.DataFrame(terms)
        if self.covariates is not None:
            design = pd.concat([design, self.covariates.reset_index(drop=True)], axis=1)
        return fit_cox(self.records, design)


def _subgroup(name: str, value: pd.Series, base: _People) -> pd.DataFrame:
    """All levels of one subgroup."""
    levels = sorted(value.dropna().unique())
    rows = [_level(name, level, base.where((value == level).to_numpy(bool))) for level in levels]
    usable = [level for level, row in zip(levels, rows, strict=True) if row["estimate"] is not None]
    statistic, df, p, note = _interaction(value, usable, base)
    frame = TABLES["subgroup_effect"].frame(rows)
    frame["interaction_chi2"], frame["interaction_df"], frame["interaction_p_value"] = statistic, df, p
    missing = base.count(value.isna().to_numpy(bool))
    extra = [note, f"{missing} subjects without a value are left out" if missing else None]
    frame["note"] = ["; ".join(x for x in [own, *extra] if x) or None for own in frame["note"]]
    return TABLES["subgroup_effect"].cast(frame)


def _level(name: str, level: object, people: _People) -> dict[str, object]:
    """Row of one level, before the interaction test."""
    arm, died = people.treated == 1, people.records.event == 1
    row = TABLES["subgroup_effect"].row(specification="", endpoint="", subgroup=name, level=str(level))
    counts = {"n_treated": people.count(arm), "n_control": people.count(~arm)}
    row |= counts
    row |= {"n_event_treated": people.count(arm & died), "n_event_control": people.count(~arm & died)}
    if min(counts.values()) < FEWEST_PER_ARM:
        return row | {"note": f"fewer than {FEWEST_PER_ARM} subjects in an arm"}
    if not died.any():
        return row | {"note": "no events"}
    fit = people.cox({"treated": people.treated})
    if not np.isfinite(fit.coefficient[0]):
        return row | {"note": fit.note}
    lower, upper = fit.interval(people.confidence)
    estimate, low, high = np.exp([fit.coefficient[0], lower[0], upper[0]])
    found = {"estimate": float(estimate), "ci_lower": float(low), "ci_upper": float(high)}
    return row | found | {"p_value": float(fit.p_value[0]), "note": fit.note}


def _interaction(
    value: pd.Series, levels: list, base: _People
) -> tuple[float | None, int | None, float | None, str | None]:
    """Wald test that the hazard ratio is the same in all usable levels; levels keep their own main effect."""
    if len(levels) < 2:
        return None, None, None, "no interaction test: fewer than two levels can be estimated"
    kept = value.isin(levels).to_numpy(bool)
    people = base.where(kept)
    terms = {"treated": people.treated}
    for number, level in enumerate(levels[1:], start=1):
        inside = (value[kept] == level).to_numpy(float)
        terms[f"level_{number}"] = inside
        terms[f"treated_by_level_{number}"] = inside * people.treated
    fit = people.cox(terms)
    at = [i for i, term in enumerate(fit.terms) if term.startswith("treated_by_level_")]
    beta = fit.coefficient[at]
    chosen = fit.covariance if fit.robust_covariance is None else fit.robust_covariance
    variance = chosen[np.ix_(at, at)]
    if not np.isfinite(beta).all() or not np.isfinite(variance).all():
        return None, None, None, f"no interaction test: {fit.note}"
    statistic = float(beta @ np.linalg.solve(variance, beta))
    return statistic, len(at), float(chi2.sf(statistic, len(at))), None
