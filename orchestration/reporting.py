"""The report of a build: reads the tables, renders, writes one file beside the working database."""

from pathlib import Path

from orchestration.build import Build


def write_report(build: Build, data_cut: str) -> Path:
    """Render `report/report.html`."""
    folder = build.settings.build_file.parent / "report"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    path.write_text("<!doctype html><title>Vigil</title>", encoding="utf-8")
    return path
