"""Figures as SVG text, one module a figure; and the figure that stands for a result table in the Dagster UI."""

from collections.abc import Callable

import pandas as pd

from analytics.comparison.specification import leading
from analytics.protocol import Protocol
from analytics.report.disclosure import Disclosure
from analytics.report.figures import rows
from analytics.report.figures.flow import flow_diagram
from analytics.report.figures.forest import forest
from analytics.report.figures.hover import without_hover
from analytics.report.figures.kaplan_meier import kaplan_meier
from analytics.report.figures.love_plot import love_plot
from analytics.report.figures.overlap import overlap
from analytics.report.figures.specification_curve import specification_curve
from analytics.report.names import in_sentence, specification
from analytics.report.public import public_table

MAX_BYTES = 37_000
Drawn = str | None


def figure_of_table(protocol: Protocol, table: str, frame: pd.DataFrame, *, simulated: bool) -> str | None:
    """The figure of a result table, of the primary endpoint.

    Args:
        protocol: the protocol in force; its disclosure is obeyed.
        table: name of the result table.
        frame: its rows.
        simulated: whether the figure carries the protocol's mark.

    Returns:
        SVG of at most 37 kB, or None: no figure stands for this table, or nothing in it can be drawn.
    """
    draw = FIGURES.get(table)
    if draw is None or frame.empty or ("note" in frame.columns and len(frame.columns) == 1):
        return None
    mark = protocol.treatment.mark if simulated else None
    if table != "cohort_flow":
        frame = public_table(table, frame, Disclosure.of(protocol))
    drawn = draw(protocol, frame, mark)
    svg = None if drawn is None else without_hover(drawn)
    return svg if svg is not None and len(svg.encode()) <= MAX_BYTES else None


def _survival(protocol: Protocol, frame: pd.DataFrame, mark: str | None) -> Drawn:
    name = leading(protocol)
    mine = frame[(frame["specification"] == name) & (frame["endpoint"] == protocol.primary.name)]
    arms = (protocol.treatment.treated_label, protocol.treatment.control_label)
    title = f"{protocol.primary.title}: {in_sentence(specification(name))}"
    return kaplan_meier(
        "survival", mine, arms, Disclosure.of(protocol), title=title, description=title, mark=mark,
        horizon_days=protocol.primary.horizon_days, incidence=bool(protocol.primary.competing),
        free="Had the event" if protocol.primary.competing else "Free of the event",
    )  # fmt: skip


def _balance(protocol: Protocol, frame: pd.DataFrame, mark: str | None) -> Drawn:
    title = "Balance of covariates before and after"
    return love_plot(
        "balance", frame, protocol.balance.max_abs_smd, title=title, description=title, mark=mark
    )


def _effects(protocol: Protocol, frame: pd.DataFrame, mark: str | None) -> Drawn:
    title = "Hazard ratios by specification"
    lines = rows.effect_rows(frame, protocol, leading(protocol))
    return forest("effects", lines, title=title, description=title, mark=mark) if lines else None


def _overlap(protocol: Protocol, frame: pd.DataFrame, mark: str | None) -> Drawn:
    title = "Propensity scores of both arms"
    arms = (protocol.treatment.treated_label, protocol.treatment.control_label)
    return overlap("overlap", frame, arms, Disclosure.of(protocol), title=title, description=title, mark=mark)


def _flow(protocol: Protocol, frame: pd.DataFrame, mark: str | None) -> Drawn:
    arms = (protocol.treatment.treated_label, protocol.treatment.control_label)
    return flow_diagram(
        "flow", frame, arms, Disclosure.of(protocol), description="Eligibility by arm", mark=mark
    )


def _dose(protocol: Protocol, frame: pd.DataFrame, mark: str | None) -> Drawn:
    title = "Dose contrasts among the treated"
    lines = rows.dose_rows(frame, protocol.primary.name)
    sides = ("favours more doses", "favours fewer")
    return forest("dose", lines, title=title, description=title, mark=mark, sides=sides) if lines else None


def _curve(protocol: Protocol, frame: pd.DataFrame, mark: str | None) -> Drawn:
    title = "Hazard ratio under every specification"
    mine = frame[frame["endpoint"] == protocol.primary.name]
    return specification_curve("specifications", mine, title=title, description=title, mark=mark)


FIGURES: dict[str, Callable[[Protocol, pd.DataFrame, str | None], Drawn]] = {
    "survival_curve": _survival,
    "covariate_balance": _balance,
    "effect_estimate": _effects,
    "propensity_score": _overlap,
    "cohort_flow": _flow,
    "dose_response": _dose,
    "specification_curve": _curve,
}
