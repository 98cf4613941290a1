"""What is told of nights that came to nothing: once, to who listens, and never at a night's cost."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from local_webhook import SECRET, Webhook, listening

from orchestration.alerts import sending, tell, watch
from orchestration.alerts.messages import failed, set_aside
from orchestration.cli import main
from orchestration.dagster_parts.dbt_manifest import dbt_environment
from orchestration.settings import OF_TELLING, Settings, withheld


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIGIL_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def at(monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    monkeypatch.setattr(tell, "time_here", lambda: f"{time}:00+09:00")


def holding(folder: Path, secret: str) -> list[str]:
    return [p.name for p in folder.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]


def test_a_refresh_that_fails_is_told_once_a_day_and_its_addresses_nowhere(
    home: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIL_ALERT_URLS", webhook.address)
    monkeypatch.setenv("VIGIL_ALIVE_URL", f"http://localhost:{webhook.server_port}/{SECRET}")
    for _ in range(2):
        assert main(["refresh"]) == 1
    monkeypatch.setenv("VIGIL_PROTOCOL", str(home / "absent.toml"))
    assert main(["refresh"]) == 1
    assert webhook.titles == ["the night failed"] * 2
    assert webhook.texts == ["It released nothing; what was current stays current. Its output says why."] * 2
    assert webhook.asked == []
    assert SECRET not in "".join(capfd.readouterr())
    assert holding(home, SECRET) == []
    assert SECRET not in repr(Settings.from_environment())


def test_nothing_is_sent_or_kept_where_nobody_is_to_be_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell, "send", lambda *_: pytest.fail("sent"))
    assert main(["refresh"]) == 1
    assert not (home / "store" / "alerts.json").exists()


def test_programs_of_others_are_not_given_the_addresses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OF_TELLING:
        monkeypatch.setenv(name, SECRET)
    assert SECRET not in dbt_environment(Settings.from_environment()).values()
    with withheld():
        assert Settings.from_environment().alert_urls == ()
    assert Settings.from_environment().alert_urls == (SECRET,)


def test_a_held_release_and_a_delivery_set_aside_say_nothing_of_a_delivery(
    home: Path, webhook: Webhook
) -> None:
    settings = Settings(home, alert_urls=(webhook.address,))
    news = [
        failed("0a1b2c3d", "2026-03-31", home / "build" / "failures" / "2026-03-31-0a1b2c3d.md", held=True),
        failed("9", "Jane Doe", None),
        set_aside(["REGISTRY 'Jane Doe': holds 3 subjects"]),
    ]
    for _ in range(2):
        assert tell.tell(settings, news) == []
    assert webhook.titles == [
        "a check or guard held the release of data cut 2026-03-31 back",
        "the night failed",
        "a delivery was set aside",
    ]
    assert webhook.texts[0].endswith("build/failures/2026-03-31-0a1b2c3d.md says why.")
    assert "Jane" not in str(webhook.texts) + str(webhook.titles)
    assert str(home) not in str(webhook.texts)


def test_a_night_that_did_not_happen_is_told_when_somebody_looks_again(
    home: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home, alert_urls=(webhook.address,))
    for when, n_told in (
        ("2026-07-01T02:20", 0),  # a night ends
        ("2026-07-02T04:50", 0),  # the next may still run
        ("2026-07-02T05:10", 1),  # it does not
        ("2026-07-02T05:15", 1),
        ("2026-07-05T11:00", 2),  # the machine was off for three
    ):
        at(monkeypatch, when)
        assert tell.tell(settings, ended=when.endswith("02:20")) == []
        assert len(webhook.titles) == n_told, when
    assert set(webhook.titles) == {"a night did not happen"}
    assert "The night of 2026-07-05 02:00 did not come to its end" in webhook.texts[1]
    assert "ended 2026-07-01 02:20" in webhook.texts[1]


def test_a_refresh_after_a_gap_tells_of_the_nights_before_it_and_a_daily_one_of_none(
    home: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home, alert_urls=(webhook.address,))
    for when, n_told in (("07-01T06:10", 0), ("07-02T06:05", 0), ("07-03T06:20", 0), ("07-06T06:10", 1)):
        at(monkeypatch, f"2026-{when}")
        assert tell.tell(settings, ended=True) == []
        assert len(webhook.titles) == n_told, when
    assert "The night of 2026-07-05 02:00" in webhook.texts[0]


def test_a_delivery_is_late_by_the_date_of_its_cut(
    home: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGIL_ALERT_URLS", webhook.address)
    monkeypatch.setenv("VIGIL_EXPECT_BY", "2nd 09:00")
    monkeypatch.setattr(watch, "missed_night", lambda *_, **__: iter(()))
    monkeypatch.setattr(tell, "missed_night", lambda *_, **__: iter(()))
    delivered: list[str] = ["2026-03-31"]
    monkeypatch.setattr(watch, "data_cuts", lambda _: tuple(delivered))
    settings = Settings.from_environment()
    for when, arrives, n_told in (
        ("2026-04-20T10:00", None, 0),  # switched on
        ("2026-05-02T08:59", None, 0),
        ("2026-05-02T09:01", None, 1),
        ("2026-05-03T09:01", "2026-04-30", 1),  # late; no stand-in for the next
        ("2026-06-02T09:01", None, 2),
        ("2026-07-02T08:00", "2026-06-30", 2),
        ("2026-07-02T09:01", None, 2),
    ):
        delivered += [arrives] if arrives else []
        at(monkeypatch, when)
        assert tell.tell(settings) == []
        assert len(webhook.titles) == n_told, when
    assert set(webhook.titles) == {"no delivery by the hour agreed"}
    assert "By 2026-06-02 09:00 no complete delivery with a data cut after 2026-05-02" in webhook.texts[1]


def test_what_cannot_be_sent_costs_seconds_is_counted_and_comes_later(
    home: Path, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 2)
    with closing(socket.create_server(("localhost", 0))) as hole, closing(socket.socket()) as refusing:
        refusing.bind(("localhost", 0))
        addresses = [f"json://localhost:{each.getsockname()[1]}/{SECRET}" for each in (hole, refusing)]
        settings = Settings(home, alert_urls=(*addresses, webhook.address, f"unheard://{SECRET}"))
        began = time.monotonic()
        (line,) = tell.tell(settings, [failed("1", "2026-03-31", None)])
        assert time.monotonic() - began < 4 * (sending.PATIENCE + sending.START), "it was waited for"
    assert re.fullmatch(
        r"alerts: 1 could not be sent; address 4 of VIGIL_ALERT_URLS is none .*untouched", line
    )
    assert SECRET not in line
    # Who has heard hears it no second time; who has not, does.
    assert webhook.titles == ["the night of data cut 2026-03-31 failed"]
    later = Settings(home, alert_urls=(webhook.address, webhook.address))
    assert tell.tell(later) == []
    assert tell.tell(later) == []
    assert len(webhook.titles) == 3
    assert holding(home, SECRET) == []


def test_without_the_library_one_line_says_what_to_install(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "path"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys\nsys.modules['apprise'] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(blocked))
    settings = Settings(home, alert_urls=(f"json://localhost/{SECRET}",))
    assert tell.tell(settings, [failed("1", "2026-03-31", None)]) == [
        "alerts: VIGIL_ALERT_URLS is set and apprise is not installed: "
        "in the checkout, .uv/bin/uv sync --frozen --extra alerts"
    ]


def test_a_memory_that_cannot_be_read_or_written_fails_nothing(home: Path, webhook: Webhook) -> None:
    settings = Settings(home, alert_urls=(webhook.address,))
    assert tell.tell(settings) == []
    (home / "store" / "alerts.json").write_bytes(b"\x00")
    assert tell.tell(settings, [failed("1", "2026-03-31", None)]) == []
    (home / "store" / "alerts.json").unlink()
    (home / "store" / "alerts.json").mkdir()
    (line,) = tell.tell(settings, [failed("2", "2026-03-31", None)])
    assert line.endswith("while telling; what happened may not have been told")


def test_the_page_names_every_setting_and_every_message(home: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")
    now = datetime.now().astimezone()
    told = [
        failed("1", "", None),
        set_aside([]),
        next(watch.missed_night(Settings(Path()), _memory(now), now, ended=True)),
    ]
    for name in (*OF_TELLING, "VIGIL_EXPECT_BY"):
        assert f"| `{name}` |" in page
    for title in (
        "failed",
        told[1].title,
        told[2].title,
        "no delivery by the hour agreed",
        "back",
        "with gaps",
    ):
        assert f"{title}` |" in page


def _memory(now: datetime) -> tell.Memory:
    long_ago = (now - timedelta(days=9)).isoformat()
    return tell.Memory(long_ago, long_ago, 0)
