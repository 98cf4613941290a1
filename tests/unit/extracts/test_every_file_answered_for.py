"""Every file of a delivery is answered for: read, or not read and why; what only looks like a bystander is refused."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from delivery_builder import CUT, DICTIONARIES, Site, csv_bytes, proact_files, registry_files
from sas_writer import sas7bdat

from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.formats import may_hold_table, why_not_read
from orchestration.extracts.naming import table_of

UNREAD = {
    "define.xml": "XML is not read",
    "listings.zip": "an archive beside data files is not opened",
    "enrolment log.xlsx": "Excel is not read; save as CSV, XPT or Dataset-JSON",
    "README": "not a format that is read",
    "acrf.pdf": "a document or picture, no data",
    "da.csv": "not the name of a SDTM domain that is read",
    ".DS_Store": "a hidden file, no data",
    "old/ae.csv": "beside the folder of the data files; table ae is read from 'AE.csv'",
}


def table(name: str, n: int = 8) -> bytes:
    """A file of one registry table: its subjects, and in every other column a text."""
    header = [column.name for column in DICTIONARIES["registry"].tables[name].columns]
    rows = [
        [f"LENZ-{i:03d}" if c == "USUBJID" else "2025-01-02" if c.endswith("DTC") else "1" for c in header]
        for i in range(1, n + 1)
    ]
    return csv_bytes(header, rows)


def full_delivery() -> dict[str, bytes]:
    """22 domain files in four formats, with marks and bystanders."""
    files = registry_files()
    for name in ("mh", "cm", "qs", "re", "vs", "fa", "pr", "ss", "sv", "lb", "eg", "pe"):
        files[f"{name}.csv"] = table(name)
    files["qsco.csv"], files["QSMM.csv"], files["lb2.csv"] = table("qs"), table("qs", 3), table("lb", 2)
    files |= {f"SUPP{name}.csv": table("supp", 1) for name in ("AE", "DM")}
    del files["eg.csv"]
    columns = [{"name": name} for name in ("USUBJID", "EGTESTCD", "EGDTC")]
    files["eg.json"] = json.dumps({"columns": columns, "rows": [["LENZ-001", "QTCF", "2025-01-02"]]}).encode()
    files["pe.sas7bdat"] = sas7bdat(["USUBJID", "PETESTCD"], [["LENZ-001", "CHEST"]])
    del files["pe.csv"]
    files["WITHDRAWALS.csv"] = b"USUBJID,REQUEST,DATE\r\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("listing.csv", b"a,b\r\n")
    others = dict.fromkeys(UNREAD, b"x") | {"listings.zip": buffer.getvalue(), "da.csv": b"a,b\r\n"}
    return {**files, **others, ".done": b"", "SYNTHETIC.json": b'{"simulated": true}'}


def test_a_delivery_of_22_domain_files_is_answered_for_to_the_last_file(site: Site) -> None:
    files = full_delivery()
    accepted = site.take("REGISTRY", files)
    raw = site.raw(accepted)
    read = raw.execute("SELECT file_name, n_byte FROM raw.delivered_file").fetchall()
    others = raw.execute("SELECT file_name, n_byte, is_mark, reason FROM raw.other_file").fetchall()
    assert len(read) == 22
    assert {name: size for name, size, *_ in [*read, *others]} == {name: len(b) for name, b in files.items()}
    assert {name for name, _, is_mark, _ in others if is_mark} == {".done", "SYNTHETIC.json"}
    reasons = {name: reason for name, _, is_mark, reason in others if not is_mark}
    assert reasons.keys() == UNREAD.keys()
    for name, reason in UNREAD.items():
        assert reasons[name].startswith(reason)
    for name, reason in reasons.items():
        assert f"'{name}': not read: {reason}" in accepted.warnings


def test_split_domains_are_one_table(site: Site) -> None:
    raw = site.raw(site.take("REGISTRY", full_delivery()))
    found = raw.execute("SELECT _file, count(*) FROM raw.registry_qs GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [("QSMM.csv", 3), ("qs.csv", 8), ("qsco.csv", 8)]
    assert raw.execute("SELECT count(*) FROM raw.registry_lb").fetchone() == (10,)


@pytest.mark.parametrize(
    ("name", "found"),
    [("qsco.csv", "qs"), ("QSMM.XPT", "qs"), ("lb1.csv", "lb"), ("faae.json", "fa"), ("suppqsco.csv", "supp"),
     ("dmx.csv", None), ("exam.csv", None), ("relrec.csv", None), ("lbcodes.csv", None), ("ss.sas7bdat", "ss")],
)  # fmt: skip
def test_a_split_domain_carries_its_name_and_two_letters_at_most(name: str, found: str | None) -> None:
    table = table_of(name, DICTIONARIES["registry"])
    assert (table.name if table else None) == found


@pytest.mark.parametrize("name", ["QS.xlsx", "qs.txt", "LB.dta", "withdrawals.xlsx", "vs.rds", "cm.ods"])
def test_a_table_in_a_format_that_is_not_read_is_refused_where_nothing_else_delivers_it(
    site: Site, name: str
) -> None:
    with pytest.raises(
        DeliveryError, match=rf"'{name}': .*(is|are) .*, or take it away: nothing else delivers"
    ) as refused:
        site.take("REGISTRY", {**registry_files(), name: b"x"})
    assert "CSV" in str(refused.value)
    table = table_of(name, DICTIONARIES["registry"])
    assert table is not None
    beside = {**registry_files(), name: b"x", f"{table.name}.csv": table_bytes(table.name)}
    assert [other.name for other in site.take("REGISTRY", beside).others] == [name]


def table_bytes(name: str) -> bytes:
    return b"USUBJID,REQUEST,DATE\r\n" if name == "withdrawals" else table(name)


def test_a_delivery_in_excel_is_refused_by_name_with_the_way_out(site: Site) -> None:
    site.deliver("REGISTRY", CUT, dict.fromkeys(("DM.xlsx", "EX.xlsx", "AE.xlsx", "DS.xlsx"), b"PK"))
    (delivery,) = site.found("REGISTRY")
    assert not delivery.complete
    assert delivery.reason == (
        "'AE.xlsx', 'DM.xlsx', 'DS.xlsx', 'EX.xlsx': Excel is not read; save as CSV, XPT or Dataset-JSON"
    )


def test_the_table_of_the_dream_challenges_is_refused_by_name(site: Site) -> None:
    site.deliver("PROACT", "DREAM", {"all_forms_PROACT_training.txt": b"SubjectID|form_name\n"})
    (delivery,) = site.found("PROACT")
    assert (delivery.complete, delivery.reason) == (
        False,
        "'all_forms_PROACT_training.txt': the table of the DREAM challenges is not read; give PRO-ACT's export in CSV files",
    )


def test_one_table_in_excel_among_csv_is_refused(site: Site) -> None:
    files = registry_files()
    files["DM.xlsx"] = files.pop("DM.csv")
    with pytest.raises(
        DeliveryError, match=r"'DM\.xlsx': Excel is not read; save as CSV.*nothing else delivers DM"
    ):
        site.take("REGISTRY", files)


@pytest.mark.parametrize(("delivered", "told"), [("AESTDT", True), ("AESTDTCC", True), ("AEOBS", False)])
def test_a_column_that_may_be_renamed_is_said(site: Site, delivered: str, told: bool) -> None:
    files = registry_files() | {
        "AE.csv": csv_bytes(["USUBJID", "AEDECOD", delivered], [["LENZ-001", "Fall", "2025-01-02"]])
    }
    said = [warning for warning in site.take("REGISTRY", files).warnings if "renamed" in warning]
    assert (
        said
        == [
            f"'AE.csv': column '{delivered}' is not known and AESTDTC is missing: if it was renamed, deliver it as AESTDTC"
        ]
        * told
    )


def test_a_folder_that_is_still_empty_waits(site: Site) -> None:
    site.deliver("REGISTRY", CUT, {"notes.pdf": b"x"})
    assert [d.reason for d in site.found("REGISTRY")] == [f"'{CUT}': holds no data file yet"]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_bystanders_in_a_zip_do_not_stop_an_export(site: Site) -> None:
    members = {f"2025_05_27_PROACT/{name}": content for name, content in proact_files().items()}
    members |= {
        "docs/columns.csv": b"a,b\r\n", "docs/PROACT_LABS.csv.txt": b"x", "README.txt": b"0" * 3_000_000,
        "a:b.txt": b"x", "SYNTHETIC.json": b'{"simulated": true}',
    }  # fmt: skip
    accepted = site.take("PROACT", {"export.zip": zipped(members)})
    assert len(accepted.files) == 5
    assert accepted.simulated
    assert {other.name for other in accepted.others if not other.is_mark} == {
        f"export.zip/{name}" for name in members if not name.startswith("2025") and name != "SYNTHETIC.json"
    }


def test_a_table_left_in_another_folder_of_a_zip_is_no_bystander(site: Site) -> None:
    members = {f"a/{name}": content for name, content in proact_files().items()}
    members["b/PROACT_FVC.csv"] = b"subject_id\r\n"
    with pytest.raises(DeliveryError, match=r"b/PROACT_FVC\.csv.*nothing else delivers FVC"):
        site.take("PROACT", {"export.zip": zipped(members)})


def test_two_exports_in_a_zip_are_refused(site: Site) -> None:
    members = {f"{folder}/{name}": b for folder in ("2022", "2025") for name, b in proact_files().items()}
    with pytest.raises(DeliveryError, match="data files in several folders"):
        site.take("PROACT", {"export.zip": zipped(members)})


def test_documents_beside_a_wrapper_folder_are_bystanders(site: Site) -> None:
    files = {f"wrap/{name}": content for name, content in registry_files().items()}
    accepted = site.take("REGISTRY", {**files, "documents/protocol.pdf": b"x"})
    assert [(other.name, other.reason) for other in accepted.others] == [
        ("documents/protocol.pdf", "a document or picture, no data")
    ]


def test_a_proact_folder_without_a_date_is_said(site: Site) -> None:
    site.deliver("PROACT", "ALL_FORMS", proact_files())
    accepted = site.accept("PROACT")
    assert any(w.startswith("'ALL_FORMS': a PRO-ACT export without a date") for w in accepted.warnings)
    site.deliver("PROACT", "2022_07_29_PROACT_ALL_FORMS", proact_files())
    assert not any("without a date" in warning for warning in site.accept("PROACT").warnings)


@pytest.mark.parametrize("rows", ["missing", "null", "empty"])
def test_f09_dataset_json_without_rows_is_an_empty_table(site: Site, rows: str) -> None:
    document: dict[str, object] = {
        "columns": [{"name": n} for n in ("USUBJID", "MHTERM", "AETERM", "AEDECOD")]
    }
    document |= {} if rows == "missing" else {"rows": None if rows == "null" else []}
    content = json.dumps(document).encode()
    raw = site.raw(site.take("REGISTRY", {**registry_files(), "mh.json": content}))
    assert raw.execute("SELECT count(*) FROM raw.registry_mh").fetchone() == (0,)
    files = {name: b for name, b in registry_files().items() if name != "AE.csv"}
    with pytest.raises(DeliveryError, match=r"'ae\.json': (empty extract|required column missing)"):
        Site(site.landing.parent / "other").take("REGISTRY", {**files, "ae.json": content})


def test_f09_dataset_json_that_declares_records_and_brings_none_is_refused(site: Site) -> None:
    document = {"records": 3, "columns": [{"name": "USUBJID"}, {"name": "MHTERM"}]}
    with pytest.raises(DeliveryError, match="0 records read where the file declares 3"):
        site.take("REGISTRY", {**registry_files(), "mh.json": json.dumps(document).encode()})


@pytest.mark.parametrize(
    ("name", "holds_table"),
    [
        ("DM.xls", True),
        ("x.tsv", True),
        ("x.sav", True),
        ("x.pdf", False),
        ("x.gz", False),
        ("x", False),
        ("x.sas7bcat", False),
    ],
)
def test_every_other_format_has_a_phrase(name: str, holds_table: bool) -> None:
    assert why_not_read(name)
    assert may_hold_table(name) is holds_table


def test_names_are_shown_so_that_they_cannot_hide_anything(site: Site, tmp_path: Path) -> None:
    accepted = site.take("REGISTRY", {**registry_files(), "a\u202eb\nc.pdf": b"x"})
    assert any(warning.startswith("'a?b?c.pdf': not read") for warning in accepted.warnings)


@pytest.mark.parametrize(
    "name",
    ["withdrawal.csv", "WITHDRAWN_2026.csv", "withdrawls.csv", "consent-withdrawal.xlsx", "withdraw.txt", "wihtdrawals.csv",
     "withdrawals.csv.gz", "withdrawals.zip", "withdrawals (1).xlsx", "erasure_requests.csv", "Revoked.json", "opt-out.csv",
     "동의철회.xlsx", "docs/withdrawal.csv"],
)  # fmt: skip
def test_what_may_be_the_withdrawal_list_is_refused_whatever_else_is_read(site: Site, name: str) -> None:
    content = zipped({"a.csv": b"x"}) if name.endswith(".zip") else b"USUBJID,REQUEST\r\nLENZ-001,ERASE\r\n"
    with pytest.raises(DeliveryError, match=r"did you mean WITHDRAWALS\.csv\? rename it"):
        site.take("REGISTRY", {**registry_files(), name: content})


@pytest.mark.parametrize(
    "name", ["withdrawal form.pdf", "da.csv", "drawings.csv", "width.csv", "increase.xlsx"]
)
def test_other_names_are_not_taken_for_it(site: Site, name: str) -> None:
    assert [
        o.name for o in site.take("REGISTRY", {**registry_files(), name: b"x"}).others if not o.is_mark
    ] == [name]


def test_a_copy_of_the_list_under_another_name_is_refused_too(site: Site) -> None:
    both = {
        "WITHDRAWALS.csv": b"USUBJID,REQUEST,DATE\r\n",
        "withdrawals_new.csv": b"USUBJID,REQUEST,DATE\r\n",
    }
    with pytest.raises(DeliveryError, match="withdrawals_new"):
        site.take("REGISTRY", {**registry_files(), **both})
