"""Nobody listens any more, or what is said has no room: the work goes on to its end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = """
import sys, time
from orchestration.telling import telling_never_fails
with telling_never_fails():
    for number in range(20000):
        print("line", number, flush=True)
        print("said", number, file=sys.stderr, flush=True)
    open(sys.argv[1], "w").write("done")
"""


@pytest.mark.parametrize(
    "streams", ["| head -1", "2>&1 | head -1", "> /dev/full", "> /dev/full 2>&1", ">&- 2>&-"]
)
def test_the_work_is_done(tmp_path: Path, streams: str) -> None:
    done = tmp_path / "done"
    command = f'set -o pipefail; "{sys.executable}" -c \'{COMMAND}\' "{done}" {streams}'
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert done.read_text() == "done"
    assert ran.returncode == 0
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "arguments", [["protocol", "show"], ["--help"], ["--version"], ["refresh", "--help"]]
)
def test_a_short_answer_that_nobody_waits_for_is_no_failure(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "orchestration.cli", *arguments]
    ran = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("streams", [">&-", "<&-", "<&- >&- 2>&-"])
def test_no_file_takes_the_number_of_a_stream_that_was_closed(tmp_path: Path, streams: str) -> None:
    code = (
        "import subprocess, sys; from orchestration.telling import open_what_was_closed; open_what_was_closed(); "
        "file = open(sys.argv[1], 'w'); file.write(f'{file.fileno()} {sys.stdout.isatty()} '); file.flush(); "
        "subprocess.run(['sh', '-c', 'echo said'], check=True)"
    )
    written = tmp_path / "written"
    ran = subprocess.run(
        ["bash", "-c", f'"$0" -c "$1" "$2" {streams}', sys.executable, code, str(written)], check=False
    )
    assert ran.returncode == 0
    number, *said = written.read_text().split()
    assert int(number) > 2
    assert said == ["False"]


def test_what_a_terminal_cannot_show_is_shown_otherwise() -> None:
    code = "from orchestration.telling import telling_never_fails\nwith telling_never_fails():\n    print('a \\u2192 b')"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "a \\u2192 b\n"
