"""The coded words of anyone's adverse events, read as those of a delivery are: by the seeds of terms.

Belongs here: which columns of `adae` hold coded words, and what they mean. Does not belong here: seriousness, causality and
the like, which are worked out of the meanings (`analytics.safety`).
"""

import numpy as np
import pandas as pd

from analytics.safety.columns import day_number
from orchestration.extracts.words import normalised, terms
from orchestration.landing import dictionaries

CAUSALITY, GROUP = "AEREL", "RELGR1"
DATES = ("ASTDT", "AENDT")
# Columns of ADaM that hold what a column of SDTM does.
ALSO = {"ASEV": "AESEV"}


def with_known_words(adae: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`adae` whose coded columns hold values of their code lists or null, and a note for each column with unknown words or
    dates that cannot be read.

    Causality is kept as it is, and its group added as RELGR1 where the file has none of its own.

    Args:
        adae: events, with upper-case columns.
        name: of the file, for the notes.
    """
    vocabularies = _coded_columns()
    made, notes = {}, []
    for column in adae.columns.intersection([*vocabularies, *ALSO]):
        vocabulary = vocabularies[ALSO.get(column, column)]
        meaning = adae[column].map(_meanings(adae[column], vocabulary))
        unknown = int((adae[column].notna() & meaning.isna()).sum())
        made[column] = meaning.mask(meaning == "NONE", None).astype(object)
        if unknown:
            words = adae.loc[meaning.isna(), column].nunique()
            notes.append(
                f"{name}: {column} has {words} words that are in no list of {vocabulary} ({unknown} rows); "
                "taken as not known"
            )
    notes += _unread_dates(adae, name)
    if CAUSALITY in made:
        group = made.pop(CAUSALITY)
        if GROUP not in adae:
            made[GROUP] = group
    return adae.assign(**made), tuple(notes)


def _unread_dates(adae: pd.DataFrame, name: str) -> list[str]:
    """A note for each date column with values that are no ISO dates."""
    found = {
        column: adae[column].notna().to_numpy() & np.isnan(day_number(adae, column))
        for column in DATES
        if column in adae
    }
    return [
        f"{name}: {column} has {int(unread.sum())} values that are not dates of the form YYYY-MM-DD; taken as not known"
        for column, unread in found.items()
        if unread.any()
    ]


def _coded_columns() -> dict[str, str]:
    """Columns of the registry's adverse events with the vocabulary whose words they hold."""
    table = dictionaries()["registry"].tables["ae"]
    return {column.name: column.vocabulary for column in table.columns if column.vocabulary}


def _meanings(words: pd.Series, vocabulary: str) -> dict[object, str | None]:
    """Each distinct word with its meaning, None where it is in no list."""
    listed = terms()[vocabulary]
    return {word: listed.get(normalised(str(word))) for word in words.dropna().unique()}
