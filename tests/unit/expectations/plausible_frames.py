"""A small frame for each suite on which every rule holds, and the one change that breaks a rule.

Here belongs what the tests of the suites start from. The frames are of nobody: the least that a suite can pass on.
"""

import re
from datetime import date

import pandas as pd

from expectations import SUITES
from expectations.rules import Rule, Suite
from expectations.suites import proact, registry

CUT = date(2026, 3, 31)
LATER = pd.Timestamp(2027, 1, 1)
N = 120


def suite_named(name: str) -> Suite:
    """The suite of that name."""
    (found,) = [suite for suite in SUITES if suite.name == name]
    return found


def plausible_frame(suite: Suite) -> pd.DataFrame:
    """Rows with the suite's columns on which all of its rules hold."""
    frame = FRAMES[suite.name]()
    return frame[list(suite.columns)].copy()


def adsl() -> pd.DataFrame:
    shared = {
        "AGE": 55.0, "SEX": "M", "SCRFFL": "N", "ONSETDY": -500, "DIAGDY": -200, "SYMPDURD": 500, "SYMPDURM": 16.4,
        "ALSFRSR": 38.0, "ALSFRSDY": -2, "ALSFRS": 30.0, "DFRS": 0.6, "SLOPE": -0.8, "VCPP": 88.0, "RILUZOLE": 1,
        "BMI": 24.0, "HEIGHT": 170.0, "WEIGHT": 70.0, "ALSFRSRH": 39.0, "DFRSH": 0.5, "DTHUNDFL": None, "EXCLTTE": None,
    }  # fmt: skip
    day = pd.Timestamp(2025, 1, 1)
    treated = shared | {
        "SOURCE": "REGISTRY", "TRT01AN": 1, "SAFFL": "Y", "TRTSDT": day, "TRTEDT": day, "HARVDT": day, "HARVDY": -28,
        "TRTSDY": 0, "TRTEDY": 0, "NINJ": 2, "LSTALVDT": day, "TRACHDT": day, "PAVDT": day, "EOSDT": day,
    }  # fmt: skip
    control = shared | {"SOURCE": "PROACT", "TRT01AN": 0, "SAFFL": "N"}
    rows = []
    for i in range(N):
        arm = treated if i % 2 else control
        name = f"LENZPMS-S{i:016X}" if i % 2 else f"PROACT-{9_000_000 + i}"
        status = ("DIED", "NOT DIED", "NOT RECORDED")[i // 2 % 3]
        died = {"DTHFL": "Y", "DTHDY": 300, "DTHDT": day if i % 2 else None} if status == "DIED" else {}
        rows.append(
            arm | died | {"USUBJID": name, "BULBAR": int(i // 2 % 5 == 0), "VITSTAT": status, "LSTALVDY": 200}
        )
    frame = pd.DataFrame(rows)
    dates = [name for name in frame if name.endswith("DT")]
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in dates})


def adex() -> pd.DataFrame:
    row = {
        "EXTRT": "CELLS", "EXDOSE": 1.0, "EXDOSU": "10^6/KG", "EXROUTE": "INTRATHECAL", "DOSENO": 2, "CYCLE": 1,
        "ASTDT": pd.Timestamp(2025, 1, 1), "INJDY": 28,
    }  # fmt: skip
    return pd.DataFrame([row] * N)


def adqs() -> pd.DataFrame:
    limits = {"ALSFRSR": 35, "ALSFRS": 27, "FVCPP": 82, "SVCPP": 80, "FVCL": 3, "SVCL": 3, "WEIGHT": 70, "HEIGHT": 170,
              "BMI": 24}  # fmt: skip
    return pd.DataFrame(
        [
            {"source": source, "paramcd": paramcd, "n_row": 900, "n_subject": 100, "n_unit": 1, "lowest": middle,
             "median_value": middle, "highest": middle, "median_change": -2.0, "first_day": -30, "last_day": 500,
             "n_baseline": 100, "n_after_cut": 0, "n_after_death": 0}
            for source in ("PROACT", "REGISTRY") for paramcd, middle in limits.items()
        ]
    ).astype({"lowest": float, "highest": float, "median_value": float})  # fmt: skip


def adae() -> pd.DataFrame:
    start = pd.Timestamp(2025, 1, 1)
    treated = {
        "STUDYID": "LENZPMS", "SAFFL": "Y", "AEDECOD": "Fever", "ASTDT": start, "AENDT": start, "STARTDY": 5,
        "TRTEMFL": "Y", "LDOSDY": 5, "AESER": "N", "AESEVN": 2, "ATOXGR": 2, "RELGR1": "RELATED",
    }  # fmt: skip
    serious = {"AESER": "Y", "AESDTH": "Y", "AEFATFL": "Y"}
    control = {
        "STUDYID": "PROACT",
        "SAFFL": "N",
        "AEDECOD": "Fever",
        "STARTDY": 5,
        "TRTEMFL": "Y",
        "AESEVN": 2,
    }
    rows = [treated, treated | serious, treated, control] * (N // 4)
    return pd.DataFrame(rows, columns=list(suite_named("adae").columns))


def adtte() -> pd.DataFrame:
    from expectations.suites.adtte import RULES

    arms = {"PROACT": ("TRIAL_BASELINE", "ONSET"), "REGISTRY": ("FIRST_INJECTION", "ONSET")}
    return pd.DataFrame(
        [
            {"source": source, "paramcd": paramcd, "origin": origin, "vsrule": rule, "n_subject": 100, "n_event": 30,
             "n_death": 30, "shortest": 1, "median_days": 400, "longest": 1500, "rate_per_100py": 20.0,
             "longest_entry": 700, "n_after_cut": 0}
            for source, origins in arms.items() for origin in origins for paramcd in ("OS", "TFS") for rule in RULES
        ]
    )  # fmt: skip


def delivery(module: object, key: str, more: list[str]) -> pd.DataFrame:
    """A profile with a row for each cell that a rule of the source names."""
    cells = (
        {f"{table}.{key}" for table in module.REQUIRED} | set(more) | set(module.NUMBERS) | set(module.FILLED)
    )
    cells |= set(module.MEDIANS) | set(module.VOCABULARY)
    usual = {"n_row": 900, "n_missing": 0, "n_numeric": 900, "n_date": 900, "n_decode_reject": 0, "n_distinct": 1,
             "shortest": 1, "longest": 9, "median_number": 50.0, "filled_pct": 100.0,
             "numeric_pct": 100.0, "date_pct": 0.0, "decode_reject_pct": 0.0}  # fmt: skip
    rows = []
    for cell in sorted(cells):
        table, column = cell.split(".")
        low, high = module.MEDIANS.get(cell, (0, 100))[:2]
        rows.append(usual | {"table_name": table, "column_name": column, "median_number": (low + high) / 2.0})
    return pd.DataFrame(rows)


def proact_delivery() -> pd.DataFrame:
    return delivery(proact, "subject_id", [f"alsfrs.{item}" for item in proact.ITEMS])


def registry_delivery() -> pd.DataFrame:
    frame = delivery(registry, "USUBJID", [*registry.DATES, *registry.DROPPED, "dm.SUBJID", "dm.BRTHDTC"])
    frame.loc[frame["column_name"].isin(["USUBJID", "SUBJID"]), ["shortest", "longest"]] = 17
    frame.loc[frame["column_name"].isin(["SUBJNAM", "SUBJINIT", "INVNAM"]), "n_distinct"] = 0
    frame.loc[frame["column_name"] == "BRTHDTC", "longest"] = 4
    frame.loc[frame["column_name"].str.endswith("DTC"), "date_pct"] = 100.0
    return frame


FRAMES = {
    "adsl": adsl, "adex": adex, "adqs": adqs, "adae": adae, "adtte": adtte, "proact_delivery": proact_delivery,
    "registry_delivery": registry_delivery,
}  # fmt: skip


def broken_frame(suite: Suite, rule: Rule) -> pd.DataFrame:
    """The plausible frame with the cells that a rule looks at changed so that it cannot hold."""
    frame = plausible_frame(suite)
    prepared = frame.assign(**{name: frame.eval(e, engine="python") for name, e in suite.derived.items()})
    rows = prepared.query(rule.where, engine="python").index if rule.where else prepared.index
    if rule.expectation == "ExpectTableRowCountToBeBetween":
        return frame.head(rule.arguments["min_value"] - 1)
    if rule.expectation == "ExpectColumnDistinctValuesToContainSet":
        missing = rule.arguments["value_set"][0]
        return frame.drop(index=rows[frame.loc[rows, rule.arguments["column"]] == missing])
    column, value = _offence(rule)
    for name, cell in INSTEAD_OF_DERIVED.get(column, {column: value}).items():
        frame[name] = _spoilt(frame[name], rows, cell)
    return frame


def _spoilt(cells: pd.Series, rows: pd.Index, value: object) -> pd.Series:
    if callable(value):
        return cells.where(~cells.index.isin(rows), cells.index.map(value))
    changed = cells.astype(object)
    changed.loc[rows] = value
    return changed.infer_objects()


# A derived column is broken by the ones it is made of.
INSTEAD_OF_DERIVED = {
    "NCRIT": {"AESDTH": "N"}, "YEAR": {"ASTDT": pd.Timestamp(1904, 1, 1)}, "after_death_pct": {"n_after_death": 500},
    "typical": {"median_value": 9000.0}, "key_pct": {"n_missing": 90, "filled_pct": 90.0},
    "number_pct": {"n_numeric": 90, "numeric_pct": 10.0}, "iso_pct": {"n_date": 90, "date_pct": 10.0},
    "undecoded_pct": {"n_decode_reject": 300, "decode_reject_pct": 25.0},
}  # fmt: skip


def _offence(rule: Rule) -> tuple[str, object]:
    """Column, and a value (or one by row) that the rule cannot accept."""
    arguments = rule.arguments
    if rule.expectation == "ExpectColumnPairValuesAToBeGreaterThanB":
        earlier = arguments["column_B"]
        return earlier, LATER if re.search("DTC?$", earlier) else 10**6
    column = arguments["column"]
    if "min_value" in arguments and "UniqueValueCount" not in rule.expectation:
        low, high = arguments["min_value"], arguments["max_value"]
        return column, high + 1 if high is not None else low - 1
    return column, {
        "ExpectColumnValuesToBeInSet": "SOMETHING ELSE",
        "ExpectColumnValuesToMatchRegex": "KIM-1957",
        "ExpectColumnValuesToNotBeNull": None,
        "ExpectColumnValuesToBeNull": 1,
        "ExpectColumnUniqueValueCountToBeBetween": lambda i: f"value {i}",
    }[rule.expectation]
