"""A protocol that was edited makes the newest data cut anew, and no other."""

from pathlib import Path

from homes import make_home, vigil, write_protocol

from orchestration.releases.index import ReleaseIndex


def test_a_protocol_edit_re_releases_the_newest_cut_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_home(home, cuts=2)
    assert vigil(home, "refresh") == 0
    write_protocol(home, "1.1.0")
    assert vigil(home, "refresh") == 0
    found = ReleaseIndex(home / "releases").manifests()
    assert [m.data_cut for m in found] == ["2026-03-31", "2026-06-30", "2026-06-30"]
    assert found[-1].protocol["version"] == "1.1.0"
