"""Small cells in what leaves the house: `<5`, with secondary suppression so that no remainder reveals them.

Here: public copies of the tables. Not here: the safety team's own tables, which are never suppressed.
Line-level tables have no public copy.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analytics.safety.columns import noted
from analytics.safety.rare_names import without_rare_names
from analytics.safety.suppression_audit import audit_families

LINE_LEVEL = ("ae_listing", "ae_death", "ae_expedited")

_DERIVED = (
    "pct", "pct_ci_lower", "pct_ci_upper", "person_years", "rate_per_100py", "ci_lower", "ci_upper", "difference_pct",
    "p_fisher", "log_likelihood_ratio", "signal", "expected", "note",
)  # fmt: skip
_COUNTS = ("n_subject", "n_event", "n_first_occurrence", "n_subject_reference")


def public_tables(tables: Mapping[str, pd.DataFrame], threshold: int = 5) -> dict[str, pd.DataFrame]:
    """Copies of the tables fit for a public rendering or export.

    Args:
        tables: as returned by `safety_tables`.
        threshold: smallest count shown; 1 … threshold - 1 become `<threshold`, 0 stays.

    Returns:
        The same tables without the line-level ones. Counts are text: the number, `<5`, `*` where suppressed
        so that another cell cannot be worked out, or null; everything derived from a suppressed count is
        null, and the column `suppressed` says 'primary', 'secondary' or null. A cell missed by only 1 …
        threshold - 1 subjects of its denominator counts as small too. Terms and classes of fewer subjects are not named.
    """
    public = {
        name: suppress(table, threshold, name) for name, table in tables.items() if name not in LINE_LEVEL
    }
    return without_rare_names(public, tables.get("ae_by_term"), threshold)


def suppress(table: pd.DataFrame, threshold: int = 5, name: str = "") -> pd.DataFrame:
    """One table without its small cells; see `public_tables`."""
    if name == "exposure_summary":
        return _suppress_exposure(table, threshold)
    counts = [column for column in _COUNTS if column in table.columns]
    if not counts or table.empty:
        return table.copy()
    primary = np.zeros(len(table), dtype=bool)
    for column in counts:
        total = "n_total_reference" if column == "n_subject_reference" else "n_total"
        primary |= _small(table, column, total if column != "n_event" else None, threshold)
    secondary = _secondary(table, primary, threshold)
    return _blank(table, counts, primary, secondary, threshold)


def _small(table: pd.DataFrame, column: str, total: str | None, threshold: int) -> np.ndarray:
    value = table[column].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    small = (value >= 1) & (value < threshold)
    if total in table.columns:
        rest = table[total].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan) - value
        small |= (rest >= 1) & (rest < threshold)
    return small


def _secondary(table: pd.DataFrame, primary: np.ndarray, threshold: int) -> np.ndarray:
    """Rows to suppress as well, from the sums that readers can subtract."""
    families = _families(table)
    columns = [column for column in ("n_event", "n_subject") if column in table.columns]
    values = [table[column].astype("Float64").to_numpy(dtype=np.float64, na_value=0.0) for column in columns]
    hidden, before = primary.copy(), -1
    # A class hidden for its terms' sake must not follow from the other classes: repeat until nothing is
    # added.
    while hidden.sum() > before:
        before = hidden.sum()
        for value in values:
            for family in (*families, *_terms_of_hidden_classes(table, hidden)):
                hidden = audit_families(value, hidden, primary, family, threshold)
    return hidden & ~primary


def _families(table: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """Parent key and child key per row (-1: none): terms add up to classes, classes to overall, severities to
    a row.
    """
    if "level" not in table.columns:
        return _category_families(table)
    group = [
        c for c in ("subset", "category", "arm", "reference_arm", "kind", "severity") if c in table.columns
    ]
    base = table[group].astype(str).agg("|".join, axis=1) if group else pd.Series("", index=table.index)
    soc = base + "|" + table["soc"].astype(str)
    level = table["level"]
    families = [
        _codes(base.where(level == "overall"), base.where(level == "soc")),
        _codes(soc.where(level == "soc"), soc.where(level == "pt")),
    ]
    if "severity" in table.columns:
        row = table[["arm", "level", "soc", "pt"]].astype(str).agg("|".join, axis=1)
        # The row's total is in the main table, so severities are audited as if their sum were shown.
        families.append(_codes(pd.Series(None, index=table.index, dtype=object), row))
    return families


def _terms_of_hidden_classes(table: pd.DataFrame, hidden: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Overall minus the shown classes is the sum of the terms of the hidden ones."""
    if "level" not in table.columns or "subset" not in table.columns:
        return []
    group = [c for c in ("subset", "arm", "kind") if c in table.columns]
    base = table[group].astype(str).agg("|".join, axis=1)
    soc = base + "|" + table["soc"].astype(str)
    level = table["level"]
    hidden_classes = set(soc[hidden & (level == "soc").to_numpy()])
    inside = (level == "pt") & soc.isin(hidden_classes)
    return [_codes(base.where(level == "overall"), base.where(inside))]


