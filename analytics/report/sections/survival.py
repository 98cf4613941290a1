"""Kaplan–Meier curves, or cumulative incidence, one estimand a figure, and what they say in numbers."""

from collections.abc import Iterator
from functools import partial

import pandas as pd
from markupsafe import Markup

from analytics.comparison.competing_effects import COMPETES
from analytics.comparison.specification import CRUDE, MATCHED, specifications
from analytics.protocol.population import Endpoint
from analytics.report.drawing import figure
from analytics.report.figures.kaplan_meier import kaplan_meier
from analytics.report.findings import hazard_ratio
from analytics.report.fitted_model import FittedModel, best_model
from analytics.report.markup import absent, folded, heading, paragraph, table
from analytics.report.material import Material
from analytics.report.milestones import alive_at, milestones
from analytics.report.names import estimand, in_sentence, listed, specification
from analytics.report.numbers import MISSING, interval, milestone, missing, months, percent
from analytics.second_opinion.withheld import says_so

KEY, TITLE = "survival", "Survival"
AT_RISK = "at risk"
COMPETING = (
    "{} may come first and end the possibility of the event. Curves are cumulative incidence (Aalen–Johansen): the share "
    "that had the event; who had the other first counts as without it. One minus a Kaplan–Meier curve would be higher, as "
    "if the other could not happen."
)


def body(material: Material) -> Markup:
    """Curves by endpoint and specification, then the summary table."""
    if material.table("survival_curve").empty:
        return absent("no survival curve was made")
    parts = [
        paragraph(
            "Each figure has one estimand; curves of different estimands are never drawn together or pooled. Shaded: "
            f"{100 * material.protocol.outcome.level:g} % pointwise log-log intervals. "
            f"Curves end where fewer than {material.disclosure.curve_min_at_risk} are at risk, and are faint where the "
            f"other arm’s has ended: there is nothing to compare with.{_marks(material)}"
        )
    ]
    for endpoint in material.protocol.endpoint:
        parts.append(heading(endpoint.title + (" (recorded in one arm only)" if endpoint.one_sided else "")))
        if endpoint.one_sided:
            parts.append(_one_sided(material))
        if endpoint.competing:
            parts.append(paragraph(COMPETING.format(listed(endpoint.competing))))
        parts += list(_figures(material, endpoint))
    return Markup("").join([*parts, _summary(material)])


def _marks(material: Material) -> str:
    return " Short strokes: somebody’s follow-up ends." if material.disclosure.threshold is None else ""


def _undrawn(material: Material, name: str, endpoint: Endpoint) -> str:
    rows = material.table("survival_summary", specification=name, endpoint=endpoint.name)
    disputed = [note for note in rows.get("note", ()) if says_so(note)]
    return disputed[0] if disputed else "too few at risk to draw a curve"


def _one_sided(material: Material) -> Markup:
    text = f"Tracheostomy and ventilation are not recorded for {material.arms[1]}: this endpoint counts more events in one "
    return paragraph(text + "arm by construction and cannot be read as a comparison of equals.", "caution")


def _figures(material: Material, endpoint: Endpoint) -> Iterator[Markup]:
    for name in _led_by(material):
        curves = material.table("survival_curve", specification=name, endpoint=endpoint.name)
        title = f"{endpoint.title}: {in_sentence(specification(name))}"
        nothing = f"{title}: {_undrawn(material, name, endpoint)}"
        if curves.empty:
            yield absent(nothing)
            continue
        model = best_model(material, name, endpoint.name)
        draw = partial(
            kaplan_meier, f"km-{endpoint.name}-{name}".lower(), curves, material.arms, material.disclosure, title=title,
            description=_description(material, name, endpoint), mark=material.mark,
            horizon_days=endpoint.horizon_days, free=_counted(endpoint), incidence=bool(endpoint.competing),
            weighted=name not in (CRUDE, MATCHED),
            fitted=model.curve if model else None, fitted_label=f"{model.words} model" if model else "",
        )  # fmt: skip
        note = _note(material, name, endpoint, model)
        narrow = (name, endpoint) == (material.headline, material.protocol.primary)
        drawn = figure(material, title + ".", draw, note, nothing=nothing, narrow=narrow)
        yield drawn if name == material.headline else folded(title, drawn)


def _counted(endpoint: Endpoint) -> str:
    if endpoint.competing:
        return "Had the event"
    return "Alive" if endpoint.is_death else "Free of the event"


def _estimator(endpoint: Endpoint) -> str:
    return "Cumulative incidence (Aalen–Johansen)" if endpoint.competing else "Kaplan–Meier"


def _led_by(material: Material) -> list[str]:
    """The comparison that answers the question stands first; what nothing is balanced in comes last."""
    names = list(specifications(material.protocol))
    return sorted(names, key=lambda name: (name != material.headline, name == CRUDE))


