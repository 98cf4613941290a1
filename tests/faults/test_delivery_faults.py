"""Fault → injected → outcome, for everything that can be wrong with a delivered file.

Each case damages one valid delivery. Either the delivery is refused with one line naming file and rule and the
store gains nothing from it, or it is accepted with every record accounted for and the outcome stated here.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from delivery_builder import (
    CUT,
    KEY,
    N_SUBJECT,
    RELEASE,
    Site,
    manifest,
    proact_files,
    registry_files,
    synthetic,
)

from orchestration.extracts.contents import list_files
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.land import accept_delivery
from orchestration.extracts.limits import Limits

Files = dict[str, bytes]
LABS, DEATH, DM, AE = "PROACT_LABS.csv", "PROACT_DEATHDATA.csv", "DM.csv", "AE.csv"


def changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Files], Files]:
    return lambda files: {**files, name: change(files[name])}


def line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change one physical line (1 = header)."""

    def apply(content: bytes) -> bytes:
        lines = content.split(b"\r\n")
        lines[number - 1] = change(lines[number - 1])
        return b"\r\n".join(lines)

    return apply


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Refused:
    fault: str
    what: str
    source: str
    inject: Callable[[Files], Files]
    message: str


REFUSED = [
    Refused("F07", "cut inside a record", "PROACT", changed(LABS, lambda b: b[:-9]), r"PROACT_LABS.*middle of a record"),
    Refused(
        "F07", "cut, against the manifest", "REGISTRY",
        lambda f: {**changed(AE, lambda b: b[:-40])(f), "MANIFEST.sha256": manifest(f)}, r"AE\.csv.*sha256 differs",
    ),
    Refused(
        "F07", "fewer rows than the manifest says", "REGISTRY",
        lambda f: {**f, "MANIFEST.sha256": manifest(f, {AE: 9})}, r"AE\.csv.*8 records read.*says 9",
    ),
    Refused("F08", "listed file not there", "REGISTRY", lambda f: {**without(f, AE), "MANIFEST.sha256": manifest(f)},
            r"1 file\(s\) that are not there yet"),
    Refused("F09", "zero bytes", "REGISTRY", changed(DM, lambda b: b""), r"DM\.csv.*empty extract"),
    Refused("F09", "header only", "REGISTRY", changed(DM, lambda b: b.split(b"\r\n")[0] + b"\r\n"),
            r"DM\.csv.*empty extract"),
    Refused("F16", "required column renamed", "PROACT",
            changed(DEATH, lambda b: b.replace(b"Subject_Died", b"Subject_Dead", 1)),
            r"DEATHDATA.*Subject_Died \(closest found: 'Subject_Dead'\)"),
    Refused("F16", "required file missing", "PROACT", lambda f: without(f, DEATH), r"required file missing: DEATHDATA"),
    Refused("F16", "required file misspelt", "REGISTRY", lambda f: {**without(f, DM), "DMM.csv": f[DM]},
            r"required file missing: DM.*is it 'DMM\.csv'"),
    Refused("F16", "no header row", "PROACT", changed(LABS, lambda b: b.split(b"\r\n", 1)[1]),
            r"LABS.*no column of table labs"),
    Refused("F16", "a column twice", "PROACT", changed(DEATH, lambda b: b.replace(b"Death_Days", b"subject_DIED", 1)),
            r"DEATHDATA.*'subject_died' occurs more than once"),
    Refused("F16", "a column and its alias", "PROACT", changed(DEATH, lambda b: b.replace(b"Death_Days", b"SubjectID", 1)),
            r"DEATHDATA.*both mean subject_id"),
    Refused("F19", "UTF-16 cut in a character", "REGISTRY",
            changed(DM, lambda b: b.decode().encode("utf-16")[:-1]), r"DM\.csv.*damaged UTF-16"),
    Refused("F20", "semicolons", "PROACT", changed(LABS, lambda b: b.replace(b",", b";")), r"LABS.*separated by semicolon"),
    Refused("F20", "tabs", "PROACT", changed(LABS, lambda b: b.replace(b",", b"\t")), r"LABS.*separated by tab"),
    Refused("F20", "pipes", "REGISTRY", changed(DM, lambda b: b.replace(b",", b"|")), r"DM.*separated by pipe"),
    Refused("F20", "carriage returns alone", "PROACT", changed(LABS, lambda b: b.replace(b"\r\n", b"\r")),
            r"LABS.*carriage return alone"),
    Refused("F20", "every record quoted whole", "PROACT",
            changed(LABS, lambda b: quote_records(b)),  # noqa: PLW0108 - defined below the table
            r"LABS.*8 of 8 records cannot be decoded"),
    Refused("F20", "NUL in three of eight records", "PROACT",
            changed(LABS, lambda b: line(2, nul)(line(3, nul)(line(4, nul)(b)))),
            r"LABS.*3 of 8.*nul.*first in row 2"),
    Refused("F40", "a name that is a pattern", "PROACT", lambda f: {**f, "a[1].csv": f[LABS]},
            r"'a\[1\]\.csv'.*not allowed"),
    Refused("F40", "a name that is an option", "PROACT", lambda f: {**f, "-rf.csv": f[LABS]}, r"'-rf\.csv'.*not allowed"),
    Refused("F40", "a name that is a device", "REGISTRY", lambda f: {**f, "CON.csv": f[DM]}, r"'CON\.csv'.*not allowed"),
    Refused("F40", "a line break in a name", "REGISTRY", lambda f: {**f, "x\ny.csv": f[DM]}, r"'x\?y\.csv'.*not allowed"),
    Refused("F40", "a quote in a name", "REGISTRY", lambda f: {**f, "x'; DROP TABLE.csv": f[DM]}, r"not allowed"),
    Refused("F40", "a name too long", "REGISTRY", lambda f: {**f, "x" * 90 + ".csv": f[DM]}, r"not allowed"),
    Refused("F40", "zip member above its folder", "PROACT",
            lambda f: {"x.zip": zipped({"../PROACT_LABS.csv": b"a"})}, r"points outside the archive"),
    Refused("F40", "absolute zip member", "PROACT", lambda f: {"x.zip": zipped({"/etc/PROACT_LABS.csv": b"a"})},
            r"points outside the archive"),
    Refused("F41", "zip bomb", "PROACT", lambda f: {"x.zip": zipped({LABS: b"0" * 5_000_000})},
            r"expands more than 200-fold"),
    Refused("F41", "a cell of 2 MB", "PROACT", changed(LABS, line(3, lambda b: b + b'"' + b"x" * 2_000_000)),
            r"LABS.*row 3: line longer than"),
    Refused("F10", "two different files for one table", "PROACT",
            lambda f: {**f, "Labs.csv": f[LABS].replace(b"9000001", b"9000099")},
            r"two different files for table labs"),
    Refused("F08", "damaged zip", "PROACT", lambda f: {"x.zip": zipped(f)[:-30]}, r"not a complete zip"),
    Refused("F08", "manifest not readable", "REGISTRY", lambda f: {**f, "MANIFEST.sha256": b"hello world"},
            r"MANIFEST.*row 1"),
    Refused("F08", "file not in the manifest", "REGISTRY",
            lambda f: {**f, "MH.csv": f[DM], "MANIFEST.sha256": manifest(f)}, r"'MH\.csv' delivered but not listed"),
]  # fmt: skip


