"""Marts built from a simulated study: they agree with the truth it was drawn from, and carry what an analyst needs."""

import pandas as pd
import pytest
from study_build import StudyBuild

from analytics.simulation.study import SimulatedStudy
from analytics.study import MARTS

Simulated = tuple[StudyBuild, SimulatedStudy]


def test_every_dbt_node_passes_on_a_simulated_study(simulated_marts: Simulated) -> None:
    build, _ = simulated_marts
    assert build.failures == {}


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_and_column_is_commented_in_the_database(simulated_marts: Simulated, mart: str) -> None:
    build, _ = simulated_marts
    (comment,) = build.one(
        f"""select comment from duckdb_tables() where schema_name = 'marts' and table_name = '{mart}' union all
            select comment from duckdb_views() where schema_name = 'marts' and view_name = '{mart}'"""
    )
    assert comment.rstrip(".").split(". ")[-1].startswith("One row per")
    uncommented = build.rows(
        f"select column_name from duckdb_columns() where schema_name = 'marts' and table_name = '{mart}'"
        " and coalesce(comment, '') = ''"
    )
    assert uncommented == []


def test_subjects_and_deaths_are_those_delivered(simulated_marts: Simulated) -> None:
    build, study = simulated_marts
    last = study.registry[study.settings.cuts[-1]]
    subjects, died = build.one("select count(*), count(DTHFL) from marts.adsl where SOURCE = 'REGISTRY'")
    assert subjects == len(last["DM"])
    assert died == (last["DM"]["DTHFL"] == "Y").sum()
    (controls,) = build.one("select count(*) from marts.adsl where SOURCE = 'PROACT'")
    assert controls == len(study.proact["PROACT_DEMOGRAPHICS"])


def test_injections_are_numbered_as_they_were_given(simulated_marts: Simulated) -> None:
    build, study = simulated_marts
    exposure = study.registry[study.settings.cuts[-1]]["EX"]
    assert build.one("select count(*), max(DOSENO) from marts.adex") == (
        len(exposure),
        exposure.groupby("USUBJID").size().max(),
    )


def test_harvested_but_never_injected_patients_stay_with_their_deaths(simulated_marts: Simulated) -> None:
    build, study = simulated_marts
    last = study.registry[study.settings.cuts[-1]]
    injected = set(last["EX"]["USUBJID"])
    harvested = set(last["PR"].loc[last["PR"]["PRDECOD"] == "BONE MARROW ASPIRATION", "USUBJID"])
    never = last["DM"][last["DM"]["USUBJID"].isin(harvested - injected)]
    rows, events, entering = build.one(
        "select count(*), sum(1 - CNSR), count(ENTRYDY) from marts.adtte join marts.adsl using (USUBJID)"
        " where ORIGIN = 'HARVEST' and PARAMCD = 'OS' and VSRULE = 'EXCL_90' and TRT01AN is null"
    )
    assert (rows, events, entering) == (len(never), (never["DTHFL"] == "Y").sum(), 0)
    assert events > 0


def test_a_wider_window_never_loses_a_proact_death(simulated_marts: Simulated) -> None:
    build, _ = simulated_marts
    events = dict(
        build.rows(
            "select VSRULE, sum(1 - CNSR) from marts.adtte"
            " where ORIGIN = 'TRIAL_BASELINE' and PARAMCD = 'OS' and VSRULE like 'EXCL%' group by 1"
        )
    )
    counts = [events[f"EXCL_{window}"] for window in ("0", "30", "90", "180", "INF")]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_registry_rows_are_the_same_under_every_vital_status_rule(simulated_marts: Simulated) -> None:
    build, _ = simulated_marts
    (differing,) = build.one(
        "select count(*) from (select USUBJID, PARAMCD, ORIGIN from marts.adtte join marts.adsl using (USUBJID)"
        " where SOURCE = 'REGISTRY' and DTHUNDFL is null and VSRULE not like 'LATE%' group by 1, 2, 3"
        " having count(*) <> 10 or count(distinct AVAL) > 1 or count(distinct CNSR) > 1)"
    )
    assert differing == 0


def test_the_later_bound_of_a_death_has_rows_where_there_is_one(simulated_marts: Simulated) -> None:
    build, _ = simulated_marts
    late = "select USUBJID from marts.adtte where VSRULE = 'LATE_90' and PARAMCD = 'OS'"
    differing = "select USUBJID from marts.adsl where DTHLSTDY > DTHDY"
    assert build.one(f"select count(*) > 0 from ({late})") == (True,)
    assert build.rows(f"({late}) except ({differing})") == []


def test_the_windows_of_entry_are_those_between_harvest_and_first_injection(
    simulated_marts: Simulated,
) -> None:
    build, _ = simulated_marts
    (wrong,) = build.one(
        "select count(*) from marts.adtte join marts.adsl using (USUBJID)"
        " where ORIGIN = 'HARVEST' and ENTRYDY <> date_diff('day', HARVDT, TRTSDT)"
    )
    assert wrong == 0


def test_baseline_covariates_are_the_values_of_a_record_in_the_window(simulated_marts: Simulated) -> None:
    build, _ = simulated_marts
    (wrong,) = build.one(
        "select count(*) from marts.adsl s left join marts.adqs q on q.USUBJID = s.USUBJID"
        " and q.PARAMCD = 'ALSFRSR' and q.INDEXDY = s.ALSFRSDY and q.AVAL = s.ALSFRSR and q.ABLFL = 'Y'"
        " where s.ALSFRSR is not null and (q.USUBJID is null"
        " or s.ALSFRSDY not between -180 and (case SOURCE when 'PROACT' then 14 else 0 end))"
    )
    assert wrong == 0


def test_a_slope_is_the_least_squares_slope_of_the_visits_before(simulated_marts: Simulated) -> None:
    build, _ = simulated_marts
    pairs = pd.DataFrame(
        build.rows(
            "select s.SLOPE, r.slope from marts.adsl s join (select USUBJID, regr_slope(AVAL, INDEXDY) * 30.4375 as slope"
            " from marts.adqs where PARAMCD = 'ALSFRSR' and INDEXDY <= 0 group by 1) r using (USUBJID)"
            " where s.SLOPE is not null"
        ),
        columns=["slope", "expected"],
    )
    assert len(pairs) > 20
    assert (pairs["slope"] - pairs["expected"]).abs().max() < 1e-9


def test_every_analysis_row_leads_back_to_a_delivered_line(simulated_marts: Simulated) -> None:
    build, _ = simulated_marts
    for mart in ("adsl", "adex", "adqs", "adae"):
        assert build.one(f"select count(*) from marts.{mart} where SRCFILE is null or SRCLINE is null") == (
            0,
        ), mart
    assert build.one(
        "select count(*) from marts.adtte where PARAMCD = 'OS' and (SRCFILE is null or SRCLINE is null)"
    ) == (0,)