def _note(material: Material, name: str, endpoint: Endpoint, model: FittedModel | None) -> str:
    found = hazard_ratio(material, name, endpoint.name)
    if found is None:
        return f"{_estimator(endpoint)}."
    count = material.disclosure.count
    whom = estimand(found.estimand, material.arms[0])
    return (
        f"{_estimator(endpoint)}{', weighted' if name not in (CRUDE, MATCHED) else ''}. About {whom}. "
        f"{material.arms[0]}: n = {count(found.n_treated)}, {count(found.n_event_treated)} events; "
        f"{material.arms[1]}: n = {count(found.n_control)}, {count(found.n_event_control)} events."
        f"{_conditional(material, name, endpoint)}{f' Dotted: {model.caption}.' if model else ''}"
    )


def _conditional(material: Material, name: str, endpoint: Endpoint) -> str:
    """Curves of late entrants begin where enough are at risk, and speak of those alive then."""
    rows = material.table("survival_summary", specification=name, endpoint=endpoint.name)
    late = rows[rows["curve_from_days"].fillna(0) > 0]
    return "".join(
        f" {row['arm']} from {milestone(row['curve_from_days'])} on, conditional on being free of the event then."
        for _, row in late.iterrows()
    )


def _description(material: Material, name: str, endpoint: Endpoint) -> str:
    rows = material.table("survival_summary", specification=name, endpoint=endpoint.name)
    parts = []
    for _, row in rows.iterrows():
        events = f"{material.disclosure.count(row['n_event'])} events"
        if endpoint.competing:
            parts.append(f"{row['arm']}: {events}, {material.disclosure.count(row['n_competing'])} competing")
            continue
        median = _median(material, row)
        median += "" if missing(row["median_days"]) else " months"
        parts.append(f"{row['arm']}: median {median}, {events}")
    told = [
        f"at {milestone(days)} {percent(each.share, 0)} of {each.arm}"
        for days in milestones(material)
        for each in alive_at(material, days, name, endpoint.name)
    ]
    return f"{_estimator(endpoint)} curves with intervals and numbers at risk. {'; '.join([*parts, *told])}"


def _summary(material: Material) -> Markup:
    rows = material.table("survival_summary")
    if rows.empty:
        return Markup("")
    titles = {endpoint.name: endpoint.title for endpoint in material.protocol.endpoint}
    rows = rows.iloc[
        rows["endpoint"].map({name: place for place, name in enumerate(titles)}).argsort(kind="stable")
    ]
    count, in_months = material.disclosure.count, material.disclosure.months
    competed = [endpoint.name for endpoint in material.protocol.endpoint if endpoint.competing]
    shown = pd.DataFrame(
        {
            "group": rows["endpoint"].map(titles) + " – " + rows["specification"].map(specification),
            "arm": rows["arm"],
            "n": rows["n"].map(count),
            "events": rows["n_event"].map(count),
            "competing": rows["n_competing"].map(count).where(rows["endpoint"].isin(competed), ""),
            "median": [_median(material, row) for _, row in rows.iterrows()],
            "rmst": [_restricted_mean(row) for _, row in rows.iterrows()],
            "follow_up": rows["follow_up_median_days"].map(in_months),
            "horizon": [_at_horizon(row, count) for _, row in rows.iterrows()],
        }
    )
    labels = {
        "arm": "Arm", "n": "n", "events": "Events", "competing": "Competing events",
        "median": "Median survival, months (interval)", "rmst": "Restricted mean, months (SE)",
        "follow_up": "Median follow-up, months", "horizon": "At risk at horizon",
    }  # fmt: skip
    tau = ", ".join(sorted({milestone(value) for value in rows["rmst_tau_days"].dropna()}))
    note = (
        f"Restricted mean up to {tau}. Months of 30.4375 days. Median follow-up by reverse Kaplan–Meier. {MISSING}: not "
        f"estimable.{_too_few(rows)}"
    )
    return table(
        shown,
        labels,
        key="survival-summary",
        title="Survival by arm.",
        mark=material.mark,
        note=note,
        group="group",
    )


def _too_few(rows: pd.DataFrame) -> str:
    """Why medians and restricted means are not given, each reason once."""
    reasons = [
        reason
        for note in rows["note"].dropna()
        for reason in str(note).split("; ")
        if AT_RISK in reason or COMPETES in reason or says_so(reason)
    ]
    return "".join(f" {reason}." for reason in dict.fromkeys(reasons))


def _median(material: Material, row: pd.Series) -> str:
    if missing(row["median_days"]):
        return MISSING if not missing(row["note"]) and "median: " in row["note"] else "not reached"
    in_months = material.disclosure.months
    limits = interval(row["median_ci_lower"], row["median_ci_upper"], in_months)
    return f"{in_months(row['median_days'])} ({limits})"


def _restricted_mean(row: pd.Series) -> str:
    if missing(row["rmst_days"]):
        return MISSING
    return f"{months(row['rmst_days'])} ({months(row['rmst_standard_error'])})"


def _at_horizon(row: pd.Series, count: object) -> str:
    assert callable(count)
    return MISSING if missing(row["n_risk_at_horizon"]) else str(count(row["n_risk_at_horizon"]))
