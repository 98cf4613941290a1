"""A small made-up study: marts and a light protocol. No outcome depends on treatment."""

import numpy as np
import pandas as pd

PROTOCOL = """
[propensity]
imputations = 2
imputation_noise = 0
[weighting]
bootstrap_replicates = 0
[sensitivity]
bias_draws = 200
windows_days = [90]
calipers = [0.2]
"""
N_TREATED, N_CONTROL = 60, 160
TERMS = (
    ("HEADACHE", "Nervous system disorders"),
    ("PYREXIA", "General disorders"),
    ("RASH", "Skin disorders"),
)


def subjects() -> pd.DataFrame:
    """`adsl`: the treated younger and slower, some covariates missing."""
    draw = np.random.default_rng(20240117)
    treated = np.repeat([1, 0], [N_TREATED, N_CONTROL])
    n = len(treated)
    start = pd.Timestamp("2021-01-01") + pd.to_timedelta(draw.integers(0, 300, n), "D")
    age = draw.normal(57 - 4 * treated, 9)
    score = np.clip(draw.normal(37 + 2 * treated, 5), 12, 48).round()
    adsl = pd.DataFrame(
        {
            "USUBJID": [f"MADE-{place:04d}" for place in range(n)],
            "TRT01PN": treated,
            "TRT01P": np.where(treated == 1, "Lenzumestrocel", "PRO-ACT placebo"),
            "SAFFL": np.where(treated == 1, "Y", "N"),
            "SCRFFL": "N",
            "SOURCE": np.where(treated == 1, "REGISTRY", "PROACT"),
            "AGE": age.round(1),
            "SEX": draw.choice(["F", "M"], n),
            "BULBAR": draw.binomial(1, 0.25, n).astype(float),
            "SYMPDURM": draw.uniform(3, 27, n).round(2),
            "ALSFRSR": score,
            "RILUZOLE": np.where(draw.random(n) < 0.04, np.nan, draw.binomial(1, 0.6, n)),
            "VITSTAT": draw.choice(["DIED", "NOT DIED", "NOT RECORDED"], n),
        }
    )
    adsl["TRT01A"] = adsl["TRT01P"].where(treated == 1)
    adsl["DFRS"] = ((48 - adsl["ALSFRSR"]) / adsl["SYMPDURM"]).round(3)
    adsl["TRTSDY"] = np.where(treated == 1, 0.0, np.nan)
    dates = pd.Series(start).where(treated == 1)
    adsl["TRTSDT"], adsl["INDEXDT"], adsl["HARVDT"] = dates, dates, dates - pd.Timedelta(days=28)
    adsl["EOSDT"] = adsl["TRTSDT"] + pd.Timedelta(days=600)
    adsl["TRTEDT"] = adsl["TRTSDT"] + pd.Timedelta(days=26)
    return adsl


def times(adsl: pd.DataFrame) -> pd.DataFrame:
    """`adtte` of both endpoints; the hazard depends on the slope, not on treatment."""
    draw = np.random.default_rng(20240118)
    death = draw.weibull(2, len(adsl)) * 900 * np.exp(-0.25 * adsl["DFRS"].to_numpy())
    end = np.where(
        adsl["TRT01PN"] == 1, draw.uniform(200, 1100, len(adsl)), draw.uniform(150, 700, len(adsl))
    )
    stop = np.ceil(np.minimum(death, end)).clip(2)
    rows = pd.DataFrame({"USUBJID": adsl["USUBJID"], "AVAL": stop, "CNSR": (death > end).astype(int)})
    return pd.concat([rows.assign(PARAMCD="OS"), rows.assign(PARAMCD="TFS")], ignore_index=True)


def injections(adsl: pd.DataFrame) -> pd.DataFrame:
    """`adex`: two for everyone, a third for every second one who lives long enough."""
    treated = adsl[adsl["TRT01PN"] == 1].reset_index(drop=True)
    third = treated.iloc[::2]
    parts = [(treated, 1, 0), (treated, 2, 26), (third, 3, 150)]
    rows = [
        pd.DataFrame(
            {
                "USUBJID": frame["USUBJID"],
                "EXSEQ": number,
                "DOSENO": number,
                "CYCLE": (number + 1) // 2,
                "INJDY": day,
                "ASTDT": frame["TRTSDT"] + pd.Timedelta(days=day),
            }
        )
        for frame, number, day in parts
    ]
    return pd.concat(rows, ignore_index=True)


def events(adsl: pd.DataFrame) -> pd.DataFrame:
    """`adae`: headache in half of the treated, fever in a few, a rash in three."""
    treated = adsl[adsl["TRT01PN"] == 1].reset_index(drop=True)
    rows = []
    for (term, soc), members in zip(
        TERMS, (treated.iloc[::2], treated.iloc[::7], treated.iloc[:3]), strict=True
    ):
        rows.append(
            pd.DataFrame(
                {
                    "USUBJID": members["USUBJID"], "AEDECOD": term, "AEBODSYS": soc,
                    "ASTDT": members["TRTSDT"] + pd.Timedelta(days=5), "AESER": "N", "AESEV": "MILD", "AEREL": "RELATED",
                    "AEOUT": "RECOVERED/RESOLVED", "AEACN": "DOSE NOT CHANGED",
                }
            )
        )  # fmt: skip
    adae = pd.concat(rows, ignore_index=True)
    adae["AESEQ"] = adae.groupby("USUBJID").cumcount() + 1
    return adae


def marts() -> dict[str, pd.DataFrame]:
    """Everything that a study needs."""
    adsl = subjects()
    return {"adsl": adsl, "adtte": times(adsl), "adex": injections(adsl), "adae": events(adsl)}
