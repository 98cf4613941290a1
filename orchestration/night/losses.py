"""What a build holds less of than the release before: records, events, deaths, recorded covariates, eligible subjects, sets.

Everything is counted the same way on both sides: by today's protocol, and without who asked for erasure. Not here: what
becomes of a loss (`drop_guard`), and what was delivered and not understood (`understanding`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analytics.cohort.arms import arm_of
from analytics.cohort.eligibility import EligibleCohort, eligible_cohort
from analytics.cohort.time_zero import at_time_zero
from analytics.comparison.specification import MATCHED
from analytics.protocol import Protocol
from orchestration.erasure.requests import requested
from orchestration.night.build import Build

ARMS = {1: "treated", 0: "control"}
SOURCES = {"REGISTRY": "the registry", "PROACT": "PRO-ACT"}
# When a procedure was done, and what it is called.
PROCEDURES = {"TRACHDT": "tracheostomies", "PAVDT": "permanent ventilations"}
RECORDS = "select source, table_name, n_accepted from quality.record_count"
ERASED = """select source, table_name, count(*) from quality.rejected_row where rule = 'erasure_request' group by all"""


@dataclass(frozen=True)
class Limit:
    """Lost is what fell by more than a share and by no fewer than a number: a few corrections never stop a night."""

    share: float = 0.05
    least: float = 3

    def exceeded(self, before: float, after: float) -> bool:
        """Whether the fall is a loss."""
        gone = before - after
        return gone >= self.least and gone > self.share * before


USUAL = Limit()
# Nobody left of a cohort that was there.
NONE_LEFT = Limit(least=1)
# Who finds a control depends on everybody else, so that a few sets more or fewer say nothing.
SETS = Limit(share=0.2)


@dataclass(frozen=True)
class Figure:
    """Something counted in the release before and in this build.

    Attributes:
        what: in words, without a value of anybody.
        before, after: the counts compared; of a share, `before` is what would be there if the share had stayed.
        told: from what to what, as it is shown and accepted.
        limit: when the fall is a loss.
        tables: source and name of the delivered tables it is of; none where it may come of any.
        cause: what took most of it away, where that is known.
    """

    what: str
    before: float
    after: float
    told: str
    limit: Limit = USUAL
    tables: tuple[tuple[str, str], ...] = ()
    cause: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether the fall is more than the limit."""
        return self.limit.exceeded(self.before, self.after)

    @property
    def line(self) -> str:
        """What names this fall and no other."""
        return f"{self.what}: {self.told}"


def _fall(
    what: str, before: float, after: float, limit: Limit = USUAL, tables: tuple[tuple[str, str], ...] = ()
) -> Figure:
    return Figure(what, before, after, f"{before:.0f} to {after:.0f}", limit, tables)


def figures_of_marts(build: Build) -> list[Figure]:
    """What is known as soon as dbt is done; in a first release only whether a cohort that was delivered is empty."""
    after = build.warehouse.table("marts.adsl")
    before = build.parent_table("marts.adsl")
    if before is None:
        return list(_nobody_eligible(build.protocol, after))
    asked = requested(build.warehouse)
    kept = before[~_asked(before["USUBJID"], asked)]
    return [
        subjects(before, after, asked),
        *_records(build),
        *_serious_events(build, set(kept["USUBJID"])),
        *_deaths(kept, after),
        *_procedures(kept, after),
        *_recorded(build.protocol, kept, after),
        *_answered_yes(build.protocol, kept, after),
        *_eligible(build.protocol, kept, after),
    ]


def subjects(before: pd.DataFrame, after: pd.DataFrame, asked: tuple[str, ...]) -> Figure:
    """Registry subjects who are gone and did not ask for it: more than three or 5 % are too many, for nobody leaves a
    full snapshot."""
    n, n_gone = len(registry_subjects(before)), len(dropped(before, after, asked))
    limit = Limit(share=min(0.05, 3 / n) if n else 0.0, least=1)
    return _fall("registry subjects of the release before", n, n - n_gone, limit)


def registry_subjects(adsl: pd.DataFrame) -> set[str]:
    """USUBJID of the registry's subjects."""
    return set(adsl.loc[adsl["SOURCE"] == "REGISTRY", "USUBJID"].astype(str))


def dropped(before: pd.DataFrame, after: pd.DataFrame, asked: tuple[str, ...]) -> set[str]:
    """Registry subjects of the release before that are gone without a request for erasure."""
    remained = before[~_asked(before["USUBJID"], asked)]
    return registry_subjects(remained) - registry_subjects(after)


def _asked(usubjid: pd.Series, asked: tuple[str, ...]) -> pd.Series:
    """Where a subject asked for erasure."""
    return usubjid.astype(str).str.rpartition("-")[2].isin(asked)


def _records(build: Build) -> Iterator[Figure]:
    """Records used, by delivered table; those that erasure keeps out of this build count as there."""
    released = build.parent_warehouse
    if released is None or not released.has("quality.record_count"):
        return
    with released.read() as connection:
        before = connection.sql(RECORDS).fetchall()
    with build.warehouse.read() as connection:
        rows = connection.sql(RECORDS).fetchall() + connection.sql(ERASED).fetchall()
    after: dict[tuple[str, str], int] = {}
    for source, table, n in rows:
        after[source, table] = after.get((source, table), 0) + n
    for source, table, n in sorted(before):
        left = after.get((source, table), 0)
        yield _fall(f"{source} {table.upper()} records", n, left, tables=((source, table),))


def _serious_events(build: Build, kept: set[str]) -> Iterator[Figure]:
    released = build.parent_warehouse
    if released is None or not released.has("marts.adae"):
        return
    serious = [
        warehouse.columns("marts.adae", ("USUBJID",), "AESER = 'Y'")
        for warehouse in (released, build.warehouse)
    ]
    n = int(serious[0]["USUBJID"].isin(kept).sum())
    yield _fall("serious adverse events", n, len(serious[1]), tables=(("REGISTRY", "ae"),))


