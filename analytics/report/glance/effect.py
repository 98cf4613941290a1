"""The headline, what moved it, how many are alive, and whether balance lets it be read."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analytics.report.findings import hazard_ratio, not_proportional
from analytics.report.material import Material
from analytics.report.milestones import counts_deaths, milestone_sentences
from analytics.report.names import in_sentence, specification
from analytics.report.numbers import fixed, missing, p_value, ratio
from analytics.report.sentences import Sentences


def headline(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """The hazard ratio that answers the question, or why there is none."""
    found = hazard_ratio(material, material.headline)
    if found is None:
        return
    if not found.known:
        yield say("headline"), say("headline-none", reason=found.reason or say("no-estimate"))
        return
    treated, control = material.arms
    told = say(
        "headline-told",
        ratio=ratio(found.value),
        lower=ratio(found.lower),
        upper=ratio(found.upper),
        treated=treated,
        control=control,
        how=say.word("specification", material.headline, in_sentence(specification(material.headline))),
    )
    yield say("headline"), " ".join([told, *_moved(material, say), *_varies(material, say)])


def _varies(material: Material, say: Sentences) -> Iterator[str]:
    p = not_proportional(material)
    if p is not None:
        yield say("headline-varies", p=p_value(p))


def _moved(material: Material, say: Sentences) -> Iterator[str]:
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
    if told:
        yield say("alive" if counts_deaths(material) else "event-free"), " ".join(told)


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
    yield say("balance"), say(name, largest=_largest(material, row), limit=limit)


def _largest(material: Material, row: pd.Series) -> str:
    return material.disclosure.smd(row["largest_smd"])
