"""Data quality: checks, what the release lacks, rejected rows, open queries by rule. Counts only."""

import pandas as pd
from markupsafe import Markup

from analytics.gaps import DELIVERY
from analytics.report.markup import absent, heading, items, paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import missing, words
from analytics.report.sections import data_queries, second_opinion

KEY, TITLE = "quality", "Data quality and open queries"


def body(material: Material) -> Markup:
    """Checks, the second opinion, gaps, rejected rows, queries."""
    parts = [
        _checks(material),
        second_opinion.part(material),
        _gaps(material),
        heading("Rejected rows"),
        _rejected(material),
        heading("Open data queries"),
        data_queries.part(material),
    ]
    return Markup("").join(parts)


def _checks(material: Material) -> Markup:
    checks = material.check_result
    if checks.empty:
        return absent("no check results are part of this report")
    counts = checks.groupby(["engine", "severity", "status"], as_index=False).size()
    shown = counts.astype(str).rename(columns={"size": "n"})
    labels = {"engine": "Engine", "severity": "Severity", "status": "Outcome", "n": "Checks"}
    summary = table(
        shown, labels, key="checks", title="Checks of this build.", mark=material.mark, text=["severity", "status"],
        note="A failed check of severity error stops a release; warnings are reported here.",
    )  # fmt: skip
    raised = checks[checks["status"] != "pass"]
    return summary + (_raised(material, raised) if len(raised) else paragraph("No check raised a warning."))


def _gaps(material: Material) -> Markup:
    """What was set aside or not made, a sentence each; nothing where nothing is lacking."""
    gaps = [*material.gaps, *material.undrawn]
    if not gaps:
        return Markup("")
    sentences = []
    for gap in gaps:
        what = "This delivery was set aside" if gap.kind == DELIVERY else gap.kind.capitalize()
        sentences.append((f"{gap.subject}.", f"{what}: {material.disclosure.remark(gap.reason)}."))
    return heading("What this release lacks") + items(sentences)


def _raised(material: Material, raised: pd.DataFrame) -> Markup:
    shown = pd.DataFrame(
        {
            "table": words(raised["table_name"]),
            "description": raised["description"].fillna(raised["check_name"]).str.strip(),
            "severity": raised["severity"],
            "status": raised["status"],
            "n": [material.disclosure.count(None if missing(n) else float(n)) for n in raised["n_failed"]],
        }
    )
    labels = {
        "table": "Table",
        "description": "What must hold",
        "severity": "Severity",
        "status": "Outcome",
        "n": "Rows",
    }
    return table(
        shown, labels, key="checks-raised", title="Checks that did not pass.", mark=material.mark,
        text=["description", "severity", "status"],
    )  # fmt: skip


def _rejected(material: Material) -> Markup:
    if material.rejected_row.empty:
        return (
            paragraph("No delivered row was rejected.")
            if len(material.check_result)
            else absent("not part of this report")
        )
    return data_queries.counted(material, material.rejected_row, "rejected", "Rows that could not be used.")
