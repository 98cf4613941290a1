"""`vigil refresh`: the nightly job. Decides before any heavy import; imports Dagster only when there is work."""

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path

from orchestration.alerts.messages import broken_off, failed, set_aside
from orchestration.alerts.tell import Night, told_refresh
from orchestration.commands.progress import Progress
from orchestration.dagster_parts.damage import set_damage_aside
from orchestration.dagster_parts.instance import prepare_instance
from orchestration.disk import full_disk_told, refuse_full_disk
from orchestration.extracts.errors import quoted
from orchestration.extracts.land import answered_files
from orchestration.extracts.site_columns import COLUMNS_PLACE
from orchestration.extracts.site_terms import PRODUCT, TERMS_PLACE
from orchestration.extracts.store import ExtractStore
from orchestration.landing import dictionaries, landing_is_empty
from orchestration.lock import refresh_lock
from orchestration.night.inputs import CutInputs
from orchestration.night.plan import RefreshPlan, refresh_plan
from orchestration.night.recovery import recover
from orchestration.releases.index import ReleaseIndex
from orchestration.settings import DATABASE, Settings, time_here

RELEASED, NOT_RELEASED, WITH_GAPS = 0, 1, 3
EXIT_STATUS = """exit status: 0 released, or nothing new; 3 released with gaps (a delivery set aside, a stage that refused or
failed, a covariate that cannot be used, each named here, in the report and in release.gap), or nothing new while a
delivery is set aside; 1 not released, the last release stays current; 143 or 130 stopped by a signal."""
ALLOWED_AND_MISSING = """
    select domain, column_name from raw.site_column where not exists (
        select 1 from raw.delivered_file as file where file.table_name = domain
        and list_contains(string_split(lower(file.unknown_columns), ', '), lower(trim(column_name)))
    ) order by all
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--cut and --demonstration."""
    parser.epilog = EXIT_STATUS
    parser.add_argument(
        "--cut", metavar="YYYY-MM-DD", help="this data cut alone, even if a later one is released"
    )
    parser.add_argument(
        "--demonstration", action="store_true", help="write simulated extracts first if landing/ is empty"
    )


def run(arguments: argparse.Namespace) -> int:
    """Refresh what is to be refreshed, oldest cut first; ends with the headline and where things are.

    Raises:
        AlreadyRunningError: another refresh holds the home folder: its release is waited for, not made twice.
        DiskFullError: there is no room.
    """
    settings = Settings.from_environment()
    now = time_here()
    with told_refresh(settings) as night:
        with refresh_lock(settings.home, now), full_disk_told(settings.home):
            for line in recover(settings, now, arguments.cut):
                print(line)
            status = _refresh(settings, arguments, night)
        night.good = status != NOT_RELEASED
        return status


def _refresh(settings: Settings, arguments: argparse.Namespace, night: Night) -> int:
    if arguments.demonstration and landing_is_empty(settings.landing):
        _write_demonstration(settings)
    plan = refresh_plan(settings, settings.protocol(), arguments.cut, reading=True)
    for line in (*(f"not picked up: {line}" for line in plan.set_aside), *plan.notes):
        print(line, file=sys.stderr)
    if plan.set_aside:
        night.messages.append(set_aside(plan.set_aside))
    if not plan.known:
        print("vigil: no complete registry delivery in landing/registry/; put one there, or run with --demonstration",
              file=sys.stderr)  # fmt: skip
        night.messages.append(broken_off(time_here()[:10], "nothing delivered"))
        return NOT_RELEASED
    if not plan.cuts:
        print("nothing new: every data cut is released with these inputs, this protocol and this code")
    lacking = _make(settings, plan, night)
    if not _tell_result(settings):
        print("vigil: no release is current: vigil releases verify says why; vigil refresh --cut YYYY-MM-DD makes one",
              file=sys.stderr)  # fmt: skip
        night.messages.append(broken_off(time_here()[:10], "nothing current"))
        return NOT_RELEASED
    return WITH_GAPS if plan.set_aside or lacking else RELEASED


def _write_demonstration(settings: Settings) -> None:
    from analytics.simulation import SimulationSettings
    from orchestration.demonstration.writer import write_demonstration

    started = time.perf_counter()
    print(
        "landing/ is empty: writing SYNTHETIC demonstration extracts at the size of a real study", flush=True
    )
    print(f"  (short nights: vigil simulate --scale small --out {settings.home}, before)", flush=True)
    write_demonstration(settings.home, SimulationSettings.full())
    print(f"  done in {time.perf_counter() - started:.0f} s", flush=True)


