"""What a table is: its columns in order, each with a type and a meaning, and the frames that follow from it.

Belongs here: reading declarations, and frames with the columns and types they declare. Does not belong here: which tables
there are (the TOML file beside their maker), or how a value is computed.

A file of declarations has `[columns]`, what a name means wherever it occurs, and for each table a `description`, the names
of its `columns` in order, in `groups` those that say of whom or what a row is, under `own` what a name means in this table
alone, and under `further` what may follow. A column is `[type, meaning]`.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal

import pandas as pd

Dtype = Literal["Int64", "int64", "float64", "object"]
GIVEN = "given"
SQL_TYPES = {
    "text": "VARCHAR",
    "whole": "BIGINT",
    "double": "DOUBLE",
    "flag": "BOOLEAN",
    "date": "DATE",
    "instant": "TIMESTAMP WITH TIME ZONE",
}
"""The types of columns as DuckDB has them. `given` is a double where the source holds numbers, text otherwise."""


class DeclarationError(TypeError):
    """A frame is not the table it says it is: a programming error; one line that names the table and the columns."""


@dataclass(frozen=True)
class Column:
    """Type, one of `SQL_TYPES` or `given`, and meaning of a column."""

    type: str
    meaning: str


@dataclass(frozen=True)
class TableDeclaration:
    """A table in words, and its columns.

    Attributes:
        name: without schema.
        description: ends with the grain.
        columns: by name, in the table's order.
        further: columns that a table may have after these; where there are any, so may others, all of type `given`.
        groups: columns that say of whom or what a row is; the others hold its values.
    """

    name: str
    description: str
    columns: Mapping[str, Column]
    further: Mapping[str, Column] = field(default_factory=dict)
    groups: tuple[str, ...] = ()

    def meanings(self) -> dict[str, str]:
        """Meaning of every column, of those too that a table may lack."""
        return {name: column.meaning for name, column in {**self.columns, **self.further}.items()}

    def sql_types(self, frame: pd.DataFrame | None = None) -> dict[str, str]:
        """DuckDB type of every declared column; of a table with further ones, of every column of its frame."""
        if frame is None:
            return {name: SQL_TYPES[column.type] for name, column in self.columns.items()}
        return {name: SQL_TYPES[self._type(name, frame[name])] for name in frame.columns}

    def row(self, **given: object) -> dict[str, Any]:
        """A row by column name; what is not given is null.

        Raises:
            DeclarationError: a column that is not declared.
        """
        self._refuse("has no column", set(given) - set(self.columns))
        return dict.fromkeys(self.columns) | given

    def frame(self, rows: Sequence[Mapping[str, object]] | Sequence[tuple] = ()) -> pd.DataFrame:
        """Rows, by column name or in the declared order, as this table; no rows are an empty table of the same types.

        Raises:
            DeclarationError: as `cast`.
        """
        if rows and isinstance(rows[0], Mapping):
            return self.cast(pd.DataFrame(list(rows)))
        return self.cast(pd.DataFrame(list(rows), columns=list(self.columns)))

    def stacked(self, parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
        """One table of frames of it; those without rows would only blur the types of the others.

        Raises:
            DeclarationError: as `cast`.
        """
        filled = [part for part in parts if len(part)]
        return self.cast(pd.concat(filled, ignore_index=True)) if filled else self.frame()

    def cast(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame with the declared columns in their order and types.

        Raises:
            DeclarationError: a column that is not declared, one that is missing, or values of another type.
        """
        if not self.further:
            self._refuse("has no column", set(frame.columns) - set(self.columns))
        self._refuse("was made without", set(self.columns) - set(frame.columns))
        names = [*self.columns, *(name for name in frame.columns if name not in self.columns)]
        other = {}
        for name in names:
            kind = self._dtype(name, frame[name])
            if str(frame[name].dtype) != kind:
                other[name] = self._converted(name, frame[name], kind)
        ordered = frame if list(frame.columns) == names else frame[names]
        return ordered.assign(**other) if other else ordered

    def of_then(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table made by an earlier version as this one declares it: what was not known then is null, what is no longer
        declared is left out.

        Raises:
            DeclarationError: values of another type.
        """
        kept = frame if self.further else frame[[name for name in frame.columns if name in self.columns]]
        return self.cast(kept.reindex(columns=list(dict.fromkeys([*self.columns, *kept.columns]))))

    def _type(self, name: str, values: pd.Series) -> str:
        declared = self.columns[name].type if name in self.columns else GIVEN
        if declared != GIVEN:
            return declared
        return "double" if pd.api.types.is_numeric_dtype(values) else "text"

    def _dtype(self, name: str, values: pd.Series) -> Dtype:
        """Type of the column in pandas, which needs one of its own for whole numbers with nulls among them."""
        kind = self._type(name, values)
        if kind == "whole":
            return "Int64" if values.isna().any() else "int64"
        return "float64" if kind == "double" else "object"

    def _converted(self, name: str, values: pd.Series, kind: Dtype) -> pd.Series:
        text = self._type(name, values) == "text"
        if text and pd.api.types.is_numeric_dtype(values) and values.notna().any():
            raise DeclarationError(f"{self.name}: column {name} holds numbers and is declared as text")
        try:
            # int64 would cut 1.5 to 1; Int64 refuses it.
            return values.astype("Int64" if kind == "int64" else kind).astype(kind)
        except (TypeError, ValueError) as error:
            raise DeclarationError(f"{self.name}: column {name} is no {kind}: {error}") from None

    def _refuse(self, what: str, columns: set[str]) -> None:
        if columns:
            raise DeclarationError(f"{self.name} {what} {', '.join(sorted(columns))}, by its declaration")


def read_declarations(package: str, name: str) -> dict[str, TableDeclaration]:
    """The tables that a TOML file beside its package's modules declares, by name, in the file's order.

    Raises:
        DeclarationError: a column that nobody describes, or a description of a column that the table has not.
    """
    content = tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))
    shared = _columns(content["columns"])
    return {table: _declaration(table, given, shared) for table, given in content["tables"].items()}


def _declaration(table: str, given: Mapping[str, Any], shared: Mapping[str, Column]) -> TableDeclaration:
    own, further = (_columns(given.get(part, {})) for part in ("own", "further"))
    known = {**shared, **own}
    groups = tuple(given.get("groups", ()))
    strays = {*set(given["columns"]) - set(known), *{*own, *groups} - set(given["columns"])}
    if strays:
        raise DeclarationError(
            f"{table}: {', '.join(sorted(strays))} in one of columns and descriptions only"
        )
    return TableDeclaration(
        table, given["description"], {column: known[column] for column in given["columns"]}, further, groups
    )


def _columns(described: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    return {name: Column(*type_and_meaning) for name, type_and_meaning in described.items()}
