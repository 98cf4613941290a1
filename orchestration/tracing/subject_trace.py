"""Everything a release holds of one subject: mart rows and delivered lines."""

from pathlib import Path

import duckdb
import pandas as pd

from orchestration.extracts.pseudonyms import key_in_force, pseudonym
from orchestration.releases.analysts import open_hardened
from orchestration.settings import Settings
from orchestration.tracing.populations import TraceError
from orchestration.tracing.proof import Landing, delivered_records, proven
from orchestration.warehouse import one_row

RECORDS = """
select USUBJID as usubjid, 'adsl' as mart, 'subject' as record, SRCFILE as source_file, SRCLINE as source_line,
    cast(null as varchar) as source_table
from marts.adsl where USUBJID = $subject
union all
select USUBJID, 'adex', 'administration ' || EXSEQ, SRCFILE, SRCLINE, null from marts.adex where USUBJID = $subject
union all
select USUBJID, 'adae', 'event ' || AESEQ, SRCFILE, SRCLINE, null from marts.adae where USUBJID = $subject
union all
select USUBJID, 'adqs', PARAMCD || ' day ' || INDEXDY, SRCFILE, SRCLINE, lower(SRCDOM)
from marts.adqs where USUBJID = $subject
union all
select distinct USUBJID, 'adtte', PARAMCD || ', ' || SRCVAR, SRCFILE, SRCLINE, lower(SRCDOM)
from marts.adtte where USUBJID = $subject
"""
ARM = "select SOURCE, TRT01P from marts.adsl where USUBJID = $subject"


def subject_records(settings: Settings, landing: Landing, database: Path, text: str) -> pd.DataFrame:
    """Mart rows of a subject with their addresses, and every delivered line of the subject.

    Args:
        settings: for the pseudonym key.
        landing: the delivered files of the release.
        database: of the release.
        text: USUBJID as in the marts, or the id as delivered.

    Raises:
        TraceError: the release does not hold the subject.
    """
    with open_hardened(database) as connection:
        usubjid = find_subject(settings, connection, text)
        records = connection.execute(RECORDS, {"subject": usubjid}).df()
        source, arm = one_row(connection, ARM, {"subject": usubjid})
    records["source_line"] = records["source_line"].astype("Int64")
    found = proven(landing, records.assign(source=source))
    tables = landing.files.loc[landing.files["source"] == source, "table_name"].unique()
    delivered = [
        delivered_records(landing, source, name, [usubjid])
        for name in sorted(tables)
        if name != "withdrawals"
    ]
    everything = pd.concat([part for part in (found, *delivered) if len(part)], ignore_index=True)
    return everything.assign(arm=arm)


def find_subject(settings: Settings, connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """USUBJID of a subject given by it, by its pseudonym, or by the id as delivered.

    Raises:
        TraceError: nobody of that name; the message does not repeat it.
    """
    key = key_in_force(settings.pseudonym_key)
    given = text.strip()
    pseudonymous = pseudonym(given, key, keep_pseudonyms=True) or "-"
    query = "select USUBJID from marts.adsl where USUBJID in ($given, 'PROACT-' || $given) or "
    query += "(SOURCE = 'REGISTRY' and ends_with(USUBJID, '-' || $pseudonym)) order by 1"
    found = connection.execute(query, {"given": given, "pseudonym": pseudonymous}).fetchall()
    if len(found) != 1:
        raise TraceError(
            "this release holds no such subject; give USUBJID as in marts.adsl, or the id as delivered"
        )
    return str(found[0][0])
