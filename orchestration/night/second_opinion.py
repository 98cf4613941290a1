"""The second opinion as checks of a build: a row of `quality.check_result` for each table and quantity.

Belongs here: counting agreements. Does not belong here: what is made again and what a disagreement takes back, which the
study says (`analytics.second_opinion`): the numbers in dispute are null already, so that no failure stops a release.
"""

import pandas as pd

from analytics.second_opinion.quantities import QUANTITIES
from orchestration.night.dispute import TABLE
from orchestration.night.quality import FAILED, PASSED, WARNED, CheckResult


def opinion_checks(opinions: pd.DataFrame) -> list[CheckResult]:
    """One check a table and quantity: failed where two implementations disagree, a warning where one has no answer.

    Args:
        opinions: `results.second_opinion`.
    """
    made = opinions[opinions["quantity"].notna()]
    groups = made.groupby(["table_name", "quantity"], sort=False)
    checks = [_check(str(table), str(quantity), rows) for (table, quantity), rows in groups]
    if len(made) < len(opinions):
        reason = str(opinions.loc[opinions["quantity"].isna(), "note"].iloc[0])
        checks.append(
            CheckResult("vigil", TABLE, "second_opinion_made", reason, "warning", WARNED, None, None)
        )
    return checks


def _check(table: str, quantity: str, rows: pd.DataFrame) -> CheckResult:
    known = QUANTITIES[quantity]
    agrees = rows["agrees"]
    n_failed, n_checked, n_without = (
        int((agrees == "N").sum()), int(agrees.notna().sum()), int(agrees.isna().sum())
    )  # fmt: skip
    words = f"{known.library} {rows['version'].iloc[0]} makes the same {known.words}."
    if n_without:
        words += f" No second opinion on {n_without} of {len(rows)}."
    status = FAILED if n_failed else WARNED if n_without else PASSED
    return CheckResult(
        "vigil",
        f"results.{table}",
        f"second_opinion_{quantity}",
        words,
        "warning",
        status,
        n_failed,
        n_checked,
    )
