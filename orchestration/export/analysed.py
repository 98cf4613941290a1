"""Which rows of `adtte` the released protocol analyses, as a condition in SQL.

The one place of an export that knows it, by the same choice as `analytics.cohort.follow_up`: endpoint, origin of the arm,
vital-status rule, deaths on their latest day where the protocol asks for that.
"""

from typing import Any

from orchestration.releases.released_protocol import origins, vital_status_rules
from orchestration.warehouse import identifier, literal


def analysed_rows(protocol: dict[str, Any]) -> str:
    """The condition that a row `mart` of adtte, joined with its `subject` of adsl, is one that the study reads.

    Args:
        protocol: as the release keeps it.
    """
    codes = dict.fromkeys(
        code
        for endpoint in protocol["endpoint"]
        for code in (endpoint["name"], *endpoint.get("competing", ()))
    )
    treatment, (treated, control) = protocol["treatment"], origins(protocol)
    arms = (
        f"({_holds(treatment['column'], treatment[value])} and mart.ORIGIN = {literal(origin)})"
        for value, origin in (("treated_value", treated), ("control_value", control))
    )
    named = ", ".join(map(literal, codes))
    return f"mart.PARAMCD in ({named}) and ({' or '.join(arms)}) and {_under_rule(protocol)}"


def _holds(column: str, value: int | str) -> str:
    cell = f"subject.{identifier(column)}"
    if isinstance(value, str):
        return f"trim(cast({cell} as varchar)) = {literal(value)}"
    return f"try_cast({cell} as double) = {value}"


def _under_rule(protocol: dict[str, Any]) -> str:
    rule, later = vital_status_rules(protocol)
    chosen = f"mart.VSRULE = {literal(rule)}"
    if later == rule:
        return chosen
    in_doubt = f"select (USUBJID, PARAMCD) from marts.adtte where VSRULE = {literal(later)}"
    is_in_doubt = f"(mart.USUBJID, mart.PARAMCD) in ({in_doubt})"
    return f"(mart.VSRULE = {literal(later)} or ({chosen} and not {is_in_doubt}))"
