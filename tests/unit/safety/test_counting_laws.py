"""Laws that every count obeys, on random cohorts."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_every_null_has_its_note import unexplained

from analytics.safety import SafetySettings, safety_tables
from analytics.safety.population import OTHER_SOURCE

ARMS = ("A", "B", "C")


@st.composite
def cohorts(draw):
    """A random ADSL, ADEX and ADAE with unknown subjects, partial dates, missing values and empty arms."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 12)), draw(st.integers(0, 40))
    start = pd.Timestamp("2020-03-15") + pd.to_timedelta(rng.integers(0, 200, n), unit="D")
    end = start + pd.to_timedelta(rng.integers(0, 600, n), unit="D")
    adsl = pd.DataFrame(
        {
            "USUBJID": [f"S{i:02d}" for i in range(n)],
            "TRT01P": rng.choice(ARMS, n),
            "TRT01A": rng.choice([*ARMS, None], n, p=[0.4, 0.4, 0.1, 0.1]),
            "SAFFL": rng.choice(["Y", "N"], n, p=[0.8, 0.2]),
            "SCRFFL": rng.choice(["Y", "N"], n, p=[0.1, 0.9]),
            "SOURCE": rng.choice(["REGISTRY", "PROACT"], n, p=[0.9, 0.1]),
            "TRTSDT": start.where(rng.random(n) < 0.95),
            "TRTEDT": end,
            "EOSDT": end,
            "HARVDT": (start - pd.Timedelta(days=28)).where(rng.random(n) < 0.8),
            "DTHFL": rng.choice(["Y", None], n),
        }
    )
    who = rng.integers(0, n + 1, m)
    pt = rng.integers(0, 6, m)
    onset = pd.Timestamp("2020-02-01") + pd.to_timedelta(rng.integers(0, 700, m), unit="D")
    adae = pd.DataFrame(
        {
            "USUBJID": [f"S{i:02d}" for i in who],
            "AESEQ": np.arange(m),
            "AEDECOD": [f"TERM {i}" for i in pt],
            "AEBODSYS": [f"CLASS {i % 3}" for i in pt],
            "ASTDT": onset.where(rng.random(m) < 0.9),
            "ASTDTF": rng.choice([None, "D", "M"], m, p=[0.8, 0.1, 0.1]),
            "AESER": rng.choice(["Y", "N", None], m),
            "AESEV": rng.choice(["MILD", "MODERATE", "SEVERE", None], m),
            "AEREL": rng.choice(["RELATED", "NOT RELATED", "HARD TO SAY", None], m),
            "AEACN": rng.choice(["DRUG WITHDRAWN", "DOSE NOT CHANGED"], m),
        }
    )
    k = 2 * n
    dose = rng.integers(0, n, k)
    adex = pd.DataFrame(
        {
            "USUBJID": adsl["USUBJID"].to_numpy()[dose],
            "EXSEQ": np.arange(k),
            "ASTDT": start.to_numpy()[dose] + pd.to_timedelta(rng.integers(0, 300, k), unit="D").to_numpy(),
            "CYCLE": rng.integers(1, 4, k),
        }
    )
    return adsl, adex, adae, SafetySettings(emergence=draw(st.sampled_from(["cdisc", "phuse"])))


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts(), st.integers(0, 1000))
def test_counting_laws_hold_on_random_cohorts(cohort, seed):
    """One set of tables per cohort, every law on it: making the tables is what takes time."""
    adsl, adex, adae, setting = cohort
    tables = safety_tables(setting, adsl, adex, adae, data_cut="2022-01-01")
    terms_stay_within_classes_and_classes_within_overall(tables)
    no_subject_counts_twice_in_a_row(tables)
    every_event_is_in_a_table_or_in_a_stated_exclusion(tables, adsl, adae)
    severities_add_up_to_the_main_table(tables)
    person_time_of_first_occurrence_never_exceeds_the_whole(tables)
    periods_share_out_the_emergent_events(tables)
    assert unexplained(tables) == []
    shuffled = [frame.sample(frac=1, random_state=seed) for frame in (adsl, adex, adae)]
    for name, table in safety_tables(setting, *shuffled, data_cut="2022-01-01").items():
        pd.testing.assert_frame_equal(table, tables[name], obj=name)


