"""`vigil trace`: from a result, or a subject, to the lines of the delivered files."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.releases.index import CURRENT, ReleaseIndex
from orchestration.releases.manifest import read_manifest
from orchestration.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from orchestration.tracing.proof import Landing
    from orchestration.tracing.trace import Trace

SUBJECT = "subject"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to trace, in which release, how much to show."""
    parser.add_argument("table", metavar="TABLE", help="a table of results, or 'subject'")
    parser.add_argument("conditions", nargs="+", metavar="COLUMN=VALUE", help="which row; or USUBJID")
    parser.add_argument("--release", default=CURRENT, metavar="ID")
    parser.add_argument("--subjects", type=int, default=5, metavar="N", help="subjects shown; 0 for none")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="every record with its address")


def run(arguments: argparse.Namespace) -> int:
    """Show the row, what was found and where it stands; 1 if a delivered line cannot be shown to hold its subject."""
    from orchestration.erasure.keys import settings_under
    from orchestration.export.safe_csv import write_safe_csv
    from orchestration.tracing.proof import HOLDS, Landing

    given = Settings.from_environment()
    database = ReleaseIndex(given.releases).database(arguments.release)
    # Under another key nobody would be found, or somebody else.
    settings = settings_under(given, read_manifest(database.parent).pseudonym_key_id)
    landing = Landing.of_release(settings, database)
    if arguments.table == SUBJECT:
        records = _subject(settings, landing, database, arguments.conditions[0])
    else:
        records = _row(landing, database, arguments.table, _conditions(arguments.conditions))
    _show(records, arguments.subjects)
    held = int((records["proof"] == HOLDS).sum())
    print(f"\n{held} of {len(records)} delivered lines hold the subject they are said to hold")
    for reason, n in records.loc[records["proof"] != HOLDS, "proof"].value_counts().items():
        print(f"{n}: {reason}")
    if arguments.out is not None:
        write_safe_csv(records, arguments.out)
        print(f"every record is in {arguments.out}")
    return 0 if held == len(records) else 1


def _conditions(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    wrong = [text for text, (_, equals, _) in zip(given, pairs, strict=True) if not equals]
    if wrong:
        raise ValueError(f"{wrong[0]}: give COLUMN=VALUE, such as endpoint=OS")
    return {name: value for name, _, value in pairs}


def _row(landing: "Landing", database: Path, table: str, conditions: dict[str, str]) -> "pd.DataFrame":
    import pandas as pd

    from orchestration.tracing.covariate_sources import delivered_tables
    from orchestration.tracing.proof import delivered_records, proven
    from orchestration.tracing.trace import trace_row

    trace = trace_row(database, table, conditions)
    _tell(table, trace)
    records = proven(landing, trace.records)
    parts = [records]
    for name in delivered_tables(str(trace.row.get("covariate") or "")):
        for source, mine in records.groupby("source"):
            subjects = sorted(mine["usubjid"].unique())
            parts.append(delivered_records(landing, str(source), name, subjects))
    arm = records.drop_duplicates("usubjid").set_index("usubjid")["arm"]
    joined = pd.concat([part for part in parts if len(part)], ignore_index=True) if len(records) else records
    return joined.assign(arm=joined["usubjid"].map(arm))


def _tell(table: str, trace: "Trace") -> None:
    print(f"results.{table}")
    for name, value in trace.row.items():
        if value is not None and name != "usubjid":
            print(f"  {name:<22}{value:.6g}" if isinstance(value, float) else f"  {name:<22}{value}")
    print()
    for name, (said, found) in trace.counts.items():
        print(f"{name:<12} {'' if said is None else f'{said:g} in the row, '}{found} traced")
    for note in trace.notes:
        print(f"note: {note}")


def _subject(settings: Settings, landing: "Landing", database: Path, text: str) -> "pd.DataFrame":
    from orchestration.tracing.subject_trace import subject_records

    return subject_records(settings, landing, database, text)


def _show(records: "pd.DataFrame", n_subject: int) -> None:
    """The records of the first subjects of each arm: file, line and digest, never a value."""
    arms = records.assign(arm=records["arm"].fillna("")).drop_duplicates("usubjid").groupby("arm")
    chosen = arms.head(n_subject)["usubjid"]
    for usubjid, mine in records[records["usubjid"].isin(chosen)].groupby("usubjid", sort=True):
        arm = mine["arm"].iloc[0]
        print(f"\n{usubjid}{f', {arm}' if isinstance(arm, str) else ''}")
        for row in mine.head(40).to_dict("records"):
            where = f"{row['delivery']}/{row['source_file']} line {row['source_line']}"
            held = f"{row['proof']}: {where}, sha256 {str(row['sha256'])[:12]}"
            print(f"  {row['mart'] or '':<6} {row['record']:<38} {held}")
        if len(mine) > 40:
            print(f"  and {len(mine) - 40} more; --out FILE.csv has them all")
