"""Running a suite on a frame with Great Expectations, and reducing what it says to counts.

Great Expectations keeps up to twenty failing values in its results by default, and values in the texts of its exceptions;
here it is told to keep none, and of an exception only the fact is kept. Of a broken error it is asked again for the rows, of
which only the place of the first is kept.
"""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from expectations.rules import DATA_CUT, LINE, Outcome, Rule, Severity, Suite

ROWS_TOO = {"result_format": "COMPLETE", "include_unexpected_rows": False}
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0, "include_unexpected_rows": False}
NOT_EMPTY = "table holds rows"
NOTHING_TO_CHECK = "nothing to check"
NOT_EVALUATED = "could not be evaluated"


def validate(suite: Suite, frame: pd.DataFrame, data_cut: date) -> tuple[Outcome, ...]:
    """Validate a frame.

    A check that ran on nothing proves nothing: a suite without rows or rules fails, and so does a rule that finds no
    row or no filled cell to look at; where that may be, it warns. A rule that cannot be evaluated has failed.

    Args:
        suite: its columns must be in the frame.
        frame: the rows; not changed.
        data_cut: date that nothing may come after.

    Returns:
        One outcome per rule, in the suite's order; of an empty frame a single one that says so.
    """
    if frame.empty or not suite.rules:
        severity: Severity = "warning" if suite.may_be_empty and suite.rules else "error"
        meaning = f"{suite.reads} holds rows to check."
        return (Outcome(f"{suite.name}: {NOT_EMPTY}", meaning, severity, False, None, 0, NOTHING_TO_CHECK),)
    with _silence():
        found = _outcomes(suite, _prepared(suite, frame, data_cut))
    return tuple(found[rule.name] for rule in suite.rules)


def _prepared(suite: Suite, frame: pd.DataFrame, data_cut: date) -> pd.DataFrame:
    """The frame with the data cut and the derived columns; one that cannot be made is left out, and missed by its rules."""
    made: dict[str, Any] = {DATA_CUT: pd.Series(pd.Timestamp(data_cut), index=frame.index)}
    for name, expression in suite.derived.items():
        try:
            made[name] = frame.eval(expression, engine="python")
        except Exception:
            continue
    return frame.assign(**made)


def _outcomes(suite: Suite, frame: pd.DataFrame) -> dict[str, Outcome]:
    """Outcome of every rule by name. Rules on the same rows are validated together, which shares their metrics."""
    definition = _batch_definition(suite.name)
    found: dict[str, Outcome] = {}
    for where in dict.fromkeys(rule.where for rule in suite.rules):
        rules = [rule for rule in suite.rules if rule.where == where]
        try:
            rows = frame.query(where, engine="python") if where else frame
            results = _results(definition, rules, rows)
        except Exception:  # rules that crash have not been checked
            found |= {rule.name: _unevaluated(rule, NOT_EVALUATED) for rule in rules}
            continue
        outcomes = [_outcome(rule, results.get(rule.name), rows) for rule in rules]
        broken = [
            rule for rule, o in zip(rules, outcomes, strict=True) if o.n_failed and o.severity == "error"
        ]
        places = _places(suite, _results(definition, broken, rows, ROWS_TOO), rows)
        found |= {o.rule: replace(o, place=places.get(o.rule, "")) for o in outcomes}
    return found


def _places(suite: Suite, results: Mapping[str, Any], rows: pd.DataFrame) -> dict[str, str]:
    """Where the first row that breaks a rule is from, by rule: file and line, or what the row is a profile of."""
    if not suite.places or not set(suite.places) <= set(rows.columns):
        return {}
    failed = {name: result.result.get("unexpected_index_list") or [] for name, result in results.items()}
    first = {
        name: rows.loc[index, list(suite.places)].sort_values(list(suite.places)).iloc[0]
        for name, index in failed.items()
        if index
    }
    return {name: _place(suite, row.tolist()) for name, row in first.items()}


def _place(suite: Suite, labels: list[Any]) -> str:
    if suite.places == LINE:
        return f"{labels[0]} line {int(labels[1])}" if pd.notna(labels).all() else ""
    return " ".join(map(str, labels))


def _results(
    definition: Any, rules: Sequence[Rule], rows: pd.DataFrame, told: Mapping[str, Any] = COUNTS_ONLY
) -> dict[str, Any]:
    """Validation result by rule; rules that cannot even be stated are missing."""
    from expectations.library import gx, gxe

    if rows.empty or not rules:
        return {}
    stated = []
    for rule in rules:
        try:
            stated.append(getattr(gxe, rule.expectation)(**rule.arguments, meta={"rule": rule.name}))
        except Exception:
            continue
    batch = definition.get_batch(batch_parameters={"dataframe": rows})
    suite = gx.ExpectationSuite(name="rules on the same rows", expectations=stated)
    validated = batch.validate(suite, result_format=told)
    return {result.expectation_config.meta["rule"]: result for result in validated.results}


def _outcome(rule: Rule, result: Any, rows: pd.DataFrame) -> Outcome:
    if rows.empty:
        return _unevaluated(rule, NOTHING_TO_CHECK)
    if result is None or _raised(result.exception_info):
        return _unevaluated(rule, NOT_EVALUATED)
    n_checked = _n_checked(rule, result.result, rows)
    if n_checked == 0:
        return _unevaluated(rule, NOTHING_TO_CHECK)
    failed = result.result.get("unexpected_count")
    n_failed = None if failed is None else int(failed)
    severity: Severity = (
        "warning" if (n_checked if n_failed is None else n_failed) < rule.least else rule.severity
    )
    if result.success:
        severity = rule.severity
    return Outcome(
        rule.name, rule.meaning, severity, bool(result.success), n_failed, n_checked, column=_columns(rule)
    )


def _columns(rule: Rule) -> str:
    return ", ".join(
        rule.arguments[key] for key in ("column", "column_B", "column_A") if key in rule.arguments
    )


def _n_checked(rule: Rule, counts: Any, rows: pd.DataFrame) -> int:
    """Cells that were looked at: missing ones are passed over, except by rules on what is missing."""
    if "element_count" in counts:
        return len(rows) - int(counts.get("missing_count") or 0)
    column = rule.arguments.get("column")
    return len(rows) if column is None else int(rows[column].notna().sum())


def _unevaluated(rule: Rule, note: str) -> Outcome:
    outcome = Outcome(rule.name, rule.meaning, rule.severity, False, None, 0, note)
    allowed = note == NOTHING_TO_CHECK and rule.may_be_empty
    return replace(outcome, severity="warning") if allowed else outcome


def _raised(info: Any) -> bool:
    """Whether an exception is told of: one record for the expectation, or one per metric."""
    records = [info, *info.values()] if info else []
    return any(isinstance(record, dict) and record.get("raised_exception") for record in records)


def _batch_definition(name: str) -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    from expectations.library import gx

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = context.data_sources.add_or_update_pandas(name).add_dataframe_asset(name)
    return asset.add_batch_definition_whole_dataframe(name)


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing of Great Expectations reaches a log: its messages quote cells."""
    logger, nowhere = logging.getLogger("great_expectations"), logging.NullHandler()
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [nowhere], False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = handlers, propagate
