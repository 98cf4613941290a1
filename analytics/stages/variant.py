"""The headline under another protocol: the study's own stages run anew, up to one hazard ratio.

Not a stage: what the sensitivity stages vary. Nothing is estimated in another way than the headline itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analytics.cohort.arms import arm_of
from analytics.comparison.comparison import comparisons, followed
from analytics.comparison.data_sets import first_imputations
from analytics.comparison.effect_row import compared
from analytics.comparison.hazard_ratio import hazard_ratio
from analytics.comparison.pooling import Pooled, nothing
from analytics.comparison.refusal import lacking
from analytics.comparison.specification import MATCHED
from analytics.protocol import Protocol, agreeing
from analytics.second_opinion.withheld import TABLE as SECOND_OPINION
from analytics.second_opinion.withheld import ratio_disputed
from analytics.stages import eligibility, follow_up, imputation, matching, propensity, weighting
from analytics.survival.followed import Followed

FEW_IMPUTATIONS = 5
TIME_ZEROS = ("first_injection", "harvest")


@dataclass(frozen=True)
class Variant:
    """The hazard ratio of one variant; NaN with a note where it cannot be made."""

    specification: str
    hazard_ratio: Pooled
    n_treated: int
    n_control: int
    n_event: int
    n_imputation: int = 0


def with_settings(protocol: Protocol, **sections: Mapping[str, object]) -> Protocol:
    """A protocol in which some keys of some sections are other; validated anew.

    Raises:
        ValueError: a value that its key does not allow, or that contradicts another.
    """
    changed = {}
    for name, changes in sections.items():
        section = getattr(protocol, name)
        changed[name] = type(section).model_validate({**section.model_dump(), **changes})
    return agreeing(protocol.model_copy(update=changed))


def narrowed(protocol: Protocol, marts: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The marts without what no variant reads: other arms, other endpoints. Comparisons of short texts become fast."""
    adsl = marts["adsl"][arm_of(protocol.treatment, marts["adsl"]).notna()]
    adtte = marts["adtte"]
    adtte = adtte[adtte["USUBJID"].isin(adsl["USUBJID"]) & adtte["PARAMCD"].isin(protocol.primary.codes)]
    codes = [column for column in ("PARAMCD", "ORIGIN", "VSRULE") if column in adtte]
    return {**marts, "adsl": adsl, "adtte": adtte.astype(dict.fromkeys(codes, "category"))}


def has_windows(marts: Mapping[str, pd.DataFrame]) -> bool:
    """Whether the vital-status rule can be varied: files of other studies have one follow-up, not one for each rule."""
    return "VSRULE" in marts["adtte"]


def time_zeros(protocol: Protocol, marts: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """The protocol's time zero, and the other one where the data have it."""
    origin = marts["adtte"].get("ORIGIN")
    there = [zero for zero in TIME_ZEROS if origin is not None and (origin == zero.upper()).any()]
    return tuple(zero for zero in TIME_ZEROS if zero in {protocol.time_zero.treated, *there})


def primary_only(protocol: Protocol) -> Protocol:
    """The protocol with its primary endpoint alone."""
    return protocol.model_copy(update={"endpoint": protocol.endpoint[:1]})


def design(
    protocol: Protocol, marts: Mapping[str, pd.DataFrame], *, imputations: int | None = FEW_IMPUTATIONS
) -> dict[str, pd.DataFrame]:
    """The design and follow-up tables under a protocol.

    Args:
        protocol, marts: of the study.
        imputations: as many as these, as a rule fewer than the headline's; None for as many as the protocol asks for.
    """
    drawn = protocol
    if imputations and protocol.propensity.missing == "impute":
        drawn = with_settings(protocol, propensity={"imputations": imputations, "imputation_noise": 0})
    tables = dict(marts)
    for stage in (eligibility, follow_up, imputation, propensity, matching, weighting):
        tables |= stage.run(drawn if stage is imputation else protocol, tables)
    return tables


def own_or_designed(
    protocol: Protocol, varied: Protocol, tables: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """The study's own design and follow-up where nothing is varied, with all its imputations; else made anew."""
    return dict(tables) if varied == protocol else design(varied, tables)


def few_imputations(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with the first few imputations alone, for what is made again many times."""
    return first_imputations(tables, FEW_IMPUTATIONS)


def rematched(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same scores, matched as this protocol says."""
    return {**tables, **matching.run(protocol, tables)}


def refollowed(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same design, followed up under this protocol's vital-status rule."""
    return {**tables, **follow_up.run(protocol, tables)}


def headline(protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str = MATCHED) -> Variant:
    """The primary endpoint's hazard ratio from design tables; none where the comparison's own is in dispute."""
    made = list(comparisons(protocol, tables, specification))
    return pooled_headline(
        protocol, tables, specification, followed(made, tables["follow_up"], protocol.primary.name)
    )


def pooled_headline(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str, parts: Sequence[Followed]
) -> Variant:
    """The same of a comparison that was followed up in several data sets, of which `tables` are one."""
    about = compared(protocol, specification, protocol.primary.name, "", parts)
    refusal = refused_headline(protocol, tables, specification, parts)
    found = nothing(refusal) if refusal else hazard_ratio(parts, protocol.outcome.level)
    n_event = about.n_event_treated + about.n_event_control
    return Variant(specification, found, about.n_treated, about.n_control, n_event, about.n_imputation)


def refused_headline(
    protocol: Protocol, tables: Mapping[str, pd.DataFrame], specification: str, parts: Sequence[Followed]
) -> str | None:
    """Why `pooled_headline` makes none; None where it does."""
    endpoint = protocol.primary.name
    about = compared(protocol, specification, endpoint, "", parts)
    refusal = about.refusal(protocol, lacking(protocol, tables, specification))
    return refusal or ratio_disputed(tables.get(SECOND_OPINION), specification, endpoint)


def rerun(
    protocol: Protocol, marts: Mapping[str, pd.DataFrame], specifications: tuple[str, ...] = (MATCHED,)
) -> list[Variant]:
    """Design and headline anew."""
    tables = design(protocol, marts)
    return [headline(protocol, tables, name) for name in specifications]


def no_variant(specification: str, note: str) -> Variant:
    """A variant that cannot be estimated, and why."""
    return Variant(specification, nothing(note), 0, 0, 0)
