"""`vigil --version`: what is installed, in one line."""

from importlib import metadata
from platform import python_version

from orchestration.night.code_commit import code_commit


def version_text() -> str:
    """Version of the project, its commit where that is known, Python's and DuckDB's."""
    commit = code_commit()
    known = f"commit {commit}" if commit else "commit not known"
    return f"vigil {metadata.version('vigil')}, {known}, Python {python_version()}, DuckDB {metadata.version('duckdb')}"
