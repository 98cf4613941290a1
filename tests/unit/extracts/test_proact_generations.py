"""All four naming generations of the PRO-ACT export, in every packing, land in the same raw tables."""

import io
import zipfile
from pathlib import Path

import pytest
from delivery_builder import DICTIONARIES, N_SUBJECT, RELEASE, Site, csv_bytes, proact_files, synthetic

NAMES = {
    "2016": {"demographics": "demographics.csv", "alsfrs": "alsfrs.csv", "deathdata": "DeathData.csv",
             "treatment": "Treatment.csv", "labs": "Labs.csv"},
    "2022": {stem: f"PROACT_{stem.upper()}.csv" for stem in ("demographics", "alsfrs", "deathdata", "treatment", "labs")},
    "2026": {stem: f"F_PROACT_{stem.upper()}.csv" for stem in ("demographics", "alsfrs", "deathdata", "treatment", "labs")},
}  # fmt: skip


@pytest.mark.parametrize("generation", NAMES)
@pytest.mark.parametrize("packing", ["folder", "wrapped folder", "zip", "zip of a wrapped folder"])
def test_export_of_any_generation_and_packing_is_read(site: Site, generation: str, packing: str) -> None:
    plain = proact_files("")
    files = {name: plain[f"{stem.upper()}.csv"] for stem, name in NAMES[generation].items()}
    inside = {f"2026_02_27_ALL_FORMS/{name}": content for name, content in files.items()}
    chosen = inside if "wrapped" in packing else files
    if packing.startswith("zip"):
        folder = site.deliver("PROACT", ".", {})
        with zipfile.ZipFile(folder / f"{RELEASE}.zip", "w") as archive:
            for name, content in chosen.items():
                archive.writestr(name, content)
        accepted = site.accept("PROACT")
    else:
        accepted = site.take("PROACT", chosen)
    assert accepted.release == RELEASE
    assert {file.generation for file in accepted.files} == {generation}
    raw = site.raw(accepted)
    counts = [raw.execute(f"SELECT count(*) FROM raw.proact_{stem}").fetchone() for stem in NAMES["2022"]]
    assert counts == [(N_SUBJECT,)] * 5


def test_neurofilament_of_the_2026_export_is_a_table_of_its_own(site: Site) -> None:
    header = ["subject_id", "Analyte", "Matrix", "Result", "Unit", "Collection_Delta"]
    rows = [["1234567", "Neurofilament light chain", "Serum", "78.5", "pg/mL", "0"]]
    files = {**proact_files("F_PROACT_"), "F_PROACT_Neurofilament.csv": csv_bytes(header, rows)}
    raw = site.raw(site.take("PROACT", files))
    assert raw.execute("SELECT Result FROM raw.proact_neurofilament").fetchall() == [("78.5",)]


def test_unknown_files_are_reported_and_left_alone(site: Site) -> None:
    files = {**proact_files(), "F_PROACT_NEWFORM.csv": b"a,b\r\n1,2\r\n", "Data Dictionary 2022.pdf": b"%PDF"}
    accepted = site.take("PROACT", files)
    assert {other.name: other.reason for other in accepted.others} == {
        "Data Dictionary 2022.pdf": "a document or picture, no data",
        "F_PROACT_NEWFORM.csv": "not the name of a table of PRO-ACT that is read",
    }
    for name in ("Data Dictionary 2022.pdf", "F_PROACT_NEWFORM.csv"):
        assert any(warning.startswith(f"'{name}': not read: ") for warning in accepted.warnings)


def test_header_differences_between_generations_are_reported(site: Site) -> None:
    header = [column.name for column in DICTIONARIES["proact"].tables["fvc"].columns]
    files = proact_files()
    files["PROACT_FVC.csv"] = csv_bytes([name.upper() for name in header[:-1]], [["1"] * (len(header) - 1)])
    accepted = site.take("PROACT", files)
    assert any(
        "PROACT_FVC.csv': columns not delivered" in warning and header[-1] in warning
        for warning in accepted.warnings
    )


def test_genuine_export_takes_the_place_of_a_newer_simulated_one(site: Site) -> None:
    site.deliver("PROACT", "2026_09_01_SYNTHETIC", {**proact_files(), **synthetic()})
    site.deliver("PROACT", "2022_07_29_PROACT_ALL_FORMS", proact_files())
    found = site.found("PROACT")
    assert [delivery.simulated for delivery in found] == [True, False]


def test_csv_files_dropped_without_a_folder_are_a_delivery(site: Site) -> None:
    site.deliver("PROACT", ".", proact_files())
    accepted = site.accept("PROACT")
    assert len(accepted.files) == 5


def test_absent_tables_are_empty_with_every_known_column(site: Site) -> None:
    raw = site.raw(site.take("PROACT", proact_files()))
    for source, dictionary in DICTIONARIES.items():
        for table in dictionary.tables.values():
            described = raw.execute(f"DESCRIBE raw.{table.identifier}").fetchall()
            found = {row[0]: row[1] for row in described}
            expected = {column.name: "VARCHAR" for column in table.columns}
            assert found == {**expected, "_file": "VARCHAR", "_line": "BIGINT", "_extra": "VARCHAR"}, source


def test_home_folder_with_pattern_characters_in_its_name_is_read(tmp_path: Path) -> None:
    site = Site(tmp_path / "o'brien [1]*?")
    raw = site.raw(site.take("PROACT", proact_files()))
    assert raw.execute("SELECT count(*) FROM raw.proact_labs").fetchone() == (N_SUBJECT,)


def test_zip_with_a_mac_resource_fork_is_read(site: Site) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in proact_files().items():
            archive.writestr(f"all/{name}", content)
            archive.writestr(f"__MACOSX/all/._{name}", b"\0\1")
    assert len(site.take("PROACT", {"export.zip": buffer.getvalue()}).files) == 5
