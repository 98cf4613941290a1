"""Deaths since the release before are follow-up added: counted, and in the step of the way that follow-up takes."""

import numpy as np
import pandas as pd

from analytics.change.attribution import FOLLOW_UP, attribution
from analytics.change.changes import SERIOUS, change_table
from analytics.protocol import parse_protocol
from analytics.stages.variant import design, headline

N = 240
PROTOCOL = parse_protocol(
    """
[population]
criteria = []
[propensity]
covariates = ["AGE"]
[matching]
method = "none"
[weighting]
schemes = []
[exposure]
covariates = []
[[endpoint]]
name = "OS"
[[outcome.cox]]
name = "adjusted"
population = "all"
covariates = ["TREATED", "AGE"]
"""
).model_copy(update={"subgroup": ()})


def marts(cut: float) -> dict[str, pd.DataFrame]:
    """The same subjects as seen on a day: later cuts see longer follow-up and more deaths, mostly of the treated."""
    rng = np.random.default_rng(11)
    arm = np.arange(N) % 2
    death = np.ceil(rng.exponential(np.where(arm == 1, 300, 900)))
    keys = [f"S{i:03d}" for i in range(N)]
    adsl = pd.DataFrame({"USUBJID": keys, "TRT01PN": arm, "AGE": rng.normal(60, 9, N)})
    event = pd.DataFrame(
        {"USUBJID": keys, "PARAMCD": "OS", "AVAL": np.minimum(death, cut), "CNSR": (death > cut).astype(int)}
    )
    return {"adsl": adsl, "adtte": event, "adae_per_subject": pd.DataFrame({"USUBJID": [], "n_row": []})}


def released(cut: float) -> dict[str, pd.DataFrame]:
    return design(PROTOCOL, marts(cut))


def published(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    found = headline(PROTOCOL, tables, "crude").hazard_ratio
    row = {"specification": "crude", "endpoint": "OS", "measure": "hazard_ratio", "headline": "Y"}
    return pd.DataFrame([row | {"estimate": np.exp(found.estimate)}])


def test_the_step_of_added_follow_up_holds_the_deaths_since() -> None:
    """Nothing but follow-up differs, so that the whole difference is its step."""
    before, after = released(60), released(600)
    steps = attribution(PROTOCOL, before, after, (published(before), published(after)), same_protocol=True)
    moved = steps.set_index("step")["difference"].dropna()
    assert abs(moved.sum()) > 0.1
    assert abs(moved[FOLLOW_UP] - moved.sum()) < 1e-9


def test_deaths_since_are_counted_by_arm() -> None:
    before, after = (frames | {"ae_listing": pd.DataFrame()} for frames in (released(60), released(600)))
    rows = change_table(
        before, after, pd.DataFrame({"usubjid": [], "column_name": []}), {1: "drug", 0: "none"}
    )
    now, then = (frame["adtte"].assign(arm=frame["adsl"]["TRT01PN"]) for frame in (after, before))
    died = (now["CNSR"] == 0) & (then["CNSR"] == 1)
    counted = rows[rows["kind"].str.startswith("events added")].set_index("arm")["n"]
    assert counted["drug"] == (died & (now["arm"] == 1)).sum() > 20
    assert counted["none"] == (died & (now["arm"] == 0)).sum() > 20


def listing(*rows: tuple[str, str, str, str, str | None]) -> dict[str, pd.DataFrame]:
    columns = ["usubjid", "pt", "start_date", "serious", "excluded"]
    return released(60) | {"ae_listing": pd.DataFrame(rows, columns=columns)}


def test_new_serious_events_are_told_by_term_however_it_is_spelled() -> None:
    then = listing(("S1", "Pneumonia", "2025-01-02", "Y", None), ("S2", "Fall", "2025-01-02", "N", None))
    now = listing(
        ("S1", "PNEUMONIA ", "2025-01-02", "Y", None),  # the same, spelled otherwise
        ("S1", "Pneumonia", "2025-03-04", "Y", None),
        ("S2", "Fall", "2025-01-02", "Y", None),  # serious by now
        ("S3", "fall", "2025-03-04", "Y", None),
        ("S3", "fall", "2025-03-04", "Y", None),  # another one on the same day
        ("S4", "Fall", "2025-03-04", "Y", "screen failure"),
        ("S5", "Fall", "2025-03-04", "N", None),
    )
    rows = change_table(then, now, pd.DataFrame({"usubjid": [], "column_name": []}), {1: "drug", 0: "none"})
    told = rows[rows["kind"].str.startswith(SERIOUS)].set_index("kind")["n"].to_dict()
    assert told == {SERIOUS: 4, f"{SERIOUS}: fall": 3, f"{SERIOUS}: pneumonia": 1}
