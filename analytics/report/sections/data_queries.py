"""Open data queries: by rule; and those to the sites, open and answered, with their age. Counts only.

The sites are named in the house's own edition alone. Not here: what is counted (`report.queries`).
"""

import pandas as pd
from markupsafe import Markup

from analytics.report.markup import absent, paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import MISSING, fixed
from analytics.report.queries import SiteQueries, answered_ids, by_site, open_queries

LABELS = {
    "site": "Site", "n_open": "Open", "n_older": "Open since an earlier cut", "median": "Median age, days",
    "oldest": "Oldest, days", "n_answered": "Answered or closed",
}  # fmt: skip


def counted(material: Material, rows: pd.DataFrame, key: str, title: str) -> Markup:
    """Rows by source, table and rule."""
    keys = ["source", "table_name", "rule"]
    counts = rows.fillna({name: MISSING for name in keys}).groupby(keys, as_index=False).size()
    shown = pd.DataFrame(
        {
            "group": counts["source"],
            "table": counts["table_name"],
            "rule": counts["rule"].str.replace("_", " "),
            "n": counts["size"].map(material.disclosure.count),
        }
    )
    labels = {"table": "Table", "rule": "Rule", "n": "Records"}
    return table(
        shown, labels, key=key, title=title, mark=material.mark, group="group", text=["rule"],
        note="Records, by source, table and rule; file, line and subject are in the release database.",
    )  # fmt: skip


def part(material: Material) -> Markup:
    """The queries that are open, by rule and to the sites."""
    if material.data_query.empty:
        return (
            paragraph("No query is open.")
            if len(material.check_result)
            else absent("not part of this report")
        )
    rows = open_queries(material)
    rules = counted(material, rows, "queries", "Open data queries by rule.") if len(rows) else Markup("")
    return rules + _of_sites(material) + _stray_answers(material)


def _of_sites(material: Material) -> Markup:
    rows = by_site(material, together=not material.in_house)
    if not rows:
        return Markup("")
    return table(
        pd.DataFrame([_shown(material, row) for row in rows]), LABELS, key="site-queries",
        title="Data queries to the sites.", mark=material.mark,
        note="Age at the data cut, from the first of the releases in a row that have the query. Answered in "
        "landing/registry/answers.csv: the value is right as it stands, and the query is not open any more. "
        "vigil queries writes the open ones, a file a site.",
    )  # fmt: skip


def _shown(material: Material, row: SiteQueries) -> dict[str, str]:
    """Of a few the age would be that of somebody's own."""
    count, few = material.disclosure.count, material.disclosure.small(row.n_open)
    return {
        "site": row.site,
        "n_open": count(row.n_open),
        "n_older": count(row.n_older),
        "median": MISSING if few else fixed(row.median_days, 0),
        "oldest": MISSING if few else fixed(row.oldest_days, 0),
        "n_answered": count(row.n_answered),
    }


def _stray_answers(material: Material) -> Markup:
    """Answers to what this release does not ask, which change nothing."""
    stray = len(material.site_answer) - len(answered_ids(material))
    if not stray:
        return Markup("")
    return paragraph(
        f"Answers to queries that this release does not raise: {material.disclosure.count(stray)} "
        "(release.site_answer says of each whether one before did)."
    )
