"""The tables of a reporting period, counted anew from the marts of a release by its protocol, and shown as its report shows
counts.

Belongs here: which days may be asked for. Does not belong here: counting (`analytics.safety.reporting_period`), the tables'
words (`analytics.report.sections.reporting_period`).
"""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
from lxml import html
from markupsafe import Markup

from analytics.protocol import parse_canonical
from analytics.report.disclosure import Disclosure
from analytics.report.page import numbered
from analytics.report.sections import reporting_period
from analytics.safety.reporting_period import ReportingPeriod, period_tables
from analytics.stages.safety import settings, with_arms
from orchestration.export.tables.displays import Display, Table
from orchestration.export.tables.report_page import ReportPage, displays
from orchestration.releases.analysts import open_hardened
from orchestration.settings import DATABASE
from orchestration.warehouse import one_row, scalar, table_names

RECOUNTED = ("ae_by_term", "ae_overview", "exposure_summary")
"""Tables whose counts have a second opinion."""


def period_displays(
    release: Path, page: ReportPage, after: date, to: date, cuts: frozenset[str], *, in_house: bool
) -> tuple[Display, ...]:
    """Tables of what began in a period, numbered on from those of the report.

    Args:
        release: its folder.
        page: its report.
        after, to: the period goes from the day after the first to the second.
        cuts: data cuts of the releases there are.
        in_house: whether exact counts are told.

    Raises:
        ValueError: the period has no days, ends after the data cut or would tell somebody's day, or counts are in dispute.
    """
    with open_hardened(release / DATABASE) as connection:
        (data_cut,) = one_row(connection, "select data_cut from release.info")
        cut = pd.Timestamp(data_cut).date()
        _check(after, to, cut)
        if not in_house:
            _check_coarse((after, to), cuts | {cut.isoformat()})
        _check_undisputed(connection)
        protocol = parse_canonical(scalar(connection, "select canonical from release.protocol"))
        adsl, adae = (connection.sql(f"from marts.{name}").df() for name in ("adsl", "adae"))
        by_term = connection.sql("from results.ae_by_term").df()
    period = ReportingPeriod(after.isoformat(), to.isoformat(), to == cut)
    made = period_tables(settings(protocol), with_arms(protocol, adsl), adae, period)
    disclosure = Disclosure.of(protocol, in_house=in_house)
    body = reporting_period.body(made, period, by_term, disclosure, page.mark)
    return _numbered_on(body, sum(isinstance(each, Table) for each in page.displays))


def _numbered_on(body: Markup, n_before: int) -> tuple[Display, ...]:
    heading = Markup("<section><h2>{}</h2>{}</section>").format(reporting_period.TITLE, body)
    text = numbered(str(heading))
    return tuple(
        replace(each, label=f"Table {number}")
        for number, each in enumerate(displays(html.document_fromstring(text), text), start=n_before + 1)
    )


def _check(after: date, to: date, cut: date) -> None:
    if to > cut:
        raise ValueError(f"--to {to} is later than the data cut of the release, {cut}")
    if after >= to:
        raise ValueError(f"--from {after} is not earlier than --to {to}")


def _check_coarse(days: tuple[date, date], cuts: frozenset[str]) -> None:
    """Of periods a day apart the public would learn on which day somebody had an event: it is told times by the month."""
    for day in days:
        if day.isoformat() not in cuts and day.day != monthrange(day.year, day.month)[1]:
            raise ValueError(
                f"{day} is neither a data cut of a release nor the last day of a month: "
                "the public edition tells no nearer day; --in-house does"
            )


def _check_undisputed(connection: duckdb.DuckDBPyConnection) -> None:
    if "results.second_opinion" not in table_names(connection):
        return
    names = ", ".join(f"'{name}'" for name in RECOUNTED)
    disputed = scalar(
        connection,
        f"select count(*) from results.second_opinion where agrees = 'N' and table_name in ({names})",
    )
    if disputed:
        raise ValueError(f"{disputed} counts of safety in this release are in dispute: no period is counted")
