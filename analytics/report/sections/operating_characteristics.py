"""What the headline method could have shown on these patients: bias, coverage, type-1 error and power, and since when."""

from collections.abc import Iterator
from math import exp

import pandas as pd
from markupsafe import Markup

from analytics.operating_characteristics.replicates import EMPIRICAL_NULL, PLASMODE, SCENARIOS
from analytics.operating_characteristics.summary import SMALLEST
from analytics.protocol import protocol_hash
from analytics.report.findings import hazard_ratio
from analytics.report.markup import absent, items, paragraph, table
from analytics.report.material import Material
from analytics.report.numbers import fixed, missing, percent, ratio, ratio_with_limits, words

KEY, TITLE = "operating-characteristics", "What this cut could have shown"
COMMAND = "vigil operating-characteristics"
GROWTH = 0.05
"""A run is due again once the number of treated has changed by this share."""
KINDS = {
    PLASMODE: "Patients of the cut, outcomes drawn with this hazard ratio",
    EMPIRICAL_NULL: "Control patients drawn to resemble the treated, and called treated",
}


def body(material: Material) -> Markup:
    """The table of the last run, read beside the headline, and whether it is due again."""
    rows = material.table("operating_characteristics")
    if rows.empty:
        return absent(
            f"none was made; {COMMAND} makes it on the released cut, and the next refresh takes it over"
        )
    if rows["kind"].isna().all():
        return absent(str(rows["note"].iloc[0]))
    lead = (
        "How often the method behind the headline would have been right, on patients like these, had the truth been known. "
        "Outcomes are drawn from a model of the controls' survival with covariates that bend; missing values are drawn, the "
        "score is fitted and the match is made again in every replicate."
    )
    parts = [paragraph(lead), _table(material, rows), items(_read(material, rows))]
    return Markup("").join([*parts, *_due(material)])


def _table(material: Material, rows: pd.DataFrame) -> Markup:
    made = rows[rows["kind"] != SMALLEST]
    group = f"{material.arms[0]}: {material.disclosure.count(made['n_treated'].iloc[0])} patients"
    shown = pd.DataFrame(
        {
            "kind": [KINDS[kind] for kind in made["kind"]],
            "effect": made["effect"].map(ratio),
            "replicates": made["replicates"].map(lambda n: fixed(n, 0)),
            "truth": made["truth"].map(ratio),
            "bias": _with_error(made["bias"], made["bias_error"]),
            "seen": made["empirical_se"].map(lambda value: fixed(value, 3)),
            "said": made["mean_se"].map(lambda value: fixed(value, 3)),
            "coverage": _shares(made["coverage"], made["coverage_error"]),
            "rejected": _shares(made["rejection_rate"], made["rejection_error"]),
            "note": words(made["note"]),
        }
    )
    labels = {
        "kind": "Replicates", "effect": "Hazard ratio of each patient", "replicates": "Number",
        "truth": "Hazard ratio true of all",
        "bias": "Bias, log scale", "seen": "Standard error, seen", "said": "Standard error, said", "coverage": "Coverage",
        "rejected": "Intervals without 1", "note": "Note",
    }  # fmt: skip
    draws = made["n_imputation"].dropna()
    fewer = f"{int(draws.max())} imputations in each replicate" if len(draws) else "nothing was replicated"
    note = (
        f"Data cut {made['data_cut'].iloc[0]}, PRO-ACT {made['proact_release'].iloc[0]}; {group}; {fewer}, the "
        f"headline may rest on more. {material.level} intervals. Behind ±: Monte-Carlo standard error. Intervals "
        "without 1 are type-1 error where the hazard ratio is 1, and power elsewhere."
    )
    built = table(shown, labels, key=KEY + "-table", title="Operating characteristics of the headline method.",
                  mark=material.mark, note=note, text=["note"])  # fmt: skip
    return Markup('<div class="wide">{}</div>').format(built)


def _with_error(value: pd.Series, error: pd.Series) -> list[str]:
    return ["" if missing(v) else f"{fixed(v, 3)} ± {fixed(e, 3)}" for v, e in zip(value, error, strict=True)]


def _shares(value: pd.Series, error: pd.Series) -> list[str]:
    return [
        "" if missing(v) else f"{percent(v)} ± {fixed(100 * e, 1)}" for v, e in zip(value, error, strict=True)
    ]


def _read(material: Material, rows: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Sentences about the smallest effect, and about the empirical null beside the headline."""
    for _, smallest in rows[rows["kind"] == SMALLEST].iterrows():
        noted = "" if missing(smallest["note"]) else f" It {smallest['note']}."
        if missing(smallest["truth"]):
            yield "Smallest detectable effect.", f"None: {smallest['note']}."
        else:
            found = f"A hazard ratio of {ratio(smallest['truth'])} would have been found with a power of 80 %.{noted}"
            yield "Smallest detectable effect.", found
    null = rows[(rows["kind"] == EMPIRICAL_NULL) & rows["bias"].notna()]
    headline = hazard_ratio(material, material.headline)
    if null.empty or headline is None or headline.value is None:
        return
    row = null.iloc[0]
    beside = ratio_with_limits(headline.value, headline.lower, headline.upper)
    yield (
        "Error of the method within one source.",
        f"Where nobody was treated, estimates average a hazard ratio of {ratio(exp(row['bias']))} and spread by "
        f"{fixed(row['empirical_se'], 3)} on the log scale; the headline, {beside}, has a standard error of "
        f"{fixed(headline.standard_error, 3)}. Replicates share patients. They hold nothing of what differs between "
        "sources, so that they calibrate no interval of this report.",
    )


def _due(material: Material) -> Iterator[Markup]:
    reasons = list(due(material))
    if reasons:
        yield paragraph(f"Due again: {'; '.join(reasons)}. Run {COMMAND}.", "caution")
    else:
        yield paragraph(
            "Not due: export and protocol are those of the run, and the number of treated has changed by less than 5 %."
        )


def due(material: Material) -> Iterator[str]:
    """Why a run would say something else by now; nothing where it would not."""
    rows = material.results["operating_characteristics"]
    row = rows.iloc[0]
    export = material.provenance.facts.get("PRO-ACT release")
    if export != row["proact_release"]:
        yield f"it was made on PRO-ACT export {row['proact_release']}"
    if protocol_hash(material.protocol) != row["protocol_hash"]:
        yield "it was made by another protocol"
    subjects = material.results.get("analysis_set", pd.DataFrame(columns=["treated"]))
    now, then = int((subjects["treated"] == 1).sum()), float(row["n_treated"])
    if abs(now - then) >= GROWTH * then:
        yield "the number of treated has changed by 5 % or more"
    yield from _first_look(rows)


def _first_look(rows: pd.DataFrame) -> Iterator[str]:
    """Of the scenario that has the fewest of what it asks for; one that was not tried at all says why itself."""
    wanted = {(each.kind, each.hazard_ratio): each.replicates for each in SCENARIOS}
    made = zip(rows["kind"], rows["effect"], rows["replicates"], strict=True)
    known = [(n, wanted[kind, effect]) for kind, effect, n in made if (kind, effect) in wanted]
    few = [(n, asked) for n, asked in known if 0 < n < asked]
    if few:
        n, asked = min(few, key=lambda each: each[0] / each[1])
        yield f"it was a first look, of {fixed(n, 0)} replicates where {fixed(asked, 0)} are asked for"
