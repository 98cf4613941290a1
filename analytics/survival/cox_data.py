"""Rows of a Cox model in risk-set order, ready for the kernels.

Belongs here: which records a model can use; sorting by stratum and descending time, centring and scaling.
Does not belong here: fitting.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.survival.arrays import Floats, Integers, Marks
from analytics.survival.design import Design, design_matrix
from analytics.survival.records import CheckedRecords, Records
from analytics.survival.risk_set_kernel import SortedRows
from analytics.survival.sorting_kernel import group_rows, standardise

NO_ROWS: Integers = np.empty(0, dtype=np.int64)
NO_TIMES: Floats = np.empty(0, dtype=np.float64)


@dataclass(frozen=True)
class ModelRecords:
    """The n records that have every covariate, with their design ``x`` (n, p) and offset (n,); ``kept`` marks them."""

    records: CheckedRecords
    design: Design
    x: Floats
    offset: Floats | None
    kept: Marks

    @property
    def n_missing(self) -> int:
        """Records left out."""
        return len(self.kept) - self.records.n

    def sorted(self, usable: Marks) -> "RiskSetRows":
        """The rows with the columns marked (p,) alone."""
        return risk_set_rows(self.records, self.x if usable.all() else self.x[:, usable], self.offset)


def model_records(
    records: Records, covariates: pd.DataFrame, offset: ArrayLike | None = None
) -> ModelRecords:
    """Bring records and covariates (n, k) together; who misses a value is left out.

    Raises:
        ValueError: the covariates are not one row per record; see also ``Records.checked``.
    """
    design = design_matrix(covariates)
    if len(design.matrix) != len(records):
        raise ValueError(
            f"covariates has {len(design.matrix)} rows, stop has {len(records)}: give one per record"
        )
    kept = records.usable & design.complete
    x, offsets = design.matrix, None
    if offset is not None:
        offsets = np.asarray(offset, dtype=np.float64)
        kept &= np.isfinite(offsets)
    if not kept.all():
        x = x[kept]
        offsets = None if offsets is None else offsets[kept]
    return ModelRecords(records.checked(kept), design, x, offsets, kept)


def model_of_number(records: Records, name: str, values: Floats) -> ModelRecords:
    """As `model_records` of one number (n,) that nobody misses, without its frame: what is fitted thousands of times."""
    kept, matrix = records.usable, values.reshape(-1, 1)
    x = matrix if kept.all() else matrix[kept]
    return ModelRecords(records.checked(kept), Design((name,), matrix, (name,), (0,)), x, None, kept)


@dataclass(frozen=True)
class RiskSetRows:
    """Sorted rows, whose ``x`` is (covariate − mean) / scale. ``order`` gives each row's place in the input."""

    rows: SortedRows
    mean: Floats
    scale: Floats
    order: Integers


def risk_set_rows(records: CheckedRecords, x: Floats, offset: Floats | None = None) -> RiskSetRows:
    """Sort records and x (n, p) into risk-set order. Memory is linear in n·p."""
    n = records.n
    order = np.argsort(-records.stop, kind="stable")
    bounds = np.array([0, n])
    strata = records.strata if n else None
    if strata is not None:
        order, bounds = group_rows(order, strata, int(strata.max()) + 1)
    standard, mean, scale = standardise(x, records.weight, order)
    entry, entry_order = NO_TIMES, NO_ROWS
    if records.entry is not None:
        entry = records.entry[order]
        entry_order = np.argsort(-entry, kind="stable")
        if strata is not None:
            entry_order, _ = group_rows(entry_order, strata[order], len(bounds) - 1)
    rows = SortedRows(
        x=standard,
        offset=np.zeros(n) if offset is None else offset[order],
        weight=records.weight[order],
        event=records.event[order],
        stop=records.stop[order],
        entry=entry,
        entry_order=entry_order,
        bounds=bounds,
    )
    return RiskSetRows(rows, mean, scale, order)
