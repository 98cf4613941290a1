"""The report: one self-contained HTML page from a protocol and the tables of a build.

Belongs here: words, tables and figures; frames in, text out. Does not belong here: computing an estimate (the stages),
reading or writing files. Everything here is a public rendering: small cells are suppressed as the protocol's `disclosure`
asks, and everything made from simulated deliveries carries the protocol's mark.
"""

from analytics.report.material import Material, Provenance
from analytics.report.page import render_report

__all__ = ["Material", "Provenance", "render_report"]
