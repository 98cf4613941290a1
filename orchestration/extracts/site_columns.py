"""`landing/registry/columns.toml`: columns the source dictionary does not know whose values may be stored all the same.

A key a domain, its value the list of the column names: `dm = ["ECOG"]`. Of any other unknown column of the registry the name
is kept and no value. A name cannot tell what is in a column, so that of an allowed one only numbers and codes are stored
(`conform.CODE`), no text. Here: reading and checking the file. Not here: what a header is made into (`conform`).
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.extracts.dictionary import SourceDictionary, SourceTable
from orchestration.extracts.errors import DeliveryError, did_you_mean, quoted
from orchestration.extracts.instructions import instruction

COLUMNS_FILE = "columns.toml"
COLUMNS_PLACE = f"landing/registry/{COLUMNS_FILE}"
EXAMPLE = 'write lines like dm = ["ECOG"]'
REGISTRY = "registry"
# Columns that may hold a person's name, birth date, contact or number cannot be allowed.
_DIRECT_IDENTIFIER = re.compile(
    r"NAME|NAM$|INIT|BRTH|BIRTH|DOB|BDATE|BDT|BDAY|PHONE|TEL|MOBILE|FAX|ADDR|STREET|ZIP|POSTAL|MAIL|CONTACT|RRN|SSN|RESID|"
    r"MRN|CHART|HOSPNO|PASSPORT|NATION|PATNO|SUBJ|ID$|ID_|INSUR|GUARD|FAMILY|CAREGIV|성명|이름|이니셜|생년|생일|출생|주민|"
    r"외국인|번호|전화|휴대|연락|주소|이메일|환자|보호자|가족",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SiteColumns:
    """The allowed columns by domain, in the order of the file, and the hash of its bytes (empty where there is none)."""

    allowed: tuple[tuple[str, str], ...] = ()
    sha256: str = ""


NO_SITE_COLUMNS = SiteColumns()


class SiteColumnsError(DeliveryError):
    """The file of columns has errors; the message has a line for each."""


def read_site_columns(registry: Path, dictionary: SourceDictionary) -> SiteColumns:
    """The columns allowed in `landing/registry/`; none where the file is not there.

    Args:
        registry: the folder `landing/registry`.
        dictionary: of the registry.

    Raises:
        DeliveryError: the file cannot be read, names no domain of the dictionary, or allows what identifies a person.
    """
    content = instruction(registry / COLUMNS_FILE, COLUMNS_PLACE)
    if content is None:
        return NO_SITE_COLUMNS
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise SiteColumnsError(f"{COLUMNS_PLACE}: nested too deeply; {EXAMPLE}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SiteColumnsError(f"{COLUMNS_PLACE}: not readable ({error}); {EXAMPLE}") from None
    if errors := list(_errors(document, dictionary)):
        raise SiteColumnsError("; ".join(errors))
    allowed = tuple((domain.lower(), name) for domain, names in document.items() for name in names)
    return SiteColumns(allowed, hashlib.sha256(content).hexdigest())


def _errors(document: Mapping[str, object], dictionary: SourceDictionary) -> Iterator[str]:
    for domain, names in document.items():
        table = dictionary.tables.get(domain.lower())
        if table is None:
            hint = did_you_mean(domain.lower(), dictionary.tables)
            yield f"{COLUMNS_PLACE}: domain {quoted(domain, 40)} is not known; {hint}"
        elif not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            yield f'{COLUMNS_PLACE}: {domain}: write a list of column names, like {domain} = ["ECOG"]'
        else:
            yield from _refused(domain, names, table)


def _refused(domain: str, names: list[str], table: SourceTable) -> Iterator[str]:
    known = {text.casefold() for column in table.columns for text in (column.name, *column.aliases)}
    for name in names:
        if _DIRECT_IDENTIFIER.search(name):
            yield f"{COLUMNS_PLACE}: {domain}: {quoted(name, 40)} may identify a person and is never stored; take it out"
        elif name.strip().casefold() in known:
            yield f"{COLUMNS_PLACE}: {domain}: {quoted(name, 40)} is in the source dictionary already; take it out"


def with_allowed(
    dictionaries: Mapping[str, SourceDictionary], columns: SiteColumns
) -> dict[str, SourceDictionary]:
    """The dictionaries, the registry's tables with the columns that the site allows beside their own."""
    found = dict(dictionaries)
    if columns.allowed:
        tables = found[REGISTRY].tables
        own = {
            name: frozenset(c.strip().casefold() for d, c in columns.allowed if d == name) for name in tables
        }
        found[REGISTRY] = SourceDictionary(
            REGISTRY, {name: replace(table, allowed=own[name]) for name, table in tables.items()}
        )
    return found
