"""A request on the withdrawal list that nobody can read stops the release (law of privacy)."""

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from orchestration.erasure.audit import record_erasure
from orchestration.night.unread_requests import UnreadRequestError, refuse_unread_requests
from orchestration.warehouse import Warehouse

REJECTED = "source varchar, table_name varchar, source_file varchar, source_line bigint, column_name varchar, rule varchar"


DELIVERED, ELSEWHERE = "S0000000000000001", "S0000000000000099"
NO_RELEASE: dict[str, pd.DataFrame] = {}


def build_with(
    folder: Path,
    *rows: tuple[str | int | None, ...],
    requests: Sequence[str] = (),
    released: dict = NO_RELEASE,
) -> SimpleNamespace:
    """A build with rejected rows, requests of these pseudonyms, one delivered subject and the tables of a parent."""
    with duckdb.connect(str(folder / "vigil.duckdb")) as connection:
        connection.execute(f"create schema quality; create table quality.rejected_row({REJECTED})")
        for row in rows:
            connection.execute("insert into quality.rejected_row values (?, ?, ?, ?, ?, ?)", row)
        connection.execute("create schema raw; create table raw.registry_dm(USUBJID varchar)")
        connection.execute("insert into raw.registry_dm values (?), (null)", [DELIVERED])
        connection.execute("create schema staging")
        columns = "usubjid varchar, request varchar, _file varchar, _line bigint"
        connection.execute(f"create table staging.stg_registry__withdrawals({columns})")
        for line, usubjid in enumerate(requests, start=2):
            values = [usubjid, "ERASE", "WITHDRAWALS.csv", line]
            connection.execute("insert into staging.stg_registry__withdrawals values (?, ?, ?, ?)", values)
    return SimpleNamespace(
        warehouse=Warehouse(folder / "vigil.duckdb"),
        settings=SimpleNamespace(home=folder),
        parent_table=released.get,
    )


def test_the_message_names_the_place_and_the_way_out(tmp_path: Path) -> None:
    build = build_with(
        tmp_path,
        ("REGISTRY", "withdrawals", "withdrawals.csv", 7, "REQUEST", "request_unknown"),
        ("REGISTRY", "withdrawals", "withdrawals.csv", 3, "USUBJID", "key_missing"),
    )
    with pytest.raises(UnreadRequestError) as raised:
        refuse_unread_requests(build)
    message = str(raised.value)
    assert message.startswith("not published: 2 requests on the withdrawal list cannot be read")
    assert "first in withdrawals.csv row 3, column USUBJID" in message
    assert "write STOP or ERASE" in message
    assert "landing/registry/terms.csv" in message
    assert "\n" not in message


def test_a_record_broken_beyond_reading_stops_it_too(tmp_path: Path) -> None:
    build = build_with(tmp_path, ("REGISTRY", "withdrawals", "withdrawals.csv", 9, None, "broken_letter"))
    with pytest.raises(UnreadRequestError, match="row 9, column unknown, since the record is broken"):
        refuse_unread_requests(build)


def test_requests_that_are_read_and_records_elsewhere_stop_nothing(tmp_path: Path) -> None:
    refuse_unread_requests(
        build_with(
            tmp_path,
            ("REGISTRY", "withdrawals", "withdrawals.csv", 4, "USUBJID", "record_repeated"),
            ("REGISTRY", "ae", "ae.csv", 4, "USUBJID", "unknown_subject"),
            ("PROACT", "alsfrs", "alsfrs.csv", 2, "subject_id", "key_missing"),
        )
    )


def test_a_request_of_nobody_stops_it_and_names_the_place(tmp_path: Path) -> None:
    """The number of a subject without its study has another pseudonym: nobody of that name is delivered."""
    with pytest.raises(UnreadRequestError) as raised:
        refuse_unread_requests(build_with(tmp_path, requests=[DELIVERED, ELSEWHERE]))
    message = str(raised.value)
    assert message.startswith(
        "not published: 1 requests on the withdrawal list name nobody who is or was in the registry"
    )
    assert "first in WITHDRAWALS.csv row 3, column USUBJID: write the USUBJID as DM has it" in message
    assert ELSEWHERE not in message
    assert "\n" not in message


def test_a_request_of_who_is_delivered_or_was_erased_stops_nothing(tmp_path: Path) -> None:
    record_erasure(tmp_path, ELSEWHERE, "asked for it", "2026-02-01", None)
    refuse_unread_requests(build_with(tmp_path, requests=[DELIVERED, ELSEWHERE]))


@pytest.mark.parametrize(("table", "column"), [("marts.adsl", "USUBJID"), ("release.tombstone", "usubjid")])
def test_a_request_of_who_was_released_or_is_remembered_stops_nothing(
    tmp_path: Path, table: str, column: str
) -> None:
    released = {table: pd.DataFrame({column: [f"LENZ-{ELSEWHERE}"]})}
    refuse_unread_requests(build_with(tmp_path, requests=[ELSEWHERE], released=released))
