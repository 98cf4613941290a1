"""Analysis results data of a release: every value is in it, the report is rebuilt of it alone, the public learns no more."""

import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pandas as pd
import pytest
from released_home import vigil

from analytics.catalogue import TABLES
from analytics.protocol import parse_canonical
from analytics.report import Material
from analytics.report.sections import baseline, safety

EDITIONS = {"public": (), "in-house": ("--in-house",)}
LIMIT = 5
ID = {"type": "string", "minLength": 1}


def of_shape(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """An object of the Analysis Results Standard: these properties and no others."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def many(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


GROUP = of_shape({"groupingId": ID, "groupValue": {"type": "string"}})
RESULT = of_shape(
    {"operationId": ID, "resultGroups": many(GROUP)},
    {"rawValue": {"type": "string"}, "formattedValue": {"type": "string"}},
)
WHOLE = {"type": "integer"}
ANALYSIS = of_shape(
    {
        "id": ID,
        "name": ID,
        "reason": of_shape({"controlledTerm": {"const": "SPECIFIED IN PROTOCOL"}}),
        "purpose": of_shape({"sponsorTermId": ID}),
        "methodId": ID,
    },
    {
        "description": ID,
        "orderedGroupings": many(
            of_shape({"order": WHOLE, "groupingId": ID, "resultsByGroup": {"type": "boolean"}})
        ),
        "results": many(RESULT),
    },
)
OPERATION = of_shape({"id": ID, "name": ID, "order": WHOLE}, {"label": ID, "description": ID})
TERM = of_shape({"id": ID, "submissionValue": ID}, {"description": ID})
ENTRY = of_shape({"name": ID, "level": WHOLE, "order": WHOLE}, {"analysisId": ID})
EVENT = of_shape(
    {
        "id": ID,
        "name": ID,
        "mainListOfContents": of_shape({"name": ID, "contentsList": of_shape({"listItems": many(ENTRY)})}),
    },
    {
        "description": ID,
        "terminologyExtensions": many(of_shape({"id": ID, "sponsorTerms": many(TERM)}, {"enumeration": ID})),
        "dataGroupings": many(
            of_shape({"id": ID, "dataDriven": {"type": "boolean"}}, {"label": ID, "groupingVariable": ID})
        ),
        "methods": many(of_shape({"id": ID, "name": ID, "operations": many(OPERATION)}, {"label": ID})),
        "analyses": many(ANALYSIS),
    },
)
"""Of CDISC's model 1.0 the classes that the file has, in words of our own."""


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def event(home: Path, tmp_path: Path, edition: str) -> dict[str, Any]:
    assert vigil("export", "--results", *EDITIONS[edition], "--out", str(tmp_path)) == 0
    return json.loads((tmp_path / "SYNTHETIC-ard.json").read_text())


def results_of(home: Path) -> dict[str, pd.DataFrame]:
    with duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True) as connection:
        names = connection.sql(
            "select table_name from duckdb_tables() where schema_name = 'results'"
        ).fetchall()
        return {name: connection.sql(f"from results.{name}").df() for (name,) in names}


def material(home: Path, edition: str) -> Material:
    """What the report of the release is made of."""
    with duckdb.connect(str(home / "releases" / "current" / "vigil.duckdb"), read_only=True) as connection:
        (canonical,) = connection.sql("select canonical from release.protocol").fetchone()
    return Material(
        parse_canonical(canonical), results_of(home), simulated=True, in_house=edition == "in-house"
    )


def rows(event: dict[str, Any], table: str) -> pd.DataFrame:
    """A table rebuilt of the file alone: its groups and its values as text; a value that is not told raw as it is shown."""
    (analysis,) = [each for each in event["analyses"] if each["name"] == table]
    column = {op["id"]: op["label"] for method in event["methods"] for op in method["operations"]}
    variable = {each["id"]: each["groupingVariable"] for each in event["dataGroupings"]}
    found: dict[tuple, dict[str, str]] = {}
    for result in analysis["results"]:
        of = tuple((variable[each["groupingId"]], each["groupValue"]) for each in result["resultGroups"])
        row = found.setdefault(of, dict(of))
        name = column[result["operationId"]]
        assert name not in row, (of, name)
        row[name] = result.get("rawValue", result.get("formattedValue"))
    frame = pd.DataFrame(list(found.values()), dtype=object)
    return frame.where(frame.notna(), None)


