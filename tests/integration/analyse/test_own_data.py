"""The path of docs/own-data.md, followed as it stands there; of the public study by the library that passes it on."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.datasets import load_gbsg2

REPOSITORY = Path(__file__).parents[3]
PAGE = (REPOSITORY / "docs" / "own-data.md").read_text(encoding="utf-8")
PATHS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one's own with the examples, after every command of the page."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(REPOSITORY / "docs" / "own-data", folder / "docs" / "own-data")
    for path in PATHS:
        done = subprocess.run(
            ["bash", "-euc", path], cwd=folder, capture_output=True, text=True, check=False,
            env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "VIGIL_HOME": str(folder / "data")},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return folder / "docs" / "own-data"


def test_everything_that_a_file_is_given_for_is_made(followed: Path) -> None:
    out = followed / "cohort" / "out"
    assert "SYNTHETIC" in (out / "report.html").read_text(encoding="utf-8")
    doses = pd.read_csv(out / "dose_response.csv")
    rates = pd.read_csv(out / "ae_rate.csv")
    assert doses["estimate"].notna().any()
    assert rates["rate_per_100py"].notna().all()
    events = pd.read_csv(followed / "cohort" / "adae.csv", encoding="utf-8-sig")
    overview = pd.read_csv(out / "ae_overview.csv")
    assert overview.loc[overview["category"] == "any", "n_event"].sum() == len(events)


def test_it_speaks_of_no_study_but_ones_own(followed: Path) -> None:
    for name in ("cohort", "gbsg2"):
        text = (followed / name / "out" / "report.html").read_text(encoding="utf-8")
        told = re.sub(r"(?s)<(script|style|svg).*?</\1>|<dl.*?</dl>|<[^>]+>", " ", text)
        told = told.partition("Glossary")[0]
        assert [word for word in ("enzumestrocel", "PRO-ACT", "harvest", "ALSFRS") if word in told] == []


def test_the_public_study_has_the_hazard_ratio_that_its_library_finds(followed: Path) -> None:
    public = load_gbsg2()
    cox = CoxPHFitter().fit(
        public.assign(horTh=(public["horTh"] == "yes") * 1)[["horTh", "time", "cens"]], "time", "cens"
    )
    effects = pd.read_csv(followed / "gbsg2" / "out" / "effect_estimate.csv")
    crude = effects[(effects["specification"] == "crude") & (effects["headline"] == "Y")]
    assert crude["estimate"].tolist() == pytest.approx([cox.hazard_ratios_["horTh"]], rel=1e-6)
    assert crude["n_event_treated"].sum() + crude["n_event_control"].sum() == public["cens"].sum()


def test_the_public_study_is_passed_on_as_it_is(followed: Path) -> None:
    public, subjects = load_gbsg2(), pd.read_csv(followed / "gbsg2" / "adsl.csv")
    assert subjects["PNODES"].tolist() == public["pnodes"].tolist()
    assert (subjects["TRT01PN"] == (public["horTh"] == "yes")).all()
