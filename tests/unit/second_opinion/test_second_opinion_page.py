"""docs/second-opinion.md says what the code does."""

import re
from pathlib import Path

from analytics.second_opinion import hazards
from analytics.second_opinion.quantities import DRAWS, QUANTITIES
from analytics.second_opinion.withheld import RESTS_ON

PAGE = (Path(__file__).parents[3] / "docs" / "second-opinion.md").read_text(encoding="utf-8")


def test_the_table_of_what_is_made_again_is_that_of_the_code() -> None:
    told = re.findall(r"^\| `(\w+)` \| ([\w-]+) \| (\S+) \| (.+?) \|$", PAGE, re.M)
    assert told == [(q.name, q.library, f"{q.tolerance:g}", q.why) for q in QUANTITIES.values()]


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    assert DRAWS == 3
    assert "the first three, each by itself" in PAGE
    assert f"more than {hazards.MOST_ROWS:,} rows" in PAGE


def test_every_quantity_takes_something_back() -> None:
    rests = {quantity.name for needed in RESTS_ON.values() for quantity in needed}
    counts = {"safety_population", "subjects_with_event", "events", "administrations", "person_years"}
    assert set(QUANTITIES) - rests - counts == {"propensity_score", "optimality", "auc", "median_days"}
