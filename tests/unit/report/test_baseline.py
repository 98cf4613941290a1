"""Table 1: of whom a covariate was not recorded, by arm, as recorded and not as imputed."""

import re
from dataclasses import replace

import numpy as np
import pytest

from analytics.report import Material
from analytics.report.sections import baseline


def cells(material: Material, label: str) -> list[str]:
    """Cells of the row of Table 1 that begins so."""
    table = str(baseline.body(material)).split("<figure")[1]
    row = next(row for row in table.split("<tr>") if f'scope="row">{label}' in row)
    return re.findall(r"<td[^>]*>(.*?)</td>", row)


@pytest.mark.parametrize(
    ("treated", "control", "shown"),
    [(7, 13, "5; 15"), (0, 3, "0; &lt;5"), (3, 12, "&lt;5; 10"), (0, 0, "0; 0")],
)
def test_the_missing_are_counted_by_arm(material: Material, treated: int, control: int, shown: str) -> None:
    people = material.results["analysis_set"].copy()
    for arm, n in ((1, treated), (0, control)):
        mine = people.index[people["treated"] == arm]
        people.loc[mine, "AGE"] = 60.0
        people.loc[mine[:n], "AGE"] = np.nan
    changed = replace(material, results={**material.results, "analysis_set": people})
    assert cells(changed, "Age, years")[3] == shown


def test_without_the_people_the_column_is_left_out(material: Material) -> None:
    results = {name: table for name, table in material.results.items() if name != "analysis_set"}
    text = str(baseline.body(replace(material, results=results)))
    assert "Baseline of both arms" in text
    assert ">Not recorded<" not in text
