"""A short analysis of simulated frames, straight from the delivered tables: crude, matched and adjusted hazard ratio.

It stands in for the whole pipeline, so that the simulator can be judged without it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.simulation import SimulatedStudy, true_estimands
from analytics.survival.cox import fit_cox
from analytics.survival.records import Records

MONTH = 30.4375
HORIZON = 540
ITEMS = ["Q1_Speech", "Q2_Salivation", "Q3_Swallowing", "Q4_Handwriting", "Q5", "Q6_Dressing_and_Hygiene"]
ITEMS += ["Q7_Turning_in_Bed", "Q8_Walking", "Q9_Climbing_Stairs", "R_1_Dyspnea", "R_2_Orthopnea"]
ITEMS += ["R_3_Respiratory_Insufficiency"]
COVARIATES = ["AGE", "MALE", "BULBAR", "SYMPDURM", "ALSFRSR", "DFRS", "RILUZOLE"]
VISIT_TABLES = {
    "ALSFRS": "ALSFRS_Delta",
    "FVC": "Forced_Vital_Capacity_Delta",
    "SVC": "Slow_vital_Capacity_Delta",
    "VITALSIGNS": "Vital_Signs_Delta",
    "HANDGRIPSTRENGTH": "MS_Delta",
    "MUSCLESTRENGTH": "MS_Delta",
}


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce").astype(float)


def placebo_subjects(study: SimulatedStudy, window_days: float = 90.0) -> pd.DataFrame:
    """Covariates and follow-up of PRO-ACT's placebo arm under the vital-status rule last visit + window."""
    frames = {stem.split("PROACT_")[-1]: frame for stem, frame in study.proact.items()}
    arm = frames["TREATMENT"].set_index("subject_id")["Study_Arm"].astype(str)
    table = pd.DataFrame(index=pd.Index(arm.index[arm == "Placebo"], name="subject_id"))
    people = frames["DEMOGRAPHICS"].set_index("subject_id")
    born = -_numbers(people["Date_of_Birth"]) / 365.25
    table["AGE"] = _numbers(people["Age"]).fillna(np.floor(born))
    table["MALE"] = (people["Sex"].astype(str) == "Male").astype(float)
    history = frames["ALSHISTORY"]
    onset = _numbers(history["Onset_Delta"]).groupby(history["subject_id"]).first()
    table["SYMPDURM"] = (-onset).where(lambda days: days > 0) / MONTH
    flag = _numbers(history["Site_of_Onset___Bulbar"])
    spoken = (history["Site_of_Onset"].astype(str) == "Onset: Bulbar").where(history["Site_of_Onset"].notna())
    table["BULBAR"] = flag.fillna(spoken.astype(float)).groupby(history["subject_id"]).first()
    table["ALSFRSR"] = _baseline_score(frames["ALSFRS"])
    used = frames["RILUZOLE"].drop_duplicates("subject_id").set_index("subject_id")["Subject_used_Riluzole"]
    table["RILUZOLE"] = used.astype(str).map({"Yes": 1.0, "No": 0.0})
    return _with_follow_up(table, frames, window_days).assign(treated=0)


def _baseline_score(alsfrs: pd.DataFrame) -> pd.Series:
    rows = alsfrs.assign(
        Q5=_numbers(alsfrs["Q5a_Cutting_without_Gastrostomy"]).fillna(
            _numbers(alsfrs["Q5b_Cutting_with_Gastrostomy"])
        )
    )
    total = sum(_numbers(rows[item]) for item in ITEMS).fillna(_numbers(rows["ALSFRS_R_Total"]))
    day = _numbers(rows["ALSFRS_Delta"])
    kept = rows.assign(total=total, day=day)[(day <= 0) & total.notna()].sort_values("day", kind="stable")
    return kept.groupby("subject_id")["total"].last()