def without(files: Files, name: str) -> Files:
    return {key: value for key, value in files.items() if key != name}


def quote_records(content: bytes) -> bytes:
    header, *records, end = content.split(b"\r\n")
    return b"\r\n".join([header, *[b'"' + record + b'"' for record in records], end])


def nul(content: bytes) -> bytes:
    return content[:-1] + b"\0"


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case.fault}-{case.what}".replace(" ", "_"))
def test_damaged_delivery_is_refused_with_one_line_that_names_the_rule(case: Refused, tmp_path: Path) -> None:
    site = Site(tmp_path)
    valid = proact_files() if case.source == "PROACT" else registry_files()
    with pytest.raises(DeliveryError, match=case.message) as raised:
        site.take(case.source, case.inject(valid))
    assert "\n" not in str(raised.value)
    assert not re.search(r"90000\d\d|LENZ-\d", str(raised.value))


def test_refused_delivery_is_accepted_once_repaired_without_cleaning_up(tmp_path: Path) -> None:
    site = Site(tmp_path)
    valid = proact_files()
    with pytest.raises(DeliveryError):
        site.take("PROACT", changed(LABS, lambda b: b[:-9])(valid))
    accepted = site.take("PROACT", valid)
    never_faulted = Site(tmp_path / "other").take("PROACT", valid)
    assert accepted.fingerprint == never_faulted.fingerprint
    assert [f.entry.parquet_sha256 for f in accepted.files] == [
        f.entry.parquet_sha256 for f in never_faulted.files
    ]
    assert not list(site.store.scratch.glob("*.parquet"))


