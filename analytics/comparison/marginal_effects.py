"""Marginal effects of one specification over the whole follow-up: hazard ratio and log-rank test.

Belongs here: those rows, and the list of every marginal effect. Does not belong here: what speaks of a day
(`horizon_effects`), models with covariates (`cox_models`).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analytics.catalogue import TABLES
from analytics.comparison import horizon_effects
from analytics.comparison.bootstrap_variance import bootstrap_errors, refits_the_score
from analytics.comparison.competing_effects import cause_specific, subdistribution_row
from analytics.comparison.effect_row import Compared, compared, effect_row, no_estimate
from analytics.comparison.hazard_ratio import hazard_ratio
from analytics.comparison.pooling import Pooled
from analytics.comparison.specification import MATCHED, variance
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint
from analytics.survival.followed import Followed
from analytics.survival.log_rank import TestResult, log_rank
from analytics.survival.proportional_hazards import proportional_hazards_test
from analytics.survival.records import Records

HAZARD_RATIO = "hazard_ratio"
HEADLINE = "headline"
"""Name of the headline among the models whose hazards are tested."""


def rows(
    protocol: Protocol,
    specification: str,
    estimand: str,
    endpoint: Endpoint,
    parts: Sequence[Followed],
    lacking: str | None = None,
) -> list[dict]:
    """Every marginal effect of a specification.

    Args:
        protocol: horizons and limits.
        specification: crude, matched or a weighting scheme.
        estimand: its label.
        endpoint: names the events and the horizon.
        parts: the comparison on each data set, followed up; the hazard ratio rests on all of them, what stands beside it on
            as many as the protocol asks for.
        lacking: why there is no comparison, or one too small.
    """
    about = compared(protocol, specification, endpoint.name, estimand, parts)
    refusal = about.refusal(protocol, lacking)
    method = _method(protocol, specification, endpoint)
    if refusal:
        test = cause_specific(endpoint, "log-rank, unstratified")
        return [
            no_estimate(about, method, HAZARD_RATIO, refusal, headline=True),
            no_estimate(about, test, "log_rank_chi2", refusal),
            *_subdistribution(protocol, about, endpoint, parts, refusal),
            *horizon_effects.refused(about, endpoint, refusal),
        ]
    errors = None
    if refits_the_score(protocol, specification, endpoint):
        errors = bootstrap_errors(protocol, parts, specification)
    pooled = _with_its_noise(protocol, hazard_ratio(parts, protocol.outcome.level, errors), len(parts))
    usual = parts[: protocol.propensity.imputations]
    beside = compared(protocol, specification, endpoint.name, estimand, usual)
    return [
        effect_row(about, method, HAZARD_RATIO, pooled, log=True, headline=True),
        *_log_rank_rows(beside, endpoint, usual),
        *_subdistribution(protocol, beside, endpoint, usual),
        *horizon_effects.rows(protocol, beside, endpoint, usual),
    ]


def bootstrap_row(
    protocol: Protocol,
    estimand: str,
    endpoint: Endpoint,
    parts: Sequence[Followed],
    everyone: Sequence[Followed],
    lacking: str | None = None,
) -> dict:
    """The matched hazard ratio with a variance that knows the score and the match were estimated.

    Args:
        protocol, estimand, endpoint, lacking: as `rows`.
        parts: the matched sets, one per imputation.
        everyone: all eligible with completed covariates, likewise.
    """
    about = compared(protocol, MATCHED, endpoint.name, estimand, parts)
    method = cause_specific(endpoint, "Cox, bootstrap refitting score and match")
    refusal = about.refusal(protocol, lacking)
    if refusal:
        return no_estimate(about, method, HAZARD_RATIO, refusal)
    errors = bootstrap_errors(protocol, everyone, MATCHED)
    pooled = hazard_ratio(parts, protocol.outcome.level, errors)
    return effect_row(about, method, HAZARD_RATIO, pooled, log=True)


def hazards_test(
    protocol: Protocol, endpoint: Endpoint, parts: Sequence[Followed], lacking: str | None = None
) -> pd.DataFrame:
    """`proportional_hazards` of the hazard ratio of a specification, on the first data set; empty where there is none."""
    table = TABLES["proportional_hazards"]
    about = compared(protocol, "", endpoint.name, "", parts[:1])
    if not parts or about.refusal(protocol, lacking):
        return table.frame()
    part = parts[0]
    design = pd.DataFrame({"TREATED": part.treated * 1.0})
    tests = proportional_hazards_test(part.records(), design, transform=protocol.outcome.transform)
    tests = tests[(tests["term"] == "TREATED") & tests["p_value"].notna()].drop(columns="note")
    return table.cast(tests.assign(model=HEADLINE, endpoint=endpoint.name, imputation=part.imputation))


def _with_its_noise(protocol: Protocol, pooled: Pooled, n_imputation: int) -> Pooled:
    """A headline that still hangs on the draws says so."""
    noise, allowed = pooled.imputation_noise, protocol.propensity.imputation_noise
    if not allowed or not noise > allowed:
        return pooled
    words = f"the noise of {n_imputation} imputations is {noise:.0%} of the standard error"
    return replace(pooled, note="; ".join(filter(None, (pooled.note, words))))


def _method(protocol: Protocol, specification: str, endpoint: Endpoint) -> str:
    robust = variance(protocol, specification)
    if refits_the_score(protocol, specification, endpoint):
        robust = "variance from a bootstrap that refits the score"
    return cause_specific(endpoint, f"Cox, Efron ties, {robust}")


def _log_rank_rows(about: Compared, endpoint: Endpoint, parts: Sequence[Followed]) -> list[dict]:
    """The unstratified test is descriptive for matched sets; the one within sets is shown beside it."""
    across = [across_sets(part) for part in parts]
    found = [_test_row(about, cause_specific(endpoint, "log-rank, unstratified"), parts, across)]
    if about.specification == MATCHED:
        within = [part.within_sets() for part in parts]
        method = cause_specific(endpoint, "log-rank, within matched sets")
        found.append(_test_row(about, method, parts, within))
    return found


def _subdistribution(
    protocol: Protocol,
    about: Compared,
    endpoint: Endpoint,
    parts: Sequence[Followed],
    refusal: str | None = None,
) -> list[dict]:
    return [subdistribution_row(protocol, about, parts, refusal)] if endpoint.competing else []


def across_sets(part: Followed) -> Records:
    """What the unstratified test takes: independent rows keep the usual variance; of repeated subjects it is robust."""
    return part.clustered(part.frame["usubjid"] if part.repeated else None)


def _test_row(about: Compared, method: str, parts: Sequence[Followed], records: list[Records]) -> dict:
    """Chi-square and p; over imputations the medians (Eekhout et al. 2017), said in the note."""
    tests: list[TestResult] = [
        log_rank(each, part.treated) for part, each in zip(parts, records, strict=True)
    ]
    notes = [test.note for test in tests if test.note]
    statistic = float(np.median([test.statistic for test in tests]))
    p_value = float(np.median([test.p_value for test in tests]))
    note = notes[0] if notes else ("median of the imputations" if len(tests) > 1 else None)
    if any(part.repeated for part in parts):
        method += ", variance robust to repeated subjects"
    return effect_row(
        about, method, "log_rank_chi2", Pooled(statistic, np.nan, np.nan, np.nan, p_value, note)
    )
