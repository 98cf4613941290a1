"""Three successive public reports of the demonstration tell no count of a few, neither each by itself nor together (F46)."""

import shutil
from itertools import pairwise
from pathlib import Path

import attack
import pytest
from homes import vigil

from analytics.simulation import SimulationSettings, default_cuts
from orchestration.demonstration.writer import write_demonstration
from orchestration.releases.index import ReleaseIndex


@pytest.fixture(scope="module")
def reports(refreshed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Pages of three releases of one home, oldest first, by edition."""
    home, later = tmp_path_factory.mktemp("three") / "home", tmp_path_factory.mktemp("later")
    shutil.copytree(refreshed_home, home, symlinks=True)
    write_demonstration(later, SimulationSettings.small(cuts=default_cuts(3), seed=5, quirk_rate=1.0))
    cut = max((later / "landing" / "registry").iterdir())
    shutil.copytree(cut, home / "landing" / "registry" / cut.name)
    assert vigil(home, "refresh") in (0, 3)
    folders = ReleaseIndex(home / "releases").folders()
    assert len(folders) == 3
    return {
        edition: [(folder / edition / "report.html").read_text() for folder in folders]
        for edition in ("report", "in-house")
    }


def test_no_count_of_successive_reports_differs_by_a_few(reports: dict[str, list[str]]) -> None:
    found = [finding for pair in pairwise(reports["report"]) for finding in attack.differences(*pair)]
    assert found == []


def test_no_hidden_count_follows_from_the_others(reports: dict[str, list[str]]) -> None:
    assert [finding for page in reports["report"] for finding in attack.recovered(page)] == []


def test_the_attack_finds_what_the_house_is_told(reports: dict[str, list[str]]) -> None:
    """An attack that finds nothing anywhere shows nothing."""
    ours = [finding for pair in pairwise(reports["in-house"]) for finding in attack.differences(*pair)]
    assert len(ours) > 20
    kinds = {finding.where.split(" / ")[0] for finding in ours}
    assert {"ae-overview", "survival-summary"} <= kinds


PAGE = """<figure class="table" id="ae-serious"><table>
<thead><tr><th scope="col">Class and term</th><th scope="col">Events</th></tr>
</thead><tbody><tr><th scope="row">Any</th><td>33</td></tr><tr><th scope="row">Heart</th><td>21</td></tr>
<tr><th scope="row">Skin</th><td>9</td></tr><tr><th scope="row">Lung</th><td>&lt;5</td></tr></tbody></table></figure>"""


def test_exact_neighbours_give_a_hidden_count_away() -> None:
    (found,) = attack.recovered(PAGE)
    assert found.what == "<5 is 3"
    # In bands nothing follows.
    assert list(attack.recovered(PAGE.replace("33", "35").replace("21", "20").replace(">9<", ">10<"))) == []


def test_hidden_counts_are_there_to_be_found(reports: dict[str, list[str]]) -> None:
    assert all(any(text == "<5" for text in attack.cells(page).values()) for page in reports["report"])


def test_the_history_of_the_headline_has_every_cut(reports: dict[str, list[str]]) -> None:
    assert 'id="history-desc"' not in reports["report"][0]
    described = reports["report"][2].partition('id="history-desc">')[2].partition("<")[0]
    assert len(described.split("; ")) == 3
