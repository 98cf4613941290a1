"""Who was erased and is delivered again, in either source: looked for in what a build was made from.

Who was erased under a key that is retired by now is recognised on the originals in landing, since a build knows the
pseudonyms of the key in force alone. Not here: what is done about it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.erasure.audit import subject_hash, tombstones
from orchestration.erasure.identity import PROACT_ID, delivered_ids
from orchestration.erasure.key_ring import retired_keys
from orchestration.erasure.landing import WITHDRAWALS_TABLE, identifier_columns
from orchestration.extracts.deliveries import PROACT, REGISTRY, places
from orchestration.extracts.dictionary import SourceTable
from orchestration.extracts.pseudonyms import key_in_force, pseudonym
from orchestration.landing import dictionaries
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse, identifier

# The number as the marts have it, be it delivered with zeros before it or not.
_USUBJID = f"'{PROACT_ID}' || coalesce(cast(try_cast({{id}} as bigint) as varchar), trim({{id}}))"


@dataclass(frozen=True)
class Returned:
    """An erased subject in a delivery: the name to erase it by, and the first place; neither is shown together."""

    name: str
    file_name: str
    line: int


def returned_subjects(settings: Settings, build: Warehouse) -> tuple[Returned, ...]:
    """Erased subjects whom the deliveries of a build hold, by place.

    Raises:
        AuditError: who was erased cannot be read.
    """
    erased = tombstones(settings.home)
    if not erased or not build.path.exists():
        return ()
    found: dict[str, Returned] = {}
    hashes = sorted({tombstone.subject_sha256 for tombstone in erased})
    for one in (*_in_build(build, hashes), *_under_retired_keys(settings)):
        found.setdefault(one.name, one)
    return tuple(found.values())


def _in_build(build: Warehouse, hashes: list[str]) -> Iterator[Returned]:
    for source in (REGISTRY, PROACT):
        for table in dictionaries()[source.lower()].tables.values():
            if table.name != WITHDRAWALS_TABLE and build.has(f"raw.{table.identifier}"):
                yield from _in_table(build, source, table, hashes)


def _in_table(build: Warehouse, source: str, table: SourceTable, hashes: list[str]) -> Iterator[Returned]:
    raw = f"raw.{identifier(table.identifier)}"
    for column in identifier_columns(table):
        quoted = identifier(column)
        name = quoted if source == REGISTRY else _USUBJID.format(id=quoted)
        query = f"""
            with erased as (
                select id, name from (select {quoted} as id, {name} as name from (select distinct {quoted} from {raw}))
                where list_contains(?, sha256(name))
            )
            select erased.name, any_value(_file), min(_line) from {raw} join erased on erased.id = {quoted}
            group by all order by all
        """
        with build.read() as connection:
            for row in connection.execute(query, [hashes]).fetchall():
                yield Returned(*row)


def _under_retired_keys(settings: Settings) -> Iterator[Returned]:
    """Whoever lies in landing and was erased under a key that is retired by now, named under the key in force."""
    in_force = key_in_force(settings.pseudonym_key)
    retired = retired_keys(settings.home, in_force)
    erased: dict[str, set[str]] = defaultdict(set)
    for tombstone in tombstones(settings.home):
        if tombstone.key_id in retired:
            erased[tombstone.key_id or ""].add(tombstone.subject_sha256)
    if not erased:
        return
    locations = places(settings.landing / REGISTRY.lower())
    for record in delivered_ids(locations, dictionaries()[REGISTRY.lower()], settings.store / "tmp"):
        for key_id, hashes in erased.items():
            name, former = pseudonym(record.usubjid, in_force), pseudonym(record.usubjid, retired[key_id])
            if name and former and subject_hash(former) in hashes:
                yield Returned(name, record.file_name, record.line)
