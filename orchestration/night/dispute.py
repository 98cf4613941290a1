"""Whether the second opinion of a build disagrees with anything: all that the stages after it read of it.

Does not belong here: what a disagreement takes back (`analytics.second_opinion.withheld`), nor how agreement is told
(`second_opinion`).
"""

from orchestration.warehouse import Warehouse, scalar

OPINION = "second_opinion"
TABLE = f"results.{OPINION}"


def in_dispute(warehouse: Warehouse) -> bool:
    """Whether it takes anything back; the table is there."""
    with warehouse.read() as connection:
        return bool(scalar(connection, f"select count(*) from {TABLE} where agrees = 'N'"))
