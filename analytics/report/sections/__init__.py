"""Sections of the report in order; each module has KEY, TITLE and `body(material) -> Markup`."""

from analytics.report.sections import (
    answer,
    baseline,
    changes,
    dose,
    effects,
    flow,
    function,
    glossary,
    limits,
    line_lists,
    news,
    operating_characteristics,
    protocol,
    provenance,
    quality,
    robustness,
    safety,
    sources,
    subgroups,
    survival,
    time_ratios,
)

SECTIONS = (
    news, answer, survival, safety, baseline, flow, sources, effects, time_ratios, function, subgroups, dose, robustness,
    operating_characteristics, quality, changes, protocol, provenance, glossary, limits,
)  # fmt: skip
IN_HOUSE = (line_lists,)
"""Behind all others, in the house's own edition alone."""
OPEN = 4
"""So many stand open on the page; what is behind them is folded, and printed only where it is opened."""
