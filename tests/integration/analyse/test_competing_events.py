"""`vigil analyse` of an endpoint that other events compete with: what is refused, what is said, what is null and why."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics import study
from analytics.protocol import ProtocolError, parse_protocol
from analytics.report import Material
from analytics.report.sections import protocol as protocol_section
from orchestration.cli import main
from orchestration.foreign.marts import ForeignStudy, foreign_study

TOML = """
[population]
criteria = []
[[endpoint]]
name = "RELAPSE"
competing = ["DEATH"]
horizon_days = 200
milestones_days = [200]
[propensity]
covariates = ["AGE"]
imputations = 2
imputation_noise = 0
[weighting]
schemes = ["att"]
bootstrap_replicates = 0
[sensitivity]
specification_curve = false
"""
N = 240
Files = dict[str, pd.DataFrame]


@pytest.fixture
def files() -> Files:
    """A trial with relapse, death and their dates, some ages missing."""
    rng = np.random.default_rng(8)
    adsl = pd.DataFrame(
        {"USUBJID": [f"01-{place:03d}" for place in range(N)], "TRT01PN": np.arange(N) % 2,
         "AGE": rng.normal(60, 8, N).round(1)}
    )  # fmt: skip
    adsl.loc[::15, "AGE"] = np.nan
    relapse, death, leaves = (np.ceil(rng.exponential(mean, N)) for mean in (500, 600, 700))
    lived = np.minimum(death, leaves)
    relapsed = pd.DataFrame(
        {
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "RELAPSE",
            "AVAL": np.minimum(relapse, lived),
            "CNSR": (relapse > lived) * 1,
        }
    )
    died = relapsed.assign(PARAMCD="DEATH", AVAL=lived, CNSR=(death > leaves) * 1)
    return {"adsl": adsl, "adtte": pd.concat([relapsed, died], ignore_index=True)}


def read(folder: Path, files: Files, toml: str = TOML) -> ForeignStudy:
    paths = {name: folder / f"{name}.csv" for name in files}
    for name, frame in files.items():
        frame.to_csv(paths[name], index=False)
    return foreign_study(parse_protocol(toml), paths)


def without_death_of(adtte: pd.DataFrame, *subjects: str) -> pd.DataFrame:
    return adtte[~((adtte["PARAMCD"] == "DEATH") & adtte["USUBJID"].isin(subjects))]


@pytest.mark.parametrize(
    ("change", "toml", "said"),
    [
        (
            lambda f: f, TOML.replace('["DEATH"]', '["DEATH", "TRANSPL"]'),
            "adtte.csv: PARAMCD TRANSPL of the protocol's endpoint.competing is not there; the file has DEATH, RELAPSE: "
            "name one of these in [[endpoint]]",
        ),
        (
            lambda f: f | {"adtte": without_death_of(f["adtte"], "01-004", "01-009")}, TOML,
            "adtte.csv: row 6 and 1 more, column PARAMCD: is RELAPSE of a subject without a time of DEATH, which competes "
            "with it; give a row of DEATH, CNSR 1 where it has not come",
        ),
        (
            lambda f: f | {"adtte": f["adtte"].query("PARAMCD == 'RELAPSE'").drop(columns="PARAMCD")}, TOML,
            "adtte.csv: no column PARAMCD to tell the endpoints RELAPSE, DEATH apart",
        ),
        (
            lambda f: {"adsl": f["adsl"].assign(AVAL=9, CNSR=1)}, TOML,
            "adsl.csv: endpoint.competing names PARAMCDs of adtte; give --adtte FILE",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_in_one_line(
    tmp_path: Path, files: Files, change, toml: str, said: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as failure:
        read(tmp_path, change(files), toml)
    assert "\n" not in str(failure.value)


def test_an_endpoint_that_competes_with_itself_is_no_protocol(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    toml = TOML.replace('["DEATH"]', '["RELAPSE"]')
    with pytest.raises(
        ProtocolError, match="competing names RELAPSE, the endpoint itself; name other PARAMCDs"
    ):
        parse_protocol(toml)
    (tmp_path / "p.toml").write_text(toml, encoding="utf-8")
    assert main(["analyse", str(tmp_path / "p.toml"), "--adsl", "a.csv", "--out", str(tmp_path / "out")]) == 1
    assert "competing names RELAPSE" in capsys.readouterr().err


def test_a_reason_of_censoring_is_no_competing_event(tmp_path: Path, files: Files) -> None:
    """CNSR 2 and above are censorings (ADaM): who competes has a PARAMCD of its own."""
    mine = files["adtte"]["PARAMCD"] == "RELAPSE"
    coded = files["adtte"].assign(CNSR=files["adtte"]["CNSR"].mask(mine & (files["adtte"]["CNSR"] == 1), 2))
    one, other = (read(tmp_path, files | {"adtte": adtte}) for adtte in (files["adtte"], coded))
    made = [study.run_stage(study.STAGES[0], each.protocol, each.marts) | each.marts for each in (one, other)]
    follow_up = next(stage for stage in study.STAGES if stage.name == "follow_up")
    found = [study.run_stage(follow_up, one.protocol, tables)["follow_up"] for tables in made]
    pd.testing.assert_frame_equal(*found)


def test_a_death_long_after_the_last_look_is_said_and_changes_nothing(tmp_path: Path, files: Files) -> None:
    adtte = files["adtte"].copy()
    mine = (adtte["PARAMCD"] == "RELAPSE") & (adtte["CNSR"] == 1)
    early = mine & adtte["USUBJID"].isin(
        adtte.loc[adtte["PARAMCD"].eq("DEATH") & adtte["CNSR"].eq(0), "USUBJID"].head(40)
    )
    adtte.loc[early, "AVAL"] = np.ceil(adtte.loc[early, "AVAL"] / 2)
    n_late = int((early & (adtte["AVAL"] < files["adtte"]["AVAL"])).sum())
    assert n_late > 5
    notes = read(tmp_path, files | {"adtte": adtte}).notes
    assert (
        f"adtte.csv: {n_late} subjects have DEATH after their follow-up for RELAPSE; they are censored where it ended, as "
        "RELAPSE may have come between"
    ) in notes
    assert not any("may have come between" in note for note in read(tmp_path, files).notes)


def test_a_relapse_after_death_is_said_and_does_not_count(tmp_path: Path, files: Files) -> None:
    adtte = files["adtte"].copy()
    deaths, relapses = (adtte["PARAMCD"] == code for code in ("DEATH", "RELAPSE"))
    relapsed = adtte.loc[relapses & adtte["CNSR"].eq(0) & adtte["AVAL"].gt(2), "USUBJID"].head(7)
    mine = deaths & adtte["USUBJID"].isin(relapsed)
    adtte.loc[mine, ["AVAL", "CNSR"]] = [1.0, 0]
    said = (
        "adtte.csv: 7 subjects have RELAPSE after DEATH; what came first counts, and their RELAPSE does not: correct the "
        "days where nobody can have it after DEATH"
    )
    assert said in read(tmp_path, files | {"adtte": adtte}).notes
    assert not any("what came first counts" in note for note in read(tmp_path, files).notes)


def test_whoever_is_followed_for_death_less_long_is_said_and_counts_as_alive(
    tmp_path: Path, files: Files
) -> None:
    adtte = files["adtte"].copy()
    deaths, relapses = (adtte["PARAMCD"] == code for code in ("DEATH", "RELAPSE"))
    free = deaths & (adtte["CNSR"] == 1) & (adtte["AVAL"] > 100)
    mine = free & adtte["USUBJID"].isin(adtte.loc[free, "USUBJID"].head(30))
    adtte.loc[mine, "AVAL"] -= 90
    seen = adtte[mine].set_index("USUBJID")["AVAL"]
    n_short = int((seen < adtte[relapses].set_index("USUBJID")["AVAL"][seen.index]).sum())
    assert n_short > 5
    said = (
        f"adtte.csv: {n_short} subjects are followed for DEATH less long than for RELAPSE; they count as free of DEATH "
        "until their follow-up for RELAPSE ends"
    )
    assert said in read(tmp_path, files | {"adtte": adtte}).notes
    assert not any("count as free of" in note for note in read(tmp_path, files).notes)
    two = TOML.replace('["DEATH"]', '["DEATH", "TRANSPLANT"]')
    early = adtte[deaths].assign(PARAMCD="TRANSPLANT", AVAL=1.0, CNSR=0)
    notes = read(tmp_path, files | {"adtte": pd.concat([adtte, early], ignore_index=True)}, two).notes
    assert not any("count as free of" in note for note in notes), (
        "follow-up ended before, with the transplant"
    )


def test_imputed_and_entering_late_each_row_is_made_or_says_why_not(tmp_path: Path, files: Files) -> None:
    late = files | {"adtte": files["adtte"].assign(ENTRYDY=1)}
    late["adtte"] = late["adtte"].assign(AVAL=late["adtte"]["AVAL"] + 1)
    at_zero, delayed = (
        study.run(each.protocol, each.marts)
        for each in (
            read(tmp_path, files),
            read(tmp_path, late, TOML + '[time_zero]\norigin = "diagnosis"\n'),
        )
    )
    rows = at_zero["effect_estimate"].set_index(["specification", "measure"])["estimate"].sort_index()
    late_rows = (
        delayed["effect_estimate"].set_index(["specification", "measure"])[["estimate", "note"]].sort_index()
    )
    assert set(at_zero["matched_set"]["imputation"]) == {1, 2}
    for measure in ("hazard_ratio", "risk_difference", "subdistribution_hazard_ratio"):
        assert np.isfinite(rows.loc["matched", measure]).any()
    assert np.isfinite(late_rows.loc[("crude", "risk_difference"), "estimate"]).all()
    assert late_rows.loc[("crude", "subdistribution_hazard_ratio"), "note"].tolist() == [
        "Fine–Gray regression is not made under delayed entry"
    ]
    for tables in (at_zero, delayed):
        curves = tables["survival_curve"]
        assert curves["survival"].between(0, 1).all()
        assert ((curves["ci_lower"] <= curves["survival"]) & (curves["survival"] <= curves["ci_upper"])).all()
        assert (
            curves.groupby(["specification", "arm"])["survival"]
            .apply(lambda s: (s.diff().dropna() <= 1e-12).all())
            .all()
        )


def test_the_report_says_what_competes(tmp_path: Path, files: Files) -> None:
    foreign = read(tmp_path, files)
    text = protocol_section.body(Material(foreign.protocol, {}, simulated=False)).striptags()
    assert "RELAPSE (DEATH competes with it)" in text
