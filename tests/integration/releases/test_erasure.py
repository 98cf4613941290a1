"""After an erasure nothing in the home names the subject, and the releases go on (F14)."""

import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest
from released_home import release_cut, vigil

from orchestration.erasure.audit import erased_before, subject_hash
from orchestration.erasure.releases import holds_subject
from orchestration.erasure.requests import erasures_due, to_erase
from orchestration.extracts.pseudonyms import demonstration_key, pseudonym
from orchestration.releases.index import ReleaseIndex
from orchestration.releases.verify import verify_release
from orchestration.releases.verify_ledger import verify_chain
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

CUTS = ("2026-03-31", "2026-06-30")


def _names(home: Path, cut: str, row: int) -> tuple[str, str]:
    """USUBJID and SUBJID as delivered."""
    with open(home / "landing" / "registry" / cut / "dm.csv", newline="", encoding="utf-8-sig") as file:
        record = list(csv.DictReader(file))[row]
    return record["USUBJID"], record["SUBJID"]


def _holding(home: Path, names: list[str]) -> list[str]:
    """Every file of the home that holds one of some texts, the simulation's own truth apart."""
    found = []
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink() and "truth" not in path.parts:
            content = path.read_bytes()
            found += [path.relative_to(home).as_posix() for name in names if name.encode() in content]
    return found


def _subjects(home: Path) -> int:
    with duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True) as connection:
        return connection.sql("select count(*) from marts.adsl").fetchone()[0]


def test_nothing_in_the_home_names_an_erased_subject(
    home_to_change: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = home_to_change
    usubjid, subjid = _names(home, CUTS[0], 0)
    key = demonstration_key()
    names = [usubjid, subjid, pseudonym(usubjid, key), pseudonym(subjid, key)]
    assert _holding(home, names)
    assert vigil("erase", usubjid, "--reason", "consent withdrawn") == 0
    told = capsys.readouterr().out
    assert _holding(home, names) == []
    assert not any(name in told for name in names)
    assert f"run vigil refresh: it cuts {CUTS[0]}, {CUTS[1]} anew" in told
    index = ReleaseIndex(home / "releases")
    assert index.current() is None
    (audit,) = (json.loads(line) for line in (home / "erasures.jsonl").read_text().splitlines())
    assert audit["subject_sha256"] == subject_hash(names[2])
    assert set(audit) == {"date", "at", "subject_sha256", "reason", "key_id", "before"}
    assert audit["key_id"] == key.key_id
    assert (home / "erasures-copy.jsonl").read_bytes() == (home / "erasures.jsonl").read_bytes()
    assert [m.erased for m in index.manifests()] == [True, True]
    assert [p for f in index.folders() for p in verify_release(f)] + verify_chain(index) == []


def test_a_request_on_the_withdrawal_list_is_honoured_at_once_and_carried_out_by_hand(
    home_to_change: Path,
) -> None:
    home, settings = home_to_change, Settings.from_environment()
    (asked, asked_subjid), (stopped, _) = _names(home, CUTS[1], 1), _names(home, CUTS[1], 2)
    key = demonstration_key()
    name = pseudonym(asked, key)
    _add_withdrawals(home / "landing" / "registry" / CUTS[1], [(asked, "ERASE"), (stopped, "STOP")])
    before = _subjects(home)
    folder = release_cut(CUTS[1])
    with duckdb.connect(str(folder / "vigil.duckdb"), read_only=True) as connection:
        stops, erasures = connection.sql(
            "select n_stop_request, n_erasure_request from release.info"
        ).fetchone()
        tombstones = connection.sql("select * from release.tombstone").fetchall()
    assert (stops, erasures, tombstones) == (1, 1, [])
    assert _subjects(home) == before - 1
    assert not holds_subject(folder / "vigil.duckdb", [name])
    assert erasures_due(settings, Warehouse(settings.build_file)) == 1
    assert to_erase(settings) == (name,)
    assert vigil("erase", "--requested", "--reason", "withdrawal list") == 0
    # The list itself keeps the request, under the pseudonym.
    left = _holding(home, [asked, asked_subjid, name, pseudonym(asked_subjid, key)])
    assert left == [f"landing/registry/{CUTS[1]}/WITHDRAWALS.csv"]
    assert ReleaseIndex(home / "releases").current() == folder


def _add_withdrawals(delivery: Path, requests: list[tuple[str, str]]) -> None:
    content = "USUBJID,REQUEST,DATE\r\n" + "".join(f"{who},{what},2026-05-01\r\n" for who, what in requests)
    (delivery / "WITHDRAWALS.csv").write_text(content, newline="")
    digest = hashlib.sha256((delivery / "WITHDRAWALS.csv").read_bytes()).hexdigest()
    with open(delivery / "MANIFEST.sha256", "a") as manifest:
        manifest.write(f"{digest}  {len(requests)}  WITHDRAWALS.csv\n")


def test_a_subject_of_the_last_cut_alone_costs_that_release_only(home_to_change: Path) -> None:
    home = home_to_change
    with open(home / "landing" / "registry" / CUTS[0] / "dm.csv", newline="", encoding="utf-8-sig") as file:
        known = {row["USUBJID"] for row in csv.DictReader(file)}
    row = next(i for i in range(10_000) if _names(home, CUTS[1], i)[0] not in known)
    usubjid, _ = _names(home, CUTS[1], row)
    name = pseudonym(usubjid, demonstration_key())
    assert vigil("erase", f"LENZPMS-{name}", "--reason", "consent withdrawn") == 0
    assert _holding(home, [usubjid, name]) == []
    index = ReleaseIndex(home / "releases")
    assert index.current().name == f"0001-{CUTS[0]}"
    assert [m.has_database for m in index.manifests()] == [True, False]
    assert verify_chain(index) == []
    assert subject_hash(name) in erased_before(home)


def test_a_control_is_erased_by_its_whole_id(home_to_change: Path) -> None:
    with duckdb.connect(
        str(home_to_change / "releases" / "current" / "vigil.duckdb"), read_only=True
    ) as connection:
        (usubjid,) = connection.sql("select min(USUBJID) from marts.adsl where SOURCE = 'PROACT'").fetchone()
    assert vigil("erase", usubjid, "--reason", "asked by the source") == 0
    landing = home_to_change / "landing" / "proact"
    ids = {
        line.split(",")[0]
        for path in landing.rglob("*.csv")
        for line in path.read_text("utf-8-sig").splitlines()
    }
    assert usubjid.removeprefix("PROACT-") not in ids
    assert not any(m.has_database for m in ReleaseIndex(home_to_change / "releases").manifests())


def test_nobody_is_erased_by_a_wrong_id_or_a_telling_reason(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert vigil("erase", "NOBODY-1", "--reason", "mistake") == 1
    assert (
        capsys.readouterr().err
        == "vigil: this subject is in no delivery, store or release; nothing was erased\n"
    )
    usubjid, _ = _names(home, CUTS[0], 0)
    assert vigil("erase", usubjid, "--reason", f"{usubjid} asked") == 1
    told = capsys.readouterr().err
    assert "the reason names the subject" in told
    assert usubjid not in told
    assert ReleaseIndex(home / "releases").current() is not None