class Tables(HTMLParser):
    """Cells of the tables of a page, by key of the table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.key, self.inside = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "figure":
            self.key = dict(attrs).get("id") or ""
            self.found[self.key] = []
        elif tag == "tr":
            self.found[self.key].append([])
        self.inside = tag in ("td", "th") or (self.inside and tag == "span")
        if tag in ("td", "th"):
            self.found[self.key][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found[self.key][-1][-1] += data


def page_tables(text: str) -> dict[str, list[list[str]]]:
    reader = Tables()
    reader.feed(str(text))
    return reader.found


def number(text: str | None) -> float:
    return math.nan if text is None else float(text)


def shown_count(text: str | None) -> str:
    return text if text and text.startswith("<") else f"{number(text):,.0f}"


def shown_number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


def shown_share(count: str | None, total: str | None, digits: int) -> str:
    if count and count.startswith("<"):
        return count
    part, whole = number(count), number(total)
    return f"{part:,.0f} ({min(100 * part / whole, 100):.{digits}f} %)"


def test_the_file_has_the_shape_of_the_standard_and_every_reference_resolves(event: dict[str, Any]) -> None:
    jsonschema.validate(event, EVENT)
    methods = {method["id"]: {op["id"] for op in method["operations"]} for method in event["methods"]}
    groupings = {each["id"] for each in event["dataGroupings"]}
    terms = {term["id"] for each in event["terminologyExtensions"] for term in each["sponsorTerms"]}
    listed = [item["analysisId"] for item in event["mainListOfContents"]["contentsList"]["listItems"]]
    assert listed == [analysis["id"] for analysis in event["analyses"]]
    for analysis in event["analyses"]:
        own = {each["groupingId"] for each in analysis["orderedGroupings"]}
        assert own <= groupings
        assert analysis["purpose"]["sponsorTermId"] in terms
        for result in analysis["results"]:
            assert result["operationId"] in methods[analysis["methodId"]]
            assert {each["groupingId"] for each in result["resultGroups"]} <= own
            assert ("rawValue" in result) != ("formattedValue" in result)
    assert event["name"].startswith("SYNTHETIC")


@pytest.mark.parametrize("edition", ["in-house"])
def test_every_value_of_every_result_table_is_in_the_houses_file(home: Path, event: dict[str, Any]) -> None:
    tables = results_of(home)
    assert {analysis["name"] for analysis in event["analyses"]} == set(tables)
    compared = 0
    for name, expected in tables.items():
        values = [column for column in expected if column not in TABLES[name].groups]
        if expected[values].isna().all(axis=None):
            continue
        found = rows(event, name)
        # A row of which there is nothing but who it is about has no value.
        kept = expected[expected[values].notna().any(axis=1)]
        assert len(found) == len(kept), name
        for column in kept:
            told = found[column].tolist() if column in found else [None] * len(found)
            assert [same(a, b) for a, b in zip(told, kept[column], strict=True)].count(False) == 0, (
                name,
                column,
            )
            compared += len(told)
    assert compared > 50_000


def same(told: str | None, value: object) -> bool:
    if told is None or value is None or pd.isna(value):
        return told is None and (value is None or bool(pd.isna(value)))
    if isinstance(value, str):
        return told == value
    if isinstance(value, bool):
        return told == str(value).lower()
    return told == value.isoformat() if hasattr(value, "isoformat") else float(told) == float(value)


def test_table_one_of_the_report_is_rebuilt_from_the_file(
    home: Path, event: dict[str, Any], edition: str
) -> None:
    """Every cell of Table 1 of every comparison."""
    tables = page_tables(baseline.body(material(home, edition)))
    keys = [key for key in tables if key.startswith("table-one-")]
    assert len(keys) >= 2
    for key in keys:
        code = key.removeprefix("table-one-")
        head, body = tables[key][1], tables[key][2:]
        rebuilt = table_one(event, code, edition)
        assert [int(n.replace(",", "")) for n in re.findall(r"n = ([\d,]+)", " ".join(head))] == rebuilt.pop(
            "sizes"
        )
        assert sorted(line[1:] for line in body) == sorted(rebuilt.values()), key


def table_one(event: dict[str, Any], code: str, edition: str) -> dict[Any, Any]:
    balance, effects = rows(event, "covariate_balance"), rows(event, "effect_estimate")
    balance = balance[balance["specification"] == code]
    headline = effects[(effects["headline"] == "Y") & (effects["endpoint"] == effects["endpoint"].iloc[0])]
    people = headline.drop_duplicates("specification").set_index("specification")
    digits = 0 if edition == "public" else 1
    made: dict[Any, Any] = {
        "sizes": [int(people[f"n_{arm}"][each]) for each in ("crude", code) for arm in ("treated", "control")]
    }
    before = balance[balance["stage"] == "unadjusted"]
    for _, row in before.iterrows():
        alike = (balance["covariate"] == row["covariate"]) & (
            balance["level"].fillna("") == (row["level"] or "")
        )
        after = balance[alike & (balance["stage"] == "adjusted")].iloc[0]
        cells = []
        for each, of in ((row, "crude"), (after, code)):
            for arm in ("treated", "control"):
                cells.append(cell(each, row, arm, people[f"n_{arm}"][of], digits))
            cells.append(difference(each["smd"], edition))
            if of == "crude":
                cells.append(not_recorded(event, row, edition))
        made[row["covariate"], row["level"]] = cells
    return made


def cell(row: pd.Series, before: pd.Series, arm: str, total: str, digits: int) -> str:
    if is_number(before):
        mean, spread = number(row[f"{arm}_mean"]), number(row[f"{arm}_sd"])
        places = 2 if abs(mean) < 10 else 1
        return f"{shown_number(mean, places)} ({shown_number(spread, places)})"
    if row.get("n_treated") is not None:
        return shown_share(row[f"n_{arm}"], total, digits)
    return shown_share(repr(number(row[f"{arm}_mean"]) * number(total)), total, digits)


def is_number(row: pd.Series) -> bool:
    """A standard deviation is told of numbers alone."""
    return row["treated_sd"] is not None


def difference(smd: str | None, edition: str) -> str:
    value = number(smd)
    if edition == "in-house":
        return shown_number(value, 2) if abs(round(value, 2)) > 0 else "0.00"
    return "<0.1" if abs(value) < 0.1 else shown_number(value, 1)


def not_recorded(event: dict[str, Any], row: pd.Series, edition: str) -> str:
    if edition == "public":
        return "; ".join(shown_count(row[f"n_not_recorded_{arm}"]) for arm in ("treated", "control"))
    people = rows(event, "analysis_set")
    return "; ".join(
        str(people.loc[people["treated"] == arm, row["covariate"]].isna().sum()) for arm in ("1", "0")
    )


def test_the_overview_of_adverse_events_is_rebuilt_from_the_file(
    home: Path, event: dict[str, Any], edition: str
) -> None:
    shown = page_tables(safety.body(material(home, edition)))["ae-overview"][1:]
    overview = rows(event, "ae_overview")
    order = (
        overview[["arm_order", "category_order"]].astype(float).sort_values(["arm_order", "category_order"])
    )
    digits = 0 if edition == "public" else 1
    rebuilt, arm = [], None
    for _, row in overview.loc[order.index].iterrows():
        if row["arm"] != arm:
            arm = row["arm"]
            rebuilt.append([f"{arm} (n = {shown_count(row['n_total'])})"])
        share = shown_share(row["n_subject"], row["n_total"], digits)
        lower, upper = row["pct_ci_lower"], row["pct_ci_upper"]
        limits = "–" if lower is None else f"{number(lower):.1f} to {number(upper):.1f}"
        events = "–" if row["n_event"] is None else shown_count(row["n_event"])
        rebuilt.append([row["label"], share, limits, events, row.get("note") or ""])
    assert len(rebuilt) > 15
    assert rebuilt == shown


@pytest.mark.parametrize("edition", ["public"])
def test_the_public_file_tells_no_subject_and_no_small_count(home: Path, event: dict[str, Any]) -> None:
    left_out = {name for name, table in TABLES.items() if "usubjid" in table.columns}
    assert not left_out & {analysis["name"] for analysis in event["analyses"]}
    assert all(name in event["description"] for name in left_out & set(results_of(home)))
    text = json.dumps(event)
    subjects = results_of(home)["analysis_set"]["usubjid"]
    assert not any(subject in text for subject in subjects)
    counts = hidden = 0
    for analysis in event["analyses"]:
        for result in analysis["results"]:
            column = result["operationId"].rpartition(".")[2]
            if not re.match(r"n(_|$)", column) or column == "n_imputation":
                continue
            counts += 1
            if "formattedValue" in result:
                assert result["formattedValue"] == f"<{LIMIT}"
                hidden += 1
            else:
                assert float(result["rawValue"]) % LIMIT == 0, result
    assert counts > 500
    assert hidden > 10
    exposure = rows(event, "exposure_summary")
    people = exposure.loc[exposure["unit"] == "subjects", "value"]
    assert len(people) > 5
    assert all(value == f"<{LIMIT}" or float(value) % LIMIT == 0 for value in people)


@pytest.mark.parametrize("edition", ["public"])
def test_no_share_in_the_public_file_is_of_exact_counts(home: Path, event: dict[str, Any]) -> None:
    exact = results_of(home)["covariate_balance"]
    exact = exact[exact["treated_sd"].isna()]
    found = rows(event, "covariate_balance")
    found = found[found["treated_sd"].isna() & found["n_treated"].notna()]
    assert len(found) == len(exact) > 0
    for arm in ("treated", "control"):
        told = found[f"{arm}_mean"].dropna().astype(float)
        assert not set(told.round(9)) & set(exact[f"{arm}_mean"].round(9)) - {0.0, 1.0, 0.5}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "nothing to export"), (("--format", "xpt", "--in-house"), "--in-house is about results")],
)
def test_what_is_asked_for_in_vain_is_refused(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert vigil("export", *arguments, "--out", str(tmp_path / "out")) != 0
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_results_and_marts_go_into_one_folder(home: Path, tmp_path: Path) -> None:
    assert vigil("export", "--results", "--format", "parquet", "--marts", "adsl", "--out", str(tmp_path)) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "RELEASE.txt", "SYNTHETIC-adsl.parquet", "SYNTHETIC-ard.json", "define.xml",
    ]  # fmt: skip
