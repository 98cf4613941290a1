"""Made-up marts of one small study that have what every setting needs: windows, origins, harvests, doubts, missing values.

Nothing depends on treatment. Belongs here: the frames. Does not belong here: what is asked of them.
"""

import numpy as np
import pandas as pd

from analytics.mart_slices import LARGE, ROWS_OF, mart_slice
from analytics.protocol import Protocol

N = 420
TREATED, CONTROL, ACTIVE, OTHER = 1, 0, 2, 3
WINDOWS = {"0": 0, "30": 30, "90": 90, "180": 180, "INF": 10_000}
HARVEST_DAY = -30


def marts() -> dict[str, pd.DataFrame]:
    """Frames by mart, subjects in no order."""
    draw = np.random.default_rng(6)
    adsl = _subjects(draw)
    frames = {
        "adsl": adsl,
        "adtte": _times(adsl, draw),
        "adex": _injections(adsl),
        "adqs": _scores(adsl, draw),
    }
    return frames | {"adae": _events(adsl, draw)}


def as_read(marts: dict[str, pd.DataFrame], protocol: Protocol) -> dict[str, pd.DataFrame]:
    """As a night reads them: rows and columns of the slices, codes as categories, rows of a subject as their number."""
    read = dict(marts)
    for name, mart in ROWS_OF.items():
        numbers = marts[mart].groupby("USUBJID").size()
        read[name] = pd.DataFrame({"USUBJID": numbers.index, "n_row": numbers.to_numpy()})
    for mart in LARGE:
        part, frame = mart_slice(protocol, mart), marts[mart]
        if part is None:
            continue
        if part.subjects is not None:
            adsl = marts["adsl"]
            these = adsl.loc[adsl[part.subjects.column].isin(part.subjects.values), "USUBJID"]
            read_all = frame["USUBJID"].isin(these) != part.subjects.left_out
            others = [frame[column].isin(codes) for column, codes in (part.others or {}).items()]
            frame = frame[read_all | np.logical_and.reduce(others)] if others else frame[read_all]
        for column, codes in part.codes.items():
            frame = frame[frame[column].isin(codes)]
        frame = frame[[column for column in part.columns or frame if column in frame]].reset_index(drop=True)
        read[mart] = frame.assign(
            **{column: pd.Categorical(frame[column], list(codes)) for column, codes in part.codes.items()}
        )
    return read


def _subjects(draw: np.random.Generator) -> pd.DataFrame:
    arm = draw.choice([TREATED, CONTROL, ACTIVE, OTHER], N, p=[0.2, 0.55, 0.15, 0.1])
    treated = arm == TREATED
    age = draw.normal(59 - 8 * treated, 9).round()
    score = np.clip(draw.normal(37 + treated, 5), 12, 48).round()
    duration = draw.uniform(3, 23, N).round(1)
    adsl = pd.DataFrame(
        {
            "USUBJID": [f"MADE-{place:04d}" for place in draw.permutation(N)],
            "TRT01PN": arm,
            "TRT01A": np.array(["Control", "Treated", "Active", "Other"], dtype=object)[arm],
            "SOURCE": np.where(treated | (arm == OTHER), "REGISTRY", "PROACT"),
            "SAFFL": np.where(treated, "Y", "N"),
            "SWITCHPN": np.where(draw.random(N) < 0.1, 1 - np.minimum(arm, 1), arm),
            "AGE": age,
            "SEX": draw.choice(["F", "M"], N),
            "SITE": draw.choice(["A", "B", "C"], N),
            "GRADE": draw.choice([1.0, 2.0, 3.0], N),
            "BULBAR": draw.binomial(1, 0.25, N).astype(float),
            "SYMPDURM": duration,
            "ALSFRSR": score,
            "DFRS": ((48 - score) / duration).round(3),
            "RILUZOLE": np.where(draw.random(N) < 0.1, np.nan, draw.binomial(1, 0.6, N)),
            "VITSTAT": draw.choice(["DIED", "NOT DIED", "NOT RECORDED"], N, p=[0.5, 0.4, 0.1]),
            "DTHUNDFL": np.where(draw.random(N) < 0.04, "Y", None),
            "TRTSDY": np.where(treated, 0.0, np.nan),
            "HARVDY": np.where(treated, HARVEST_DAY, np.nan),
            "INDEXDTF": np.where(treated & (draw.random(N) < 0.1), "D", None),
            "DIAGDY": -draw.integers(60, 300, N).astype(float),
            "ONSETDY": -(duration * 30).round() - 300,
            "CUTDY": np.where(treated, 700.0, np.nan),
        }
    )
    return adsl.assign(AGEH=age - 1, ALSFRSRH=score + 1, SYMPDRMH=duration - 1)


