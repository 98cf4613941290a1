"""Result tables as rows of a forest plot."""

from collections.abc import Iterator

import pandas as pd

from analytics.protocol import Protocol
from analytics.report.figures.forest import ForestRow
from analytics.report.names import specification
from analytics.report.numbers import missing

HAZARD_RATIO = "hazard_ratio"


def _text(value: object) -> str:
    return "" if missing(value) else str(value)


def _row(label: str, row: pd.Series, **looks: object) -> ForestRow:
    # The last remark says why there is no estimate; those before it hold for every row.
    reason = _text(row.get("note")).rpartition("; ")[2]
    return ForestRow(label, row["estimate"], row["ci_lower"], row["ci_upper"], reason, **looks)  # type: ignore[arg-type]


def effect_rows(effects: pd.DataFrame, protocol: Protocol, headline: str) -> list[ForestRow]:
    """Hazard ratios of every specification, marginal ones before conditional ones, by endpoint."""
    titles = {endpoint.name: endpoint.title for endpoint in protocol.endpoint}
    known = effects[effects["measure"] == HAZARD_RATIO] if "measure" in effects else effects
    rows = []
    for endpoint, title in titles.items():
        mine = known[known["endpoint"] == endpoint]
        conditional = mine["estimand"].str.startswith("conditional")
        for part, kind in ((mine[~conditional], ""), (mine[conditional], " (conditional)")):
            for _, row in part.iterrows():
                label = specification(row["specification"]) if not kind else f"{row['method']}{kind}"
                leads = row["specification"] == headline and endpoint == protocol.primary.name
                rows.append(_row(label, row, group=title, main=leads and row["headline"] == "Y"))
    return rows


def subgroup_rows(effects: pd.DataFrame, endpoint: str) -> list[ForestRow]:
    """Levels of every subgroup, for one endpoint."""
    mine = effects[effects["endpoint"] == endpoint]
    return [_row(str(row["level"]), row, group=str(row["subgroup"])) for _, row in mine.iterrows()]


def dose_rows(doses: pd.DataFrame, endpoint: str) -> list[ForestRow]:
    """Dose contrasts of one endpoint, the naive ones marked as biased."""
    mine = doses[doses["endpoint"] == endpoint] if "endpoint" in doses else doses
    return list(_dose_rows(mine))


def _dose_rows(doses: pd.DataFrame) -> Iterator[ForestRow]:
    heads = {"crude": "Not adjusted for baseline", "adjusted": "Adjusted for baseline covariates"}
    for _, row in doses.iterrows():
        label = _text(row["label"]) or _text(row["method"])
        biased = row["biased"] == "Y"
        label = label.removesuffix(" (biased reference: immortal time)")
        group = heads.get(_text(row["specification"]), _text(row["specification"]))
        yield _row(label, row, group=group, biased=biased)


def sensitivity_rows(rows: pd.DataFrame) -> list[ForestRow]:
    """Hazard ratios of sensitivity analyses, labelled by scenario, those called biased so marked."""
    ratios = rows[rows["measure"] == HAZARD_RATIO]
    place = {name: number for number, name in enumerate(dict.fromkeys(ratios["specification"]))}
    ordered = (
        ratios.iloc[ratios["specification"].map(place).argsort(kind="stable")] if len(ratios) else ratios
    )
    made = []
    for _, row in ordered.iterrows():
        biased = "biased reference" in _text(row["scenario"])
        looks = {"group": specification(row["specification"]), "biased": biased}
        made.append(_row(_scenario(row, biased), row, **looks))
    return made


def _scenario(row: pd.Series, biased: bool) -> str:
    scenario, value = _text(row["scenario"]).partition(";" if biased else "\0")[0], row["parameter_value"]
    scenario = scenario.replace("undated deaths: ", "undated deaths ")
    if missing(value):
        return f"no limit, {scenario}" if biased else scenario
    if row["parameter"] == "window_days":
        return f"{value:g} days, {scenario}"
    if str(row["parameter"]).startswith("share"):
        return f"{100 * value:g} % of the {scenario.removesuffix(' die at their last visit')}"
    return f"{value:g}"
