"""`vigil analyse`: the analysis alone on anyone's ADaM-shaped files."""

import argparse
from pathlib import Path

import pandas as pd

from orchestration.commands.protocol import read_protocol
from orchestration.foreign.marts import foreign_study
from orchestration.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The protocol, the files, the folder."""
    parser.add_argument("protocol", type=Path, metavar="PROTOCOL.toml")
    parser.add_argument(
        "--adsl", type=Path, required=True, metavar="FILE", help="CSV, Parquet, XPT, sas7bdat or Dataset-JSON"
    )
    for name in ("adtte", "adex", "adae", "adqs"):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--falsification",
        action="store_true",
        help="compare the arm of treatment.falsification_value instead",
    )
    parser.add_argument("--synthetic", action="store_true", help="mark everything made as SYNTHETIC")


def run(arguments: argparse.Namespace) -> int:
    """Every result table as Parquet and CSV, and the report."""
    from analytics import study
    from orchestration.export.safe_csv import write_safe_csv
    from orchestration.night.reporting import write_analysis_report

    protocol = read_protocol(arguments.protocol)
    files = {name: getattr(arguments, name) for name in study.MARTS}
    given = {name: path for name, path in files.items() if path is not None}
    in_doubt = Settings.from_environment().registry_encoding
    foreign = foreign_study(protocol, given, in_doubt, falsification=arguments.falsification)
    for note in foreign.notes:
        print(f"  note: {note}")
    protocol, marts = foreign.protocol, foreign.marts
    results = study.run(
        protocol, marts, on_stage=lambda name: print(f"  {name.replace('_', ' ')}", flush=True)
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, frame in results.items():
        _storable(frame).to_parquet(arguments.out / f"{name}.parquet", index=False)
        write_safe_csv(frame, arguments.out / f"{name}.csv")
    report = write_analysis_report(protocol, marts, results, arguments.out, simulated=arguments.synthetic)
    for _, row in results["effect_estimate"].query("headline == 'Y'").iterrows():
        print(f"{row['endpoint']}, {row['specification']}: {_hazard_ratio(row)}")
    print(f"{len(results)} tables and {report.name} are in {arguments.out}")
    return 0


def _hazard_ratio(row: pd.Series) -> str:
    if pd.isna(row["estimate"]):
        return f"no hazard ratio: {row['note']}"
    return f"hazard ratio {row['estimate']:.2f} ({row['ci_lower']:.2f} to {row['ci_upper']:.2f})"


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Text columns typed as text: Parquet gives a column without values no type, and one of mixed kinds is refused."""
    text = [column for column in frame if frame[column].dtype in ("object", "category")]
    return frame.astype(dict.fromkeys(text, "string"))
