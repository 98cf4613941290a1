"""`vigil protocol`: what a biostatistician is told of a protocol file before any night reads it."""

from pathlib import Path

import pytest

from orchestration.cli import main


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            '[population]\ncriteria = [{name = "early", where = "SYMPDURN < 24"}]\n',
            "SYMPDURN (population.criteria)",
        ),
        ('[propensity]\ncovariates = ["AGE", "AGE2"]\n', "AGE2 (propensity.covariates)"),
        ('[matching]\nexact = ["SEXE"]\n', "SEXE (matching.exact)"),
        ('[[subgroup]]\nname = "Site"\ncolumn = "SITENAME"\n', "SITENAME (subgroup)"),
    ],
)
def test_a_column_that_no_mart_has_is_named_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, named: str
) -> None:
    assert main(["protocol", "validate", written(tmp_path, "mine.toml", text)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("vigil: mine.toml: adsl lacks columns that the protocol names: ")
    assert named in said
    assert said.count("\n") == 1


def test_a_cut_of_a_column_that_will_hold_text_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '[[subgroup]]\nname = "Sex"\ncolumn = "SEX"\ncut = 1\n'
    assert main(["protocol", "validate", written(tmp_path, "mine.toml", text)]) == 1
    assert "column SEX holds text and subgroup.cut asks for numbers" in capsys.readouterr().err


def test_changed_settings_under_an_old_version_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = written(tmp_path, "a.toml", '[study]\nversion = "2.0"\n')
    same = written(tmp_path, "b.toml", '[study]\nversion = "2.0"\n[matching]\ncaliper = 0.1\n')
    newer = written(tmp_path, "c.toml", '[study]\nversion = "2.1"\n[matching]\ncaliper = 0.1\n')
    words = "study.version is 2.0 in both: give the changed protocol one of its own"
    for after, said in ((before, False), (same, True), (newer, False)):
        assert main(["protocol", "diff", before, after]) == 0
        assert (words in capsys.readouterr().out) == said
