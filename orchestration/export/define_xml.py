"""Define-XML 2.1 for the data sets of an export: what each is, and for every column type, length, origin and meaning.

All of it is taken from where it is said: labels, keys, lists and predecessors from the dbt project, meanings from the
comments in the release, lengths from the rows. Written with the standard library, since every export has one: a library for
it would be needed wherever Vigil runs. Does not belong here: its elements (`define_parts`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import duckdb

from orchestration.export import define_parts as parts
from orchestration.export.code_list import code_lists
from orchestration.export.dataset import STUDY_OID, Dataset
from orchestration.export.extent import extents
from orchestration.releases.manifest import MARK
from orchestration.warehouse import one_row

VERSION = "2.1.0"
DIFFERENCES = (
    "Marts of an external-control study in the form of ADaM. Each source keeps its STUDYID. PRO-ACT has days and no "
    "dates: its dates are null. ADTTE has a row for each origin and vital-status rule; ANL01FL marks those that the "
    "protocol analyses. Columns whose names end in DY have no day 0, whatever the descriptions of the release say of its "
    "own marts."
)


@dataclass(frozen=True)
class ReleaseFacts:
    """What a definition says of the release.

    Attributes:
        release_id: the release.
        created_at: ISO date and time at which it was made.
        protocol: id and version of the protocol in force.
        simulated: whether any delivery was.
    """

    release_id: str
    created_at: str
    protocol: str
    simulated: bool

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """Of an open release."""
        return cls(
            *one_row(
                connection,
                "select release_id, created_at, protocol_id || ' ' || protocol_version, simulated from release.info",
            )
        )


@dataclass
class _Definitions:
    """The elements of a document by kind, in the order of the schema."""

    groups: list[Element] = field(default_factory=list)
    items: list[Element] = field(default_factory=list)
    lists: list[Element] = field(default_factory=list)
    methods: list[Element] = field(default_factory=list)
    comments: list[Element] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        for kind in (self.groups, self.items, self.lists, self.methods, self.comments):
            yield from kind


def write_define_xml(
    connection: duckdb.DuckDBPyConnection, written: Sequence[tuple[Dataset, str]], form: str, path: Path
) -> None:
    """Write the definition of an export.

    Args:
        connection: of the release.
        written: data sets with the names of their files.
        form: of the files.
        path: the file.
    """
    for prefix, uri in parts.NAMESPACES.items():
        ElementTree.register_namespace(prefix, uri)
    found = _Definitions(comments=[parts.comment("COM.MDV", DIFFERENCES)])
    for data, file_name in written:
        _define(connection, data, file_name, form, found)
    root = _document(ReleaseFacts.of(connection), list(found))
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)


def _define(
    connection: duckdb.DuckDBPyConnection, data: Dataset, file_name: str, form: str, found: _Definitions
) -> None:
    """Add one data set."""
    room, coded = extents(connection, data), code_lists(connection, data)
    found.groups.append(parts.item_group(data, file_name))
    found.comments.append(parts.comment(f"COM.{data.name.upper()}", data.meaning or data.title))
    found.lists += [parts.code_list(data, each) for each in coded.values()]
    for column in data.columns:
        found.items.append(parts.item(data, column, room[column.name], form, coded))
        told = found.methods if column.predecessor is None else found.comments
        told.append(parts.meaning(data, column))


def _document(facts: ReleaseFacts, definitions: Sequence[Element]) -> Element:
    mark = f"{MARK} " if facts.simulated else ""
    oid = f"{STUDY_OID}.{facts.release_id}"
    head = {
        "ODMVersion": "1.3.2", "FileType": "Snapshot", "FileOID": f"{oid}.define", "CreationDateTime": facts.created_at,
        "Originator": "Vigil", "SourceSystem": "Vigil", "SourceSystemVersion": facts.release_id, "def:Context": "Other",
    }  # fmt: skip
    version = parts.element(
        "MetaDataVersion",
        {
            "OID": oid, "Name": f"{mark}Release {facts.release_id}", "def:DefineVersion": VERSION,
            "def:CommentOID": "COM.MDV",
        },
        parts.element("def:Standards", None, parts.element("def:Standard", parts.STANDARD)),
        *definitions,
    )  # fmt: skip
    names = parts.element(
        "GlobalVariables",
        None,
        parts.text("StudyName", f"{mark}{facts.protocol}"),
        parts.text("StudyDescription", f"{mark}Treated subjects of a registry against controls of PRO-ACT"),
        parts.text("ProtocolName", facts.protocol),
    )
    return parts.element("ODM", head, parts.element("Study", {"OID": STUDY_OID}, names, version))
