"""A request on the withdrawal list that nobody can read stops the release (law of privacy)."""

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from orchestration.night.unread_requests import UnreadRequestError, refuse_unread_requests
from orchestration.warehouse import Warehouse

REJECTED = "source varchar, table_name varchar, source_file varchar, source_line bigint, column_name varchar, rule varchar"


def build_with(folder: Path, *rows: tuple[str | int | None, ...]) -> SimpleNamespace:
    with duckdb.connect(str(folder / "vigil.duckdb")) as connection:
        connection.execute(f"create schema quality; create table quality.rejected_row({REJECTED})")
        for row in rows:
            connection.execute("insert into quality.rejected_row values (?, ?, ?, ?, ?, ?)", row)
    return SimpleNamespace(warehouse=Warehouse(folder / "vigil.duckdb"))


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
