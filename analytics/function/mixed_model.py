"""Linear mixed model of a score: a line for each arm, and of each subject its own deviation in height and slope.

Fitted by restricted maximum likelihood, profiled over fixed effects and residual variance (Bates et al. 2015, J Stat Softw
67:1). A subject enters by six sums, so that a fit costs milliseconds whatever the number of visits. statsmodels' `MixedLM`,
against which it is tested, takes a second for three hundred subjects, too long for a fit in every imputation; it takes no
weights of subjects either, and gives no influence of theirs, on which pooling over imputations rests.

Death ends a subject's line. As every mixed model of what was measured, this one takes what is not measured for what the
subject's earlier scores would let expect (missing at random), as if the dead had gone on declining. Where treatment moves
deaths, the difference of slopes is not that of the living; `joint_rank` counts deaths.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from analytics.function.subject_sums import SubjectSums

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

SINGULAR = 1e-4
"""Relative standard deviations below this are none, as `lme4::isSingular` has it."""
STARTS = np.array(
    [[2, 0, 2], [0.3, 0, 0.1], [0.5, 0, 0.5], [1, 0.5, 1], [1, -0.5, 1], [6, 0, 2], [0.5, 0, 4]], float
)
"""Of the optimiser: spread of heights and slopes from a fraction of the residual one to several times that."""
FLAT = 1e-10
"""Of the spread of scores, what is left over by lines through each subject's own."""


@dataclass(frozen=True)
class SlopeFit:
    """A fitted model, per unit of time.

    Attributes:
        coefficient: (4,) height of the controls at time zero, of the treated above them, slope of the controls, of the
            treated above it.
        covariance: (4, 4) the model's own.
        random_covariance: (2, 2) of subjects' heights and slopes.
        residual_variance: of scores around their subject's line.
        influence: (rows,) of each row on the difference of slopes, weights included.
        theta: where the optimiser ended; a start for a like fit.
        note: why there is no fit; everything is NaN then.
    """

    coefficient: np.ndarray
    covariance: np.ndarray
    random_covariance: np.ndarray
    residual_variance: float
    influence: np.ndarray
    theta: np.ndarray
    note: str | None = None


def fit_slopes(
    sums: SubjectSums, treated: np.ndarray, weight: np.ndarray, start: np.ndarray | None = None
) -> SlopeFit:
    """Fit score ~ treated × time + (time | subject) by REML, as `lme4::lmer`.

    Args:
        sums: a row each, of `SubjectSums.of`.
        treated: (rows,) 1 treated, 0 control.
        weight: (rows,) of each row in the likelihood.
        start: `theta` of a like fit.
    """
    arms = np.stack([weight * (treated == arm) for arm in (0, 1)])
    if (np.bincount(treated.astype(int), weight * (sums.n > 2), minlength=2) <= 0).any():
        return _nothing(len(weight), "nobody of an arm has three scores, which a slope and its spread take")
    theta, converged = _optimum(sums, arms, STARTS[0] if start is None else start)
    profile = _Profile.at(theta, sums, arms)
    reason = _unsound(theta, profile, sums, converged)
    return _nothing(len(weight), reason) if reason else profile.fit(sums, arms)


def _optimum(sums: SubjectSums, arms: np.ndarray, start: np.ndarray) -> tuple[np.ndarray, bool]:
    """Where the criterion is least, and whether the optimiser says so; from several starts where the first ends at no fit.

    The criterion knows no sign of the diagonal: θ is searched without bounds, on which an optimiser would stay, since by
    that symmetry the gradient is none there.
    """
    from scipy.optimize import minimize

    def ended(first: np.ndarray, method: str, **options: float) -> "OptimizeResult":
        return minimize(
            lambda theta: _Profile.at(theta, sums, arms).criterion, first, method=method, options=options,
            jac="3-point" if method == "L-BFGS-B" else None,
        )  # fmt: skip

    quick = partial(ended, method="L-BFGS-B", ftol=1e-13, gtol=1e-6, maxiter=500)
    found = quick(start)
    if not found.success or not _inside(found.x) or not np.isfinite(found.fun):
        every = [found, *(quick(each) for each in STARTS)]
        found = min(every, key=lambda each: each.fun if np.isfinite(each.fun) else np.inf)
    if not found.success and np.isfinite(found.fun):
        slow = ended(found.x, "Nelder-Mead", xatol=1e-8, fatol=1e-10, maxiter=5000)
        found = slow if slow.fun <= found.fun or slow.success else found
    return _signed(found.x), bool(found.success)


def _signed(theta: np.ndarray) -> np.ndarray:
    """The same root with no negative diagonal."""
    first = -1.0 if theta[0] < 0 else 1.0
    return np.array([first * theta[0], first * theta[1], abs(theta[2])])


def _inside(theta: np.ndarray) -> bool:
    return bool(np.abs(theta[[0, 2]]).min() >= SINGULAR)


