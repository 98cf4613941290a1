"""The headline, what moved it, how many are alive, and whether balance lets it be read."""

from collections.abc import Iterator

import numpy as np

from analytics.report.findings import Estimate, hazard_ratio, not_proportional
from analytics.report.material import Material
from analytics.report.milestones import milestone_sentences, state
from analytics.report.names import in_sentence, listed, specification
from analytics.report.numbers import fixed, missing, p_value, percent, ratio
from analytics.report.sentences import Sentences

SETTLED = 0.1
"""Noise of the draws, as a share of the standard error, from which on it is said."""
CHANCE = 1.96


def headline(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """The hazard ratio that answers the question, or why there is none."""
    found = hazard_ratio(material, material.headline)
    if found is None:
        return
    if not found.known:
        yield say("headline"), say("headline-none", reason=found.reason or say("no-estimate"))
        return
    treated, control = material.arms
    kind = "death" if material.protocol.primary.is_death else "other"
    words = {"event": say(f"event-{kind}")} if found.direction == "undecided" else {}
    told = say(
        f"headline-{found.direction}",
        **words,
        ratio=ratio(found.value),
        lower=ratio(found.lower),
        upper=ratio(found.upper),
        level=material.level,
        events=say(f"events-{kind}"),
        treated=treated,
        control=control,
        how=say.word("specification", material.headline, in_sentence(specification(material.headline))),
    )
    moved = [*_moved(material, say, found)]
    more = (
        *_competes(material, say),
        *moved,
        *(() if moved else _unsettled(say, found)),
        *_varies(material, say),
    )
    yield say("headline"), " ".join([told, *more])


def _competes(material: Material, say: Sentences) -> Iterator[str]:
    """What a hazard ratio leaves out where other events compete."""
    if material.protocol.primary.competing:
        yield say("headline-competing", competing=listed(material.protocol.primary.competing))


def _unsettled(say: Sentences, found: Estimate) -> Iterator[str]:
    """How much the headline hangs on the draws of missing values, where that is more than protocols usually allow."""
    if found.imputation_noise > SETTLED:
        yield say(
            "headline-unsettled", draws=str(found.n_imputation), noise=percent(found.imputation_noise, 0)
        )


def _varies(material: Material, say: Sentences) -> Iterator[str]:
    p = not_proportional(material)
    if p is not None:
        yield say("headline-varies", p=p_value(p))


def _moved(material: Material, say: Sentences, found: Estimate) -> Iterator[str]:
    """What it was before, and which cause moved it most; nothing where it cannot be told."""
    steps = material.attribution
    if steps.empty:
        return
    is_mine = (steps["specification"] == material.headline) & (
        steps["endpoint"] == material.protocol.primary.name
    )
    known = steps[is_mine & steps["difference"].notna()]
    if known.empty or missing(then := steps[is_mine].iloc[0]["log_hazard_ratio_before"]):
        return
    before = ratio(float(np.exp(then)))
    by_draws = CHANCE * found.imputation_noise * found.standard_error
    if abs(float(known["difference"].sum())) < by_draws:
        yield say("headline-noise", before=before)
        return
    largest = known.loc[known["difference"].abs().idxmax()]
    factor = fixed(float(np.exp(largest["difference"])), 2)
    if factor == "1.00":
        yield say("headline-unmoved", before=before)
    else:
        step = str(largest["step"])
        yield say("headline-moved", before=before, step=say.word("step", step, step), factor=factor)


def alive(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """How many of a hundred, at each milestone."""
    told = list(milestone_sentences(material, say))
    found = hazard_ratio(material, material.headline)
    if told and found is not None:
        count, (treated, control) = material.disclosure.count, material.arms
        counted = state(material)
        lead = say(
            "incidence-estimated" if counted == "incidence" else "alive-estimated",
            n_treated=count(found.n_treated),
            n_control=count(found.n_control),
            treated=treated,
            control=control,
            level=material.level,
            zero=say(_zero(material)),
        )
        told = [lead, *told]
        yield say(counted), " ".join(told)


def _zero(material: Material) -> str:
    """The sentence for where follow-up begins; anyone's own study has said nothing of injections."""
    treated = material.protocol.time_zero.treated
    own = material.protocol.study.background == "none" and treated == "first_injection"
    return "zero-own" if own else f"zero-{treated.replace('_', '-')}"


def balance(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """Whether what was measured is alike, in words that nobody takes for a confirmation of the result."""
    if hazard_ratio(material, material.headline) is None:
        return
    rows = material.table("balance_gate", specification=material.headline)
    if rows.empty:
        yield say("balance"), say("balance-none")
        return
    row = rows.iloc[0]
    name = "balance-supported" if row["supported"] == "Y" else "balance-unsupported"
    limit = f"{material.protocol.balance.max_abs_smd:g}"
    yield say("balance"), say(name, largest=material.disclosure.smd(row["largest_smd"]), limit=limit)
