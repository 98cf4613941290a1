"""`vigil history`: one database over all releases, to plot how an estimate evolved."""

import argparse
from pathlib import Path

from orchestration.releases.index import ReleaseIndex
from orchestration.settings import Settings

LATEST = """
select release.data_cut, release.release_id, effect.estimate, effect.ci_lower, effect.ci_upper
from release as release
join effect_estimate as effect on effect.release_id = release.release_id
where release.is_newest_of_cut and effect.specification = 'matched' and effect.headline = 'Y'
    and effect.endpoint = (select endpoint from effect_estimate limit 1)
order by 1
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("--out", type=Path, required=True, metavar="history.duckdb")


def run(arguments: argparse.Namespace) -> int:
    """Write the union over releases and show the headline by data cut."""
    import duckdb

    from orchestration.releases.timeline import write_timeline

    if not arguments.out.resolve().parent.is_dir():
        raise FileNotFoundError(
            f"{arguments.out}: there is no folder {arguments.out.resolve().parent}; make it first"
        )
    counts = write_timeline(ReleaseIndex(Settings.from_environment().releases), arguments.out)
    if "effect_estimate" in counts:
        with duckdb.connect(str(arguments.out), read_only=True) as connection:
            for cut, release_id, estimate, lower, upper in connection.sql(LATEST).fetchall():
                shown = "no estimate" if estimate is None else f"{estimate:.2f} ({lower:.2f} to {upper:.2f})"
                print(f"{cut}  {release_id}  matched hazard ratio {shown}")
    print(
        f"{counts['release']} releases in {arguments.out}: "
        + ", ".join(f"{name} {n}" for name, n in counts.items())
    )
    return 0