def _with_follow_up(table: pd.DataFrame, frames: dict[str, pd.DataFrame], window_days: float) -> pd.DataFrame:
    days = [
        pd.Series(_numbers(frames[name][column]).to_numpy(), index=frames[name]["subject_id"])
        for name, column in VISIT_TABLES.items()
        if name in frames
    ]
    last = pd.concat(days).groupby(level=0).max().reindex(table.index)
    deaths = frames["DEATHDATA"].drop_duplicates("subject_id").set_index("subject_id")
    status = deaths["Subject_Died"].astype(str).reindex(table.index)
    day = _numbers(deaths["Death_Days"]).reindex(table.index)
    # Without a window every dated death counts while survivors end at their last visit: the biased reference.
    limit = last + np.where(status.isna(), 0.0, window_days if np.isfinite(window_days) else 0.0)
    event = (status == "Yes") & day.notna() & ((day <= limit) | np.isinf(window_days))
    table = table.assign(
        stop=np.where(event, day, limit) + 1, event=event.astype(int), status=status, last=last, day=day
    )
    return table[~((status == "Yes") & day.isna())]


def treated_subjects(study: SimulatedStudy) -> pd.DataFrame:
    """Covariates at first injection and follow-up of the injected, as known at the last cut."""
    cut = max(study.registry)
    domains = study.registry[cut]
    people = domains["DM"].set_index("USUBJID")
    start = pd.to_datetime(domains["EX"].groupby("USUBJID")["EXSTDTC"].min())
    table = pd.DataFrame(index=start.index)
    table["AGE"] = people["AGE"].astype(float)
    table["MALE"] = (people["SEX"] == "M").astype(float)
    onset = domains["MH"][domains["MH"]["MHTERM"] == "ALS ONSET"].set_index("USUBJID")
    onset_day = pd.to_datetime(onset["MHSTDTC"], format="ISO8601").reindex(table.index)
    table["SYMPDURM"] = (start - onset_day).dt.days / MONTH
    table["BULBAR"] = (onset["MHLOC"] == "BULBAR").astype(float)
    scores = domains["QS"][domains["QS"]["QSTESTCD"] == "ALSFRSR"]
    scores = scores.assign(on=pd.to_datetime(scores["QSDTC"])).sort_values("on", kind="stable")
    before = scores[scores["on"] <= scores["USUBJID"].map(start)]
    table["ALSFRSR"] = before.groupby("USUBJID")["QSSTRESN"].last().astype(float)
    takers = domains["CM"].loc[domains["CM"]["CMDECOD"] == "RILUZOLE", "USUBJID"]
    table["RILUZOLE"] = table.index.isin(takers).astype(float)
    proofs = domains["DS"][domains["DS"]["DSDECOD"].isin(["LAST CONTACT", "WITHDRAWAL BY SUBJECT"])]
    dates = [proofs.set_index("USUBJID")["DSSTDTC"]]
    dates += [domains[d].set_index("USUBJID")[f"{d}DTC"] for d in ("QS", "VS", "RE")]
    alive = pd.to_datetime(pd.concat(dates)).groupby(level=0).max().reindex(table.index)
    death = pd.to_datetime(people["DTHDTC"]).reindex(table.index)
    table["event"] = death.notna().astype(int)
    table["stop"] = (death.fillna(alive) - start).dt.days + 1
    return table.assign(treated=1)


def analysis_set(study: SimulatedStudy, window_days: float = 90.0, horizon: int = HORIZON) -> pd.DataFrame:
    """Both arms: symptoms under 24 months, ALSFRS-R at baseline, missing covariates at the arm's mean."""
    both = pd.concat([treated_subjects(study), placebo_subjects(study, window_days)])
    both.index = both.index.astype(str)
    both = both[(both["SYMPDURM"] < 24) & both["ALSFRSR"].notna() & (both["stop"] > 0)]
    both["DFRS"] = (48 - both["ALSFRSR"]) / both["SYMPDURM"]
    both[COVARIATES] = both[COVARIATES].fillna(both.groupby("treated")[COVARIATES].transform("mean"))
    late = both["stop"] > horizon
    return both.assign(event=both["event"].where(~late, 0), stop=both["stop"].where(~late, horizon))


def cox_log_hazard_ratio(frame: pd.DataFrame, covariates: list[str]) -> tuple[float, float]:
    """Log hazard ratio of `treated` and its standard error."""
    fit = fit_cox(Records(frame["stop"], frame["event"]), frame[["treated", *covariates]].astype(float))
    return float(fit.coefficient[0]), float(fit.standard_error[0])


