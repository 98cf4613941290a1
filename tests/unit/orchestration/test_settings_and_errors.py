"""What the environment may hold, and which errors are answered with a line instead of a traceback."""

from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.settings import Settings


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "nan", "many"])
def test_a_number_of_threads_that_cannot_be_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("VIGIL_THREADS", text)
    with pytest.raises(ValueError, match="VIGIL_THREADS is"):
        Settings.from_environment()


def test_a_protocol_may_start_with_a_byte_order_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[study]\nid = "MINE"\n', encoding="utf-8-sig")
    assert main(["protocol", "validate", str(path)]) == 0
    assert capsys.readouterr().err == ""


def test_a_protocol_that_is_not_utf_8_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe[study]")
    assert main(["protocol", "validate", str(path)]) == 1
    assert capsys.readouterr().err == "vigil: mine.toml is not UTF-8 text; save the protocol as UTF-8\n"


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def defect(text: str, name: str) -> None:
        import datetime
        import json

        json.dumps(datetime.date(2026, 1, 1))

    monkeypatch.setattr("orchestration.commands.protocol.parse_protocol", defect)
    path = tmp_path / "mine.toml"
    path.write_text("[study]", encoding="utf-8")
    with pytest.raises(TypeError):
        main(["protocol", "validate", str(path)])
    monkeypatch.setattr("orchestration.commands.protocol.parse_protocol", lambda text, name: json_error())
    with pytest.raises(ValueError, match="Expecting value"):
        main(["protocol", "validate", str(path)])


def json_error() -> None:
    import json

    json.loads("")
