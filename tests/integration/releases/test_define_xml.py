"""The definition beside an export: valid by CDISC's schema, true of the files, the same for a reader that is not ours."""

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xmlschema
from odmlib.define_loader import XMLDefineLoader
from odmlib.loader import ODMLoader
from odmlib.oid_generator import create_oid_checker
from odmlib.schema_manager import get_schema_path
from released_home import vigil

from analytics.study import MARTS

ODM, DEF = "{http://www.cdisc.org/ns/odm/v1.3}", "{http://www.cdisc.org/ns/def/v2.1}"
XLINK, XML = "{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/namespace}"
SUFFIX = {"xpt": "xpt", "dataset-json": "json", "parquet": "parquet"}
DATASET_JSON = Path(__file__).parent / "cdisc" / "dataset-json-1.1.schema.json"


def export(form: str, out: Path, *more: str) -> ElementTree.Element:
    """An export, and its definition."""
    assert vigil("export", "--format", form, "--out", str(out), *more) == 0
    return ElementTree.parse(out / "define.xml").getroot()


def frame(form: str, path: Path) -> pd.DataFrame:
    """A file of an export as its format's own reader has it; empty text of transport files is missing."""
    if form == "xpt":
        return pyreadstat.read_xport(str(path))[0].replace("", None)
    if form == "parquet":
        return pq.read_table(path).to_pandas()
    content = json.loads(path.read_text())
    return pd.DataFrame(content["rows"], columns=[column["name"] for column in content["columns"]])


