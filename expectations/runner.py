"""Running a suite on a frame with Great Expectations, and reducing what it says to counts.

Great Expectations keeps up to twenty failing values in its results by default; here it is told to keep none.
"""

import os
from typing import Any

import pandas as pd

from expectations.rules import Outcome, Rule, Suite

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0, "include_unexpected_rows": False}
NOT_EMPTY = "table holds rows"


def validate(suite: Suite, frame: pd.DataFrame) -> tuple[Outcome, ...]:
    """Validate a frame.

    A suite that sees no rows fails, or warns where its table may be empty: a check that ran on nothing proves nothing. A
    rule that cannot be evaluated counts as failed.

    Args:
        suite: its columns must be in the frame.
        frame: the rows.

    Returns:
        One outcome per rule, in the suite's order.
    """
    if frame.empty:
        severity = "warning" if suite.may_be_empty else "error"
        return (Outcome(NOT_EMPTY, "The table holds rows to check.", severity, False, None, 0),)
    context = _context()
    source = context.data_sources.add_or_update_pandas(suite.name)
    asset = source.add_dataframe_asset(suite.name)
    definition = asset.add_batch_definition_whole_dataframe(suite.name)
    outcomes = []
    for rule in suite.rules:
        rows = frame.query(rule.where, engine="python") if rule.where else frame
        batch = definition.get_batch(batch_parameters={"dataframe": rows})
        outcomes.append(_outcome(rule, batch, len(rows)))
    return tuple(outcomes)


def _context() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context


def _outcome(rule: Rule, batch: Any, n_row: int) -> Outcome:
    import great_expectations.expectations as gxe  # noqa: PLC0415

    if n_row == 0:
        return Outcome(rule.name, rule.meaning, rule.severity, True, 0, 0)
    try:
        result = batch.validate(getattr(gxe, rule.expectation)(**rule.arguments), result_format=COUNTS_ONLY)
        raised = any(info.get("raised_exception") for info in _exceptions(result.exception_info))
        passed = bool(result.success) and not raised
        failed = None if raised else result.result.get("unexpected_count")
    except Exception:  # a rule that crashes has not been checked
        passed, failed = False, None
    return Outcome(rule.name, rule.meaning, rule.severity, passed, None if failed is None else int(failed), n_row)


def _exceptions(info: Any) -> list[dict[str, Any]]:
    if not info:
        return []
    return [info] if "raised_exception" in info else [item for item in info.values() if isinstance(item, dict)]
