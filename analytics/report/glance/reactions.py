"""Serious adverse drug reactions of the treated, beside serious events whatever their cause."""

from collections.abc import Iterator

from analytics.report import reactions
from analytics.report.material import Material
from analytics.report.numbers import missing, percent
from analytics.report.sentences import Sentences


def serious_reactions(material: Material, say: Sentences) -> Iterator[tuple[str, str]]:
    """Within the window after the first injection; nothing where it cannot be told."""
    row, serious = reactions.reactions(material), reactions.reactions(material, "serious")
    if row is None or serious is None or missing(row["n_subject"]) or missing(serious["n_subject"]):
        return
    disclosure = material.disclosure
    told = {
        "arm": material.arms[0],
        "window": str(material.protocol.safety.window_days),
        "total": disclosure.count(row["n_total"]),
        "serious": disclosure.share(float(serious["n_subject"]), float(serious["n_total"])),
    }
    if row["n_subject"] == 0 and not missing(row["pct_ci_upper"]):
        upper = percent(float(row["pct_ci_upper"]) / 100)
        yield say("reactions"), say("reactions-none", **told, upper=upper)
    else:
        yield say("reactions"), say("reactions-some", **told, shown=disclosure.count(row["n_subject"]))
