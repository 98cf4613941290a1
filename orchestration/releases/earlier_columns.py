"""Tables of any release with today's columns: what earlier versions did not write is told from what they did.

Belongs here: every column that was added after releases had been made and that is read from them. Nothing else knows how a
release of an earlier version says the same thing.
"""

import duckdb

# `headline` was told by the text of the method, whose beginning no other marginal estimate shared. Rates had every event.
ADDED = {
    "results.ae_listing": {"at_risk": "'Y'"},
    "results.effect_estimate": {
        "headline": "case when measure = 'hazard_ratio' and method like 'Cox, Efron ties, %' then 'Y' else 'N' end"
    },
}


def in_todays_columns(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """A SELECT of all rows of `schema.table` of a release, in the file's order, to be queried like a table.

    Args:
        connection: the release's database.
        name: `schema.table`, which is there.
    """
    there = {row[0] for row in connection.sql(f"describe {name}").fetchall()}
    missing = {column: told for column, told in ADDED.get(name, {}).items() if column not in there}
    return f"(select *{''.join(f', {told} as {column}' for column, told in missing.items())} from {name})"
