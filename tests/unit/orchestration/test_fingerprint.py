"""The fingerprint changes with everything a release is a function of, and with nothing else (F48)."""

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analytics.protocol import Protocol, parse_protocol
from orchestration.extracts.deliveries import PROACT, REGISTRY, Delivery
from orchestration.extracts.site_answers import SiteAnswers
from orchestration.landing import Landed
from orchestration.night import fingerprint, inputs
from orchestration.night.inputs import CutInputs, inputs_of
from orchestration.settings import Settings

CUT = "2026-03-31"
PARTS: dict[str, Any] = {
    "files": [("PROACT", "PROACT", "a" * 64), ("REGISTRY", "REGISTRY", "b" * 64)],
    "protocol_hash": "c" * 64,
    "code_hash": "d" * 64,
    "lock_hash": "e" * 64,
    "key_id": "key",
    "data_cut": CUT,
}
OTHER: list[tuple[str, object]] = [
    ("files", [("PROACT", "PROACT", "a" * 64), ("REGISTRY", "REGISTRY", "f" * 64)]),
    ("files", [("PROACT", "PROACT", "f" * 64), ("REGISTRY", "REGISTRY", "b" * 64)]),
    ("files", [("PROACT", "PROACT", "a" * 64)]),
    ("files", [("PROACT", "other", "a" * 64), ("REGISTRY", "REGISTRY", "b" * 64)]),
    ("protocol_hash", "f" * 64),
    ("code_hash", "f" * 64),
    ("lock_hash", "f" * 64),
    ("key_id", "another"),
    ("data_cut", "2026-04-01"),
]


def _of(**parts: Any) -> str:
    return fingerprint.build_fingerprint(**{**PARTS, **parts})


@pytest.mark.parametrize(("part", "value"), OTHER)
def test_every_part_counts(part: str, value: object) -> None:
    assert _of(**{part: value}) != _of()


def test_the_order_of_the_files_does_not() -> None:
    assert _of(files=[("REGISTRY", "REGISTRY", "b" * 64), ("PROACT", "PROACT", "a" * 64)]) == _of()


class Home:
    """What `inputs_of` is given, a part of it changed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch = monkeypatch
        self.content = {REGISTRY: "registry", PROACT: "proact"}
        self.protocol = Protocol()
        self.settings = Settings(Path("/nowhere"))
        self.cut = CUT
        monkeypatch.setattr(inputs, "delivery_fingerprint", lambda d, *_: self.content[d.source])

    def inputs(self) -> CutInputs:
        cuts = (CUT, "2026-06-30")
        registry = tuple(Delivery(REGISTRY, c, date.fromisoformat(c), Path("/nowhere") / c) for c in cuts)
        proact = (Delivery(PROACT, "export", None, Path("/nowhere/export")),)
        return inputs_of(self.settings, Landed(registry, proact), self.protocol, self.cut, None)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(monkeypatch)


def test_the_inputs_of_a_cut_are_pinned_whole(home: Home) -> None:
    before = {"first": home.inputs().fingerprint}
    home.content[REGISTRY] = "other bytes"
    before["registry"] = home.inputs().fingerprint
    home.content[PROACT] = "other bytes"
    before["proact"] = home.inputs().fingerprint
    home.protocol = parse_protocol('[study]\nversion = "9"\n')
    before["protocol"] = home.inputs().fingerprint
    home.settings = replace(home.settings, pseudonym_key="k" * 32)
    before["key"] = home.inputs().fingerprint
    home.patch.setattr(inputs, "code_hash", lambda: "other code")
    before["code"] = home.inputs().fingerprint
    home.patch.setattr(inputs, "lock_hash", lambda: "other lock")
    before["lock"] = home.inputs().fingerprint
    home.cut = "2026-06-30"
    before["cut"] = home.inputs().fingerprint
    assert len(set(before.values())) == len(before)


def test_what_the_sites_answered_counts(home: Home) -> None:
    here = home.inputs()
    assert replace(here, site_answers=SiteAnswers(sha256="a" * 64)).fingerprint != here.fingerprint


def test_where_a_delivery_lies_does_not_count(home: Home) -> None:
    here = home.inputs()
    moved = replace(here.registry, delivery=replace(here.registry.delivery, path=Path("/elsewhere.zip")))
    assert replace(here, registry=moved).fingerprint == here.fingerprint


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a file of every kind in every package."""
    monkeypatch.setattr(fingerprint, "REPOSITORY", tmp_path)
    for package in ("analytics", "dbt_project", "expectations", "orchestration"):
        for suffix in sorted(fingerprint.SOURCE_SUFFIXES):
            path = tmp_path / package / "room" / f"file{suffix}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{package} {suffix}")
    (tmp_path / "uv.lock").write_text("versions")
    return tmp_path


def _code() -> str:
    # Without its cache: a process asks once.
    return fingerprint.sources_hash.__wrapped__(*fingerprint.PACKAGES)


def _lock() -> str:
    return fingerprint.lock_hash.__wrapped__()


def test_nothing_that_is_kept_with_the_sources_is_left_out_but_words_about_them() -> None:
    command = ["git", "-C", str(fingerprint.REPOSITORY), "ls-files", "-z", "--", *fingerprint.PACKAGES]
    kept = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    assert len(kept) > 500
    assert {Path(name).suffix for name in kept if name} - fingerprint.SOURCE_SUFFIXES == {".md"}


def test_every_source_file_counts_by_content_and_by_name(sources: Path) -> None:
    files = sorted(p for p in sources.rglob("*") if p.is_file() and p.name != "uv.lock")
    assert len(files) == 4 * len(fingerprint.SOURCE_SUFFIXES)
    before = _code()
    for path in files:
        text = path.read_text()
        path.write_text(text + " ")
        assert _code() != before, path
        path.write_text(text)
        path.rename(path.with_name("renamed" + path.suffix))
        assert _code() != before, path
        path.with_name("renamed" + path.suffix).rename(path)
        path.unlink()
        assert _code() != before, path
        path.write_text(text)
    assert _code() == before


def test_moving_text_from_one_file_to_the_next_counts(sources: Path) -> None:
    first, second = sources / "analytics" / "a.py", sources / "analytics" / "b.py"
    hashes = set()
    for texts in (("xy", "z"), ("x", "yz"), ("z", "xy")):
        first.write_text(texts[0])
        second.write_text(texts[1])
        hashes.add(_code())
    assert len(hashes) == 3


def test_what_is_made_from_the_sources_does_not_count(sources: Path) -> None:
    before = _code()
    for made in ("dbt_project/target/x.sql", "dbt_project/logs/x.yml", "analytics/__pycache__/x.py"):
        (sources / made).parent.mkdir(exist_ok=True)
        (sources / made).write_text("made")
    (sources / "analytics" / "notes.txt").write_text("no source")
    assert _code() == before


def test_the_lock_counts_and_may_be_absent(sources: Path) -> None:
    before = _lock()
    (sources / "uv.lock").write_text("other versions")
    changed = _lock()
    (sources / "uv.lock").unlink()
    assert len({before, changed, _lock()}) == 3
