"""A reason is one plain line, whichever command asks for it."""

import pytest

from orchestration.cli import main

ASKING = (
    ["releases", "approve", "1"],
    ["releases", "hold", "1"],
    ["releases", "rollback", "1"],
    ["erase", "X"],
)


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.parametrize("given", ["", "  ", "a\nb", "a\x1b[2Jb", "a\u202eb", "a\tb", "a\u2028b"])
def test_what_is_no_plain_line_is_refused(
    command: list[str], given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--reason", given])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "argument --reason: " in said
    assert said.isprintable()
