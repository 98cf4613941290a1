"""The headline under two answers to the guaranteed time between harvest and first injection: who is treated outlived a wait.

Not a stage: what the stages that vary time zero share. Belongs here: left truncation, and controls who start after a drawn
wait. Does not belong here: the wait itself and what a control was like on a day (`analytics.index_date`), nor harvest as
time zero, which is a setting of the protocol.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.cohort import follow_up
from analytics.cohort.arms import arm_of
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.pooling import nothing
from analytics.index_date.measurements import Measurements
from analytics.index_date.moved import at_days, fixed, parameters_of
from analytics.index_date.wait import (
    NEEDED,
    WaitDistribution,
    draw_waits,
    wait_distribution,
    waits,
)
from analytics.protocol import Protocol
from analytics.protocol.columns import named_columns
from analytics.stages import eligibility, imputation, matching, propensity, weighting
from analytics.stages.dose import day_from_index
from analytics.stages.variant import (
    FEW_IMPUTATIONS,
    Variant,
    headline,
    no_variant,
    pooled_headline,
    refused_headline,
    time_zeros,
    with_settings,
)

LEFT_TRUNCATION, INDEX_DATES = "left_truncation", "index_date_imputation"
SUPPOSES = "supposes that the wait does not depend on prognosis"
NO_HARVEST = "not made: adtte has no follow-up from the harvest (ORIGIN HARVEST)"
NO_INJECTION = "not made: adtte has no follow-up from the first injection"


def no_wait(protocol: Protocol, marts: Mapping[str, pd.DataFrame]) -> str | None:
    """Why nothing can be said of a wait, in words; None where it can."""
    if protocol.time_zero.treated == "trial_baseline":
        return "not made: time zero of the treated is the baseline of a trial"
    if protocol.time_zero.origin != "time_zero":
        return f"not made: the clock starts at {protocol.time_zero.origin}, with entry at time zero"
    lacking = [column for column in NEEDED if column not in marts["adsl"]]
    if lacking:
        return f"not made: adsl has no column {lacking[0]}"
    return _unknown(waits(_arm(protocol, marts["adsl"], 1)), protocol.outcome.min_arm)


def _unknown(known: pd.DataFrame, fewest: int) -> str | None:
    """Why waits tell no distribution."""
    if known.empty:
        return "not made: no harvest of the treated is on record"
    if (known["exact"] & (known["injected"] == 1)).sum() < fewest:
        return f"not made: the wait is known of fewer than {fewest} of the injected"
    if (known["days"] == 0).all():
        return "not made: everyone was injected on the day of the harvest, and waited for nothing"
    return None


def _arm(protocol: Protocol, adsl: pd.DataFrame, value: int) -> pd.DataFrame:
    return adsl[(arm_of(protocol.treatment, adsl) == value).to_numpy()]


def left_truncated(
    protocol: Protocol, design: Mapping[str, pd.DataFrame], specifications: Sequence[str]
) -> list[Variant]:
    """From the harvest, at risk from the first injection on.

    Sets and weights are those of all harvested, who resemble controls on the day of the harvest; who was not injected never
    comes under observation, and the controls stay. Sets of the injected alone would lose the frail among them twice, by the
    wait and by resemblance to those who outlived it.

    Args:
        protocol: with harvest as time zero.
        design: design and follow-up tables under it, with `adsl`.
        specifications: of which the hazard ratio is made.
    """
    known = waits(_arm(protocol, design["adsl"], 1))
    entry = known[known["injected"] == 1].set_index("usubjid")["days"]
    treated = design["analysis_set"].loc[design["analysis_set"]["treated"] == 1, "usubjid"]
    rows = design["follow_up"]
    is_treated = rows["usubjid"].isin(treated)
    entered = rows["entry_days"].mask(is_treated, rows["usubjid"].map(entry)).astype(float)
    late = rows.assign(entry_days=entered)[(rows["stop_days"] > entered).to_numpy()]
    tables = {**design, "follow_up": late.reset_index(drop=True)}
    return [_noted(headline(protocol, tables, name), SUPPOSES) for name in specifications]


def with_index_dates(
    protocol: Protocol, marts: Mapping[str, pd.DataFrame], specifications: Sequence[str]
) -> list[Variant]:
    """From the first injection; every control from a day drawn from the distribution of the wait, as it was on that day.

    Who was not alive and followed on the day drawn is left out, as no treated subject who did not outlive the wait is in.
    Each data set has its own draws, its own score and its own sets.

    Args:
        protocol, marts: of the study, with `adqs` where a covariate is measured.
        specifications: of which the hazard ratio is made.
    """
    reason = no_wait(protocol, marts) or _unmeasured(protocol, marts)
    if reason is None and "first_injection" not in time_zeros(protocol, marts):
        reason = NO_INJECTION
    if reason:
        return [no_variant(name, reason) for name in specifications]
    base = with_settings(protocol, time_zero={"treated": "first_injection"})
    source = _Source.of(base, marts)
    numbers = range(1, FEW_IMPUTATIONS + 1)
    designs = [source.design(base, marts, number, specifications) for number in numbers]
    return [_noted(_of_draws(base, designs, name), source.note(base)) for name in specifications]


def _of_draws(
    protocol: Protocol, designs: Sequence[Mapping[str, pd.DataFrame]], specification: str
) -> Variant:
    """Pooled over all draws, or over none: the mean of those that have an estimate would be one of chosen draws."""
    endpoint = protocol.primary.name
    drawn = [
        followed(comparisons(protocol, tables, specification), tables["follow_up"], endpoint)
        for tables in designs
    ]
    parts = [replace(part, redrawn=True) for found in drawn for part in found]
    refused = [
        refusal
        for tables, found in zip(designs, drawn, strict=True)
        if (refusal := refused_headline(protocol, tables, specification, found))
    ]
    variant = pooled_headline(protocol, designs[-1], specification, parts)
    if not refused:
        return variant
    return replace(variant, hazard_ratio=nothing(_of_refused(refused, len(designs))))


def _of_refused(reasons: Sequence[str], n_draw: int) -> str:
    """Why there is no estimate, of how many draws."""
    if len(reasons) == n_draw and len(set(reasons)) == 1:
        return reasons[0]
    return f"no estimate in {len(reasons)} of the {n_draw} data sets; in the first of these: {reasons[0]}"


def _unmeasured(protocol: Protocol, marts: Mapping[str, pd.DataFrame]) -> str | None:
    """Why covariates cannot be taken as of another day; None where they can."""
    adqs = marts.get("adqs")
    there = set() if adqs is None else set(_of_controls(protocol, marts, adqs)["PARAMCD"])
    lacking = [name for name in parameters_of(protocol.covariates()) if name not in there]
    return f"not made: adqs has no {lacking[0]} of controls, to take as of another day" if lacking else None


def _of_controls(protocol: Protocol, marts: Mapping[str, pd.DataFrame], adqs: pd.DataFrame) -> pd.DataFrame:
    return adqs[adqs["USUBJID"].isin(_arm(protocol, marts["adsl"], 0)["USUBJID"])]


@dataclass(frozen=True)
class _Source:
    """What every data set draws from.

    Attributes:
        wait: from harvest to first injection.
        subjects: rows of `adsl` of both arms, with TREATED; the treated as of their first injection, controls as of trial
            baseline.
        follow_up: of both, from there.
        measured: of controls, by parameter.
    """

    wait: WaitDistribution
    subjects: pd.DataFrame
    follow_up: pd.DataFrame
    measured: Mapping[str, Measurements]

    @classmethod
    def of(cls, protocol: Protocol, marts: Mapping[str, pd.DataFrame]) -> "_Source":
        arm = arm_of(protocol.treatment, marts["adsl"])
        subjects = marts["adsl"].assign(TREATED=arm)[arm.notna().to_numpy()].reset_index(drop=True)
        control = (subjects["TREATED"] == 0).to_numpy()
        return cls(
            wait_distribution(waits(subjects[~control])),
            subjects,
            follow_up(protocol, marts["adtte"], subjects, protocol.primary),
            _measured(protocol, marts, subjects[control]),
        )

    def design(
        self,
        protocol: Protocol,
        marts: Mapping[str, pd.DataFrame],
        number: int,
        specifications: Sequence[str] = (),
    ) -> dict[str, pd.DataFrame]:
        """Design and follow-up tables of one data set, its covariates completed once; weights where one of these has any."""
        ids, control = self.subjects["USUBJID"], (self.subjects["TREATED"] == 0).to_numpy()
        days = np.zeros(len(ids))
        days[control] = draw_waits(self.wait, ids[control].to_numpy(object), protocol.seed, number)
        stop = self.follow_up["stop_days"] - self.follow_up["usubjid"].map(dict(zip(ids, days, strict=True)))
        later = self.follow_up.assign(stop_days=stop)[(stop > 0).to_numpy()]
        kept = ~control | ids.isin(later["usubjid"]).to_numpy()
        tables = {**marts, "adsl": self._as_of(days, kept, control)}
        tables |= eligibility.run(protocol, tables)
        mine = later["usubjid"].isin(tables["analysis_set"]["usubjid"])
        tables["follow_up"] = later[mine].reset_index(drop=True)
        tables |= imputation.one_draw(protocol, tables, number)
        weighted = set(specifications) & set(protocol.weighting.schemes)
        for stage in (propensity, matching, *((weighting,) if weighted else ())):
            tables |= stage.run(protocol, tables)
        return tables

    def _as_of(self, days: np.ndarray, kept: np.ndarray, control: np.ndarray) -> pd.DataFrame:
        """Rows of `adsl` of those kept, controls among them as they were on their day."""
        frame, moved = self.subjects[kept], control[kept]
        new = {}
        for name, values in at_days(frame[moved], self.measured, days[kept][moved]).items():
            new[name] = frame[name].to_numpy(float, copy=True)
            new[name][moved] = values
        return frame.assign(**new)

    def note(self, protocol: Protocol) -> str:
        """What the estimate rests on and supposes."""
        told = f"waits of {self.wait.n_harvested} harvested, {self.wait.n_injected} of them injected"
        still = fixed(protocol.propensity.covariates)
        as_at_baseline = f"; {', '.join(still)} of controls as at trial baseline" if still else ""
        return f"{SUPPOSES}, and that both arms were measured as recently; {told}{as_at_baseline}"


def _measured(
    protocol: Protocol, marts: Mapping[str, pd.DataFrame], controls: pd.DataFrame
) -> dict[str, Measurements]:
    """Every parameter of controls that a column named by the protocol is made of, and that is there."""
    adqs = marts.get("adqs")
    if adqs is None or adqs.empty:
        return {}
    rows = _of_controls(protocol, marts, adqs)
    if "ADTF" in rows:
        rows = rows[rows["ADTF"].isna()]
    found = {}
    for name in parameters_of(column for named in named_columns(protocol).values() for column in named):
        mine = rows[rows["PARAMCD"] == name]
        if len(mine):
            records = pd.DataFrame(
                {
                    "usubjid": mine["USUBJID"],
                    "day": day_from_index(mine, "INDEXDY", "ADY"),
                    "value": mine["AVAL"].astype(float),
                }
            )
            found[name] = Measurements.of(records, controls["USUBJID"].to_numpy(object))
    return found


def _noted(variant: Variant, note: str) -> Variant:
    """A variant that says what it supposes, after why it has no estimate where it has none."""
    made = variant.hazard_ratio
    if np.isnan(made.estimate):
        return variant
    return replace(variant, hazard_ratio=replace(made, note="; ".join(filter(None, (made.note, note)))))