def _unsound(theta: np.ndarray, profile: "_Profile", sums: SubjectSums, converged: bool) -> str | None:
    """Why a fit is none."""
    if not np.isfinite(profile.criterion) or profile.residual_variance <= FLAT * float(
        sums.yy.sum() / sums.n.sum()
    ):
        return "scores lie on straight lines, which leave nothing to judge slopes by"
    if not converged:
        return "the mixed model did not converge"
    if theta[0] < SINGULAR:
        return "the mixed model is singular: subjects do not differ in height beyond chance"
    if theta[2] < SINGULAR and abs(theta[1]) < SINGULAR:
        return "the mixed model is singular: subjects do not differ in slope beyond chance"
    if theta[2] < SINGULAR:
        return "the mixed model is singular: heights and slopes of subjects are correlated by 1 or -1"
    return None


def _nothing(rows: int, note: str) -> SlopeFit:
    four, two = np.full(4, np.nan), np.full((2, 2), np.nan)
    return SlopeFit(
        four, np.full((4, 4), np.nan), two, np.nan, np.full(rows, np.nan), np.full(3, np.nan), note
    )


@dataclass(frozen=True)
class _Profile:
    """The restricted likelihood at given relative variances of heights and slopes, all else at its maximum.

    With V = I + Z D Z' of a subject and M = Z'Z, everything follows from G = (I + M D)⁻¹, 2 × 2: Z'V⁻¹Z = G M,
    Z'V⁻¹y = G Z'y, log |V| = −log |G|. Arms have a line of their own, so that fixed effects are two lines.

    Attributes:
        criterion: −2 log restricted likelihood, but for a constant.
        residual_variance: at the maximum.
        line: (2, 2) height and slope of each arm.
        information: (2, 2, 2) Z'V⁻¹Z summed by arm.
        inverse: (2, 2, rows) G.
        theta: lower triangle of the root of D.
    """

    criterion: float
    residual_variance: float
    line: np.ndarray
    information: np.ndarray
    inverse: np.ndarray
    theta: np.ndarray

    @classmethod
    def at(cls, theta: np.ndarray, sums: SubjectSums, arms: np.ndarray) -> "_Profile":
        """Solve for the lines."""
        d11, d12, d22 = theta[0] ** 2, theta[0] * theta[1], theta[1] ** 2 + theta[2] ** 2
        p11, p12 = 1 + sums.n * d11 + sums.t * d12, sums.n * d12 + sums.t * d22
        p21, p22 = sums.t * d11 + sums.tt * d12, 1 + sums.t * d12 + sums.tt * d22
        determinant = p11 * p22 - p12 * p21
        inverse = np.array([[p22, -p12], [-p21, p11]]) / determinant
        (g11, g12), (g21, g22) = inverse
        s11, s12, s22 = (
            g11 * sums.n + g12 * sums.t,
            g11 * sums.t + g12 * sums.tt,
            g21 * sums.t + g22 * sums.tt,
        )
        v1, v2 = g11 * sums.y + g12 * sums.ty, g21 * sums.y + g22 * sums.ty
        own = sums.yy - (sums.y * (d11 * v1 + d12 * v2) + sums.ty * (d12 * v1 + d22 * v2))
        information = (arms @ np.stack([s11, s12, s12, s22], axis=1)).reshape(2, 2, 2)
        right = arms @ np.stack([v1, v2], axis=1)
        line = np.linalg.solve(information, right[:, :, None])[:, :, 0]
        left = float((arms @ own).sum() - (line * right).sum())
        freedom = float((arms @ sums.n).sum()) - 4
        if left <= 0 or freedom <= 0:
            return cls(np.inf, 0.0, line, information, inverse, theta)
        logs = float((arms @ np.log(determinant)).sum() + np.linalg.slogdet(information)[1].sum())
        criterion = logs + freedom * np.log(left / freedom)
        return cls(criterion, left / freedom, line, information, inverse, theta)

    def fit(self, sums: SubjectSums, arms: np.ndarray) -> SlopeFit:
        """In the units asked for."""
        scale = np.array([1.0, sums.unit])
        bread = np.linalg.inv(self.information)
        of_arm = self.residual_variance * bread * np.outer(scale, scale)
        control, treated = self.line * scale
        root = np.array([[self.theta[0], 0.0], [self.theta[1], self.theta[2]]])
        spread = self.residual_variance * (root @ root.T) * np.outer(scale, scale)
        height, slope = control[0] + sums.middle, control[1]
        apart = treated - control
        coefficient = np.array([height, apart[0], slope, apart[1]])
        influence = self._influence(sums, arms, bread) * sums.unit
        return SlopeFit(coefficient, _of_arms(of_arm), spread, self.residual_variance, influence, self.theta)

    def _influence(self, sums: SubjectSums, arms: np.ndarray, bread: np.ndarray) -> np.ndarray:
        """Of each row on the difference of slopes, in the model's time."""
        total = np.zeros(len(sums.n))
        for arm, sign in ((0, -1.0), (1, 1.0)):
            height, slope = self.line[arm]
            off = np.stack(
                [sums.y - sums.n * height - sums.t * slope, sums.ty - sums.t * height - sums.tt * slope]
            )
            score = np.einsum("abi,bi->ai", self.inverse, off)
            total += sign * arms[arm] * (bread[arm][1] @ score)
        return total


def _of_arms(of_arm: np.ndarray) -> np.ndarray:
    """Covariance of (height, difference, slope, difference) from that of each arm's own line."""
    part = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1]])
    turn = np.linalg.inv(part)
    lines = np.zeros((4, 4))
    lines[:2, :2], lines[2:, 2:] = of_arm
    return turn @ lines @ turn.T