def terms_stay_within_classes_and_classes_within_overall(tables):
    table = tables["ae_by_term"]
    table = table[table["subset"] != "common"].astype({"n_subject": float, "n_event": float})
    key = ["subset", "arm"]
    overall = table[table["level"] == "overall"].set_index(key)
    soc = table[table["level"] == "soc"]
    pt = table[table["level"] == "pt"]
    assert (table["n_subject"] <= table["n_total"]).all()
    assert (table["n_subject"] <= table["n_event"]).all()
    assert ((table["n_subject"] == 0) == (table["n_event"] == 0)).all()
    inner = pt.groupby([*key, "soc"])[["n_subject", "n_event"]].agg({"n_subject": "max", "n_event": "sum"})
    outer = soc.set_index([*key, "soc"]).loc[inner.index]
    assert (inner["n_subject"] <= outer["n_subject"]).all()
    assert (inner["n_event"] == outer["n_event"]).all()
    inner = soc.groupby(key)[["n_subject", "n_event"]].agg({"n_subject": "max", "n_event": "sum"})
    outer = overall.loc[inner.index]
    assert (inner["n_subject"] <= outer["n_subject"]).all()
    assert (inner["n_event"] == outer["n_event"]).all()


def no_subject_counts_twice_in_a_row(tables):
    """Against a plain reference: sets of subjects, event by event, from the listing."""
    listing = tables["ae_listing"]
    listing = listing[listing["excluded"].isna() & (listing["emergent"] == "Y")]
    main = tables["ae_by_term"]
    for row in main[main["subset"] == "emergent"].itertuples():
        mine = listing[listing["arm"] == row.arm]
        if row.level != "overall":
            mine = mine[mine["soc"] == row.soc]
        if row.level == "pt":
            mine = mine[mine["pt"] == row.pt]
        assert row.n_event == len(mine)
        assert row.n_subject == len(set(mine["usubjid"]))


def every_event_is_in_a_table_or_in_a_stated_exclusion(tables, adsl, adae):
    """The listing leaves out events of controls whose collection is not comparable; the account numbers them."""
    controls = adsl.loc[(adsl["SOURCE"] == "PROACT") & (adsl["SCRFFL"] == "N"), "USUBJID"]
    account = tables["ae_exclusion"].set_index(["table_subset", "reason"])["n_event"].astype(int)
    overview = tables["ae_overview"].set_index("category")["n_event"].groupby("category").sum()
    assert account["any"].sum() == len(adae)
    assert account.get(("any", OTHER_SOURCE), 0) == adae["USUBJID"].isin(controls).sum()
    assert len(tables["ae_listing"]) == (~adae["USUBJID"].isin(controls)).sum()
    assert overview.get("any", 0) == account["any", "counted"]
    assert overview.get("emergent", 0) == account["emergent", "counted"]
    left_out = account["emergent", "not treatment-emergent"]
    assert account["any", "counted"] == account["emergent", "counted"] + left_out


def severities_add_up_to_the_main_table(tables):
    key = ["arm", "level", "soc", "pt"]
    by_severity, by_term = (
        tables[name].fillna({"soc": "", "pt": ""}) for name in ("ae_by_severity", "ae_by_term")
    )
    sums = by_severity.groupby(key)[["n_subject", "n_event"]].sum()
    main = by_term.query("subset == 'emergent'").set_index(key)[["n_subject", "n_event"]]
    assert len(sums) == len(main)
    joined = sums.join(main, rsuffix="_main") if not main.empty else sums
    assert (joined["n_subject"] == joined.get("n_subject_main")).all() or main.empty
    assert (joined["n_event"] == joined.get("n_event_main")).all() or main.empty


def person_time_of_first_occurrence_never_exceeds_the_whole(tables):
    rate = tables["ae_rate"]
    wide = rate.pivot_table(
        index=["subset", "arm", "level", "soc", "pt"],
        columns="kind",
        values=["n_event", "person_years"],
        dropna=False,
    ).dropna()
    years, events = wide.get("person_years"), wide.get("n_event")
    if years is not None and not wide.empty:
        assert (years["first_occurrence"] <= years["all_events"] + 1e-12).all()
        assert (events["first_occurrence"] <= events["all_events"]).all()
    known = rate.dropna(subset=["rate_per_100py", "ci_lower", "ci_upper"])
    assert (known["ci_lower"] <= known["rate_per_100py"]).all()
    assert (known["rate_per_100py"] <= known["ci_upper"]).all()


def periods_share_out_the_emergent_events(tables):
    timing = tables["ae_timing"]
    emergent = tables["ae_overview"].query("category == 'emergent'")["n_event"].sum()
    for origin in ("CYCLE", "LAST_INJECTION"):
        rows = timing[(timing["origin"] == origin) & (timing["subset"] == "all")]
        if rows.empty and len(timing[timing["subset"].notna()]["arm"].dropna()):
            # No administration of anyone counted has a day and a cycle: refused, and said so.
            assert timing[timing["origin"] == origin]["note"].tolist() == ["adex has no cycle"]
        else:
            assert rows["n_event"].sum() == emergent
