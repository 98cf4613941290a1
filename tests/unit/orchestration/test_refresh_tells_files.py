"""`vigil refresh` says on the console how many files were delivered and read, and names each that was not."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))

from delivery_builder import CUT, Site, proact_files, registry_files

from orchestration.commands.refresh import tell_files
from orchestration.night.plan import refresh_plan
from orchestration.settings import Settings


def test_the_console_counts_the_files_and_names_those_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(tmp_path)
    site.deliver("REGISTRY", CUT, {**registry_files(), "define.xml": b"x", ".done": b"", "log.xlsx": b"x"})
    site.deliver("PROACT", "ALL_FORMS", proact_files())
    settings = Settings(home=tmp_path, settle_seconds=0)
    tell_files(settings, refresh_plan(settings, settings.protocol()).cuts[0].inputs)
    assert capsys.readouterr().out.splitlines() == [
        f"  REGISTRY {CUT}: 7 files, 5 read, 2 not read",
        "    'define.xml' not read: XML is not read: metadata such as Define-XML holds no records",
        "    'log.xlsx' not read: Excel is not read; save as CSV, XPT or Dataset-JSON",
        "  PROACT ALL_FORMS: 5 files, 5 read, 0 not read",
        "    'ALL_FORMS': a PRO-ACT export without a date (YYYY_MM_DD) in its name counts as older than any with one;"
        " rename it",
    ]


@pytest.mark.parametrize(("text", "found"), [("CP949", "cp949"), ("cp1252", "cp1252"), ("", None)])
def test_the_setting_of_the_encoding_is_one_of_two(
    monkeypatch: pytest.MonkeyPatch, text: str, found: str | None
) -> None:
    monkeypatch.setenv("VIGIL_REGISTRY_ENCODING", text)
    assert Settings.from_environment().registry_encoding == found


def test_another_encoding_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIL_REGISTRY_ENCODING", "koi8-r")
    with pytest.raises(ValueError, match="VIGIL_REGISTRY_ENCODING is 'koi8-r'; give cp949 or cp1252"):
        Settings.from_environment()
