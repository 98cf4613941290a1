"""SAS files, both kinds: read by a process with limits; a letter cut by its field loses its record alone (F19)."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from delivery_builder import Site, registry_files
from sas_writer import sas7bdat

from orchestration.extracts import sas_worker
from orchestration.extracts.decode_sas import open_sas
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.limits import DEFAULT_LIMITS, Limits

HEADER = ["STUDYID", "USUBJID", "AESEQ", "AETERM", "AEDECOD", "AESTDTC"]
ROWS: list[list[object]] = [
    ["LENZ", f"LENZ-{i % 8 + 1:03d}", float(i), "열이 남" if i % 2 else "두통", "PYREXIA", "2025-01"]
    for i in range(1, 121)
]


def deliver(site: Site, name: str, content: bytes) -> list[tuple[object, ...]]:
    files = {key: value for key, value in registry_files().items() if key != "AE.csv"}
    raw = site.raw(site.take("REGISTRY", {**files, name: content}))
    assert raw.execute("SELECT rule FROM raw.registry_decode_reject").fetchall() in ([], [("encoding",)])
    return raw.execute("SELECT AESEQ, AETERM, _line FROM raw.registry_ae ORDER BY _line").fetchall()


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_data_set_gives_the_cells_of_its_csv(site: Site, encoding: str) -> None:
    found = deliver(site, "ae.sas7bdat", sas7bdat(HEADER, ROWS, encoding))
    assert found == [(str(i), row[3], i) for i, row in enumerate(ROWS, start=1)]


def test_korean_in_a_data_set_that_says_western_is_read_as_korean(site: Site) -> None:
    found = deliver(site, "AE.sas7bdat", sas7bdat(HEADER, ROWS, "cp949", declared="cp1252"))
    assert {row[1] for row in found} == {"열이 남", "두통"}


def test_what_reads_both_ways_is_read_as_the_data_set_says(site: Site) -> None:
    rows = [[*row[:3], "Crohn’s", *row[4:]] for row in ROWS]
    assert {row[1] for row in deliver(site, "ae.sas7bdat", sas7bdat(HEADER, rows, "cp1252"))} == {"Crohn’s"}


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
@pytest.mark.parametrize("format_", ["xpt", "sas7bdat"])
def test_a_letter_cut_by_its_field_costs_its_record_and_no_other(
    site: Site, encoding: str, format_: str, tmp_path: Path
) -> None:
    """The last letter of record 60 does not fit into its field: the bytes end in the middle of it."""
    whole, cut = "통증통증".encode(encoding), "통증통증".encode(encoding)[:-1]
    if format_ == "sas7bdat":
        rows = [[*row[:3], cut if i == 60 else whole, *row[4:]] for i, row in enumerate(ROWS, start=1)]
        content = sas7bdat(HEADER, rows, encoding)
    else:
        stand_in = "x" * len(whole)
        frame = pd.DataFrame([[*row[:3], stand_in, *row[4:]] for row in ROWS], columns=HEADER)
        pyreadstat.write_xport(frame, str(tmp_path / "x.xpt"), file_format_version=5, table_name="AE")
        parts = (tmp_path / "x.xpt").read_bytes().split(stand_in.encode())
        assert len(parts) == len(ROWS) + 1
        content = b"".join(
            part + (b"" if i == len(ROWS) else cut + b" " if i == 59 else whole)
            for i, part in enumerate(parts)
        )
    found = deliver(site, f"ae.{format_}", content)
    assert found == [(str(i), "통증통증", i) for i in range(1, len(ROWS) + 1) if i != 60]


def test_a_data_set_held_to_an_encoding_it_does_not_have_is_refused(site: Site) -> None:
    with pytest.raises(
        DeliveryError, match=r"'ae\.sas7bdat': text in UTF-8, but with broken letters in 120 of 120"
    ):
        deliver(site, "ae.sas7bdat", sas7bdat(HEADER, ROWS, "cp949", declared="utf-8"))


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_cut_data_set_is_refused(site: Site, kept: float) -> None:
    whole = sas7bdat(HEADER, ROWS)
    with pytest.raises(DeliveryError, match=r"ae\.sas7bdat.*(not readable as a SAS file|records read where)"):
        deliver(site, "ae.sas7bdat", whole[: int(kept * len(whole))])


def test_what_is_no_sas_file_is_refused_in_one_line(site: Site) -> None:
    with pytest.raises(DeliveryError, match=r"'ae\.sas7bdat': not readable as a SAS file") as refused:
        deliver(site, "ae.sas7bdat", b"USUBJID,AETERM\r\nLENZ-001,fever\r\n")
    assert "LENZ-001" not in str(refused.value)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (replace(DEFAULT_LIMITS, reader_bytes=64 * 2**20), "not readable as a SAS file"),
        (replace(DEFAULT_LIMITS, reader_seconds=0), "not read within 0 s|not readable as a SAS file"),
    ],
    ids=["memory", "time"],
)
def test_the_reader_has_limits(tmp_path: Path, limits: Limits, message: str) -> None:
    path = tmp_path / "ae.sas7bdat"
    path.write_bytes(sas7bdat(HEADER, ROWS))
    with (
        pytest.raises(DeliveryError, match=message),
        open_sas("ae.sas7bdat", path, tmp_path / "scratch", limits),
    ):
        pass
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize("batch_rows", [50_000, 2])
def test_a_date_column_blank_in_its_first_rows_is_a_date_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch_rows: int
) -> None:
    frame = pd.DataFrame({"ADT": pd.to_datetime([None] * 3 + ["2024-02-29"]), "AVAL": [1.0, None, 0.1, 2.0]})
    path = tmp_path / "adtte.xpt"
    pyreadstat.write_xport(frame, str(path), file_format_version=5, column_labels=["a", "b"])
    monkeypatch.setattr(sas_worker, "BATCH_ROWS", batch_rows)
    sas_worker.convert("xpt", str(path), str(tmp_path / "out.arrow"))
    with pa.memory_map(str(tmp_path / "out.arrow")) as source:
        table = pa.ipc.open_file(source).read_all()
    assert [str(kind) for kind in table.schema.types] == ["binary", "double"]
    assert [None if cell is None else cell[:10] for cell in table["ADT"].to_pylist()] == [None] * 3 + [
        b"2024-02-29"
    ]
    assert table["AVAL"].to_pylist() == [1.0, None, 0.1, 2.0]