def _times(adsl: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Both endpoints from every origin under every rule; deaths in doubt on a later day too."""
    visit = draw.integers(100, 650, N)
    # Early enough that all rules of windows differ.
    death = np.ceil(draw.weibull(1.6, N) * 600 * np.exp(-0.2 * adsl["DFRS"].to_numpy())).clip(20)
    doubt = draw.random(N) < 0.2
    rules = {}
    for code, days in WINDOWS.items():
        rules[f"EXCL_{code}"] = (death, visit + days, adsl["DTHUNDFL"].isna().to_numpy())
        rules[f"LASTVIS_{code}"] = (death, visit + days, np.ones(N, bool))
        rules[f"LATE_{code}"] = (death + 25, visit + days, doubt)
    # Who is treated was followed by the registry, whose deaths count whenever they came.
    registry = (adsl["TRT01PN"] == TREATED).to_numpy()
    parts = []
    for rule, (day, limit, there) in rules.items():
        until = np.where(registry, visit + 120, np.minimum(limit, visit + 5_000))
        for endpoint, sooner in (("OS", 0), ("TFS", 15)):
            event = day - sooner <= until
            stop = np.where(event, day - sooner, np.where(registry, until, np.minimum(until, visit + 180)))
            rows = pd.DataFrame(
                {"USUBJID": adsl["USUBJID"], "PARAMCD": endpoint, "VSRULE": rule, "CNSR": 1 - event}
            )
            parts += [frame[there] for frame in _from_origins(adsl, rows, stop, registry)]
    return pd.concat(parts, ignore_index=True)


def _from_origins(
    adsl: pd.DataFrame, rows: pd.DataFrame, stop: np.ndarray, registry: np.ndarray
) -> list[pd.DataFrame]:
    zero = np.where(registry, "FIRST_INJECTION", "TRIAL_BASELINE")
    back = -HARVEST_DAY
    at_zero = rows.assign(ORIGIN=zero, AVAL=stop, ENTRYDY=0.0, ENTRYHDY=0.0)
    harvest = rows.assign(
        ORIGIN=np.where(registry, "HARVEST", "NONE"), AVAL=stop + back, ENTRYDY=back, ENTRYHDY=0.0
    )
    earlier = [
        rows.assign(
            ORIGIN=name, AVAL=stop - adsl[day], ENTRYDY=-adsl[day], ENTRYHDY=-adsl[day] - back * registry
        )
        for name, day in (("DIAGNOSIS", "DIAGDY"), ("ONSET", "ONSETDY"))
    ]
    return [at_zero, harvest, *earlier]


def _injections(adsl: pd.DataFrame) -> pd.DataFrame:
    """Two for everybody, a third for half, a fourth for a quarter."""
    treated = adsl[adsl["TRT01PN"] == TREATED].reset_index(drop=True)
    given = [(treated, 1, 0), (treated, 2, 26), (treated.iloc[::2], 3, 130), (treated.iloc[::4], 4, 200)]
    parts = [
        pd.DataFrame(
            {"USUBJID": who["USUBJID"], "DOSENO": number, "INJDY": day + who.index % 9 * (number > 1)}
        )
        for who, number, day in given
    ]
    return pd.concat(parts, ignore_index=True)


def _scores(adsl: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"USUBJID": adsl["USUBJID"], "PARAMCD": "ALSFRSR", "INDEXDY": day,
                      "AVAL": (adsl["ALSFRSR"] - adsl["DFRS"] * day / 30 + draw.normal(0, 1, N)).clip(0, 48).round()})
        for day in range(0, 400, 60)
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _events(adsl: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Of every source; one of somebody whom `adsl` does not have."""
    who = adsl["USUBJID"].sample(900, replace=True, random_state=draw)
    return pd.DataFrame(
        {
            "USUBJID": [*who, "MADE-UNKNOWN"],
            "AESEQ": np.arange(901.0),
            "AEDECOD": draw.choice(["Headache", "headache ", "Fall", "Pneumonia"], 901),
            "AEBODSYS": "Disorders",
            "STARTDY": draw.integers(-20, 400, 901).astype(float),
            "AESER": draw.choice(["Y", "N", None], 901),
            "AEREL": draw.choice(["RELATED", "NOT RELATED", "PERHAPS"], 901),
        }
    )