def _deaths(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Figure]:
    for source, name in SOURCES.items():
        yield _fall(f"deaths in {name}", _died(before, source), _died(after, source))


def _died(adsl: pd.DataFrame, source: str) -> int:
    return int(((adsl["SOURCE"] == source) & (adsl["VITSTAT"] == "DIED")).sum())


def _procedures(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Figure]:
    """Subjects with a procedure that ends a composite endpoint: a word that is none of them any more is not asked about."""
    for source, name in SOURCES.items():
        for column, what in PROCEDURES.items():
            if column in before and column in after:
                old, new = (int(a.loc[a["SOURCE"] == source, column].notna().sum()) for a in (before, after))
                yield _fall(f"{what} in {name}", old, new, tables=((source, "pr"),))


def _recorded(protocol: Protocol, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Figure]:
    """The filled share of every covariate of the score, by arm."""
    for value, arm in ARMS.items():
        old, new = (_arm(protocol, adsl, value) for adsl in (before, after))
        for covariate in protocol.propensity.covariates:
            if covariate not in old or covariate not in new or old.empty:
                continue
            n_old, n_new = int(old[covariate].notna().sum()), int(new[covariate].notna().sum())
            told = f"{n_old} of {len(old)} to {n_new} of {len(new)}"
            expected = n_old / len(old) * len(new)
            yield Figure(f"{covariate} recorded, {arm} arm", expected, n_new, told)


def _answered_yes(protocol: Protocol, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Figure]:
    """Of every covariate of the score that is yes or no, who has a yes: of the subjects for whom both releases record it,
    so that a registry may grow by others. A spelling that nobody knows is no medication that is known, and leaves a no."""
    for value, arm in ARMS.items():
        old, new = (_arm(protocol, adsl, value).set_index("USUBJID") for adsl in (before, after))
        for covariate in protocol.propensity.covariates:
            if covariate not in old or covariate not in new or not old[covariate].dropna().isin([0, 1]).all():
                continue
            both = pd.concat([old[covariate], new[covariate]], axis=1, join="inner").dropna()
            n_old, n_new = (int((both.iloc[:, side] == 1).sum()) for side in (0, 1))
            told = f"{n_old} to {n_new} of {len(both)} subjects of both"
            yield Figure(f"{covariate} yes, {arm} arm", n_old, n_new, told)


def _arm(protocol: Protocol, adsl: pd.DataFrame, value: int) -> pd.DataFrame:
    return at_time_zero(adsl, protocol.time_zero.treated)[arm_of(protocol.treatment, adsl) == value]


def _eligible(protocol: Protocol, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Figure]:
    try:
        old = eligible_by_arm(protocol, before)
    except KeyError:
        # A release of an earlier version lacks a column that the protocol names by now.
        return
    new = eligible_by_arm(protocol, after)
    for value, arm in ARMS.items():
        limit = USUAL if new[value] else NONE_LEFT
        yield _fall(f"eligible subjects, {arm} arm", old[value], new[value], limit)


def _nobody_eligible(protocol: Protocol, adsl: pd.DataFrame) -> Iterator[Figure]:
    cohort = eligible_cohort(protocol, adsl)
    for value, arm in ARMS.items():
        if not (cohort.subjects["TREATED"] == value).any():
            n = int((arm_of(protocol.treatment, adsl) == value).sum())
            told = f"0 of {n} delivered"
            yield Figure(
                f"eligible subjects, {arm} arm", n, 0, told, cause=_commonest_step(protocol, cohort, value)
            )


def _commonest_step(protocol: Protocol, cohort: EligibleCohort, value: int) -> str:
    """The step of the flow that took out most of an arm, with how many."""
    label = protocol.treatment.treated_label if value else protocol.treatment.control_label
    mine = cohort.flow[(cohort.flow["arm"] == label) & (cohort.flow["n_excluded"] > 0)]
    if mine.empty:
        return ""
    most = mine.loc[mine["n_excluded"].idxmax()]
    return f"of the {ARMS[value]} arm most were taken out by {most['criterion']} ({most['n_excluded']:.0f})"


def eligible_by_arm(protocol: Protocol, adsl: pd.DataFrame) -> dict[int, int]:
    """Eligible subjects, by arm (1 treated, 0 control)."""
    treated = eligible_cohort(protocol, adsl).subjects["TREATED"]
    return {value: int((treated == value).sum()) for value in ARMS}


def matched_sets(build: Build) -> list[Figure]:
    """Matched sets against those of a release by the same protocol; none where a covariate of the score is recorded for
    nobody of an arm, which makes the estimates null by its name."""
    before = build.parent_table("results.matched_set")
    parent = build.parent
    if before is None or parent is None or parent.protocol["hash"] != build.run.protocol_hash:
        return []
    members = build.warehouse.table("results.analysis_set")
    named = [column for column in build.protocol.propensity.covariates if column in members]
    if members.groupby("treated")[named].count().eq(0).to_numpy().any():
        return []
    kept = before[~_asked(before["usubjid"], requested(build.warehouse))]
    after = build.warehouse.table("results.matched_set")
    return [_fall("matched sets", _mean_sets(kept), _mean_sets(after), SETS)]


def _mean_sets(pairs: pd.DataFrame) -> float:
    """Sets of an imputation, on average: each has a treated subject."""
    mine = pairs[(pairs["specification"] == MATCHED) & (pairs["treated"] == 1)]
    return float(mine.groupby("imputation")["set_id"].nunique().mean()) if len(mine) else 0.0
