"""Where things are and which protocol applies, as the environment says.

The only module that reads the environment for Vigil's own settings. No heavy imports: `vigil refresh` decides here and in
`orchestration.night.plan` whether there is anything to do.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from orchestration.agreed_hour import AgreedHour
from orchestration.memory import DuckDbShare, machine_mib

if TYPE_CHECKING:
    from analytics.protocol import Protocol

REPOSITORY = Path(__file__).resolve().parent.parent
DBT_PROJECT = REPOSITORY / "dbt_project"
TIME_ZONE = "Asia/Seoul"
NIGHT = "0 2 * * *"
OF_TELLING = ("VIGIL_ALERT_URLS", "VIGIL_ALIVE_URL")
"""Addresses that hold passwords and tokens: no process but Vigil's own is given them."""
DATABASE = "vigil.duckdb"
"""The file of a build and of a release; its stem is the name of the catalog."""

GIB = 1024
"""MiB."""
DUCKDB, SPARK = "duckdb", "spark"
"""What dbt runs on."""
ODD = "#$%?{}\\"
"""Characters that mean something in the address of a database, in a pattern, to Dagster or in `.env`."""


@dataclass(frozen=True)
class Settings:
    """The home folder, the protocol file, the pseudonym key and the machine's share for DuckDB."""

    home: Path
    protocol_file: Path | None = None
    pseudonym_key: str | None = field(default=None, repr=False)
    threads: int = 2
    memory: int = 4096
    """MiB that a night may take, all its processes together; half of it is DuckDB's."""
    keep_releases: int = 0
    """Releases kept besides what `current` needs; 0 keeps all."""
    keep_runs: int = 14
    """Finished runs whose logs Dagster keeps; 0 keeps all."""
    settle_seconds: float = 30.0
    """How long an unmarked delivery must have been still before it is read."""
    registry_encoding: str | None = None
    """Encoding of registry text that can be read as Korean and as Western: cp949 or cp1252; None refuses such text."""
    old_pseudonym_key: str | None = field(default=None, repr=False)
    """The key until now, for `vigil rekey` alone."""
    group: str | None = None
    """The group that may read `releases/`; None leaves it to the service's own user."""
    signing_key: Path | None = None
    """Secret minisign key that signs releases, outside the home folder; None signs nothing."""
    signing_password: str | None = field(default=None, repr=False)
    schedule: str = NIGHT
    """When Dagster's daemon makes a night: five fields of cron, in the study's time zone."""
    from_nothing: bool = False
    """Whether everything is made anew, as the reproduction of a release is, whatever is kept and could be taken over."""

    engine: str = DUCKDB
    """What dbt runs on: this machine's DuckDB, or Spark."""
    spark_remote: str | None = field(default=None, repr=False)
    """The Spark Connect server, which may hold a token."""
    spark_master: str | None = None
    """The cluster that a server of the night's own is started on, as Spark writes it."""
    shared_store: Path | None = None
    """A folder that every executor of Spark sees under this very path; None is a folder of the home."""

    alert_urls: tuple[str, ...] = field(default=(), repr=False)
    """Where alerts go, as apprise writes it; none, and nothing is told."""
    alive_url: str | None = field(default=None, repr=False)
    """What is asked for after each good night, so that somebody outside notices one that did not come."""
    expect_by: AgreedHour | None = None
    """When a data cut is to have been delivered."""

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read VIGIL_HOME, VIGIL_PROTOCOL, VIGIL_PSEUDONYM_KEY, VIGIL_THREADS, VIGIL_MEMORY,
        VIGIL_KEEP_RELEASES, VIGIL_KEEP_RUNS, VIGIL_SETTLE_SECONDS, VIGIL_REGISTRY_ENCODING, VIGIL_OLD_PSEUDONYM_KEY,
        VIGIL_GROUP, VIGIL_SIGNING_KEY, VIGIL_SIGNING_PASSWORD, VIGIL_SCHEDULE, VIGIL_FROM_NOTHING, VIGIL_ALERT_URLS,
        VIGIL_ALIVE_URL, VIGIL_EXPECT_BY, VIGIL_ENGINE, SPARK_REMOTE, VIGIL_SPARK_MASTER, VIGIL_STORE."""
        protocol, signing_key = os.environ.get("VIGIL_PROTOCOL"), os.environ.get("VIGIL_SIGNING_KEY")
        return cls(
            home=_home(),
            protocol_file=Path(protocol).resolve() if protocol else None,
            pseudonym_key=os.environ.get("VIGIL_PSEUDONYM_KEY") or None,
            threads=_whole("VIGIL_THREADS", min(os.cpu_count() or 2, 8), least=1),
            memory=_memory(),
            keep_releases=_whole("VIGIL_KEEP_RELEASES", 0),
            keep_runs=_whole("VIGIL_KEEP_RUNS", 14),
            settle_seconds=_number("VIGIL_SETTLE_SECONDS", 30),
            registry_encoding=_one_of("VIGIL_REGISTRY_ENCODING", ("cp949", "cp1252")),
            old_pseudonym_key=os.environ.get("VIGIL_OLD_PSEUDONYM_KEY") or None,
            group=os.environ.get("VIGIL_GROUP") or None,
            signing_key=Path(signing_key).resolve() if signing_key else None,
            signing_password=os.environ.get("VIGIL_SIGNING_PASSWORD") or None,
            schedule=os.environ.get("VIGIL_SCHEDULE") or NIGHT,
            from_nothing=_whole("VIGIL_FROM_NOTHING", 0) > 0,
            alert_urls=tuple((os.environ.get("VIGIL_ALERT_URLS") or "").split()),
            alive_url=(os.environ.get("VIGIL_ALIVE_URL") or "").strip() or None,
            expect_by=_agreed_hour(),
            engine=_one_of("VIGIL_ENGINE", (DUCKDB, SPARK)) or DUCKDB,
            spark_remote=_spark_remote(),
            spark_master=(os.environ.get("VIGIL_SPARK_MASTER") or "").strip() or None,
            shared_store=_folder("VIGIL_STORE"),
        )

    @property
    def landing(self) -> Path:
        """Originals as delivered, never changed."""
        return self.home / "landing"

    @property
    def store(self) -> Path:
        """Accepted files as Parquet, by content."""
        return self.home / "store"

    @property
    def cuts(self) -> Path:
        """What is made of the deliveries of a data cut, whatever the protocol."""
        return self.store / "cuts"

    @property
    def exports(self) -> Path:
        """What is made of each PRO-ACT export, whichever data cut asks for it."""
        return self.store / "exports"

    @property
    def operating_characteristics(self) -> Path:
        """The last run of the operating characteristics, and what is made of one under way."""
        return self.store / "operating_characteristics"

    @property
    def kernels(self) -> Path:
        """Machine code of the analysis, by what it was compiled from."""
        return self.store / "kernels"

    @property
    def build(self) -> Path:
        """What is made anew by every refresh, and nobody keeps."""
        return self.home / "build"

    @property
    def exchange(self) -> Path:
        """What Spark is given and gives back lies here while dbt runs."""
        return self.shared_store or self.build / "spark"

    @property
    def build_file(self) -> Path:
        """The working database of the build under way; nobody but the build reads it."""
        return self.build / "work" / DATABASE

    @property
    def spill(self) -> Path:
        """What DuckDB moves out of memory while it works."""
        return self.build / "spill"

    @property
    def duckdb(self) -> DuckDbShare:
        """DuckDB's share of the machine; the other half of the memory is Python's."""
        return DuckDbShare(self.threads, self.memory // 2, self.spill)

    @property
    def releases(self) -> Path:
        """Published releases and the link `current`."""
        return self.home / "releases"

    @property
    def trials(self) -> Path:
        """Reports of protocols that were tried and not released."""
        return self.home / "trials"

    @property
    def exported(self) -> Path:
        """What `vigil export` writes where nobody says where to: a folder a release; git passes over all of it."""
        return self.home / "exports"

    @property
    def failures(self) -> Path:
        """Quality reports of failed runs, outside any release."""
        return self.build / "failures"

    @property
    def dagster_home(self) -> Path:
        """Dagster's instance: runs, events, schedules."""
        return self.home / "dagster"

    def protocol_text(self) -> tuple[str, str]:
        """The protocol's file name and text.

        Raises:
            FileNotFoundError: VIGIL_PROTOCOL names a file that is not there.
        """
        if self.protocol_file is not None:
            if not self.protocol_file.is_file():
                raise FileNotFoundError(f"VIGIL_PROTOCOL names {self.protocol_file.name}, which is not there")
            return self.protocol_file.name, protocol_file_text(self.protocol_file)
        shipped = resources.files("analytics.protocol") / "lenzumestrocel.toml"
        return "lenzumestrocel.toml", shipped.read_text(encoding="utf-8")

    def protocol(self) -> "Protocol":
        """The study protocol.

        Raises:
            ProtocolError: the file is not a valid protocol.
        """
        from analytics.protocol import parse_protocol

        name, text = self.protocol_text()
        return parse_protocol(text, name)


