"""Of an unknown registry column no value is stored, unless `columns.toml` allows it by name."""

from pathlib import Path

import pytest
from delivery_builder import DICTIONARIES, KEY, Site, csv_bytes, registry_files

from orchestration.extracts.land import accept_delivery
from orchestration.extracts.site_columns import (
    NO_SITE_COLUMNS,
    SiteColumns,
    SiteColumnsError,
    read_site_columns,
    with_allowed,
)


def read(folder: Path, text: str | bytes) -> SiteColumns:
    (folder / "columns.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_site_columns(folder, DICTIONARIES["registry"])


def graded() -> dict[str, bytes]:
    """A delivery whose DM has three columns nobody knows."""
    header = ["STUDYID", "USUBJID", "SEX", "ECOG", "보호자", "Remark"]
    rows = [["LENZ", f"LENZ-{i:03d}", "F", "1", "김철수", "lives with her daughter"] for i in range(1, 9)]
    return {**registry_files(), "DM.csv": csv_bytes(header, rows)}


def test_without_a_file_nothing_is_allowed(tmp_path: Path) -> None:
    assert read_site_columns(tmp_path, DICTIONARIES["registry"]) == NO_SITE_COLUMNS


def test_domain_and_names_are_read(tmp_path: Path) -> None:
    columns = read(tmp_path, 'DM = ["ECOG"]\nvs = ["VSARM", "VSNOTE"]\n')
    assert columns.allowed == (("dm", "ECOG"), ("vs", "VSARM"), ("vs", "VSNOTE"))
    assert len(columns.sha256) == 64


@pytest.mark.parametrize(
    "name",
    ["휴대폰", "연락처", "등록번호", "차트번호", "병록번호", "생일", "이니셜", "외국인등록번호", "PID", "HOSPID",
     "NATIONALID", "BDATE", "GUARDIAN", "patient_id", "PAT_ID_2", "Contact1", "caregiver", "출생일", "집 전화"],
)  # fmt: skip
def test_a_column_that_identifies_by_its_name_is_never_allowed(tmp_path: Path, name: str) -> None:
    with pytest.raises(SiteColumnsError, match="may identify a person"):
        read(tmp_path, f'dm = ["{name}"]')


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("1", True), ("-2.5", True), ("1024", True), ("Y", True), ("II", True), ("1a", True), ("871203", False),
     ("1987-12-03", False), ("19871203", False), ("010-1234-5678", False), ("김철수", False), ("철수", False), ("김", False),
     ("HGD", False), ("Hong Gildong", False), ("lives alone", False), ("S123456", False)],
)  # fmt: skip
def test_of_an_allowed_column_numbers_and_codes_are_stored_and_no_text(
    site: Site, cell: str, kept: bool
) -> None:
    """Whatever a column is called, it may hold names, birth dates and telephones."""
    rows = [["LENZ", f"LENZ-{i:03d}", "F", cell] for i in range(1, 9)]
    files = {**registry_files(), "DM.csv": csv_bytes(["STUDYID", "USUBJID", "SEX", "ECOG"], rows)}
    site.deliver("REGISTRY", "2026-03-31", files)
    allowed = with_allowed(DICTIONARIES, SiteColumns((("dm", "ecog"),), "x"))
    accepted = accept_delivery(site.found("REGISTRY")[-1], allowed, site.store, key=KEY)
    found = site.raw(accepted).execute("SELECT DISTINCT _extra ->> 'ECOG' FROM raw.registry_dm").fetchall()
    assert found == [(cell if kept else None,)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('dmm = ["ECOG"]', "domain 'dmm' is not known; did you mean dm?"),
        ("dm = 3", 'write a list of column names, like dm = ["ECOG"]'),
        ('dm = ["ECOG", ""]', "write a list of column names"),
        ('dm = ["PATNAME2"]', "'PATNAME2' may identify a person and is never stored"),
        ('dm = ["환자번호"]', "may identify a person"),
        ('dm = ["sex"]', "'sex' is in the source dictionary already"),
        ("dm = [ECOG]", "not readable"),
        (b'dm = ["\xb0\xa1"]', "not readable"),
    ],
)
def test_an_error_names_the_file_and_the_way_out(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(SiteColumnsError) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith("landing/registry/columns.toml: ")
    assert told in str(raised.value)


def test_what_is_not_allowed_is_in_no_file_of_the_store(site: Site) -> None:
    accepted = site.take("REGISTRY", graded())
    raw = site.raw(accepted)
    assert raw.execute("SELECT DISTINCT _extra FROM raw.registry_dm").fetchall() == [(None,)]
    told = raw.execute("SELECT unknown_columns FROM raw.delivered_file WHERE table_name = 'dm'").fetchone()
    assert told == ("ECOG, Remark, 보호자",)
    for path in site.store.root.rglob("*.parquet"):
        assert not {s for s in ("김철수", "daughter") if s.encode() in path.read_bytes()}


def test_what_is_allowed_is_stored_and_nothing_else(site: Site) -> None:
    site.deliver("REGISTRY", "2026-03-31", graded())
    newest = site.found("REGISTRY")[-1]
    plain = accept_delivery(newest, DICTIONARIES, site.store, key=KEY)
    allowed = with_allowed(DICTIONARIES, SiteColumns((("dm", "ecog"),), "x"))
    accepted = accept_delivery(newest, allowed, site.store, key=KEY)
    assert site.raw(accepted).execute("SELECT DISTINCT _extra FROM raw.registry_dm").fetchall() == [
        ('{"ECOG":"1"}',)
    ]
    # Another permission is another file of the store; the tables it does not touch are not read again.
    reused = {file.table: file.reused for file in accepted.files}
    assert reused == {"dm": False, "ex": True, "ae": True, "ds": True}
    assert site.raw(plain).execute("SELECT DISTINCT _extra FROM raw.registry_dm").fetchall() == [(None,)]
