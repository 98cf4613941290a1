"""Every safety table of a release, from one preparation of its frames.

Here: the order of work, the names of the tables and what is printed on all of them. Not here: how a table is
    made.
"""

from collections.abc import Mapping

import pandas as pd

from analytics.catalogue import TABLES
from analytics.safety.administrations import prepare_administrations
from analytics.safety.by_term import by_severity_table, by_term_table
from analytics.safety.deaths import death_table
from analytics.safety.differences import risk_difference_table
from analytics.safety.disproportionality import disproportionality_table
from analytics.safety.events import Events, prepare_events
from analytics.safety.expedited import expedited_table
from analytics.safety.exposure import exposure_table
from analytics.safety.listing import exclusion_table, listing_table
from analytics.safety.monitoring import append_looks, special_interest_table
from analytics.safety.overview import overview_table
from analytics.safety.population import prepare_population
from analytics.safety.rates import rate_table
from analytics.safety.settings import SafetySettings
from analytics.safety.subsets import event_subsets
from analytics.safety.timing import timing_table


def safety_tables(
    settings: SafetySettings,
    adsl: pd.DataFrame,
    adex: pd.DataFrame | None,
    adae: pd.DataFrame,
    previous: Mapping[str, pd.DataFrame] | None = None,
    *,
    per_subject: pd.DataFrame | None = None,
    data_cut: str | None = None,
    external_reports: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Make every safety table.

    Args:
        settings: choices of the protocol.
        adsl: one row per subject; the only source of arms and denominators.
        adex: one row per administration, or None.
        adae: one row per adverse event.
        per_subject: see `prepare_events`.
        previous: tables of the previous release (`ae_expedited` and `ae_monitoring_look` are read), or None.
        data_cut: ISO date of the cut; starts expedited clocks and dates the looks.
        external_reports: 2 × 2 tables for disproportionality, or None.

    Returns:
        exposure_summary, ae_overview, ae_by_term, ae_by_severity, ae_rate, ae_risk_difference, ae_timing,
        ae_death, ae_aesi, ae_monitoring_look, ae_expedited, ae_listing, ae_disproportionality, ae_exclusion.
        Columns and types are the catalogue's; what cannot be made is null with a note.

    Raises:
        ValueError: a key or term column is absent, or ADSL repeats a subject.
    """
    earlier = previous or {}
    population = prepare_population(adsl, settings)
    events = prepare_events(adae, population, settings, per_subject)
    administrations = prepare_administrations(adex, population)
    subsets = event_subsets(events, settings)
    overview = overview_table(events, population, subsets, settings)
    by_term = by_term_table(events, population, subsets, settings)
    interest = special_interest_table(events, population, settings)
    looks = append_looks(interest, settings, earlier.get("ae_monitoring_look"), data_cut)
    tables = {
        "ae_overview": overview,
        "ae_by_term": by_term,
        "ae_by_severity": by_severity_table(events, population, settings),
        "ae_rate": rate_table(events, population, subsets, settings),
        "ae_risk_difference": risk_difference_table(overview, by_term, population, settings),
        "ae_timing": timing_table(events, population, administrations, settings),
        "ae_aesi": interest,
    }
    rule = settings.emergence_rule
    tables = {name: table.assign(emergence_rule=rule) for name, table in tables.items()}
    tables |= {
        "exposure_summary": exposure_table(population, administrations, adsl),
        "ae_death": death_table(events, population, administrations, settings),
        "ae_monitoring_look": looks,
        "ae_expedited": expedited_table(events, population, settings, earlier.get("ae_expedited"), data_cut),
        "ae_listing": listing_table(events, population).assign(emergence_rule=rule),
        "ae_disproportionality": disproportionality_table(external_reports, settings.level),
        "ae_exclusion": _with_unknown(exclusion_table(events, population), events),
    }
    return {name: TABLES[name].cast(table) for name, table in tables.items()}


def counted_tables(
    settings: SafetySettings, adsl: pd.DataFrame, adex: pd.DataFrame | None, adae: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The counts alone that the other tables rest on, for who makes them again: exposure_summary, ae_overview, ae_by_term.

    Args and errors as of `safety_tables`.
    """
    population = prepare_population(adsl, settings)
    events = prepare_events(adae, population, settings)
    subsets = event_subsets(events, settings)
    return {
        "exposure_summary": exposure_table(population, prepare_administrations(adex, population), adsl),
        "ae_overview": overview_table(events, population, subsets, settings),
        "ae_by_term": by_term_table(events, population, subsets, settings),
    }


def _with_unknown(table: pd.DataFrame, events: Events) -> pd.DataFrame:
    """The account with the events of which a classification is not known."""
    rows = [
        ("related", "causality is no known word: counted as missing", events.n_unknown_causality),
        ("serious", "seriousness is not known: not counted as serious", events.n_unknown_seriousness),
    ]
    unknown = pd.DataFrame(rows, columns=["table_subset", "reason", "n_event"]).assign(n_subject=None)
    return pd.concat([table, unknown], ignore_index=True)