def time_here() -> str:
    """Now, ISO with the UTC offset of the study's time zone: for journals and locks, never for what is computed."""
    return datetime.now(ZoneInfo(TIME_ZONE)).isoformat(timespec="seconds")


def environment_of_others() -> dict[str, str]:
    """This process's environment as programs that are not Vigil's own are given it."""
    return {name: value for name, value in os.environ.items() if name not in OF_TELLING}


@contextmanager
def in_environment(values: Mapping[str, str]) -> Iterator[None]:
    """This process's environment with these values, and as it was afterwards."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def withheld() -> Iterator[None]:
    """Programs that a library starts meanwhile are given no address that alerts go to."""
    kept = {name: os.environ.pop(name) for name in OF_TELLING if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def _agreed_hour() -> AgreedHour | None:
    """When a data cut is to have come."""
    text = (os.environ.get("VIGIL_EXPECT_BY") or "").strip()
    try:
        return AgreedHour.parsed(text) if text else None
    except ValueError as error:
        raise ValueError(f"VIGIL_EXPECT_BY is {text!r}; {error}, or unset it") from None


def _home() -> Path:
    """The home folder, whose path goes into SQL, addresses of databases and lines of a file.

    Raises:
        ValueError: it holds a character that one of these cannot carry.
    """
    return _without_odd("VIGIL_HOME", Path(os.environ.get("VIGIL_HOME") or REPOSITORY / "data").resolve())


def _folder(name: str) -> Path | None:
    """A folder of the environment, whose path goes into SQL as well; None where none is named."""
    text = os.environ.get(name)
    return _without_odd(name, Path(text).resolve()) if text else None


def _spark_remote() -> str | None:
    """A server's address, which may hold a token and is not repeated."""
    text = (os.environ.get("SPARK_REMOTE") or "").strip()
    if not text:
        return None
    try:
        address = urlsplit(text)
        if address.scheme == "sc" and address.hostname and address.port != 0:
            return text
    except ValueError:
        pass
    raise ValueError("SPARK_REMOTE is no address of a Spark Connect server; give sc://host:port, or unset it")


