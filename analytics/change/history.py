"""What goes on over releases: the headlines of every cut so far, since which cut each query is open, and which are answered.

Each release extends what its parent has, so that it is whole whatever retention has left. Does not belong here: why an
estimate moved (`attribution`).
"""

from collections.abc import Iterable

import pandas as pd

from analytics.change import TABLES

RAISED, GONE, UNKNOWN = "raised", "no longer raised", "not known"
"""How the query of an answer stands in a release."""

ESTIMATE = (
    "endpoint", "specification", "estimate", "ci_lower", "ci_upper", "n_treated", "n_control", "n_event_treated",
    "n_event_control",
)  # fmt: skip


def headlines(effects: pd.DataFrame, data_cut: str, protocol_version: str) -> pd.DataFrame:
    """The headlines of one release, as `estimate_history` has them; without its position and its id.

    Args:
        effects: `effect_estimate`.
        data_cut: ISO date.
        protocol_version: of the protocol in force.
    """
    rows = effects[(effects["headline"] == "Y") & (effects["measure"] == "hazard_ratio")]
    return rows[list(ESTIMATE)].assign(data_cut=data_cut, protocol_version=protocol_version)


def extended(earlier: pd.DataFrame | None, parent_id: str | None, now: pd.DataFrame) -> pd.DataFrame:
    """`estimate_history` with this release at its end.

    Args:
        earlier: the parent's, or the parent's `headlines` where it has none; None for a first release.
        parent_id: the parent, which did not know its own id when it wrote its rows.
        now: `headlines` of this release, whose id its publication gives.
    """
    table = TABLES["estimate_history"]
    if earlier is None or earlier.empty:
        return table.cast(now.assign(position=1, release_id=None))
    known = earlier if "position" in earlier else earlier.assign(position=1, release_id=None)
    known = known.assign(release_id=known["release_id"].astype(object).fillna(parent_id))
    position = int(known["position"].max()) + 1
    return table.stacked([table.cast(known), table.cast(now.assign(position=position, release_id=None))])


def raised_since(query_ids: pd.Series, data_cut: str, earlier: pd.DataFrame | None) -> pd.DataFrame:
    """Since which data cut each query is raised, answered or not.

    Args:
        query_ids: of the queries of this release.
        data_cut: its own, ISO date.
        earlier: query_id and since, of the parent's queries; None for a first release.

    Returns:
        query_id and since, a row per query.
    """
    known = pd.Series(dtype=object) if earlier is None else earlier.set_index("query_id")["since"]
    ids = query_ids.drop_duplicates().sort_values(ignore_index=True)
    since = ids.map(known[~known.index.duplicated()]).astype(object)
    return pd.DataFrame({"query_id": ids, "since": since.fillna(data_cut)})


def open_queries(raised: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """`open_query`: those raised that no site has answered.

    Args:
        raised: as `raised_since`.
        answers: query_id of each answer.
    """
    return TABLES["open_query"].cast(raised[~raised["query_id"].isin(answers["query_id"])])


def judged_answers(answers: pd.DataFrame, raised: pd.DataFrame, known: Iterable[str]) -> pd.DataFrame:
    """`site_answer`: each answer, and whether its query is still raised.

    Args:
        answers: query_id, status, answer_date and line, as the file has them.
        raised: as `raised_since`.
        known: ids of queries that the parent knew.
    """
    first, before = dict(zip(raised["query_id"], raised["since"], strict=True)), set(known)
    ids = answers["query_id"].tolist()
    judged = answers.assign(
        since=pd.Series([first.get(each) for each in ids], index=answers.index, dtype=object),
        standing=[RAISED if each in first else GONE if each in before else UNKNOWN for each in ids],
    )
    return TABLES["site_answer"].cast(judged.sort_values("line", ignore_index=True))
