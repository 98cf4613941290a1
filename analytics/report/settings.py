"""Every setting of a protocol in words: its value, what it means, its default, and what makes it do nothing.

Belongs here: reading the protocol's own declarations. Does not belong here: what a setting means (its docstring in
`analytics.protocol`), or a page or document of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from analytics.protocol import Protocol
from analytics.protocol.idle import IDLE
from analytics.report import names

NONE = "none"


@dataclass(frozen=True)
class Setting:
    """A setting in words.

    Attributes:
        key: its name within its section.
        value: in words.
        meaning: what it decides.
        default: in words; none where the value is the default, or there is no default.
        idle: what makes it do nothing in this protocol; none where it does something.
    """

    key: str
    value: str
    meaning: str
    default: str | None
    idle: str | None


@dataclass(frozen=True)
class SettingsOfSection:
    """A section of the protocol, or one entry of a list in it.

    Attributes:
        title: for a heading; it numbers and names entries of a list.
        about: what it is for.
        settings: in the order of the file.
    """

    title: str
    about: str
    settings: tuple[Setting, ...]


def sections_in_words(protocol: Protocol) -> Iterator[SettingsOfSection]:
    """Every section of a protocol, each followed by the entries of its lists."""
    for name in type(protocol).model_fields:
        value = getattr(protocol, name)
        for key, title, part in _parts(name, value):
            yield _section(protocol, key, title, part)


def _parts(key: str, value: Any) -> Iterator[tuple[str, str, BaseModel]]:
    """A section and the sections in it: their key, title and content."""
    if isinstance(value, BaseModel):
        yield key, _title(key), value
        for name in type(value).model_fields:
            yield from _parts(f"{key}.{name}", getattr(value, name))
    elif isinstance(value, tuple):
        for number, entry in enumerate(value, 1):
            if isinstance(entry, BaseModel):
                called = getattr(entry, "name", None)
                yield key, f"{_title(key)} {number}" + (f": {called}" if called else ""), entry


def _section(protocol: Protocol, key: str, title: str, part: BaseModel) -> SettingsOfSection:
    fields = {
        name: field
        for name, field in type(part).model_fields.items()
        if not _has_sections(getattr(part, name))
    }
    settings = tuple(
        _setting(protocol, f"{key}.{name}", getattr(part, name), field) for name, field in fields.items()
    )
    return SettingsOfSection(title, _plain(type(part).__doc__), settings)


def _has_sections(value: Any) -> bool:
    return isinstance(value, BaseModel) or (
        isinstance(value, tuple) and any(isinstance(entry, BaseModel) for entry in value)
    )


def _setting(protocol: Protocol, key: str, value: Any, field: FieldInfo) -> Setting:
    default = "" if field.is_required() else field.get_default(call_default_factory=True)
    differs = default not in ("", value)
    why = IDLE.get(key)
    return Setting(
        key=key.rpartition(".")[2],
        value=in_words(value),
        meaning=_plain(field.description),
        default=in_words(default) if differs else None,
        idle=why(protocol) if why else None,
    )


def _plain(docstring: str | None) -> str:
    """A docstring as prose: in one line, names without their quotes."""
    return " ".join((docstring or "").split()).replace("`", "")


def _title(key: str) -> str:
    words = key.replace("_", " ").replace(".", ": ")
    return words[:1].upper() + words[1:]


def in_words(value: Any) -> str:
    """The value of a setting, as a reader who writes no TOML would say it; columns with their label."""
    if value is None or (not isinstance(value, bool) and value in ((), {}, "")):
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else str(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{in_words(name)}: {in_words(entry)}" for name, entry in value.items())
    if isinstance(value, tuple):
        return "; ".join(in_words(entry) for entry in value)
    text = str(value)
    return f"{text} ({names.covariate(text)})" if text in names.COVARIATES else text