def propensity_logit(frame: pd.DataFrame) -> np.ndarray:
    """Linear logistic propensity on the protocol's covariates."""
    values = frame[COVARIATES].to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(values)), (values - values.mean(0)) / values.std(0)])
    treated, beta = frame["treated"].to_numpy(dtype=float), np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        beta = beta + np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]), design.T @ (treated - p))
    return np.asarray(design @ beta)


def matched_set(frame: pd.DataFrame, caliper: float = 0.2) -> pd.DataFrame:
    """Greedy 1:1 nearest neighbour without replacement on the logit, highest score first."""
    logit = propensity_logit(frame)
    treated = frame["treated"].to_numpy() == 1
    width = caliper * np.sqrt((logit[treated].var(ddof=1) + logit[~treated].var(ddof=1)) / 2)
    free, controls, rows = np.ones((~treated).sum(), dtype=bool), np.flatnonzero(~treated), []
    for row in sorted(np.flatnonzero(treated), key=lambda r: -logit[r]):
        gap = np.where(free, np.abs(logit[controls] - logit[row]), np.inf)
        best = int(gap.argmin())
        if gap[best] <= width:
            free[best] = False
            rows += [row, controls[best]]
    return frame.iloc[rows]


@dataclass(frozen=True)
class Estimates:
    """Log hazard ratios of one study, and the truths they aim at."""

    crude: float
    matched: float
    adjusted: float
    crude_se: float
    matched_se: float
    adjusted_se: float
    matched_truth: float
    adjusted_truth: float
    n_treated: int
    n_control: int
    n_matched: int
    events_treated: int
    events_control: int


def estimate(study: SimulatedStudy, window_days: float = 90.0) -> Estimates:
    """All three estimates with their truths."""
    frame = analysis_set(study, window_days)
    pairs = matched_set(frame)
    crude, matched = cox_log_hazard_ratio(frame, []), cox_log_hazard_ratio(pairs, [])
    adjusted = cox_log_hazard_ratio(frame, COVARIATES)
    treated = pairs.index[pairs["treated"] == 1]
    truth = true_estimands(study.truth["potential_outcomes"], treated, horizon_days=HORIZON)
    arms = frame.groupby("treated")["event"].agg(["size", "sum"])
    return Estimates(
        *(value for value, _ in (crude, matched, adjusted)),
        *(se for _, se in (crude, matched, adjusted)),
        float(np.log(truth["marginal_hazard_ratio"])),
        float(np.log(truth["conditional_hazard_ratio"])),
        int(arms.loc[1, "size"]),
        int(arms.loc[0, "size"]),
        len(pairs) // 2,
        int(arms.loc[1, "sum"]),
        int(arms.loc[0, "sum"]),
    )


def third_dose_log_hazard_ratio(study: SimulatedStudy, *, time_varying: bool) -> float:
    """Three or more injections against fewer among all treated, over the whole follow-up.

    Naive: by the count at the end. Time-varying: exposed from the day of the third injection on.
    """
    treated = treated_subjects(study)
    domains = study.registry[max(study.registry)]
    given = pd.to_datetime(domains["EX"]["EXSTDTC"]).groupby(domains["EX"]["USUBJID"])
    third = given.apply(
        lambda days: (days.sort_values().iloc[2] - days.min()).days if len(days) > 2 else np.inf
    )
    clock = third.reindex(treated.index).to_numpy() + 1.0
    stop, event = treated["stop"].to_numpy(dtype=float), treated["event"].to_numpy()
    exposed = clock < stop
    if not time_varying:
        ever = pd.DataFrame({"third": exposed.astype(float)})
        return float(fit_cox(Records(stop, event), ever).coefficient[0])
    start = np.concatenate([np.zeros(len(stop)), clock[exposed]])
    end = np.concatenate([np.where(exposed, clock, stop), stop[exposed]])
    died = np.concatenate([np.where(exposed, 0, event), event[exposed]])
    state = pd.DataFrame({"third": np.concatenate([np.zeros(len(stop)), np.ones(exposed.sum())])})
    return float(fit_cox(Records(end, died, entry=start), state).coefficient[0])
