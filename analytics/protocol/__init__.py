"""The study protocol: every choice of the analysis, typed, versioned and hashed.

Belongs here: what a biostatistician may decide, with a documented default for each. Does not belong here: how a choice is
carried out (`analytics.stages` and the estimators) or where the file lies (`orchestration.settings`).
"""

from analytics.protocol.adaptation import Adaptation, adapted
from analytics.protocol.asking import AskingProtocol
from analytics.protocol.canonical import (
    ProtocolChange,
    ProtocolError,
    canonical_json,
    differences,
    parse_canonical,
    parse_protocol,
    protocol_hash,
    to_toml,
)
from analytics.protocol.columns import ColumnError, check_columns, check_declared, check_kinds, named_columns
from analytics.protocol.data_needs import idle_here
from analytics.protocol.model import Protocol, agreeing

__all__ = [
    "Adaptation",
    "AskingProtocol",
    "ColumnError",
    "Protocol",
    "ProtocolChange",
    "ProtocolError",
    "adapted",
    "agreeing",
    "canonical_json",
    "check_columns",
    "check_declared",
    "check_kinds",
    "differences",
    "idle_here",
    "named_columns",
    "parse_canonical",
    "parse_protocol",
    "protocol_hash",
    "to_toml",
]
