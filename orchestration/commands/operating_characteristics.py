"""`vigil operating-characteristics`: what the headline method could have shown on the patients of the released data cut."""

import argparse
import sys
from typing import TYPE_CHECKING

from orchestration.commands.progress import Progress
from orchestration.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from analytics.operating_characteristics.replicates import Scenario

SHOWN = {
    "kind": "kind",
    "effect": "effect",
    "replicates": "replicates",
    "truth": "truth",
    "bias": "bias",
    "empirical_se": "SE seen",
    "mean_se": "SE said",
    "coverage": "coverage",
    "rejection_rate": "rejected",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How much of it."""
    parser.add_argument(
        "--replicates",
        type=_at_least_two,
        metavar="N",
        help="of each scenario, for a first look, which replaces no fuller run; without, 500 of each effect and 200 of the "
        "empirical null",
    )


def run(arguments: argparse.Namespace) -> int:
    """Go on with what was stopped, or begin; in the end the table.

    Raises:
        NoReleaseError: no release is current.
    """
    from orchestration.dagster_parts.instance import use_kernels_of
    from orchestration.operating.run import is_first_look, operating_run

    settings = Settings.from_environment()
    use_kernels_of(settings)
    progress = Progress(sys.stdout)

    def tell(scenario: "Scenario", done: int, wanted: int) -> None:
        progress.step(f"{scenario.name}: {done} of {wanted}")

    try:
        ended = operating_run(settings, tell, arguments.replicates)
    except BaseException:
        progress.failed()
        raise
    stays = ended.kept == ended.made
    progress.done(f"made, and {'kept for the next refresh' if stays else 'only shown'},")
    print("", *_lines(ended.made.table()), sep="\n")
    if is_first_look(arguments.replicates):
        print("This was a first look; a full run is made without --replicates.")
    if not stays:
        print(_instead(ended.kept.table()))
    return 0


def _instead(kept: "pd.DataFrame") -> str:
    """Of which table the next refresh hears."""
    numbers = sorted(set(kept.loc[kept["effect"].notna(), "replicates"]))
    return (
        f"The last run, on data cut {kept['data_cut'].iloc[0]} with {' or '.join(map(str, numbers))} replicates of each "
        "scenario, stays what the next refresh takes over: it has more, or is of the release that is current now."
    )


def _at_least_two(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError("give 2 or more: errors are those of several replicates")
    return number


def _lines(table: "pd.DataFrame") -> list[str]:
    """The table in columns, and its notes."""
    told = table[list(SHOWN)].rename(columns=SHOWN)
    cells = told.to_string(index=False, na_rep="–", float_format=lambda number: f"{number:.3f}")
    notes = [f"{kind}: {note}" for kind, note in zip(table["kind"], table["note"], strict=True) if note]
    return [*cells.splitlines(), "", *dict.fromkeys(notes)]
