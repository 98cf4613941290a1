"""A file that nobody can read ends no erasure: it is named, the others are erased from; headers are read as a night does."""

import json
from pathlib import Path

import pytest
from delivery_builder import CUT, DICTIONARIES, KEY, Site, proact_files, registry_files
from small_home import CONTROL, RAW, make_home, name_of

from orchestration.erasure.landing import rewrite_without_subjects
from orchestration.erasure.recovery import recover_erasures
from orchestration.erasure.subject import erase_subject

AT = "2026-07-01T09:00:00+09:00"
XPT = b"".join(
    f"HEADER RECORD*******{kind}HEADER RECORD!!!!!!!".encode().ljust(74, b"0") + b"0140  "
    for kind in ("LIBRARY ", "MEMBER  ")
)
UNREADABLE = {
    "ae.json": [
        b"[]", b"{", b"7", b'{"rows": [["a"]]}', b'{"columns": [{}], "rows": []}',
        b'{"clinicalData": [1]}', b'{"columns": [{"name": "USUBJID"}], "rows": {"a": 1}}',
        '{"columns": [{"name": "USUBJID"}], "rows": []}'.encode("utf-16"), b"[" * 100_000, b"\x80{}",
        b'{"columns": [{"name": "USUBJID"}], "rows": [["\\ud800"]]}',
        b'{"columns": [{"name": "AETERM"}], "rows": [["LENZ-003"]]}',
    ],
    "ae.ndjson": [b" \n", b"[]\n", b'{"columns": 3}\n', b"\xff\xfe{\x00", b'{"columns": [{"name": "AETERM"}]}\n'],
    "ae.xpt": [b"no", XPT, XPT + b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!000000999900000000000000000000  "
        + b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!".ljust(80)],
    "ae.sas7bdat": [b"garbage", b"\x00" * 4096],
    "AE.csv": [b"STUDYID;USUBJID;AETERM\r\nLENZ;LENZ-003;x\r\n", b"\r\n\r\n", b'"USUBJID\r\nLENZ-003\r\n'],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"), [(name, content) for name, contents in UNREADABLE.items() for content in contents]
)
def test_it_is_named_and_the_others_are_erased_from(site: Site, name: str, content: bytes) -> None:
    files = {k: v for k, v in registry_files().items() if k.lower() != "ae.csv"}
    folder = site.deliver("REGISTRY", CUT, {**files, name: content})
    report = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    assert len(report.unread) == 1
    assert name in report.unread[0]
    assert RAW not in report.unread[0]
    assert (folder / name).read_bytes() == content
    others = [file for file in folder.iterdir() if file.name != name]
    assert others
    assert not any(RAW.encode() in file.read_bytes() for file in others)


def test_the_command_ends_well_and_the_next_goes_on(tmp_path: Path) -> None:
    settings = make_home(tmp_path)
    folder = settings.landing / "registry" / "2026-01-31"
    folder.mkdir()
    (folder / "ds.ndjson").write_bytes(b'["no metadata"]\n')
    (folder / "mh.json").write_bytes(b'{"columns": "none", "rows": [1]}')
    done = erase_subject(settings, RAW, reason="asked", at=AT)
    assert done.n_record == 4
    assert {line.split("'")[1] for line in done.shortcomings} == {"ds.ndjson", "mh.json"}
    assert recover_erasures(settings, AT) == []


@pytest.mark.parametrize("around", ["\u00a0{}", "{}\u3000", "\v{}\f", "\ufeff {} "])
def test_white_space_that_a_night_strips_off_a_header_hides_nobody(site: Site, around: str) -> None:
    files = proact_files()
    files = {
        name: content.replace(b"subject_id", around.format("Subject_ID").encode(), 1)
        for name, content in files.items()
    }
    folder = site.deliver("PROACT", "PROACT_2022", files)
    report = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [CONTROL], source="PROACT")
    assert (report.n_record, report.unread) == (len(files), ())
    assert not any(CONTROL.encode() in file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("written", ["{}.0", "00{}", "+{}", " {}\u00a0", "{}."])
def test_a_number_of_proact_is_known_in_any_writing(site: Site, written: str) -> None:
    files = {
        name: content.replace(CONTROL.encode(), written.format(CONTROL).encode())
        for name, content in proact_files().items()
    }
    site.deliver("PROACT", "PROACT_2022", files)
    report = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [CONTROL], source="PROACT")
    assert report.n_record == len(files)


def test_blank_lines_before_a_header_hide_nobody(site: Site) -> None:
    files = {**registry_files()}
    files["EX.csv"] = b" \r\n\r\n" + files["EX.csv"]
    folder = site.deliver("REGISTRY", CUT, files)
    report = rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    assert report.unread == ()
    assert (folder / "EX.csv").read_bytes().startswith(b" \r\n\r\n")
    assert RAW.encode() not in (folder / "EX.csv").read_bytes()


def test_a_request_in_json_outlives_the_raw_id(site: Site) -> None:
    asked = {
        "columns": [{"name": "USUBJID"}, {"name": "REQUEST"}, {"name": "DATE"}],
        "rows": [[RAW, "ERASE", "2026-03-01"], ["LENZ-005", "STOP", "2026-03-02"]],
    }
    folder = site.deliver(
        "REGISTRY", CUT, {**registry_files(), "withdrawals.json": json.dumps(asked).encode()}
    )
    for _ in range(2):
        rewrite_without_subjects(site.landing, site.store, DICTIONARIES, [RAW], key=KEY)
    rows = json.loads((folder / "withdrawals.json").read_bytes())["rows"]
    assert rows == [[name_of(RAW), "ERASE", "2026-03-01"], ["LENZ-005", "STOP", "2026-03-02"]]