def _without_odd(name: str, folder: Path) -> Path:
    held = sorted({character for character in str(folder) if character in ODD or not character.isprintable()})
    if held:
        raise ValueError(f"the path of {name} holds {', '.join(map(repr, held))}; give a folder without")
    return folder


def _memory() -> int:
    """MiB, of GiB in the environment; most of the machine's where it is not set."""
    gib = _number("VIGIL_MEMORY", 0)
    if gib < 0 or (os.environ.get("VIGIL_MEMORY") and gib == 0):
        raise ValueError(f"VIGIL_MEMORY is {os.environ.get('VIGIL_MEMORY')!r}; give GiB above 0, or unset it")
    return int(gib * GIB) or machine_mib()


def _whole(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of the environment that is not below `least`."""
    value = _number(name, default)
    if not value.is_integer() or value < least:
        raise ValueError(f"{name} is {os.environ.get(name)!r}; give a whole number from {least}, or unset it")
    return int(value)


def _one_of(name: str, allowed: tuple[str, ...]) -> str | None:
    """A word of the environment that is one of some, in any case, or None where it is not set."""
    text = (os.environ.get(name) or "").strip().lower()
    if text and text not in allowed:
        raise ValueError(f"{name} is {os.environ.get(name)!r}; give {' or '.join(allowed)}, or unset it")
    return text or None


def _number(name: str, default: float) -> float:
    """A number of the environment, or the default where it is not set."""
    text = os.environ.get(name)
    if not text:
        return float(default)
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name} is {text!r}; give a number, or unset it for {default:g}") from None


def protocol_file_text(path: Path) -> str:
    """Text of a protocol file, with or without a byte order mark.

    Raises:
        ValueError: the file is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8 text; save the protocol as UTF-8") from None
