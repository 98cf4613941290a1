"""A machine on which Dagster's daemon makes the nights of a home: switched on, switched off, and losing its power.

Here belongs what an operator's machine does and what can be seen of it. What happens on which day stands in `run`.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster import DagsterInstance

from orchestration.dagster_parts.run_reasons import first_failure

REPOSITORY = Path(__file__).parents[2]
MINUTES = 2
"""A day of the week that is played: the schedule's cron, and not the clock, is what makes it short."""


@dataclass
class Machine:
    """A home, and the daemon that works on it."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    daemon: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of the machine."""
        ours = {
            "VIGIL_HOME": str(self.home),
            "VIGIL_PROTOCOL": str(self.home / "protocol.toml"),
            "VIGIL_PSEUDONYM_KEY": "a key of the week",
            "VIGIL_SETTLE_SECONDS": "0",
            "VIGIL_SCHEDULE": f"*/{MINUTES} * * * *",
            "DAGSTER_HOME": str(self.home / "dagster"),
        }
        return {**os.environ, **ours, **self.settings}

    def vigil(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line."""
        command = [str(Path(sys.executable).with_name("vigil")), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def switch_on(self) -> None:
        """Start the daemon as a service would."""
        command = [str(Path(sys.executable).with_name("dagster-daemon")), "run", "-w", "workspace.yaml"]
        with open(self.home / "daemon.log", "ab") as log:
            self.daemon = subprocess.Popen(
                command, cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def switch_off(self) -> None:
        """Stop the daemon as a service is stopped."""
        assert self.daemon is not None
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait(timeout=120)

    def lose_power(self) -> None:
        """End every process of the home at once."""
        while found := self._processes():
            for pid in found:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.2)
        assert self.daemon is not None
        self.daemon.wait(timeout=10)

    def _processes(self) -> list[int]:
        mark, found = f"VIGIL_HOME={self.home}\0".encode(), []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes() and int(path.parts[2]) != os.getpid():
                    found.append(int(path.parts[2]))
            except OSError:
                continue
        # What ended and was not waited for keeps no environment.
        return found

    def instance(self) -> DagsterInstance:
        """What Dagster knows of the home."""
        os.environ.update({name: self.environment[name] for name in ("VIGIL_HOME", "DAGSTER_HOME")})
        return DagsterInstance.get()

    def ticks(self, since: float) -> list:
        """Of the schedule since a moment, oldest first, but those under way."""
        with self.instance() as instance:
            nightly = [state for state in instance.all_instigator_state() if state.name == "nightly"]
            found = [
                tick
                for state in nightly
                for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id, after=since)
                if tick.status.value != "STARTED"
            ]
        return sorted(found, key=lambda tick: tick.timestamp)

    def runs(self, *statuses: dg.DagsterRunStatus) -> list[dg.DagsterRun]:
        """Of the job, newest first."""
        with self.instance() as instance:
            return list(instance.get_runs(dg.RunsFilter(job_name="refresh", statuses=list(statuses) or None)))

    def last_reason(self) -> str:
        """Why the last run failed."""
        with self.instance() as instance:
            events = [entry.dagster_event for entry in instance.all_logs(self.runs()[0].run_id)]
        return str(first_failure(event for event in events if event is not None))

    def at_rest(self) -> bool:
        """Whether no run waits or works."""
        working = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED")
        return not self.runs(*(dg.DagsterRunStatus[name] for name in working))


def wait_until(what: Callable[[], object], words: str, minutes: float = 12) -> None:
    """Look every two seconds.

    Raises:
        TimeoutError: it did not come.
    """
    until = time.monotonic() + 60 * minutes
    while not what():
        if time.monotonic() > until:
            raise TimeoutError(f"{words}: not after {minutes:g} minutes")
        time.sleep(2)
