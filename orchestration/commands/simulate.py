"""`vigil simulate`."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, how large, and which truth to plant."""
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="home folder to write under")
    parser.add_argument("--scale", choices=("small", "full"), default="full")
    parser.add_argument(
        "--subjects", type=int, metavar="N", help="of PRO-ACT, in place of the scale's own number"
    )
    parser.add_argument("--registry", type=int, metavar="N", help="treated by 2026-09-30; 240 as it is")
    parser.add_argument("--cuts", type=int, default=3, metavar="K", help="successive registry data cuts")
    parser.add_argument(
        "--hazard-ratio", type=float, default=1.0, metavar="H", help="conditional; 1 plants no effect"
    )
    parser.add_argument("--seed", type=int, default=2, metavar="S")
    parser.add_argument(
        "--confounding", type=float, default=1.0, metavar="C", help="0 none, 1 as in the demonstration"
    )
    parser.add_argument(
        "--unmeasured-confounding", type=float, default=0.0, metavar="U", help="log hazard ratio per SD"
    )
    parser.add_argument(
        "--dosing", choices=("random", "decline_dependent"), default="random", help="who gets the third dose"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the deliveries under DIR/landing and the truth under DIR/truth."""
    from analytics.simulation.settings import SimulationSettings, default_cuts
    from orchestration.demonstration.writer import write_demonstration

    of_scale = SimulationSettings.small if arguments.scale == "small" else SimulationSettings.full
    sizes = {"n_proact": arguments.subjects, "n_registry": arguments.registry}
    settings = of_scale(
        **{name: size for name, size in sizes.items() if size is not None},
        cuts=default_cuts(arguments.cuts),
        seed=arguments.seed,
        hazard_ratio=arguments.hazard_ratio,
        confounding=arguments.confounding,
        unmeasured_confounding=arguments.unmeasured_confounding,
        dosing_variant=arguments.dosing,
    )
    write_demonstration(arguments.out, settings, print)
    print(f"SYNTHETIC deliveries are in {arguments.out / 'landing'}, the truth in {arguments.out / 'truth'}")
    return 0
