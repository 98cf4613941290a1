"""The coded words of anyone's adverse events, read as those of a delivery are: by the seeds of terms.

Belongs here: which columns of `adae` hold coded words, and what they mean. Does not belong here: seriousness, causality and
the like, which are worked out of the meanings (`analytics.safety`).
"""

import pandas as pd

from orchestration.extracts.words import normalised, terms
from orchestration.landing import dictionaries

CAUSALITY, GROUP = "AEREL", "RELGR1"
# Columns of ADaM that hold what a column of SDTM does.
ALSO = {"ASEV": "AESEV"}


def with_known_words(adae: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """`adae` whose coded columns hold values of their code lists or null, and a note for each column with unknown words.

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
    if CAUSALITY in made:
        group = made.pop(CAUSALITY)
        if GROUP not in adae:
            made[GROUP] = group
    return adae.assign(**made), tuple(notes)


def _coded_columns() -> dict[str, str]:
    """Columns of the registry's adverse events with the vocabulary whose words they hold."""
    table = dictionaries()["registry"].tables["ae"]
    return {column.name: column.vocabulary for column in table.columns if column.vocabulary}


def _meanings(words: pd.Series, vocabulary: str) -> dict[object, str | None]:
    """Each distinct word with its meaning, None where it is in no list."""
    listed = terms()[vocabulary]
    return {word: listed.get(normalised(str(word))) for word in words.dropna().unique()}
