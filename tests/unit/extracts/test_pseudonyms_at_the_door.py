"""No raw id, name, initials or full birth date of a registry subject passes the door."""

import pytest
from delivery_builder import CUT, KEY, Site, csv_bytes, manifest, registry_files

from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.pseudonyms import (
    demonstration_key,
    key_from_text,
    normalise_identifier,
    pseudonym,
)

DM = ["STUDYID", "USUBJID", "SUBJID", "PATNAME", "INITIALS", "BRTHDTC", "SEX", "환자명", "PHONE", "ECOG"]
ROW = ["LENZ", "LENZ-001", "001", "Hong Gildong", "HGD", "1957-03-12", "M", "홍길동", "010-1234-5678", "1"]
SECRETS = [b"LENZ-001", b"Hong Gildong", b"HGD", b"1957-03-12", b"03-12", "홍길동".encode(), b"010-1234-5678"]


def identified() -> dict[str, bytes]:
    return {
        **registry_files(),
        "DM.csv": csv_bytes(DM, [ROW, *[["LENZ", f"LENZ-{i:03d}", *ROW[2:]] for i in range(2, 9)]]),
    }


def test_direct_identifiers_are_in_no_raw_table(site: Site) -> None:
    raw = site.raw(site.take("REGISTRY", identified()))
    dump = repr(raw.execute("SELECT * FROM raw.registry_dm").fetchall()).encode()
    assert not [secret for secret in SECRETS if secret in dump]
    found = raw.execute(
        "SELECT USUBJID, BRTHDTC, SEX, _extra FROM raw.registry_dm WHERE _line = 2"
    ).fetchone()
    assert found == (pseudonym("LENZ-001", KEY), "1957", "M", None)


def test_direct_identifiers_are_in_no_file_of_the_store(site: Site) -> None:
    site.take("REGISTRY", identified())
    for path in site.store.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in SECRETS if secret in content], path.suffix


def test_unknown_columns_are_reported_by_name(site: Site) -> None:
    accepted = site.take("REGISTRY", identified())
    told = "unknown columns of which no value is stored: 'ECOG', 'PHONE', '환자명'"
    assert any(told in warning for warning in accepted.warnings)


@pytest.mark.parametrize("birth", ["12/03/1957", "44259", "Mar 1957", "19570312"])
def test_birth_date_of_another_form_leaves_a_mark_to_ask_about_and_nothing_of_itself(
    site: Site, birth: str
) -> None:
    files = {**registry_files(), "DM.csv": csv_bytes(DM, [[*ROW[:5], birth, *ROW[6:]]])}
    raw = site.raw(site.take("REGISTRY", files))
    assert raw.execute("SELECT BRTHDTC FROM raw.registry_dm").fetchone() == ("????",)


def test_withdrawal_list_may_come_by_raw_id_or_by_pseudonym(site: Site) -> None:
    known = pseudonym("LENZ-002", KEY)
    listed = f"USUBJID,REQUEST,DATE\r\nLENZ-001,STOP,2026-01-05\r\n{known},ERASE,2026-01-06\r\n"
    raw = site.raw(site.take("REGISTRY", {**registry_files(), "WITHDRAWALS.csv": listed.encode()}))
    found = raw.execute("SELECT USUBJID FROM raw.registry_withdrawals ORDER BY _line").fetchall()
    assert found == [(pseudonym("LENZ-001", KEY),), (known,)]


def test_pseudonym_is_keyed_and_of_stated_form() -> None:
    one, other = pseudonym("LENZ-001", KEY), pseudonym("LENZ-001", demonstration_key())
    assert one is not None
    assert other is not None
    assert one != other
    assert len(one) == 17
    assert one[0] == "S"
    assert set(one[1:]) <= set("0123456789ABCDEF")
    assert pseudonym("  ", KEY) is None


@pytest.mark.parametrize("raw", [f"LENZ-{i:03d}" for i in range(1, 60)])
def test_pseudonym_given_in_a_list_is_left_as_it_is(raw: str) -> None:
    known = pseudonym(raw, KEY)
    assert known is not None
    assert pseudonym(known.lower(), KEY, keep_pseudonyms=True) == known


def test_secret_is_not_shown_when_a_key_is_printed() -> None:
    key = key_from_text("do not show this secret text")
    assert "secret text" not in repr(key)
    assert len(key.key_id) == 12


def test_short_key_is_refused() -> None:
    with pytest.raises(DeliveryError, match="shorter than 16"):
        key_from_text("short")


@pytest.mark.parametrize(
    ("raw", "folded"), [("a-01", "A-1"), ("100", "100"), ("0", "0"), ("x 007", "X7"), ("é", "É")]
)
def test_identifier_is_normalised(raw: str, folded: str) -> None:
    assert normalise_identifier(raw) == folded


def test_another_key_reads_the_registry_anew_and_leaves_proact_alone(site: Site) -> None:
    site.take("REGISTRY", registry_files())
    again = site.accept("REGISTRY", key=key_from_text("a second secret, long enough"))
    assert not any(file.reused for file in again.files)
    assert all(file.reused for file in site.accept("REGISTRY").files)


def test_manifest_row_counts_are_kept(site: Site) -> None:
    files = identified()
    site.deliver("REGISTRY", CUT, {**files, "MANIFEST.sha256": manifest(files)})
    assert sum(file.entry.n_record for file in site.accept("REGISTRY").files) == 32