@dataclass(frozen=True)
class Quarantined:
    fault: str
    what: str
    inject: Callable[[bytes], bytes]
    lines: tuple[int, ...]
    rule: str
    encoding: str = "utf-8"


QUARANTINED = [
    Quarantined("F20", "a field too many", line(4, lambda b: b + b",x"), (4,), "field_count"),
    Quarantined("F20", "an empty field too many", line(4, lambda b: b + b","), (4,), "field_count"),
    Quarantined("F20", "a field too few", line(4, lambda b: b.rsplit(b",", 1)[0]), (4,), "field_count"),
    Quarantined("F20", "a lost closing quote", line(4, lambda b: b.replace(b",", b',"', 1)), (4,), "unterminated_quote"),
    Quarantined("F20", "a stray quote", line(4, lambda b: b + b'"'), (4,), "stray_quote"),
    Quarantined("F20", "text behind a closing quote", line(4, lambda b: b + b',"a"b'), (4,), "stray_quote"),
    Quarantined("F20", "a NUL", line(4, nul), (4,), "nul_or_undecodable_byte"),
    Quarantined("F20", "a carriage return in a cell", line(4, lambda b: b + b"\rx"), (4,), "stray_carriage_return"),
    Quarantined("F19", "one broken byte among UTF-8 text",
                lambda b: line(3, lambda x: x + "ü".encode())(line(4, lambda x: x + b"\xfc")(b)), (4,), "encoding"),
]  # fmt: skip


@pytest.mark.parametrize("case", QUARANTINED, ids=lambda case: f"{case.fault}-{case.what}".replace(" ", "_"))
def test_damaged_record_is_set_aside_and_every_other_record_kept(case: Quarantined, tmp_path: Path) -> None:
    site = Site(tmp_path)
    accepted = site.take("PROACT", changed(LABS, case.inject)(proact_files()))
    raw = site.raw(accepted)
    rejects = raw.execute(
        "SELECT source, table_name, _file, _line, rule FROM raw.proact_decode_reject"
    ).fetchall()
    assert rejects == [("PROACT", "labs", LABS, number, case.rule) for number in case.lines]
    kept = [row[0] for row in raw.execute("SELECT _line FROM raw.proact_labs ORDER BY 1").fetchall()]
    assert kept == [number for number in range(2, N_SUBJECT + 2) if number not in case.lines]
    delivered = raw.execute(
        "SELECT n_record, n_decode_reject FROM raw.delivered_file WHERE table_name = 'labs'"
    ).fetchone()
    assert delivered == (N_SUBJECT, len(case.lines))


KOREAN = "열이 남, 주사 부위"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("cp949", "cp949")],
)  # fmt: skip
def test_f19_korean_text_is_equal_after_reading_in_any_encoding(
    encoding: str, found: str, tmp_path: Path
) -> None:
    files = registry_files()
    files[AE] = files[AE].decode().replace("fever", f'"{KOREAN}"').encode(encoding)
    site = Site(tmp_path)
    accepted = site.take("REGISTRY", files)
    raw = site.raw(accepted)
    assert raw.execute("SELECT DISTINCT AETERM FROM raw.registry_ae").fetchall() == [(KOREAN,)]
    assert raw.execute("SELECT encoding FROM raw.delivered_file WHERE table_name = 'ae'").fetchone() == (
        found,
    )
    assert raw.execute("SELECT min(_line), max(_line) FROM raw.registry_ae").fetchone() == (2, N_SUBJECT + 1)


