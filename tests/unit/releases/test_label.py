"""A release is called by the deliveries that are in it, or not published."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from fabricated_build import FIRST, SECOND, put_as_given

from orchestration.night.publication import publication_of
from orchestration.releases.publish import PublicationError
from orchestration.warehouse import Warehouse

EXPORT, OTHER = "SYNTHETIC-2022", "SYNTHETIC-2023"


def build(folder: Path, *, files: list[tuple[str, str]], cut: str = FIRST, export: str = EXPORT) -> object:
    """As far as it says which deliveries it holds."""
    warehouse = Warehouse(folder / "vigil.duckdb")
    delivered = pd.DataFrame(files, columns=["source", "release"])
    put_as_given(warehouse, "raw", {"delivered_file": delivered}, "f")
    put_as_given(
        warehouse, "raw", {"data_cut": pd.DataFrame({"data_cut": [cut], "proact_release": [export]})}, "f"
    )
    return SimpleNamespace(run=SimpleNamespace(data_cut=FIRST, proact_release=EXPORT), warehouse=warehouse)


@pytest.mark.parametrize(
    "held",
    [
        {"files": [("REGISTRY", SECOND), ("PROACT", EXPORT)], "cut": SECOND},
        {"files": [("REGISTRY", FIRST), ("REGISTRY", SECOND), ("PROACT", EXPORT)]},
        {"files": [("REGISTRY", FIRST), ("PROACT", OTHER)], "export": OTHER},
        {"files": [("REGISTRY", FIRST), ("PROACT", EXPORT)], "cut": SECOND},
        {"files": [("REGISTRY", FIRST), ("PROACT", EXPORT)], "export": OTHER},
    ],
    ids=[
        "another cut",
        "two cuts",
        "another export",
        "labelled with another cut",
        "labelled with another export",
    ],
)
def test_other_deliveries_than_the_label_says_are_not_published(tmp_path: Path, held: dict) -> None:
    with pytest.raises(
        PublicationError, match=rf"not data cut {FIRST} and PRO-ACT {EXPORT}; run vigil refresh --cut {FIRST}"
    ):
        publication_of(build(tmp_path, **held), "2026-07-01T03:00:00+09:00", {})  # type: ignore[arg-type]
