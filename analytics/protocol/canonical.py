"""Reading a protocol from TOML, its canonical form and hash, and the difference of two protocols."""

import difflib
import hashlib
import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from analytics.protocol.idle import idle_settings
from analytics.protocol.model import Protocol


class ProtocolError(ValueError):
    """A protocol that cannot be used; the message is one line that names the key and the way out."""


@dataclass(frozen=True)
class ProtocolChange:
    """One setting that differs: its dotted key, before and after as JSON text (`null` where absent)."""

    key: str
    before: str
    after: str


def parse_protocol(text: str, name: str = "protocol") -> Protocol:
    """Read a protocol from TOML text.

    Raises:
        ProtocolError: empty, not TOML, an unknown key, a value outside what its key allows, values that contradict each
            other, or a setting that the chosen method ignores.
    """
    try:
        given = tomllib.loads(text)
        if not given:
            raise ProtocolError(
                f"{name}: says nothing; `vigil protocol show` writes every setting of the default"
            )
        if reason := _not_plain(given):
            raise ProtocolError(f"{name}: {reason}")
        protocol = Protocol.model_validate(given)
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise ProtocolError(f"{name}: {_reasons(error)}") from error
    if reason := _alike(protocol) or "; ".join(idle_settings(protocol)):
        raise ProtocolError(f"{name}: {reason}")
    return protocol


def _alike(protocol: Protocol) -> str | None:
    """Which two things a reader could not tell apart, as they carry one name."""
    arms = protocol.treatment
    titles = [endpoint.title for endpoint in protocol.endpoint]
    names = {
        "treatment.control_value": [str(arms.treated_value), str(arms.control_value)],
        "treatment.control_label": [arms.treated_label, arms.control_label],
        "endpoint.label": titles,
        "outcome.cox.name": [model.name for model in protocol.outcome.cox],
        "subgroup.name": [subgroup.name for subgroup in protocol.subgroup],
        "population.criteria.name": [criterion.name for criterion in protocol.population.criteria],
    }
    for key, texts in names.items():
        folded = [" ".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in texts]
        if len(set(folded)) < len(folded):
            return f"{key}: two are called alike; no reader could tell them apart"
    return None


# Printed as nothing: space, the fillers of Hangul, and the Braille cell without a dot.
_UNSEEN = frozenset(" \u115f\u1160\u2800\u3164\uffa0")
_MAY_BE_EMPTY = re.compile(r"protocol\.endpoint\.\d+\.label")
_MARKUP = re.compile(r"<[A-Za-z/!?]|\{\{|\{%")


def _not_plain(value: Any, key: str = "protocol") -> str | None:
    """Which text of a protocol is no plain text, and so would be shown as something else; conditions are parsed and pass."""
    if isinstance(value, dict):
        parts = [(part, f"{key}.{name}") for name, part in value.items() if name != "where"]
    elif isinstance(value, list):
        parts = [(part, f"{key}.{number}") for number, part in enumerate(value)]
    elif isinstance(value, str) and not value.isprintable():
        return f"{key.removeprefix('protocol.')}: holds a control character; write plain text"
    elif isinstance(value, str) and not set(value) - _UNSEEN and (value or not _MAY_BE_EMPTY.fullmatch(key)):
        return f"{key.removeprefix('protocol.')}: is blank; write a text, or leave the key out"
    elif isinstance(value, str) and _MARKUP.search(value):
        return f"{key.removeprefix('protocol.')}: holds markup; write plain text"
    else:
        return None
    return next(filter(None, (_not_plain(part, name) for part, name in parts)), None)


# What pydantic says in Python's terms.
IN_TOML = {
    "tuple_type": 'must be a list, such as ["AGE", "SEX"]',
    "model_type": "must be a table with keys of its own",
    "model_attributes_type": "must be a table with keys of its own",
    "string_type": 'must be text in quotes, such as "OS"',
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "finite_number": "must be a finite number",
}


def _reasons(error: ValidationError) -> str:
    """Unknown keys together, each with the key it comes closest to; then the values that a key does not allow."""
    unknown, others = [], []
    found = error.errors()
    for item in found:
        key = ".".join(str(part) for part in item["loc"]) or "protocol"
        # A list whose every entry is refused is refused once more for being empty.
        inside = any(other["loc"][: len(item["loc"])] == item["loc"] for other in found if other is not item)
        if item["type"] == "extra_forbidden":
            unknown.append(key + _closest(item["loc"]))
        elif not (item["type"] == "too_short" and inside):
            words = IN_TOML.get(item["type"], item["msg"].removeprefix("Value error, "))
            others.append(f"{key}: {words}")
    if len(unknown) == 1:
        others.insert(0, f"{unknown[0]}: unknown key; `vigil protocol show` lists every key")
    elif unknown:
        others.insert(0, f"unknown keys {', '.join(unknown)}; `vigil protocol show` lists every key")
    return "; ".join(others)


def _closest(path: tuple[int | str, ...]) -> str:
    """The known key of the same section that is spelt most like it, in words."""
    model: Any = Protocol
    for part in path[:-1]:
        field = model.model_fields.get(str(part)) if hasattr(model, "model_fields") else None
        model = field.annotation if field is not None else None
    known = getattr(model, "model_fields", {})
    found = difflib.get_close_matches(str(path[-1]), known, n=1)
    return f" (did you mean {found[0]}?)" if found else ""


def canonical_json(protocol: Protocol) -> str:
    """Every setting with its value, keys sorted: the text that is hashed."""
    return json.dumps(
        protocol.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def parse_canonical(text: str) -> Protocol:
    """The protocol that a canonical form was written from."""
    return Protocol.model_validate_json(text)


def protocol_hash(protocol: Protocol) -> str:
    """SHA-256 of the canonical form (hex): the same for files that differ only in layout or in spelt-out defaults."""
    return hashlib.sha256(canonical_json(protocol).encode()).hexdigest()


def to_toml(protocol: Protocol) -> str:
    """The protocol as TOML with every default written out; keys whose value is "none" are left out, as TOML has no null."""
    import tomli_w

    return tomli_w.dumps(_without_null(protocol.model_dump(mode="json")))


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    return value


def differences(before: Protocol, after: Protocol) -> list[ProtocolChange]:
    """Settings that differ between two protocols, sorted by key.

    What a list names is told by its name (`subgroup[Age].cut`), and which there are in which order once (`subgroup`).
    """
    old, new = _flat(before.model_dump(mode="json")), _flat(after.model_dump(mode="json"))
    return [
        ProtocolChange(key, old.get(key, "null"), new.get(key, "null"))
        for key in sorted(old.keys() | new.keys())
        if old.get(key, "null") != new.get(key, "null")
    ]


def _flat(value: Any, prefix: str = "") -> dict[str, str]:
    if isinstance(value, dict) and value:
        return {
            k: v
            for key, item in value.items()
            for k, v in _flat(item, f"{prefix}.{key}" if prefix else key).items()
        }
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        names, told = _names(value), {}
        if names is not None:
            told[prefix] = json.dumps(names, ensure_ascii=False)
            value = [{key: item[key] for key in item if key != "name"} for item in value]
        for name, item in zip(names or range(len(value)), value, strict=True):
            told |= _flat(item, f"{prefix}[{name}]")
        return told
    return {prefix: json.dumps(value, ensure_ascii=False, sort_keys=True)}


def _names(items: list[Any]) -> list[str] | None:
    """What tells the entries of a list apart, where each has a name of its own."""
    names = [str(item["name"]) for item in items if isinstance(item, dict) and item.get("name")]
    return names if len(set(names)) == len(items) else None
