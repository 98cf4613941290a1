"""The data queries of a release: which are open, which the sites answered, and how old they are.

Here: the counting. Not here: how counts are shown (`sections.data_queries`, `glance.amiss`).
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.change.history import RAISED
from analytics.report.material import Material

PROACT = "PROACT"
"""The source that answers no queries."""
NO_SITE = "of no one site"


@dataclass(frozen=True)
class SiteQueries:
    """Data queries of one site, or of all.

    Attributes:
        site: its name.
        n_open, n_answered: queries.
        n_older: open ones that an earlier cut had.
        median_days, oldest_days: age of the open ones at the data cut, days; None where it is not known.
    """

    site: str
    n_open: int
    n_answered: int
    n_older: int
    median_days: float | None
    oldest_days: float | None


def answered_ids(material: Material) -> frozenset[str]:
    """Queries that are still raised and that a site answered, or that were closed."""
    answers = material.site_answer
    if answers.empty:
        return frozenset()
    return frozenset(answers.loc[answers["standing"] == RAISED, "query_id"])


def open_queries(material: Material) -> pd.DataFrame:
    """The rows of `data_query` that are open."""
    queries, answered = material.data_query, answered_ids(material)
    return queries[~queries["query_id"].isin(answered)] if answered and "query_id" in queries else queries


def by_site(material: Material, *, together: bool) -> list[SiteQueries]:
    """Open and answered queries to the sites, a row a site in the order of their names.

    Args:
        material: of the report; a query whose subject is of no site, or that names none, has a row behind the others.
        together: all sites in one row.
    """
    queries = material.data_query
    if queries.empty or "query_id" not in queries:
        return []
    asked = queries[queries["source"] != PROACT]
    site = asked["site"].fillna(NO_SITE) if "site" in asked else pd.Series(NO_SITE, index=asked.index)
    asked = asked.assign(site="all sites" if together else site, days=_days(material, asked["query_id"]))
    answered = asked["query_id"].isin(answered_ids(material))
    found = [_counted(str(name), part, answered) for name, part in asked.groupby("site", sort=True)]
    return sorted(found, key=lambda each: (each.site == NO_SITE, each.site))


def _counted(site: str, part: pd.DataFrame, answered: pd.Series) -> SiteQueries:
    is_answered = answered.loc[part.index]
    days = part.loc[~is_answered, "days"].dropna()
    return SiteQueries(
        site,
        n_open=int((~is_answered).sum()),
        n_answered=int(is_answered.sum()),
        n_older=int((days > 0).sum()),
        median_days=float(days.median()) if len(days) else None,
        oldest_days=float(days.max()) if len(days) else None,
    )


def _days(material: Material, query_ids: pd.Series) -> pd.Series:
    """Days since the cut that first had a query, at this one."""
    cut = material.provenance.facts.get("Data cut")
    if material.open_query.empty or cut is None:
        return pd.Series(float("nan"), index=query_ids.index)
    since = query_ids.map(material.open_query.set_index("query_id")["since"])
    return since.map(
        lambda text: float((date.fromisoformat(cut) - date.fromisoformat(text)).days),
        na_action="ignore",
    ).astype(float)