def test_f19_western_text_is_read_as_cp1252(tmp_path: Path) -> None:
    files = proact_files()
    files[LABS] = line(3, lambda b: b.replace(b",2,", "é Müller µg – fièvre".join(",,").encode("cp1252")))(
        files[LABS]
    )
    site = Site(tmp_path)
    raw = site.raw(site.take("PROACT", files))
    found = raw.execute("SELECT Test_Name FROM raw.proact_labs WHERE _line = 3").fetchone()
    assert found == ("é Müller µg – fièvre",)


def test_f08_delivery_still_being_copied_is_not_picked_up(tmp_path: Path) -> None:
    site = Site(tmp_path)
    folder = site.deliver("REGISTRY", CUT, registry_files())
    assert [d.complete for d in site.found("REGISTRY", settle_seconds=60)] == [False]
    (folder / ".done").touch()
    assert [d.complete for d in site.found("REGISTRY", settle_seconds=60)] == [True]
    (folder / "MH.csv.part").touch()
    assert [d.complete for d in site.found("REGISTRY", settle_seconds=60)] == [False]


def test_f08_manifest_with_right_digests_is_picked_up_at_once(tmp_path: Path) -> None:
    site = Site(tmp_path)
    files = registry_files()
    site.deliver("REGISTRY", CUT, {**files, "MANIFEST.sha256": manifest(files)})
    assert site.found("REGISTRY", settle_seconds=60)[0].complete
    site.deliver("REGISTRY", CUT, {AE: files[AE][:-40]})
    assert not site.found("REGISTRY", settle_seconds=60)[0].complete


def test_f09_header_only_table_that_may_be_empty_is_accepted_as_empty(tmp_path: Path) -> None:
    files = registry_files()
    files["MH.csv"] = b"STUDYID,USUBJID,MHTERM,MHCAT\r\n"
    site = Site(tmp_path)
    raw = site.raw(site.take("REGISTRY", files))
    assert raw.execute("SELECT count(*) FROM raw.registry_mh").fetchone() == (0,)
    assert raw.execute("SELECT n_record FROM raw.delivered_file WHERE table_name = 'mh'").fetchone() == (0,)


def test_f10_same_bytes_again_are_not_read_again_whatever_their_name_or_packing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    files = proact_files()
    first = site.take("PROACT", files)
    written = {path: path.stat().st_mtime_ns for path in site.store.root.glob("*.parquet")}
    site.deliver(
        "PROACT", "2023_01_01_again", {"x.zip": zipped({f"wrap/{name}": b for name, b in files.items()})}
    )
    second = site.accept("PROACT")
    assert second.release == "2023_01_01_again"
    assert second.fingerprint == first.fingerprint
    assert all(file.reused for file in second.files)
    assert written == {path: path.stat().st_mtime_ns for path in site.store.root.glob("*.parquet")}


def test_f10_two_names_for_the_same_bytes_in_one_delivery_count_once(tmp_path: Path) -> None:
    site = Site(tmp_path)
    files = proact_files()
    accepted = site.take("PROACT", {**files, "Labs.csv": files[LABS]})
    assert len(accepted.files) == 5
    assert [(other.name, other.reason) for other in accepted.others] == [
        ("PROACT_LABS.csv", "same bytes as 'Labs.csv'")
    ]
    assert "'PROACT_LABS.csv': not read: same bytes as 'Labs.csv'" in accepted.warnings


def test_f11_cuts_are_ordered_by_their_own_date_whenever_they_arrived(tmp_path: Path) -> None:
    site = Site(tmp_path)
    for cut in ("2026-03-31", "2025-12-31", "2026-01-31"):
        site.deliver("REGISTRY", cut, registry_files())
    assert [d.release for d in site.found("REGISTRY")] == ["2025-12-31", "2026-01-31", "2026-03-31"]


