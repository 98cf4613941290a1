"""An erased subject is in no file of landing or store; everyone else is untouched, and the delivery still reads (F14)."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from delivery_builder import CUT, DICTIONARIES, KEY, Site, manifest, proact_files, registry_files
from test_registry_formats import as_xpt, json_1_1, ndjson

from orchestration.erasure.landing import rewrite_without_subjects
from orchestration.extracts.pseudonyms import pseudonym

RAW = "LENZ-003"


def holders(folder: Path, secret: str) -> list[str]:
    forms = [secret.encode(form) for form in ("utf-8", "utf-16-le")]
    return [str(p) for p in folder.rglob("*") if p.is_file() and any(f in p.read_bytes() for f in forms)]


def known(text: str) -> str:
    found = pseudonym(text, KEY)
    assert found is not None
    return found


@pytest.mark.parametrize("given", [RAW, "lenz-0003", known(RAW), f"LENZPMS-{known(RAW)}"])
@pytest.mark.parametrize("ae", ["csv", "utf-16", "xpt", "json", "ndjson"])
def test_erased_subject_is_gone_from_landing_and_store(
    site: Site, given: str, ae: str, tmp_path: Path
) -> None:
    files = registry_files()
    text = files.pop("AE.csv")
    name, content = {
        "csv": ("AE.csv", text), "utf-16": ("AE.csv", text.decode().encode("utf-16")),
        "xpt": ("ae.xpt", as_xpt(tmp_path / "x.xpt")), "json": ("ae.json", json.dumps(json_1_1()).encode()),
        "ndjson": ("ae.ndjson", ndjson()),
    }[ae]  # fmt: skip
    files[name] = content
    site.deliver("REGISTRY", "2026-01-31", files)
    site.accept("REGISTRY")
    site.deliver(
        "REGISTRY",
        CUT,
        {**files, "MANIFEST.sha256": manifest(files, {name: 40 if ae not in {"csv", "utf-16"} else 8})},
    )
    before = site.accept("REGISTRY")
    report = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [given], key=KEY)
    assert report.pseudonyms == (known(RAW),)
    assert report.n_record == 8
    assert holders(site.landing, RAW) == []
    assert holders(site.store.root, known(RAW)) == []
    after = site.accept("REGISTRY")
    assert [f.entry.n_record for f in after.files] == [f.entry.n_record - 1 for f in before.files]


def test_other_records_keep_their_bytes(site: Site) -> None:
    files = registry_files()
    folder = site.deliver("REGISTRY", CUT, files)
    rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    kept = [line for line in files["EX.csv"].split(b"\r\n") if b"LENZ-003" not in line]
    assert (folder / "EX.csv").read_bytes() == b"\r\n".join(kept)


def test_damaged_lines_that_name_the_subject_go_too(site: Site) -> None:
    files = registry_files()
    files["AE.csv"] += b'LENZ,"AE,LENZ-003,broken\r\nLENZ,AE,LENZ-004,9,also broken\r\n'
    folder = site.deliver("REGISTRY", CUT, files)
    rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    assert b"LENZ-003" not in (folder / "AE.csv").read_bytes()
    assert b"LENZ-004,9,also broken" in (folder / "AE.csv").read_bytes()


def test_request_outlives_the_raw_id(site: Site) -> None:
    listed = b"USUBJID,REQUEST,DATE\r\nLENZ-003,ERASE,2026-03-01\r\nLENZ-005,STOP,2026-03-02\r\n"
    folder = site.deliver("REGISTRY", CUT, {**registry_files(), "WITHDRAWALS.csv": listed})
    rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    assert (folder / "WITHDRAWALS.csv").read_bytes() == listed.replace(b"LENZ-003", known(RAW).encode())
    again = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    assert (folder / "WITHDRAWALS.csv").read_bytes() == listed.replace(b"LENZ-003", known(RAW).encode())
    assert again.store_keys == ()


def test_zip_is_rewritten_without_the_subject(site: Site) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in registry_files().items():
            archive.writestr(name, content)
    folder = site.deliver("REGISTRY", CUT, {"cut.zip": buffer.getvalue()})
    rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    with zipfile.ZipFile(folder / "cut.zip") as archive:
        assert all(RAW.encode() not in archive.read(name) for name in archive.namelist())
        assert archive.read("DM.csv").count(b"\r\n") == 8


def test_proact_subject_is_erased_by_its_number_in_the_id_column_only(site: Site) -> None:
    files = proact_files()
    files["PROACT_LABS.csv"] = files["PROACT_LABS.csv"].replace(b"9000005,5", b"9000005,9000003")
    site.take("PROACT", files)
    report = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, ["9000003"], source="PROACT")
    assert report.n_record == 5
    raw = site.raw(site.accept("PROACT"))
    ids = [row[0] for row in raw.execute("SELECT subject_id FROM raw.proact_labs").fetchall()]
    assert "9000003" not in ids
    assert "9000005" in ids


def test_store_entry_of_a_delivery_long_gone_is_found_and_deleted(site: Site) -> None:
    folder = site.deliver("REGISTRY", CUT, registry_files())
    site.accept("REGISTRY")
    for path in folder.iterdir():
        path.unlink()
    report = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [known(RAW)], key=KEY)
    assert len(report.store_keys) == 4
    assert holders(site.store.root, known(RAW)) == []
