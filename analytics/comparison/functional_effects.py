"""Function beside survival: slopes of ALSFRS-R and joint ranks of the comparison that leads, as rows of `effect_estimate`.

Belongs here: what a protocol asks for, pooling over imputations, refusals. Does not belong here: the estimators
(`analytics.function`), which visits are follow-up on which clock (`analytics.stages.functional`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.effect_row import Compared, compared, effect_row, no_estimate
from analytics.comparison.functional_course import DAYS_PER_MONTH, functional_course
from analytics.comparison.functional_refusal import functional_refusal, too_few_scores
from analytics.comparison.pooling import Pooled, nothing, pooled
from analytics.comparison.risk_floor import too_few_at_risk
from analytics.comparison.specification import CRUDE, SPECIFICATIONS, leading, variance
from analytics.function.joint_rank import JointRank, joint_rank
from analytics.function.mixed_model import fit_slopes
from analytics.function.scores import Scores
from analytics.function.subject_sums import SubjectSums
from analytics.protocol import Protocol
from analytics.survival.followed import Followed

SCALE = "ALSFRSR"
"""PARAMCD of the scale; the older ALSFRS has ten items of the twelve, and is another scale."""
SLOPE, WIN_PROBABILITY, WIN_ODDS, RANK_DIFFERENCE = (
    "slope_difference",
    "win_probability",
    "win_odds",
    "joint_rank_difference",
)
JOINT_RANK = (WIN_PROBABILITY, WIN_ODDS, RANK_DIFFERENCE)
MEASURES = (SLOPE, *JOINT_RANK)
ALL_ALIKE = "all pairs tie, or everybody wins the same share of them: there is no spread to judge chance by"
UNDATED = (
    "some have a score at time zero (adsl) but no visit around it (adqs): without its day it is not used"
)
DECIDED = "decided are "
"""How the note begins that tells by what pairs were decided: shares of pairs, which tell how many died."""
NO_SPREAD = 1e-18
"""Variances of a win probability below this are rounding."""
ONE_SIDED = "in every pair the same arm fares better: the odds would be infinite"


@dataclass(frozen=True)
class FunctionalEffects:
    """What function adds: rows of `effect_estimate`, and `function_course`."""

    effects: list[dict]
    course: pd.DataFrame


def functional_effects(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], scores: Scores | str
) -> FunctionalEffects:
    """Rows for each day of `outcome.function_days`, and mean scores by month.

    Args:
        protocol: what is asked for.
        tables: the design and `follow_up`; imputations as many as are used.
        scores: of everybody, or why there are none.
    """
    if not protocol.outcome.function:
        return FunctionalEffects([], TABLES["function_course"].frame())
    name, endpoint = leading(protocol), protocol.primary.name
    made = list(comparisons(protocol, tables, name))
    parts = followed(made, tables["follow_up"], endpoint)
    estimand = made[0].estimand if made else SPECIFICATIONS[name].estimand.label
    about = compared(protocol, name, endpoint, estimand, parts)
    reason = functional_refusal(protocol, tables, about, parts, scores)
    asked = _Asked(protocol, about, parts, None if isinstance(scores, str) else scores, reason)
    rows = [row for day in protocol.outcome.function_days for row in asked.rows(float(day))]
    course = TABLES["function_course"].frame()
    if reason is None and asked.scores is not None:
        course = functional_course(protocol, name, parts, asked.scores)
    return FunctionalEffects(rows, course)


@dataclass(frozen=True)
class _Asked:
    """A comparison with its scores, or the reason why it has no estimates."""

    protocol: Protocol
    about: Compared
    parts: Sequence[Followed]
    scores: Scores | None
    reason: str | None

    def rows(self, day: float) -> list[dict]:
        """Everything asked for of one day."""
        made = {"slope": self._slope, "joint_rank": self._joint_rank}
        rows = [row for name in self.protocol.outcome.function for row in made[name](day)]
        if not self._has_undated():
            return rows
        return [row | {"note": "; ".join(filter(None, (row["note"], UNDATED)))} for row in rows]

    def _has_undated(self) -> bool:
        if self.scores is None:
            return False
        return any(part.frame["usubjid"].isin(self.scores.undated).any() for part in self.parts)

    def _robust(self) -> str:
        crude = self.about.specification == CRUDE
        return "variance robust by row" if crude else variance(self.protocol, self.about.specification)

    def _slope(self, day: float) -> list[dict]:
        method = (
            "Linear mixed model of ALSFRS-R while alive (random height and slope, REML; deaths as if missing at random), "
            f"{self._robust()}"
        )
        reason = self.reason or too_few_scores(self.protocol, self.parts, self.scores, 3, day)
        if reason or self.scores is None:
            return [no_estimate(self.about, method, SLOPE, str(reason), horizon_days=day)]
        return [effect_row(self.about, method, SLOPE, self._slopes(self.scores, day), horizon_days=day)]

    def _slopes(self, scores: Scores, day: float) -> Pooled:
        sums, start, fits, influences = SubjectSums.until(scores, day, DAYS_PER_MONTH), None, [], []
        for part in self.parts:
            place = scores.place(part.frame["usubjid"])
            weight = part.frame["weight"].to_numpy(float)
            # In one order, whatever that of the rows: sums differ by it in their last digits, and optima by more.
            known = np.lexsort((weight, place))[(place < 0).sum() :]
            fit = fit_slopes(sums.of(place[known]), part.treated[known], weight[known], start)
            if fit.note:
                return nothing(fit.note)
            # Imputations differ in whom they compare: the next optimum is near.
            start = fit.theta
            influence = np.zeros(len(part))
            influence[known] = fit.influence
            fits.append(fit.coefficient[3])
            influences.append(influence)
        return self._pooled(np.array(fits), influences)

    def _joint_rank(self, day: float) -> list[dict]:
        method = (
            "Joint rank: each treated with each control, on survival first, else on change of ALSFRS-R, "
            f"{self._robust()}"
        )
        reason = (
            self.reason
            or too_few_at_risk(self.protocol, self.parts, day)
            or too_few_scores(self.protocol, self.parts, self.scores, 2, day)
        )
        if reason or self.scores is None:
            return [
                no_estimate(self.about, method, each, str(reason), horizon_days=day) for each in JOINT_RANK
            ]
        ranks = [_ranked(part, self.scores, day) for part in self.parts]
        return [
            effect_row(self.about, method, measure, found, horizon_days=day, log=measure == WIN_ODDS)
            for measure, found in self._measures(ranks).items()
        ]

    def _measures(self, ranks: Sequence[JointRank]) -> dict[str, Pooled]:
        share = np.array([rank.win_probability for rank in ranks])
        influences = [rank.influence for rank in ranks]
        if ((share <= 0) | (share >= 1)).any():
            return dict.fromkeys(JOINT_RANK, nothing(ONE_SIDED))
        if any(_variance(*each) <= NO_SPREAD for each in zip(self.parts, influences, strict=True)):
            return dict.fromkeys(JOINT_RANK, nothing(ALL_ALIKE))
        slope, total = 1 / (share * (1 - share)), np.array([rank.total for rank in ranks])
        odds = self._pooled(
            np.log(share / (1 - share)), [s * each for s, each in zip(slope, influences, strict=True)]
        )
        apart = self._pooled(
            total * (share - 0.5), [t * each for t, each in zip(total, influences, strict=True)]
        )
        likely = _of_log_odds(odds)
        likely = replace(likely, note="; ".join(filter(None, (likely.note, _decided(ranks)))))
        return {WIN_PROBABILITY: likely, WIN_ODDS: odds, RANK_DIFFERENCE: apart}

    def _pooled(self, estimates: np.ndarray, influences: Sequence[np.ndarray]) -> Pooled:
        variances = np.array(
            [_variance(part, influence) for part, influence in zip(self.parts, influences, strict=True)]
        )
        return pooled(self.parts, estimates, variances, influences, self.protocol.outcome.level)


def _ranked(part: Followed, scores: Scores, day: float) -> JointRank:
    frame = part.frame
    return joint_rank(
        frame["stop_days"].to_numpy(float),
        frame["event"].to_numpy() == 1,
        part.treated,
        frame["weight"].to_numpy(float),
        scores.place(frame["usubjid"]),
        scores,
        day,
    )


def _variance(part: Followed, influence: np.ndarray) -> float:
    """Squares of influences summed by what is not independent."""
    labels = part.cluster
    sums = influence if labels is None else np.bincount(pd.factorize(labels)[0], influence)
    return float(sums @ sums)


def _of_log_odds(odds: Pooled) -> Pooled:
    """The probability of log odds: its limits between 0 and 1, its standard error by the delta method."""
    from scipy.special import expit

    middle, lower, upper = (float(expit(value)) for value in (odds.estimate, odds.ci_lower, odds.ci_upper))
    error = odds.standard_error * middle * (1 - middle)
    return replace(odds, estimate=middle, standard_error=error, ci_lower=lower, ci_upper=upper)


def _decided(ranks: Sequence[JointRank]) -> str:
    """By what pairs were decided, averaged over imputations."""
    shares = {name: np.mean([rank.decided[name] for rank in ranks]) for name in ranks[0].decided}
    told = [f"{100 * share:.0f} % of pairs by {name}" for name, share in shares.items() if name != "neither"]
    return f"{DECIDED}{' and '.join(told)}, ties are {100 * shares['neither']:.0f} %"