def _make(settings: Settings, plan: RefreshPlan, night: Night) -> int:
    """Make one cut after the other; one that fails stops no other.

    Returns:
        Gaps of the newest cut's release; 0 where none was made.

    Raises:
        RefreshFailedError: a cut failed, told at the end.
    """
    if not plan.cuts:
        return 0
    refuse_full_disk(settings.home, _size(settings.build_file))
    for line in set_damage_aside(settings):
        print(line, flush=True)
    prepare_instance(settings)
    from orchestration.refresh import RefreshFailedError, run_refresh

    failure: RefreshFailedError | None = None
    n_gap = 0
    for number, cut in enumerate(plan.cuts, start=1):
        print(f"data cut {cut.data_cut} ({number} of {len(plan.cuts)}): {cut.reason}", flush=True)
        tell_files(settings, cut.inputs)
        tell_product(cut.inputs)
        progress = Progress(sys.stdout)
        # What dbt and Dagster print goes to a file; a person sees the steps.
        log = settings.build_file.parent / "refresh.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "w", encoding="utf-8") as output, contextlib.redirect_stdout(output):
            try:
                made = run_refresh(cut.inputs, progress.step)
            except RefreshFailedError as error:
                progress.failed(error.step)
                night.messages.append(failed(error.run_id, cut.data_cut, error.report, held=error.held))
                if failure is not None:
                    print(f"vigil: {failure}", file=sys.stderr)
                failure = error
                continue
        if not made:
            print("  nothing new: another run released it meanwhile", flush=True)
            continue
        progress.done("released")
        _tell_notes(settings)
        n_gap = _tell_gaps(settings, cut.data_cut)
        _tell_erasures(settings)
    _let_go(settings)
    if failure is not None:
        raise failure
    return n_gap


def _let_go(settings: Settings) -> None:
    from dagster import DagsterInstance

    from orchestration.dagster_parts.run_retention import let_go_of_old_runs

    let_go_of_old_runs(DagsterInstance.get(), settings)


def _size(path: Path) -> int:
    """Bytes of a file, 0 where there is none."""
    return path.stat().st_size if path.is_file() else 0


def tell_files(settings: Settings, inputs: CutInputs) -> None:
    """How many files were delivered and read, and each that is not, with its reason."""
    for delivery in (inputs.registry.delivery, inputs.proact.delivery):
        named, others = answered_files(delivery, dictionaries(), ExtractStore(settings.store))
        unread = [other for other in others if not other.is_mark]
        n_file = len(named) + len(others)
        print(
            f"  {delivery.source} {delivery.release}: {n_file} files, {n_file - len(unread)} read, {len(unread)} not read"
        )
        for other in unread:
            print(f"    {quoted(other.name)} not read: {other.reason}")
        if delivery.note:
            print(f"    {delivery.note}", flush=True)


def tell_product(inputs: CutInputs) -> None:
    """A site that names its product has a protocol that calls it so, or a report of another drug."""
    named = [term.term for term in inputs.site_terms.terms if (term.domain, term.variable) == PRODUCT]
    label = json.loads(inputs.protocol)["treatment"]["treated_label"]
    for name in named:
        if name.casefold() not in label.casefold():
            print(
                f"  the report will speak of {quoted(label)}: {TERMS_PLACE} names the product {quoted(name)}; "
                "set treatment.treated_label in the protocol (VIGIL_PROTOCOL)"
            )


def _tell_notes(settings: Settings) -> None:
    """What a person should know of the files that were read: dates that are not ISO 8601, columns that may be renamed, and
    columns that the site allows and no file has: a slip in the name is as likely as a column taken out."""
    from orchestration.warehouse import Warehouse

    with Warehouse(settings.build_file).read() as connection:
        notes = connection.sql(
            "select note from raw.delivered_file where note is not null order by file_name"
        ).fetchall()
        missing = connection.sql(ALLOWED_AND_MISSING).fetchall()
    for note in (note for (text,) in notes for note in text.split("; ")):
        print(f"  {note}", flush=True)
    for domain, column in missing:
        print(
            f"  {COLUMNS_PLACE}: {domain}: no file of this delivery has a column {quoted(column, 40)}",
            flush=True,
        )


def _tell_gaps(settings: Settings, data_cut: str) -> int:
    """What the newest release of a cut lacks, a line each; how many there are."""
    from orchestration.night.gaps import released_gaps

    found = released_gaps(ReleaseIndex(settings.releases), data_cut)
    for gap in found:
        print(f"  gap: {gap.kind}: {gap.subject}: {gap.reason}", flush=True)
    return len(found)


def _tell_erasures(settings: Settings) -> None:
    """Requests for erasure are kept out of the new release by SQL; carrying them out is a person's act."""
    from orchestration.erasure.requests import erasures_due
    from orchestration.warehouse import Warehouse

    due = erasures_due(settings, Warehouse(settings.build_file))
    if due:
        print(f"erasure is due: the withdrawal list asks it for {due} subjects still delivered or released; "
              "run vigil erase --requested --reason ...", file=sys.stderr)  # fmt: skip


def _tell_result(settings: Settings) -> bool:
    """The headline of `current` and where things are; whether there is a current release."""
    from orchestration.night.summary import summary_text
    from orchestration.releases.dictionary import FILE as DICTIONARY

    folder = ReleaseIndex(settings.releases).current()
    if folder is None:
        return False
    print(summary_text(folder / DATABASE))
    print(f"report    {settings.releases / 'current' / 'report' / 'report.html'}")
    if (folder / "in-house").is_dir():
        print(f"in house  {settings.releases / 'current' / 'in-house' / 'report.html'}")
    if (folder / DICTIONARY).is_file():
        print(f"columns   {settings.releases / 'current' / DICTIONARY}")
    print(f"database  {settings.releases / 'current' / DATABASE}")
    return True
