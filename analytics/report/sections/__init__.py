"""Sections of the report in order; each module has KEY, TITLE and `body(material) -> Markup`."""

from analytics.report.sections import (
    answer,
    baseline,
    changes,
    dose,
    effects,
    flow,
    glossary,
    limits,
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
    answer, flow, sources, baseline, survival, effects, time_ratios, subgroups, dose, robustness, safety, quality, changes,
    protocol, provenance, glossary, limits,
)  # fmt: skip
