"""The second opinion: what was made again by other code, how far both agree, and what is therefore not given.

Not a section of its own: `quality` shows the table, `answer` names a disagreement on the first screen.
"""

import pandas as pd
from markupsafe import Markup

from analytics.gaps import disputes
from analytics.report.markup import absent, heading, items, paragraph, table
from analytics.report.material import Material
from analytics.second_opinion.quantities import DRAWS, QUANTITIES, Quantity

MOST_NAMED = 5


def disagreement(material: Material) -> Markup:
    """First screen: the numbers in dispute; nothing where there are none."""
    found = disputes(material.table("second_opinion"))
    if not found:
        return Markup("")
    named = "; ".join(
        f"{gap.subject}: {material.disclosure.remark(gap.reason)}" for gap in found[:MOST_NAMED]
    )
    more = f"; and {len(found) - MOST_NAMED} more, under Data quality" if len(found) > MOST_NAMED else ""
    many = "a number" if len(found) == 1 else f"{len(found)} numbers"
    text = f"Failed check: two implementations disagree on {many} of this release, and what rests on it is not given. "
    return paragraph(f"{text}{named}{more}.", "caution")


def part(material: Material) -> Markup:
    """The table, and why a number has no second opinion."""
    opinions = material.table("second_opinion")
    made = opinions[opinions["quantity"].notna()] if len(opinions) else opinions
    if made.empty:
        why = "; ".join(opinions["note"].dropna().unique()) if len(opinions) else "not part of this report"
        return heading("Second opinion") + absent(why or "nothing was made that could be made again")
    groups = made.groupby("quantity", sort=False)
    rows = [_row(QUANTITIES[str(name)], mine) for name, mine in groups]
    labels = {
        "number": "Number", "by": "Made again by", "compared": "Compared", "differ": "In dispute",
        "without": "No second opinion", "allowed": "Difference allowed", "largest": "Largest difference",
    }  # fmt: skip
    note = (
        f"Each number on the first {DRAWS} imputed data sets, each by itself, from the tables of the design. What rests on "
        "a number in dispute is null, with both numbers in its note."
    )
    shown = table(
        pd.DataFrame(rows), labels, key="second-opinion", title="Numbers made twice.", mark=material.mark, note=note,
        text=["by"],
    )  # fmt: skip
    reasons = made.loc[made["agrees"].isna(), "note"].value_counts(sort=False)
    told = [(f"{count} without an answer.", f"{str(why).capitalize()}.") for why, count in reasons.items()]
    return Markup("").join([heading("Second opinion"), shown, items(told) if told else Markup("")])


def _row(quantity: Quantity, mine: pd.DataFrame) -> dict[str, str]:
    largest = mine["difference"].abs().max()
    allowed = mine["tolerance"].max()
    return {
        "number": quantity.words[:1].upper() + quantity.words[1:],
        "by": f"{quantity.library} {mine['version'].iloc[0]}",
        "compared": str(int(mine["agrees"].notna().sum())),
        "differ": str(int((mine["agrees"] == "N").sum())),
        "without": str(int(mine["agrees"].isna().sum())),
        "allowed": f"{allowed:.1g}",
        "largest": "–" if pd.isna(largest) else f"{largest:.1g}",
    }
