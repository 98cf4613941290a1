"""A small made-up study, analysed once: every result table that the report reads."""

import made_study
import pandas as pd
import pytest

from analytics import study
from analytics.protocol import Protocol, parse_protocol
from analytics.report import Material, Provenance, render_report


@pytest.fixture(scope="session")
def protocol() -> Protocol:
    """Light settings."""
    return parse_protocol(made_study.PROTOCOL)


@pytest.fixture(scope="session")
def marts() -> dict[str, pd.DataFrame]:
    """Made-up marts."""
    return made_study.marts()


@pytest.fixture(scope="session")
def results(protocol, marts) -> dict[str, pd.DataFrame]:
    """Every result table."""
    return study.run(protocol, marts)


@pytest.fixture(scope="session")
def material(protocol, marts, results) -> Material:
    """A whole report's material, marked as simulated, with quality, changes and provenance."""
    return Material(
        protocol, results, simulated=True, adsl=marts["adsl"],
        check_result=pd.DataFrame(
            [("dbt", "marts.adsl", "unique", "keys are unique", "error", "pass", 0, 220),
             ("gx", "marts.adqs", "range", "values are in range", "warning", "warn", 3, 500)],
            columns=["engine", "table_name", "check_name", "description", "severity", "status", "n_failed", "n_checked"],
        ),
        data_query=pd.DataFrame(
            {"source": "PROACT", "table_name": "labs", "rule": ["day_missing"] * 41 + ["unit_not_known"] * 2}
        ),
        change=pd.DataFrame(
            [("subjects in: eligible", "Lenzumestrocel", 2, None), ("follow-up days added: OS", "Lenzumestrocel", 3, None)],
            columns=["kind", "arm", "n", "note"],
        ),
        attribution=pd.DataFrame(
            [("matched", "OS", 1, "follow-up added", 0.1, 0.2, 0.1, None),
             ("matched", "OS", 2, "enrolment", 0.2, None, None, "no score can be fitted")],
            columns=["specification", "endpoint", "position", "step", "log_hazard_ratio_before", "log_hazard_ratio_after",
                     "difference", "note"],
        ),
        provenance=Provenance(
            {"Data cut": "2026-01-31", "Code hash": "c0de" * 16},
            pd.DataFrame([("PROACT", "made up", "F.csv", "ab" * 32, 12, 3)],
                         columns=["source", "release", "file_name", "sha256", "n_record", "n_decode_reject"]),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def page(material) -> str:
    """The rendered report."""
    return render_report(material)
