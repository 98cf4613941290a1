"""Follow-up that goes backwards: a subject last known alive earlier than the release before said. A query, never silent.

The delivery is taken as it is; the data manager is asked. Who asked that follow-up stop is left out, and so is who has died:
a death ends follow-up, whatever was last known alive, and one whose day changed is a correction.
"""

import hashlib

import pandas as pd

from orchestration.night.build import Build

RULE = "follow_up_backwards"
QUERIES = "intermediate.int_registry__data_query"
COLUMNS = (
    "query_id", "source", "usubjid", "table_name", "column_name", "rule", "found", "expected", "source_file", "source_line",
)  # fmt: skip


def backward_follow_up(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Data queries about subjects whose last-alive date moved back.

    Args:
        before, after: `adsl` of the parent release and of the build.

    Returns:
        Rows as `quality.data_query`, by subject; source file and line are those of the subject's own record.
    """
    both = before[["USUBJID", "LSTALVDT", "VITSTAT"]].merge(after, on="USUBJID", suffixes=("_then", ""))
    both = both.assign(then=pd.to_datetime(both["LSTALVDT_then"]), now=pd.to_datetime(both["LSTALVDT"]))
    died = (both["VITSTAT"] == "DIED") | (both["VITSTAT_then"] == "DIED")
    backwards = both[(both["now"] < both["then"]) & (both["WDRQFL"] != "Y") & ~died]
    rows = []
    for row in backwards.sort_values("USUBJID").to_dict("records"):
        found = row["now"].date().isoformat()
        expected = f"{row['then'].date().isoformat()} or later, as released before"
        key = "|".join((row["USUBJID"], "adsl", "LSTALVDT", RULE, found))
        query_id = hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()
        about = (row["SOURCE"], row["USUBJID"], "adsl", "LSTALVDT", RULE)
        rows.append((query_id, *about, found, expected, row["SRCFILE"], row["SRCLINE"]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def add_backward_follow_up(build: Build) -> int:
    """Add such queries to those of the registry, which `quality.data_query` shows, once.

    Returns:
        How many there are.
    """
    before = build.parent_table("marts.adsl")
    if before is None:
        return 0
    queries = backward_follow_up(before, build.warehouse.table("marts.adsl"))
    with build.warehouse.write() as connection:
        connection.execute(f"delete from {QUERIES} where rule = ?", [RULE])
        connection.register("_queries", queries.astype({"source_line": "Int64"}))
        connection.execute(f"insert into {QUERIES} by name select * from _queries")
    return len(queries)
