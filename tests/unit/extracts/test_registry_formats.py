"""SDTM domains as CSV, transport file or Dataset-JSON give the same raw table, in any case of name and encoding (F19)."""

import json
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from delivery_builder import CUT, Site, registry_files

from orchestration.extracts.decode_sas import as_text
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.xpt_layout import CARD

HEADER = ["STUDYID", "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AESTDTC"]
ROWS = [
    ["LENZ", f"LENZ-{i:03d}", i, "열이 남" if i % 2 else "müde", "PYREXIA", "2025-01"] for i in range(1, 41)
]


def as_xpt(path: Path, rows: list[list[object]] = ROWS) -> bytes:
    pyreadstat.write_xport(
        pd.DataFrame(rows, columns=HEADER), str(path), file_format_version=5, table_name="AE"
    )
    return path.read_bytes()


def json_1_1(rows: list[list[object]] = ROWS, declared: int | None = None) -> dict[str, object]:
    columns = [
        {"itemOID": f"IT.AE.{name}", "name": name, "label": name, "dataType": "string"} for name in HEADER
    ]
    return {
        "datasetJSONVersion": "1.1.0",
        "records": declared or len(rows),
        "name": "AE",
        "columns": columns,
        "rows": rows,
    }


def json_1_0() -> dict[str, object]:
    items = [
        {"OID": "ITEMGROUPDATASEQ", "name": "ITEMGROUPDATASEQ"},
        *[{"OID": name, "name": name} for name in HEADER],
    ]
    data = [[i, *row] for i, row in enumerate(ROWS, start=1)]
    group = {"records": len(ROWS), "name": "AE", "items": items, "itemData": data}
    return {"clinicalData": {"studyOID": "S", "itemGroupData": {"IG.AE": group}}}


def ndjson() -> bytes:
    head = {key: value for key, value in json_1_1().items() if key != "rows"}
    return "\n".join(json.dumps(part) for part in [head, *ROWS]).encode() + b"\n"


def deliver(site: Site, name: str, content: bytes) -> list[tuple[object, ...]]:
    files = {key: value for key, value in registry_files().items() if key != "AE.csv"}
    raw = site.raw(site.take("REGISTRY", {**files, name: content}))
    return raw.execute(
        "SELECT USUBJID, AESEQ, AETERM, AESTDTC, _line FROM raw.registry_ae ORDER BY _line"
    ).fetchall()


@pytest.mark.parametrize("name", ["ae.xpt", "AE.XPT", "ae.json", "AE.json", "ae-1.0", "ae.ndjson"])
def test_every_format_gives_the_same_cells(site: Site, name: str, tmp_path: Path) -> None:
    content = {
        "ae.xpt": lambda: as_xpt(tmp_path / "x.xpt"), "ae.json": lambda: json.dumps(json_1_1()).encode(),
        "ae-1.0": lambda: json.dumps(json_1_0()).encode(), "ae.ndjson": ndjson,
    }[name.lower()]()  # fmt: skip
    found = deliver(site, "ae.json" if name == "ae-1.0" else name, content)
    assert [row[1:] for row in found] == [
        (str(row[2]), row[3], row[5], i) for i, row in enumerate(ROWS, start=1)
    ]
    assert len({row[0] for row in found}) == len(ROWS)


def test_transport_file_with_korean_in_cp949_is_decoded(site: Site, tmp_path: Path) -> None:
    content = as_xpt(tmp_path / "x.xpt", [[*row[:3], "abcdef", *row[4:]] for row in ROWS])
    found = deliver(site, "ae.xpt", content.replace(b"abcdef", "열이남".encode("cp949")))
    assert {row[2] for row in found} == {"열이남"}


@pytest.mark.parametrize("cut", [1, CARD, 3 * CARD])
def test_cut_transport_file_is_refused(site: Site, tmp_path: Path, cut: int) -> None:
    with pytest.raises(DeliveryError, match=r"ae\.xpt.*(cut|inside an observation)"):
        deliver(site, "ae.xpt", as_xpt(tmp_path / "x.xpt")[:-cut])


@pytest.mark.parametrize("n", [1, 2, 3, 7])
def test_short_observations_are_not_confused_with_padding(site: Site, tmp_path: Path, n: int) -> None:
    assert len(deliver(site, "ae.xpt", as_xpt(tmp_path / "x.xpt", ROWS[:n]))) == n


def test_dataset_json_with_another_record_count_is_refused(site: Site) -> None:
    with pytest.raises(DeliveryError, match=r"40 records read where the file declares 41"):
        deliver(site, "ae.json", json.dumps(json_1_1(declared=41)).encode())


def test_cut_dataset_json_is_refused(site: Site) -> None:
    with pytest.raises(DeliveryError, match=r"ae\.json.*not readable as JSON"):
        deliver(site, "ae.json", json.dumps(json_1_1()).encode()[:-20])


def test_json_record_of_another_length_is_set_aside(site: Site) -> None:
    rows: list[list[object]] = [*ROWS[:3], ["LENZ"], *ROWS[4:]]
    assert [row[4] for row in deliver(site, "ae.json", json.dumps(json_1_1(rows)).encode())] == [
        i for i in range(1, 41) if i != 4
    ]


def test_two_formats_of_one_domain_are_refused(site: Site) -> None:
    with pytest.raises(DeliveryError, match="two different files for table ae"):
        site.take("REGISTRY", {**registry_files(), "ae.ndjson": ndjson()})


def test_supplemental_qualifiers_of_all_domains_are_stacked(site: Site) -> None:
    supp = "STUDYID,RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QLABEL,QVAL\r\nLENZ,{0},LENZ-001,,,X,X,{0}\r\n"
    files = {f"SUPP{d}.csv": supp.format(d).encode() for d in ("AE", "DM")}
    raw = site.raw(site.take("REGISTRY", {**registry_files(), **files}))
    found = raw.execute("SELECT RDOMAIN, _file, _line FROM raw.registry_supp ORDER BY 1").fetchall()
    assert found == [("AE", "SUPPAE.csv", 2), ("DM", "SUPPDM.csv", 2)]


def test_folder_that_is_no_date_is_shown_with_the_reason(site: Site) -> None:
    site.deliver("REGISTRY", "march", registry_files())
    site.deliver("REGISTRY", CUT, registry_files())
    assert [(d.complete, d.reason is None) for d in site.found("REGISTRY")] == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-3.5, "-3.5"),
        (float("nan"), None),
        (None, None),
        (0.1 + 0.2, "0.3"),
        (12345678.0, "12345678"),
    ],
)
def test_numbers_are_written_as_a_csv_would_hold_them(value: object, text: str | None) -> None:
    assert as_text(value) == text


def test_numbers_in_json_keep_their_digits(site: Site) -> None:
    content = json.dumps(json_1_1(ROWS[:5])).replace('"2025-01"', "1.50")
    assert {row[3] for row in deliver(site, "ae.json", content.encode())} == {"1.50"}
