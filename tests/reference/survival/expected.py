"""The values that R printed (the CSV files beside the R scripts), and the data sets they were computed from."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent


@cache
def data_set(name: str) -> pd.DataFrame:
    """A public data set of R's survival, as ``data.R`` exported it."""
    return pd.read_csv(FOLDER / "data" / f"{name}.csv")


@cache
def _table(file: str) -> dict[tuple[str, str], pd.DataFrame]:
    frame = pd.read_csv(FOLDER / f"{file}.csv", dtype={"term": str}, keep_default_na=False, na_values=["NA"])
    frame["value"] = pd.to_numeric(frame["value"].replace({"NaN": np.nan, "Inf": np.inf}))
    return {key: part.reset_index(drop=True) for key, part in frame.groupby(["case", "quantity"])}


def values(file: str, case: str, quantity: str) -> np.ndarray:
    """What R printed for one quantity of one case."""
    return _table(file)[case, quantity]["value"].to_numpy()


def terms(file: str, case: str, quantity: str) -> list[str]:
    """The labels beside those values."""
    return _table(file)[case, quantity]["term"].tolist()


def has(file: str, case: str, quantity: str) -> bool:
    """Whether R printed that quantity."""
    return (case, quantity) in _table(file)


def cases(file: str, quantity: str, prefix: str = "") -> list[str]:
    """The cases that R printed a quantity for."""
    return sorted({case for case, name in _table(file) if name == quantity and case.startswith(prefix)})


def assert_equal_to_r(ours: object, theirs: np.ndarray, relative: float = 1e-8) -> None:
    """Equal up to a relative error; values that are 0 but for rounding are compared with the largest of the row."""
    floor = 1e-3 * relative * max(1e-8, float(np.nanmax(np.abs(theirs), initial=0.0)))
    np.testing.assert_allclose(np.asarray(ours, dtype=float).ravel(), theirs, rtol=relative, atol=floor)
