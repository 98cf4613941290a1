"""What a cut could have shown, in the report: the table of the last run, and when it is due again."""

from dataclasses import replace

import numpy as np
import pytest
from test_content import rows_of

from analytics.catalogue import TABLES
from analytics.operating_characteristics.summary import ONE_SOURCE, Run, nothing_tried
from analytics.protocol import protocol_hash
from analytics.report import Material, Provenance
from analytics.report.sections import operating_characteristics as section


def row(kind, effect, **known):
    given = {"replicates": 500, "estimated": 500, "truth": effect, "n_imputation": 20}
    return TABLES["operating_characteristics"].row(kind=kind, effect=effect, **given | known)


@pytest.fixture
def after_a_run(material, protocol) -> Material:
    """The study, as a run on these very patients left it."""
    shares = {"coverage": 0.952, "coverage_error": 0.0096, "rejection_rate": 0.05, "rejection_error": 0.0097}
    known = {"bias": -0.041, "bias_error": 0.0126, "empirical_se": 0.219, "mean_se": 0.236, **shares}
    rows = [
        row("plasmode", 1.0, **known),
        row("plasmode", 0.6, **known | {"truth": 0.613}),
        row("empirical_null", 1.0, **known | {"bias": np.log(0.9)}, note=ONE_SOURCE),
        row("smallest_detectable", None, truth=0.52, note="lies beyond the effects that were simulated"),
    ]
    treated = int((material.results["analysis_set"]["treated"] == 1).sum())
    about = {
        "n_treated": treated,
        "data_cut": "2026-01-31",
        "proact_release": "2024",
        "protocol_hash": protocol_hash(protocol),
        "run": "ab" * 32,
    }
    table = TABLES["operating_characteristics"].frame([each | about for each in rows])
    return replace(
        material,
        results={**material.results, "operating_characteristics": table},
        provenance=Provenance({"PRO-ACT release": "2024"}),
    )


def test_without_a_run_it_says_how_one_is_made(material):
    body = str(section.body(material))
    assert "vigil operating-characteristics" in body
    assert "<table" not in body


@pytest.mark.parametrize("in_house", [False, True])
def test_both_editions_show_the_table(after_a_run, in_house):
    body = section.body(replace(after_a_run, in_house=in_house))
    rows = [cells for cells in rows_of(body) if len(cells) > 5]
    assert len(rows) == 1 + 3
    assert rows[2][1:6] == ["0.60", "500", "0.61", "−0.041 ± 0.013", "0.219"]
    assert rows[1][7:9] == ["95.2 % ± 1.0", "5.0 % ± 1.0"]
    said = str(body)
    assert "A hazard ratio of 0.52 would have been found with a power of 80 %. It lies beyond" in said
    assert "estimates average a hazard ratio of 0.90" in said
    assert "calibrate no interval of this report" in said
    assert "Not due" in said


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"proact_release": "2022"}, "PRO-ACT export 2022"),
        ({"protocol_hash": "other"}, "another protocol"),
        ({"n_treated": 0.94}, "5 % or more"),
        ({"n_treated": 1.06}, "5 % or more"),
        ({"n_treated": 0.97}, None),
    ],
)
def test_it_is_due_when_export_protocol_or_number_of_treated_changed(after_a_run, change, reason):
    table = after_a_run.results["operating_characteristics"]
    ((column, value),) = change.items()
    now = float(table["n_treated"].iloc[0])
    then = round(now / value) if column == "n_treated" else value
    changed = replace(
        after_a_run,
        results={**after_a_run.results, "operating_characteristics": table.assign(**{column: then})},
    )
    found = list(section.due(changed))
    assert len(found) == (reason is not None)
    assert reason is None or reason in found[0]


def test_a_headline_that_cannot_be_tried_is_a_reason_and_no_number(after_a_run, protocol):
    rows = nothing_tried("the headline is not of matched sets", Run("r", "2026-01-31", "2024", "x"), 70)
    body = str(
        section.body(replace(after_a_run, results={**after_a_run.results, "operating_characteristics": rows}))
    )
    assert "the headline is not of matched sets" in body
    assert "Smallest detectable effect.</strong> None" in body


@pytest.mark.parametrize(
    ("kind", "made", "said"),
    [("plasmode", 2, "of 2 replicates where 500"), ("empirical_null", 199, "of 199 replicates where 200")],
)
def test_a_first_look_shows_its_number_and_is_due(after_a_run, kind, made, said):
    table = after_a_run.results["operating_characteristics"]
    few = table.assign(replicates=table["replicates"].where(table["kind"] != kind, made))
    shown = replace(after_a_run, results={**after_a_run.results, "operating_characteristics": few})
    (reason,) = section.due(shown)
    assert said in reason
    body = section.body(shown)
    assert str(made) in {cells[2] for cells in rows_of(body) if len(cells) > 5}
    assert "Due again: it was a first look" in str(body)
    assert "Not due" not in str(body)


def test_more_replicates_than_asked_for_are_no_first_look(after_a_run):
    table = after_a_run.results["operating_characteristics"].assign(replicates=1000)
    more = replace(after_a_run, results={**after_a_run.results, "operating_characteristics": table})
    assert list(section.due(more)) == []
