"""The elements of a Define-XML 2.1 document, one function each.

Does not belong here: which of them a document has, and in what order (`define_xml`).
"""

from collections.abc import Collection, Mapping
from xml.etree.ElementTree import Element

from analytics.dictionary.page import grain
from orchestration.export.code_list import CodeList
from orchestration.export.column import Column
from orchestration.export.dataset import Dataset
from orchestration.export.extent import Extent
from orchestration.mart_contracts import required_columns

NAMESPACES = {
    "": "http://www.cdisc.org/ns/odm/v1.3",
    "def": "http://www.cdisc.org/ns/def/v2.1",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
STANDARD = {"OID": "STD.ADAMIG", "Name": "ADaMIG", "Type": "IG", "Version": "1.3", "Status": "Final"}
CLASSES = {
    "adsl": ("SUBJECT LEVEL ANALYSIS DATASET", None),
    "adex": ("OCCURRENCE DATA STRUCTURE", None),
    "adqs": ("BASIC DATA STRUCTURE", None),
    "adae": ("OCCURRENCE DATA STRUCTURE", "ADVERSE EVENT"),
    "adtte": ("BASIC DATA STRUCTURE", "TIME-TO-EVENT"),
}
DATA_TYPES = {"VARCHAR": "text", "DATE": "date", "DOUBLE": "float"}
DATE_AS_NUMBER = {"DataType": "integer", "Length": "8", "def:DisplayFormat": "DATE9."}


def element(tag: str, attributes: Mapping[str, str] | None = None, *children: Element) -> Element:
    """An element of ODM, or of the namespace whose prefix its name has; attributes alike."""
    made = Element(_named(tag, NAMESPACES[""]))
    for name, value in (attributes or {}).items():
        made.set(_named(name, None), value)
    made.extend(children)
    return made


def _named(name: str, default: str | None) -> str:
    prefix, colon, local = name.rpartition(":")
    uri = NAMESPACES[prefix] if colon else default
    return f"{{{uri}}}{local}" if uri else local


def text(tag: str, words: str) -> Element:
    """An element whose content is words."""
    made = element(tag)
    made.text = words
    return made


def _in_english(tag: str, words: str) -> Element:
    translated = element("TranslatedText", {"xml:lang": "en"})
    translated.text = words
    return element(tag, None, translated)


def item_group(data: Dataset, file_name: str) -> Element:
    """A data set: its columns in order, its keys, class and file."""
    name = data.name.upper()
    attributes = {
        "OID": data.oid, "Name": name, "Repeating": "No" if data.key == ("USUBJID",) else "Yes",
        "IsReferenceData": "No", "SASDatasetName": name, "Purpose": "Analysis",
        "def:Structure": _structure(data), "def:StandardOID": STANDARD["OID"],
        "def:ArchiveLocationID": f"LF.{name}", "def:CommentOID": f"COM.{name}",
    }  # fmt: skip
    if data.n_row == 0:
        attributes["def:HasNoData"] = "Yes"
    refs = [_item_ref(data, place, column) for place, column in enumerate(data.columns, 1)]
    leaf = element("def:leaf", {"ID": f"LF.{name}", "xlink:href": file_name}, text("def:title", file_name))
    return element(
        "ItemGroupDef", attributes, _in_english("Description", data.title), *refs, _class(data), leaf
    )


def _structure(data: Dataset) -> str:
    return grain(data.meaning) or f"One row per {', '.join(data.key)}"


def _class(data: Dataset) -> Element:
    name, sub = CLASSES[data.name]
    return element("def:Class", {"Name": name}, *([element("def:SubClass", {"Name": sub})] if sub else []))


def _item_ref(data: Dataset, place: int, column: Column) -> Element:
    is_required = column.source in required_columns(data.name)
    attributes = {
        "ItemOID": data.item_oid(column),
        "OrderNumber": str(place),
        "Mandatory": "Yes" if is_required else "No",
    }
    if column.name in data.key:
        attributes["KeySequence"] = str(1 + data.key.index(column.name))
    if column.predecessor is None:
        attributes["MethodOID"] = _oid("MT", data, column)
    return element("ItemRef", attributes)


def item(data: Dataset, column: Column, room: Extent, form: str, coded: Collection[str]) -> Element:
    """A column: its type, length, list and origin.

    Args:
        data: its data set.
        column: itself.
        room: what its values take.
        form: of the files; of transport files dates are numbers.
        coded: columns of the data set that have a list.
    """
    attributes = {"OID": data.item_oid(column), "Name": column.name, "SASFieldName": column.name}
    attributes |= DATE_AS_NUMBER if column.is_date and form == "xpt" else _type(column, room)
    if column.predecessor is not None:
        attributes["def:CommentOID"] = _oid("COM", data, column)
    parts = [_in_english("Description", column.label)]
    if column.name in coded:
        parts.append(element("CodeListRef", {"CodeListOID": _oid("CL", data, column)}))
    return element("ItemDef", attributes, *parts, _origin(column))


def _type(column: Column, room: Extent) -> dict[str, str]:
    kind = DATA_TYPES.get(column.kind, "integer")
    if kind == "date":
        return {"DataType": kind}
    digits = {"SignificantDigits": str(room.decimals)} if kind == "float" else {}
    return {"DataType": kind, "Length": str(room.length), **digits}


def _origin(column: Column) -> Element:
    if column.predecessor is None:
        return element("def:Origin", {"Type": "Derived", "Source": "Sponsor"})
    return element("def:Origin", {"Type": "Predecessor"}, _in_english("Description", column.predecessor))


def meaning(data: Dataset, column: Column) -> Element:
    """What a column means: of a derived one the method, of a repeated one a comment."""
    words = column.meaning or column.label
    if column.predecessor is not None:
        return comment(_oid("COM", data, column), words)
    attributes = {
        "OID": _oid("MT", data, column),
        "Name": f"{data.name.upper()}.{column.name}",
        "Type": "Computation",
    }
    return element("MethodDef", attributes, _in_english("Description", words))


def comment(oid: str, words: str) -> Element:
    """A comment that others refer to."""
    return element("def:CommentDef", {"OID": oid}, _in_english("Description", words))


def code_list(data: Dataset, found: CodeList) -> Element:
    """The values of a column, with their words where all have them."""
    column = found.column
    attributes = {
        "OID": _oid("CL", data, column),
        "Name": f"{column.label} ({data.name.upper()}.{column.name})",
        "DataType": "text" if column.is_text else "integer",
        "def:IsNonStandard": "Yes",
    }
    items = []
    for place, (value, words) in enumerate(found.items, 1):
        coded = {"CodedValue": str(value), "OrderNumber": str(place)}
        if found.is_decoded:
            items.append(element("CodeListItem", coded, _in_english("Decode", str(words))))
        else:
            items.append(element("EnumeratedItem", coded))
    return element("CodeList", attributes, *items)


def _oid(kind: str, data: Dataset, column: Column) -> str:
    return f"{kind}.{data.name.upper()}.{column.name}"