def _category_families(table: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
    """In the overview the severities add up to the emergent row, and reactions related or without causality to all
    reactions of the window; elsewhere rows are not sums of one another.
    """
    if "table_subset" in table.columns:
        every = (table["table_subset"] == "any") & (table["reason"] == "counted")
        part = (table["table_subset"] == "emergent") & ~table["reason"].str.startswith("of these")
        everything = pd.Series("counted", index=table.index)
        return [_codes(everything.where(every), everything.where(part))]
    if "category" not in table.columns or "arm" not in table.columns:
        return []
    arm, category = table["arm"].astype(str), table["category"].astype(str)
    sums = (("emergent", "severity_"), ("emergent", "any_severity_"), ("sadr_window", "sadr_window_"))
    return [
        _codes(arm.where(category == whole), arm.where(category.str.startswith(parts)))
        for whole, parts in sums
    ]


def _codes(parent: pd.Series, child: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, _ = pd.factorize(pd.concat([parent, child], ignore_index=True))
    return codes[: len(parent)], codes[len(parent) :]


def _blank(
    table: pd.DataFrame, counts: list[str], primary: np.ndarray, secondary: np.ndarray, threshold: int
) -> pd.DataFrame:
    public = table.copy()
    hidden = primary | secondary
    for column in counts:
        value = table[column]
        known = value.notna().to_numpy()
        shown = value.astype("Int64").astype("string").astype(object)
        number = value.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
        small = (number >= 1) & (number < threshold)
        shown = (
            pd.Series(noted(~known, None, shown), table.index)
            .mask(hidden & known, "*")
            .mask(hidden & small & primary, f"<{threshold}")
        )
        public[column] = shown
    for column in _DERIVED:
        if column in public.columns:
            public[column] = public[column].astype(object).mask(hidden, None)
    public["suppressed"] = noted(primary, "primary", noted(secondary, "secondary"))
    return public


def _suppress_exposure(table: pd.DataFrame, threshold: int) -> pd.DataFrame:
    """Counts of subjects per arm: a small one, or one close to its arm, goes with its percentage."""
    public = table.copy()
    size = table["arm"].map(table[table["statistic"] == "n"].set_index("arm")["value"])
    value, rest = table["value"], size - table["value"]
    counted = table["unit"] == "subjects"
    small = counted & (value.between(1, threshold - 1) | rest.between(1, threshold - 1))
    hidden_keys = set(
        zip(table["arm"][small], table["statistic"][small].str.replace("_n_ge_", "_pct_ge_"), strict=True)
    )
    twin = pd.Series(
        [key in hidden_keys for key in zip(table["arm"], table["statistic"], strict=True)], index=table.index
    )
    # Minima, maxima and the like of a tiny arm are single persons' values.
    tiny = size.between(1, threshold - 1) & (table["statistic"] != "n")
    public["value"] = value.mask(small | twin | tiny)
    public["note"] = table["note"].mask(small | twin | tiny, f"fewer than {threshold} subjects: not shown")
    public["suppressed"] = noted(small | twin | tiny, "primary")
    return public
