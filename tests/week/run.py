"""Plays a week with Dagster's daemon itself and says what it found: `python -m tests.week.run [--folder DIR]`.

Seven data cuts; one comes broken, on one day nothing comes, in one night the power fails, over one night the machine is
off (F33). Somebody is told of it through a webhook of this machine. In the end every release is the one that the command
line makes of the same deliveries, by logical hash. A day lasts two minutes by the schedule's cron; the clock is the
machine's own.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration
from orchestration.releases.index import ReleaseIndex
from tests.integration.orchestration.homes import write_protocol
from tests.integration.orchestration.local_webhook import Webhook, listening
from tests.week.machine import MINUTES, Machine, wait_until


@dataclass(frozen=True)
class Week:
    """The machine, everything that sites will deliver, and the data cuts of it."""

    machine: Machine
    everything: Path
    cuts: list[str]
    webhook: Webhook | None = None

    def deliver(self, number: int) -> str:
        """The whole delivery of a cut, numbered from 1; it appears at once, as from a disk of the same machine."""
        cut = self.cuts[number - 1]
        shutil.copytree(self.everything / "registry" / cut, self.machine.home / ".coming")
        (self.machine.home / ".coming").rename(self.machine.home / "landing" / "registry" / cut)
        return cut

    def released(self) -> dict[str, str]:
        """Logical hashes by data cut."""
        return {m.data_cut: m.logical_hash for m in ReleaseIndex(self.machine.home / "releases").manifests()}

    def told(self, words: str) -> bool:
        """Whether somebody was told something with these words in its title."""
        return self.webhook is not None and any(words in title for title in self.webhook.titles)

    def night(self) -> list:
        """Wait until the schedule has ticked and nothing works any more; its ticks since now."""
        since = time.time()
        wait_until(lambda: self.machine.ticks(since), "a tick of the schedule")
        wait_until(self.machine.at_rest, "the end of the night")
        return self.machine.ticks(since)


def main() -> None:
    """Seven days, then the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where homes are laid out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder, listening() as webhook:
        week = _begun(Path(folder), webhook)
        try:
            heard = 0
            for day, (words, found) in enumerate(_days(week), start=1):
                print(f"day {day}: {words}: {found}", flush=True)
                print("".join(f"  told: {title}\n" for title in webhook.titles[heard:]), end="", flush=True)
                heard = len(webhook.titles)
            for cut in week.cuts:
                wait_until(lambda cut=cut: week.told(f"-{cut}"), f"news of {cut}")
        finally:
            week.machine.lose_power()
        _compare(week, Path(folder) / "by-hand")


def _begun(folder: Path, webhook: Webhook) -> Week:
    cuts = default_cuts(7)
    write_demonstration(folder / "everything", SimulationSettings.small(cuts=cuts))
    home = folder / "home"
    (home / "landing" / "registry").mkdir(parents=True)
    shutil.copytree(folder / "everything" / "landing" / "proact", home / "landing" / "proact")
    write_protocol(home, "1.0.0")
    machine = Machine(home, {"VIGIL_ALERT_URLS": webhook.address})
    week = Week(machine, folder / "everything" / "landing", [cut.isoformat() for cut in cuts], webhook)
    assert week.machine.vigil("setup").returncode == 0
    week.machine.switch_on()
    return week


def _days(week: Week) -> Iterator[tuple[str, str]]:
    for words, day in (
        ("a data cut", lambda: _made(week, week.deliver(1))),
        ("another", lambda: _made(week, week.deliver(2))),
        ("one that comes broken", lambda: _broken(week, 3)),
        ("it comes whole", lambda: _mended(week, 3)),
        ("nothing comes", lambda: _nothing(week)),
        ("the power fails in the night", lambda: _power_cut(week, 4)),
        ("the machine is off over night, and two cuts came", lambda: _off(week, 5, 6)),
        ("the last", lambda: _made(week, week.deliver(7))),
    ):
        yield words, day()


def _made(week: Week, cut: str) -> str:
    week.night()
    assert cut in week.released(), week.machine.last_reason()
    return f"{cut} is released"


def _broken(week: Week, number: int) -> str:
    before, cut = week.released(), week.deliver(number)
    dm = week.machine.home / "landing" / "registry" / cut / "dm.csv"
    whole = dm.read_bytes()
    dm.write_bytes(whole[: len(whole) // 2] + b'"')
    week.night()
    assert week.released() == before
    (last, *_) = week.machine.runs()
    assert (last.status, last.tags["dagster/partition"]) == (dg.DagsterRunStatus.FAILURE, cut)
    reports = week.machine.home / "build" / "failures"
    wait_until(lambda: list(reports.glob(f"{cut}-{last.run_id[:8]}.md")), "the report of the failure")
    wait_until(lambda: week.told("failed"), "the alert of the failure")
    return f"no release, and a report: {week.machine.last_reason()}"


def _mended(week: Week, number: int) -> str:
    cut = week.cuts[number - 1]
    shutil.copy(
        week.everything / "registry" / cut / "dm.csv", week.machine.home / "landing" / "registry" / cut
    )
    return _made(week, cut)


def _nothing(week: Week) -> str:
    before = week.released()
    (*_, tick) = week.night()
    assert week.released() == before
    return f"no run; the schedule says: {tick.skip_reason}"


def _power_cut(week: Week, number: int) -> str:
    cut = week.deliver(number)
    started = dg.DagsterRunStatus.STARTED
    wait_until(lambda: week.machine.runs(started), "a run")
    (night,) = week.machine.runs(started)
    time.sleep(5)
    week.machine.lose_power()
    assert cut not in week.released()
    week.machine.switch_on()
    wait_until(lambda: cut in week.released(), "the night made once more")
    wait_until(week.machine.at_rest, "its end")
    (dead,) = [run for run in week.machine.runs() if run.run_id == night.run_id]
    (again,) = [run for run in week.machine.runs() if run.tags.get("vigil/again") == night.run_id]
    assert (dead.status.value, again.status.value) == ("FAILURE", "SUCCESS")
    return f"the dead run is failed, {cut} is released by another"


def _off(week: Week, *numbers: int) -> str:
    week.machine.switch_off()
    cuts, since = [week.deliver(number) for number in numbers], time.time()
    time.sleep(60 * MINUTES + 5)
    week.machine.switch_on()
    wait_until(lambda: set(cuts) <= set(week.released()), "the missed night")
    wait_until(week.machine.at_rest, "its end")
    first = week.machine.ticks(since)[0]
    return f"{' and '.join(cuts)} are released; the tick was due {time.time() - first.timestamp:.0f} s ago"


def _compare(week: Week, home: Path) -> None:
    """The same deliveries in the same order, by the command line."""
    (home / "landing" / "registry").mkdir(parents=True)
    shutil.copytree(week.everything / "proact", home / "landing" / "proact")
    shutil.copy(week.machine.home / "protocol.toml", home)
    by_hand = Week(Machine(home), week.everything, week.cuts)
    for number in range(1, len(week.cuts) + 1):
        by_hand.deliver(number)
        done = by_hand.machine.vigil("refresh")
        assert done.returncode == 0, done.stderr
    by_daemon, by_command = week.released(), by_hand.released()
    for cut, made in by_command.items():
        print(f"{cut}: {made[:16]} by the command line, {by_daemon.get(cut, 'none')[:16]} by the daemon")
    assert by_daemon == by_command


if __name__ == "__main__":
    main()
