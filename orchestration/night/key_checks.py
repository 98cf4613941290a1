"""Whether the keys of the tables that are published hold in a build; what does not is reported, and stops nothing.

Does not belong here: what the keys are (`releases.keys`).
"""

from orchestration.night.quality import PASSED, WARNED, CheckResult
from orchestration.night.working_file import WorkingFile
from orchestration.releases.keys import Key, keys
from orchestration.warehouse import one_row, table_names


def key_checks(build: WorkingFile) -> list[CheckResult]:
    """One check per key and reference of tables that are there."""
    with build.warehouse.read() as connection:
        # A mart may be a view over its parts.
        there = table_names(connection)
        asked = [key for key in keys() if {key.table, key.refers_to or key.table} <= there]
        return [_result(key, *one_row(connection, key.against())) for key in asked]


def _result(key: Key, n_against: int, n_row: int) -> CheckResult:
    name = "key" if key.refers_to is None else f"refers_to_{key.refers_to.replace('.', '_')}"
    status = WARNED if n_against else PASSED
    return CheckResult("vigil", key.table, name, key.words(), "warning", status, int(n_against), int(n_row))
