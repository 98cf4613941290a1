"""A delivered header against the source dictionary: columns by name or alias, never by position.

Makes the SELECT list that turns delivered cells into the dictionary's columns: blank to NULL, white space
trimmed, identifiers treated at the door. Not here: typing values (staging).
"""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.extracts.dictionary import SourceColumn, SourceTable
from orchestration.extracts.errors import DeliveryError, listed, quoted
from orchestration.extracts.limits import DEFAULT_LIMITS
from orchestration.warehouse import identifier, literal

# Stands for a date of birth that does not begin with a year, or is none: asked about, and nothing of it is kept.
UNREAD_YEAR = "????"
# What is stored of a registry column that the site allows: a number of four digits before the point, or a code of two
# characters. A name, a date or an id is neither.
CODE = r"[-+]?\d{1,4}(\.\d{1,6})?|[A-Za-z0-9+-]{1,2}"
WHITE_SPACE = " \t\r\n\v\f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)


@dataclass(frozen=True)
class HeaderMatch:
    """Where each dictionary column sits in the delivered header.

    Attributes:
        positions: dictionary column name to delivered position.
        unknown: delivered names the dictionary does not know whose values are kept in `_extra`, with their positions: of
            PRO-ACT all, of the registry those that the site allows.
        withheld: unknown names of which no value is stored.
        missing: dictionary columns that were not delivered (all optional).
    """

    positions: dict[str, int]
    unknown: tuple[tuple[str, int], ...]
    withheld: tuple[str, ...]
    missing: tuple[str, ...]


def fold_name(name: str) -> str:
    """A column's name as it is compared: in any case, without white space around it."""
    return name.strip(WHITE_SPACE).casefold()


def _spellings(table: SourceTable) -> dict[str, SourceColumn]:
    return {fold_name(text): column for column in table.columns for text in (*column.aliases, column.name)}


def count_known(header: Sequence[str], table: SourceTable) -> int:
    """How many of the delivered names the dictionary knows."""
    known = _spellings(table)
    return sum(fold_name(name) in known for name in header)


def match_header(header: Sequence[str], table: SourceTable, file_name: str) -> HeaderMatch:
    """Match a delivered header to the dictionary, without regard to case or order.

    Raises:
        DeliveryError: there are too many columns, a name occurs twice, two names mean one column, or a required column is
            missing.
    """
    if len(header) > DEFAULT_LIMITS.n_column:
        raise DeliveryError(
            f"{quoted(file_name)}: {len(header)} columns, more than {DEFAULT_LIMITS.n_column}; check the export"
        )
    _refuse_duplicates(header, file_name)
    known = _spellings(table)
    positions: dict[str, int] = {}
    unknown: list[tuple[str, int]] = []
    for position, name in enumerate(header):
        column = known.get(fold_name(name))
        if column is None:
            unknown.append((name.strip(WHITE_SPACE) or f"unnamed_{position + 1}", position))
        elif column.name in positions:
            other = header[positions[column.name]]
            raise DeliveryError(
                f"{quoted(file_name)}: columns {quoted(other)} and {quoted(name)} both mean {column.name};"
                " drop one"
            )
        else:
            positions[column.name] = position
    _refuse_missing(table, positions, [name for name, _ in unknown], file_name)
    hidden = {n for n, _ in unknown if table.source == "registry" and fold_name(n) not in table.allowed}
    return HeaderMatch(
        positions=positions,
        unknown=tuple((name, position) for name, position in unknown if name not in hidden),
        withheld=tuple(sorted(hidden)),
        missing=tuple(c.name for c in table.columns if c.name not in positions),
    )


def _refuse_duplicates(header: Sequence[str], file_name: str) -> None:
    folded = Counter(fold_name(name) for name in header if fold_name(name))
    if twice := sorted(name for name, n in folded.items() if n > 1):
        raise DeliveryError(
            f"{quoted(file_name)}: column {listed(twice)} occurs more than once; keep one of each"
        )


def _refuse_missing(
    table: SourceTable, positions: dict[str, int], unknown: list[str], file_name: str
) -> None:
    missing = [c.name for c in table.columns if c.required and c.name not in positions]
    if not missing:
        return
    folded = {fold_name(name): name for name in unknown}
    hints = []
    for name in missing:
        close = difflib.get_close_matches(fold_name(name), list(folded), n=1, cutoff=0.6)
        hints.append(f"{name} (closest found: {quoted(folded[close[0]])})" if close else name)
    found = listed(unknown) if unknown else "no unknown column"
    raise DeliveryError(
        f"{quoted(file_name)}: required column missing: {', '.join(hints)};"
        f" of {len(positions) + len(unknown)} columns found, these are unknown: {found};"
        " restore the name, or add it as an alias in the source dictionary"
    )


def select_list(match: HeaderMatch, table: SourceTable, *, any_space: bool) -> list[str]:
    """SQL expressions over cells `c0, c1 …` for every dictionary column and `_extra`.

    Args:
        match: the matched header.
        table: its dictionary table.
        any_space: trim every kind of white space; False where a file is known to hold blanks only, which
            is tested cheaply at both ends of a cell.
    """
    expressions = [
        f"{_treated(column, match.positions.get(column.name), any_space, table)} AS {identifier(column.name)}"
        for column in table.columns
    ]
    return [*expressions, f"{_extra(match, any_space, table)} AS _extra"]


def _treated(column: SourceColumn, position: int | None, any_space: bool, table: SourceTable) -> str:
    if position is None or column.identifier == "drop":
        return "CAST(NULL AS VARCHAR)"
    cell = _trimmed(position, any_space)
    if column.identifier == "pseudonymise":
        keeps = "true" if table.name == "withdrawals" else "false"
        return f"pseudonym({cell}, {keeps})"
    if column.identifier == "year":
        year = f"nullif(regexp_extract({cell}, '^(\\d{{4}})(?:[-./]|$)', 1), '')"
        return f"coalesce({year}, CASE WHEN {cell} IS NOT NULL THEN '{UNREAD_YEAR}' END)"
    return cell


def _trimmed(position: int, any_space: bool) -> str:
    cell = f"c{position}"
    trimmed = f"nullif(trim({cell}, '{WHITE_SPACE}'), '')"
    if any_space:
        return trimmed
    return f"CASE WHEN {cell} < '!' OR ends_with({cell}, ' ') THEN {trimmed} ELSE {cell} END"


def _extra(match: HeaderMatch, any_space: bool, table: SourceTable) -> str:
    if not match.unknown:
        return "CAST(NULL AS VARCHAR)"
    cells = [_trimmed(position, any_space) for _, position in match.unknown]
    if table.source == "registry":
        cells = [f"CASE WHEN regexp_full_match({cell}, {literal(CODE)}) THEN {cell} END" for cell in cells]
    pairs = ", ".join(
        f"{literal(name)}, {cell}" for (name, _), cell in zip(match.unknown, cells, strict=True)
    )
    return (
        f"CASE WHEN coalesce({', '.join(cells)}) IS NOT NULL THEN CAST(json_object({pairs}) AS VARCHAR) END"
    )
