"""The protocol of a release as it was written then, read without today's rules for protocols."""

import json
from typing import Any

import duckdb

from analytics.comparison.specification import leading_of, specifications_of
from analytics.protocol.population import later_rule
from analytics.protocol.population import vital_status_rule as rule_code
from orchestration.warehouse import scalar


def protocol_of(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Sections and keys of the protocol in force in an open release."""
    return dict(json.loads(scalar(connection, "select canonical from release.protocol")))


def headline_of(protocol: dict[str, Any]) -> tuple[str, str]:
    """The endpoint and the specification that carry the headline."""
    schemes = protocol.get("weighting", {}).get("schemes", ())
    return protocol["endpoint"][0]["name"], leading_of(
        specifications_of(protocol["matching"]["method"], schemes)
    )


def vital_status_rules(protocol: dict[str, Any]) -> tuple[str, str]:
    """VSRULE of `adtte` that the protocol chose, and the one whose rows go before it where there are any."""
    chosen = protocol["vital_status"]
    rule = rule_code(chosen["window_days"], chosen["undated_death"])
    return rule, later_rule(chosen["window_days"]) if chosen.get("death_dates") == "latest" else rule


def origins(protocol: dict[str, Any]) -> tuple[str, str]:
    """ORIGIN of `adtte` for treated and controls."""
    zero = protocol["time_zero"]
    own = (
        (zero["treated"], zero["control"])
        if zero["origin"] == "time_zero"
        else (zero["origin"], zero["origin"])
    )
    return own[0].upper(), own[1].upper()


def population_of_model(protocol: dict[str, Any], model: object) -> str | None:
    """The population of one of the protocol's outcome models."""
    return next((cox["population"] for cox in protocol["outcome"]["cox"] if cox["name"] == model), None)


def settings_of(value: Any, prefix: str = "") -> dict[str, str]:
    """Every setting by its dotted key, as text."""
    if isinstance(value, dict):
        return {
            key: text
            for name, part in value.items()
            for key, text in settings_of(part, f"{prefix}{name}.").items()
        }
    if isinstance(value, list) and any(isinstance(part, dict) for part in value):
        named = {str(part.get("name", position)): part for position, part in enumerate(value)}
        return settings_of(named, prefix)
    return {prefix.removesuffix("."): json.dumps(value, ensure_ascii=False)}