def groups(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    return {group.get("Name"): group for group in root.iter(f"{ODM}ItemGroupDef")}


def items(root: ElementTree.Element, group: ElementTree.Element) -> list[ElementTree.Element]:
    """Definitions of a data set's columns, in its order."""
    by_oid = {item.get("OID"): item for item in root.iter(f"{ODM}ItemDef")}
    return [by_oid[ref.get("ItemOID")] for ref in group.iter(f"{ODM}ItemRef")]


@pytest.mark.parametrize("form", SUFFIX)
def test_every_export_has_a_valid_definition_of_its_very_files(home: Path, tmp_path: Path, form: str) -> None:
    root = export(form, tmp_path)
    xmlschema.XMLSchema(get_schema_path("define", "2.1")).validate(str(tmp_path / "define.xml"))
    assert list(groups(root)) == [name.upper() for name in MARTS]
    for name, group in groups(root).items():
        (leaf,) = group.iter(f"{DEF}leaf")
        data = frame(form, tmp_path / leaf.get(f"{XLINK}href"))
        defined = items(root, group)
        assert [item.get("Name") for item in defined] == list(data.columns), name
        for item in defined:
            check_column(item, data[item.get("Name")], name)


def check_column(item: ElementTree.Element, values: pd.Series, name: str) -> None:
    """The type and the room of a column hold all its values."""
    where, kind, present = f"{name}.{item.get('Name')}", item.get("DataType"), values.dropna()
    if kind == "text":
        assert (
            present.map(lambda value: len(value.encode())).max() <= int(item.get("Length")) or present.empty
        ), where
    elif kind == "integer" and item.get(f"{DEF}DisplayFormat") is None:
        assert (present.astype(float) % 1 == 0).all(), where
        assert (
            present.map(lambda value: len(str(int(value)))).max() <= int(item.get("Length")) or present.empty
        ), where
    elif kind == "float":
        assert pd.api.types.is_numeric_dtype(present) or present.empty, where
    else:
        assert pd.to_datetime(present).notna().all(), where


def test_values_are_in_the_lists_and_keys_tell_rows_apart(home: Path, tmp_path: Path) -> None:
    root = export("parquet", tmp_path)
    lists = {
        each.get("OID"): {item.get("CodedValue") for item in each if item.get("CodedValue") is not None}
        for each in root.iter(f"{ODM}CodeList")
    }
    listed = 0
    for group in groups(root).values():
        (leaf,) = group.iter(f"{DEF}leaf")
        data = frame("parquet", tmp_path / leaf.get(f"{XLINK}href"))
        for item in items(root, group):
            for ref in item.iter(f"{ODM}CodeListRef"):
                held = data[item.get("Name")].dropna().map(lambda v: v if isinstance(v, str) else str(int(v)))
                assert set(held) <= lists[ref.get("CodeListOID")], item.get("OID")
                listed += 1
        keys = [ref for ref in group.iter(f"{ODM}ItemRef") if ref.get("KeySequence")]
        names = [
            ref.get("ItemOID").rpartition(".")[2] for ref in sorted(keys, key=lambda r: r.get("KeySequence"))
        ]
        assert names[0] == "USUBJID"
        assert not data.duplicated(names).any(), group.get("Name")
        mandatory = [
            r.get("ItemOID").rpartition(".")[2]
            for r in group.iter(f"{ODM}ItemRef")
            if r.get("Mandatory") == "Yes"
        ]
        assert data[mandatory].notna().all(axis=None)
    assert listed > 40
    assert {"DOSE NOT CHANGED", "DRUG WITHDRAWN"} <= lists["CL.ADAE.AEACN"]


def test_every_column_has_an_origin_and_is_explained(home: Path, tmp_path: Path) -> None:
    root = export("parquet", tmp_path)
    told = {
        each.get("OID"): "".join(each.itertext()).strip()
        for each in root.iter()
        if each.tag in (f"{ODM}MethodDef", f"{DEF}CommentDef")
    }
    for group in groups(root).values():
        methods = {ref.get("ItemOID"): ref.get("MethodOID") for ref in group.iter(f"{ODM}ItemRef")}
        for item in items(root, group):
            (origin,) = item.iter(f"{DEF}Origin")
            if origin.get("Type") == "Predecessor":
                assert "".join(origin.itertext()).strip()
                assert told[item.get(f"{DEF}CommentOID")]
            else:
                assert origin.get("Type") == "Derived"
                assert told[methods[item.get("OID")]]
    assert "stays in the deliveries (landing)" in told["COM.ADAE.AETERM"]
    assert "the day before it day -1" in told["MT.ADSL.DTHDY"]


def test_a_reader_that_is_not_ours_finds_every_reference(home: Path, tmp_path: Path) -> None:
    export("dataset-json", tmp_path)
    loader = ODMLoader(XMLDefineLoader(model_package="define_2_1", ns_uri="http://www.cdisc.org/ns/def/v2.1"))
    loader.open_odm_document(str(tmp_path / "define.xml"))
    version = loader.MetaDataVersion()
    assert [group.Name for group in version.ItemGroupDef] == [name.upper() for name in MARTS]
    checker = create_oid_checker("define_2_1")
    loader.root().verify_oids(checker)
    assert checker.check_oid_refs()


def test_only_what_was_exported_is_defined(home: Path, tmp_path: Path) -> None:
    assert list(groups(export("xpt", tmp_path, "--marts", "adsl"))) == ["ADSL"]


def test_simulated_data_say_so_in_the_definition(home: Path, tmp_path: Path) -> None:
    root = export("xpt", tmp_path, "--marts", "adsl")
    assert root.find(f".//{ODM}StudyName").text.startswith("SYNTHETIC")


def test_every_data_set_is_valid_dataset_json_and_refers_to_the_definition(
    home: Path, tmp_path: Path
) -> None:
    root = export("dataset-json", tmp_path)
    schema = json.loads(DATASET_JSON.read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    defined = {item.get("OID") for item in root.iter(f"{ODM}ItemDef")}
    (version,) = root.iter(f"{ODM}MetaDataVersion")
    for name in MARTS:
        content = json.loads((tmp_path / f"SYNTHETIC-{name}.json").read_text())
        kind(schema).validate(content)
        assert (tmp_path / content["metaDataRef"]).exists()
        assert content["metaDataVersionOID"] == version.get("OID")
        assert content["itemGroupOID"] == groups(root)[name.upper()].get("OID")
        assert {column["itemOID"] for column in content["columns"]} <= defined
        assert {len(row) for row in content["rows"]} == {len(content["columns"])}


def test_the_definition_is_the_same_whenever_it_is_written(home: Path, tmp_path: Path) -> None:
    export("xpt", tmp_path / "once", "--marts", "adsl", "adex")
    export("xpt", tmp_path / "again", "--marts", "adsl", "adex")
    assert (tmp_path / "once" / "define.xml").read_bytes() == (tmp_path / "again" / "define.xml").read_bytes()