def test_f15_new_column_is_kept_reported_and_outside_the_known_columns(tmp_path: Path) -> None:
    files = proact_files()
    files[DEATH] = b"\r\n".join(
        row + extra
        for row, extra in zip(
            files[DEATH].split(b"\r\n"), [b",Cause", b",asphyxia", *[b","] * 7, b""], strict=True
        )
    )
    site = Site(tmp_path)
    accepted = site.take("PROACT", files)
    raw = site.raw(accepted)
    assert raw.execute("SELECT _extra FROM raw.proact_deathdata ORDER BY _line LIMIT 2").fetchall() == [
        ('{"Cause":"asphyxia"}',), (None,),
    ]  # fmt: skip
    assert any("unknown columns kept in _extra: 'Cause'" in warning for warning in accepted.warnings)


def test_f17_reordered_and_recased_columns_are_mapped_by_name(tmp_path: Path) -> None:
    files = proact_files()
    rows = [row.split(b",") for row in files[DEATH].split(b"\r\n")[:-1]]
    files[DEATH] = b"".join(
        b",".join(reversed(row)) + b"\r\n" for row in [[c.upper() for c in rows[0]], *rows[1:]]
    )
    site = Site(tmp_path)
    raw = site.raw(site.take("PROACT", files))
    query = "SELECT subject_id, Subject_Died, Death_Days FROM raw.proact_deathdata WHERE _line = 2"
    assert raw.execute(query).fetchone() == (
        "9000001", "1", "2",
    )  # fmt: skip


@pytest.mark.parametrize(
    "value", ["44259", "4-Mar-21", "03/04/2021", "1E5", "00012", "-3.5", "=1+1", "'; DROP TABLE x;--"]
)
def test_f18_f21_f39_odd_values_stay_the_text_that_was_delivered(value: str, tmp_path: Path) -> None:
    files = proact_files()
    files[LABS] = line(5, lambda b: b.rsplit(b",", 1)[0] + b"," + value.encode())(files[LABS])
    site = Site(tmp_path)
    raw = site.raw(site.take("PROACT", files))
    assert raw.execute("SELECT Laboratory_Delta FROM raw.proact_labs WHERE _line = 5").fetchone() == (value,)


VARIANTS = [
    "LENZ-001",
    "lenz-001",
    " LENZ-001 ",
    "LENZ-1",
    "LENZ-0001",
    "ＬＥＮＺ－００１",
    "LENZ–001",
    "LENZ-001\u200b",
]


@pytest.mark.parametrize("variant", VARIANTS)
def test_f27_spelling_variants_of_one_subject_get_one_pseudonym(variant: str, tmp_path: Path) -> None:
    files = registry_files()
    files["EX.csv"] = files["EX.csv"].replace(b"LENZ-001", variant.encode())
    site = Site(tmp_path)
    raw = site.raw(site.take("REGISTRY", files))
    n = raw.execute("SELECT count(*) FROM raw.registry_ex JOIN raw.registry_dm USING (USUBJID)").fetchone()
    assert n == (N_SUBJECT,)


def test_f41_caps_on_size_and_number_are_checked_before_reading(tmp_path: Path) -> None:
    site = Site(tmp_path)
    folder = site.deliver("PROACT", RELEASE, proact_files())
    with pytest.raises(DeliveryError, match="over the limit"):
        list_files(folder, Limits(file_bytes=50))
    with pytest.raises(DeliveryError, match="more than 3"):
        list_files(folder, Limits(n_file=3))
    with pytest.raises(DeliveryError, match="over the limit"):
        accept_delivery(replace(site.found("PROACT")[0]), {}, site.store, limits=Limits(delivery_bytes=100))


def test_genuine_registry_delivery_without_a_key_is_refused(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.deliver("REGISTRY", CUT, registry_files())
    with pytest.raises(DeliveryError, match="VIGIL_PSEUDONYM_KEY"):
        site.accept("REGISTRY", key=None)
    site.deliver("REGISTRY", CUT, synthetic())
    accepted = site.accept("REGISTRY", key=None)
    assert accepted.simulated
    assert accepted.pseudonym_key_id != KEY.key_id
