"""The words of the deliveries in landing that nobody knows: read, judged and forgotten.

Everything is made in a temporary folder that is gone afterwards, since words may be free text. Not here: what is asked of
whom (the models `dq_*__word`), nor printing.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.extracts.deliveries import Delivery
from orchestration.extracts.land import accept_delivery
from orchestration.extracts.pseudonyms import key_from_text
from orchestration.extracts.register import register_raw
from orchestration.extracts.site_terms import SiteTerms
from orchestration.extracts.store import ExtractStore
from orchestration.landing import dictionaries
from orchestration.memory import DuckDbShare
from orchestration.settings import DBT_PROJECT, Settings, environment_of_others

_QUERY = """
select upper(table_name), column_name, word, count(*), count(distinct usubjid)
from intermediate.int_{source}__unknown_word group by all order by 4 desc, 1, 2, 3
"""
# Words of an open vocabulary that no list has and that hold no stem of a fact.
_OF_NO_FACT = """
select upper(word.table_name), word.column_name, word.normalised, sum(word.n_record), max(word.n_subject), 'NONE'
from (from staging.stg_registry__word union all from staging.stg_proact__word) as word
where word.meaning = 'NONE' and word.list is null
group by all order by 4 desc, 1, 2, 3
"""


class UnreadWordsError(RuntimeError):
    """The deliveries could not be read as far as their words; the message says what to do, in one line."""


@dataclass(frozen=True)
class UnknownWord:
    """A word in its normal form, where it stands, how many records and subjects carry it, and what it was taken for:
    nothing where nobody knows it."""

    domain: str
    variable: str
    term: str
    n_record: int
    n_subject: int
    meaning: str = ""


def unknown_words(
    settings: Settings,
    deliveries: Sequence[Delivery],
    taught: SiteTerms,
    data_cut: date,
    *,
    of_no_fact: bool = False,
) -> tuple[UnknownWord, ...]:
    """The words that nobody knows, the commonest first.

    Args:
        settings: the pseudonym key and the machine's share.
        deliveries: at most one of each source.
        taught: the words of the site, which are known.
        data_cut: date of the cut.
        of_no_fact: also the words of open vocabularies that are in no list and were taken for none of the facts, behind
            the others, with the meaning NONE.

    Raises:
        DeliveryError: a delivery cannot be accepted.
        UnreadWordsError: the models that judge words failed.
    """
    key = key_from_text(settings.pseudonym_key) if settings.pseudonym_key else None
    with tempfile.TemporaryDirectory(prefix="vigil-words-") as scratch:
        folder = Path(scratch)
        store = ExtractStore(folder / "store")
        accepted = [accept_delivery(delivery, dictionaries(), store, key=key) for delivery in deliveries]
        database = folder / "vigil.duckdb"
        with duckdb.connect(str(database)) as connection:
            register_raw(
                connection, accepted, dictionaries(), data_cut=data_cut, site_terms=taught, show_words=True
            )
        _judge(database, folder / "dbt", settings.duckdb)
        with duckdb.connect(str(database), read_only=True) as connection:
            rows = [
                row
                for source in ("registry", "proact")
                for row in connection.execute(_QUERY.format(source=source)).fetchall()
            ]
            others = connection.execute(_OF_NO_FACT).fetchall() if of_no_fact else []
    return tuple(UnknownWord(*row) for row in [*rows, *others])


def _judge(database: Path, target: Path, share: DuckDbShare) -> None:
    """Run the models up to the unknown words on a database that holds schema `raw`."""
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "build",
        "--quiet",
        "--select",
        "+int_registry__unknown_word",
        "+int_proact__unknown_word",
        "--exclude-resource-type",
        "test",
        "--exclude-resource-type",
        "unit_test",
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(target),
        "--log-path",
        str(target / "logs"),
    ]
    environment = {**environment_of_others(), "VIGIL_BUILD_DB": str(database), **share.environment()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnreadWordsError(
            "the words of the deliveries could not be judged: run vigil refresh, whose report names the step that fails"
        )
