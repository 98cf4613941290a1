"""The source dictionary: which tables and columns each source can deliver, read from the dbt sources.

One place says it (`_proact__sources.yml`, `_registry__sources.yml`), so that SQL, documentation and reading
cannot drift. Not here: matching a delivered header to it (`conform`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from orchestration.extracts.errors import DeliveryError

SOURCES = ("proact", "registry")
IDENTIFIER_RULES = (None, "pseudonymise", "drop", "year", "free_text")


@dataclass(frozen=True)
class SourceColumn:
    """A known column: its name, its spellings in other generations, how an identifier is treated, the vocabulary whose words
    it holds (`coded` in the source dictionary) and those whose words it holds in records of another kind (`also`), and
    whether they are somebody's own (`verbatim`) and never shown."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    identifier: str | None = None
    vocabulary: str | None = None
    verbatim: bool = False
    also: tuple[str, ...] = ()

    @property
    def vocabularies(self) -> tuple[str, ...]:
        """Every vocabulary whose words the column may hold; none where it is not coded."""
        return (self.vocabulary, *self.also) if self.vocabulary else ()


@dataclass(frozen=True)
class SourceTable:
    """A known table of a source; `identifier` is its name in schema `raw`, `allowed` the unknown columns (case folded) whose
    values the site lets be stored."""

    source: str
    name: str
    identifier: str
    columns: tuple[SourceColumn, ...]
    required: bool = False
    may_be_empty: bool = False
    description: str = ""
    allowed: frozenset[str] = frozenset()

    @cached_property
    def content_hash(self) -> str:
        """Hash of everything that changes how a file is stored; descriptions do not."""
        content = [
            self.source,
            self.name,
            [[c.name, list(c.aliases), c.required, c.identifier] for c in self.columns],
            sorted(self.allowed),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def has_pseudonyms(self) -> bool:
        """Whether the stored file depends on the pseudonym key."""
        return any(column.identifier == "pseudonymise" for column in self.columns)


@dataclass(frozen=True)
class SourceDictionary:
    """All tables of one source, by name."""

    source: str
    tables: Mapping[str, SourceTable]


def load_dictionaries(dbt_project: Path) -> dict[str, SourceDictionary]:
    """Read both dictionaries of a dbt project.

    Args:
        dbt_project: the folder that holds `models/staging/<source>/_<source>__sources.yml`.

    Raises:
        DeliveryError: a dictionary is missing or malformed.
    """
    staging = dbt_project / "models" / "staging"
    return {s: load_dictionary(staging / s / f"_{s}__sources.yml", s) for s in SOURCES}


def load_dictionary(path: Path, source: str) -> SourceDictionary:
    """Read the dictionary of one source from a dbt sources file.

    Raises:
        DeliveryError: the file is missing or malformed.
    """
    try:
        content = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        entry = next(item for item in content["sources"] if item["name"] == source)
        tables = [_table(source, item) for item in entry["tables"]]
    except (OSError, yaml.YAMLError, KeyError, TypeError, StopIteration) as error:
        raise DeliveryError(
            f"{path.name}: source dictionary of {source} not readable ({type(error).__name__})"
        ) from error
    return SourceDictionary(source, {table.name: table for table in tables})


def _table(source: str, item: dict[str, Any]) -> SourceTable:
    meta = _meta(item)
    name = str(item["name"]).lower()
    columns = tuple(_column(column) for column in item["columns"])
    return SourceTable(
        source=source,
        name=name,
        identifier=str(item.get("identifier", f"{source}_{name}")),
        columns=tuple(column for column in columns if not column.name.startswith("_")),
        required=bool(meta.get("required", False)),
        may_be_empty=bool(meta.get("may_be_empty", False)),
        description=" ".join(str(item.get("description", "")).split()),
    )


def _column(item: dict[str, Any]) -> SourceColumn:
    meta = _meta(item)
    rule = meta.get("identifier")
    if rule not in IDENTIFIER_RULES:
        raise DeliveryError(f"source dictionary: column {item['name']}: unknown identifier rule {rule!r}")
    aliases = tuple(str(alias) for alias in meta.get("aliases", ()))
    named = meta.get("coded", ())
    coded = (named,) if isinstance(named, str) else tuple(named)
    return SourceColumn(
        name=str(item["name"]),
        aliases=aliases,
        required=bool(meta.get("required", False)),
        identifier=rule,
        vocabulary=coded[0] if coded else None,
        verbatim=bool(meta.get("verbatim", False)),
        also=coded[1:],
    )


def _meta(item: dict[str, Any]) -> dict[str, Any]:
    config = item.get("config") or {}
    return {**(item.get("meta") or {}), **(config.get("meta") or {})}
