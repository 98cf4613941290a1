"""Comparability of the arms: Table 1 before and after, love plot, overlap, the gate of every specification."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.comparison.specification import CRUDE
from analytics.report.drawing import figure
from analytics.report.figures.love_plot import love_plot
from analytics.report.figures.overlap import overlap
from analytics.report.findings import hazard_ratio
from analytics.report.markup import absent, heading, paragraph, table
from analytics.report.material import Material
from analytics.report.names import covariate, in_sentence, specification
from analytics.report.numbers import MISSING, fixed, missing, percent, words

KEY, TITLE = "balance", "Balance before and after"


def body(material: Material) -> Markup:
    """Tables and figures of balance."""
    balance = material.table("covariate_balance")
    if balance.empty:
        return absent("no balance could be computed") + _overlap(material)
    names = list(dict.fromkeys(balance["specification"]))
    chosen = material.headline if material.headline in names else names[0]
    return Markup("").join(
        [
            _table_one(material, balance[balance["specification"] == chosen], chosen),
            _love(material, balance),
            _gates(material),
            _overlap(material),
            *_weighted(material, balance, [name for name in names if name != chosen]),
        ]
    )


def decimals(mean: float) -> int:
    """Decimals with which a mean and its standard deviation are shown."""
    return 2 if abs(mean) < 10 else 1


def _cell(value: float, spread: float, n: float, kind: str, material: Material) -> str:
    """Mean (SD) of a number, n (%) of a share."""
    if missing(value):
        return MISSING
    if kind == "number":
        digits = decimals(value)
        return fixed(value, digits) + ("" if missing(spread) else f" ({fixed(spread, digits)})")
    return percent(value) if missing(n) else material.disclosure.share(value * n, n)


def kinds(rows: pd.DataFrame) -> pd.Series:
    """`share` of a covariate with levels, or without variance ratio and with means within 0 and 1, else `number`."""
    binary = rows["variance_ratio"].isna() & rows[["treated_mean", "control_mean"]].apply(
        lambda column: column.between(0, 1)
    ).all(axis=1)
    share = (words(rows["level"]) != "") | binary.groupby(rows["covariate"]).transform("all")
    return share.map({True: "share", False: "number"})


def _table_one(material: Material, balance: pd.DataFrame, name: str) -> Markup:
    keys = ["covariate", "level"]
    before, after = (balance[balance["stage"] == stage].copy() for stage in ("unadjusted", "adjusted"))
    known = dict(
        zip(zip(before["covariate"], words(before["level"]), strict=True), kinds(before), strict=True)
    )
    sizes = {stage: _sizes(material, code) for stage, code in (("before", "crude"), ("after", name))}
    order = {code: place for place, code in enumerate(material.protocol.covariates())}
    both = before.merge(after, on=keys, how="outer", suffixes=("_before", "_after"))
    both["_place"] = both["covariate"].map(order).fillna(len(order))
    rows = []
    for _, row in both.sort_values(["_place", "covariate", "level"], kind="stable").iterrows():
        level = None if missing(row["level"]) else row["level"]
        kind = known.get((row["covariate"], level or ""), "number")
        line = {
            "covariate": covariate(row["covariate"], level),
            "missing": _not_recorded(material, row["covariate"]),
        }
        for stage, (n_treated, n_control) in sizes.items():
            for arm, n in (("treated", n_treated), ("control", n_control)):
                mean, spread = row[f"{arm}_mean_{stage}"], row[f"{arm}_sd_{stage}"]
                line[f"{arm}_{stage}"] = _cell(mean, spread, n, kind, material)
            line[f"smd_{stage}"] = material.disclosure.smd(row[f"smd_{stage}"])
        rows.append(line)
    return _shown(material, pd.DataFrame(rows), name, sizes, balance)


def _shown(
    material: Material,
    frame: pd.DataFrame,
    name: str,
    sizes: dict[str, tuple[float, float]],
    balance: pd.DataFrame,
) -> Markup:
    treated, control = material.arms
    labels = {"covariate": "Covariate at time zero"}
    for stage, (n_treated, n_control) in sizes.items():
        labels |= {
            f"treated_{stage}": f"{treated} (n = {material.disclosure.count(n_treated)})",
            f"control_{stage}": f"{control} (n = {material.disclosure.count(n_control)})",
            f"smd_{stage}": "SMD",
        }
        if stage == "before":
            labels["missing"] = "Not recorded"
    spanners = {
        "Before, everyone eligible": ["treated_before", "control_before", "smd_before", "missing"],
        f"After: {in_sentence(specification(name))}": ["treated_after", "control_after", "smd_after"],
    }
    averaged = ", averaged over imputed data sets" if balance["n_imputation"].max() > 1 else ""
    note = (
        f"Mean (SD) or n (%){averaged}. SMD: standardised mean difference, "
        f"divided by the {balance['denominator'].iloc[0]} "
        "standard deviation. Not recorded: of the treated; of the controls, before anything was imputed. "
        "After weighting n is the number of people, not the effective sample."
    )
    return table(
        frame, labels, key=f"table-one-{name}", title=f"Baseline of both arms, {in_sentence(specification(name))}.",
        mark=material.mark, note=note, spanners=spanners,
    )  # fmt: skip


def _not_recorded(material: Material, name: str) -> str:
    """How many of the eligible have no value, of the treated and of the controls; nothing where it cannot be told."""
    people = material.table("analysis_set")
    if name not in people or "treated" not in people:
        return ""
    absent = people[name].isna().groupby(people["treated"]).sum()
    return "; ".join(material.disclosure.count(float(absent.get(arm, 0))) for arm in (1, 0))


def _sizes(material: Material, code: str) -> tuple[float, float]:
    found = hazard_ratio(material, code)
    return (float("nan"), float("nan")) if found is None else (found.n_treated, found.n_control)


def _love(material: Material, balance: pd.DataFrame) -> Markup:
    after = balance[(balance["stage"] == "adjusted") & balance["smd"].notna()]
    worst = after.groupby("specification", sort=False)["smd"].agg(lambda smd: smd.abs().max())
    words = "; ".join(
        f"{in_sentence(specification(str(name)))}: largest {material.disclosure.smd(value)}"
        for name, value in worst.items()
    )
    draw = partial(
        love_plot, "love", balance, material.protocol.balance.max_abs_smd, title="Standardised mean differences",
        description=f"Absolute standardised mean differences before and after. {words}", mark=material.mark,
    )  # fmt: skip
    note = "One point per covariate; colours and shapes are comparisons. Measured covariates only."
    title, nothing = (
        "Balance of measured covariates (love plot).",
        "no standardised difference could be computed",
    )
    return figure(material, title, draw, note, nothing=nothing)


def _gates(material: Material) -> Markup:
    rows = material.table("balance_gate")
    if rows.empty:
        return absent("no balance gate was evaluated")
    shown = pd.DataFrame(
        {
            "specification": rows["specification"].map(specification),
            "supported": rows["supported"].map({"Y": "supported", "N": "NOT supported"}),
            "smd": rows["largest_smd"].map(material.disclosure.smd),
            "treated": rows["effective_treated"].map(lambda value: fixed(value, 0)),
            "control": rows["effective_control"].map(lambda value: fixed(value, 0)),
            "failing": words(rows["failing"].where(rows["failing"].fillna("") != "", rows["note"])),
        }
    )
    labels = {
        "specification": "Comparison", "supported": "Gate", "smd": "Largest SMD", "treated": "Effective n, treated",
        "control": "Effective n, control", "failing": "What fails",
    }  # fmt: skip
    asked = material.protocol.balance
    note = (
        f"Gate: every |SMD| of the score's covariates ≤ {asked.max_abs_smd:g} and effective sample ≥ "
        f"{asked.min_effective_sample:g} in both arms."
    )
    return table(
        shown, labels, key="gates", title="Balance gate.", mark=material.mark, note=note,
        text=["supported", "failing"],
    )  # fmt: skip


def _overlap(material: Material) -> Markup:
    diagnostic = material.table("propensity_diagnostic")
    mean = diagnostic.groupby("statistic")["value"].mean() if len(diagnostic) else pd.Series(dtype=float)
    draw = partial(
        overlap, "overlap", material.table("propensity_score"), material.arms, material.disclosure, mark=material.mark,
        title="Propensity scores of both arms",
        description=f"Mirrored histograms of propensity scores. Overlap coefficient "
        f"{fixed(mean.get('overlap_coefficient'), 2)}.",
    )  # fmt: skip
    nothing = "no propensity score could be fitted"
    note = (
        "Scores averaged over imputations. Dotted open bars: fewer subjects than the disclosure limit, "
        "height not to scale."
    )
    words = ""
    if len(mean):
        words = (
            f"The score tells the arms apart with an area under the curve of {fixed(mean.get('auc'), 2)}; "
            f"{_supported(material, mean, 'treated')} of treated and {_supported(material, mean, 'control')} of controls "
            "lie in common support."
        )
    parts = [
        heading("Overlap"),
        figure(material, "Overlap of propensity scores.", draw, note, nothing=nothing),
        paragraph(words),
    ]
    return Markup("").join(parts)


def _supported(material: Material, mean: pd.Series, arm: str) -> str:
    """The share in common support, in steps that as many make as may be told."""
    share, crude = float(mean.get(f"{arm}_in_support", float("nan"))), hazard_ratio(material, CRUDE)
    step = material.disclosure.step(getattr(crude, f"n_{arm}") if crude else 0)
    if missing(share):
        return percent(None)
    # Not all of them are never all of them.
    told = min(step * round(share / step), 1 - step) if step and share < 1 else share
    return percent(told, 1 if 0.99 < told < 1 else 0)


def _weighted(material: Material, balance: pd.DataFrame, names: list[str]) -> list[Markup]:
    return [_table_one(material, balance[balance["specification"] == name], name) for name in names]
