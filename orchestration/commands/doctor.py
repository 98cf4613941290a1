"""`vigil doctor`: a home's health, a line a finding."""

import argparse
from datetime import datetime

from orchestration.health.examination import Examination, examine
from orchestration.health.finding import Finding, Visit
from orchestration.settings import Settings, time_here

HEALTHY, UNSEEN, IN_NEED = 0, 3, 4
EXIT_STATUS = """exit status: 0 healthy; 4 something needs a person, each line of it with ! and the way out; 3 nothing was
found, but this user may not look at everything; 1 it could not be looked at. It changes nothing, also beside a refresh."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""
    parser.epilog = EXIT_STATUS


def run(arguments: argparse.Namespace) -> int:
    """Look at the home, say what was found, and whether a person is needed."""
    settings = Settings.from_environment()
    found = examine(Visit(settings, datetime.fromisoformat(time_here())))
    print(f"{settings.home}")
    for finding in found.findings:
        print(_line(finding))
    if found.unseen:
        print(
            f"? {', '.join(found.unseen)}: this user may not look; run vigil doctor as the user whom the home belongs to"
        )
    print(_verdict(found))
    return IN_NEED if found.in_need else UNSEEN if found.unseen else HEALTHY


def _line(finding: Finding) -> str:
    mark, way_out = ("!", f" -> {finding.way_out}") if finding.needs_person else (" ", "")
    return f"{mark} {finding.about:<9} {finding.says}{way_out}"


def _verdict(found: Examination) -> str:
    if found.in_need:
        return f"{found.in_need} {'thing needs' if found.in_need == 1 else 'things need'} a person"
    return "nothing found in what could be looked at" if found.unseen else "healthy: nothing needs a person"
