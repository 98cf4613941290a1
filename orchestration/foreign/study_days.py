"""ADaM's study days of anyone's files as the study counts them, and columns of an export under the names the study reads.

ADaM has no day 0, the marts do. Belongs here: the reverse of what an export does to a mart. Does not belong here: AVAL
(`times`), and days that the estimators read either way (ADY, ASTDY).
"""

import pandas as pd

from orchestration.mart_contracts import OWN, metas


def as_the_study_counts(mart: str, frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The file with the marts' own names, and the days of its subjects counted from 0; and a note where they were not.

    A file counts from 1 where its days are never 0 and one of them is 1, as the first administration's is.

    Args:
        mart: what the file is.
        frame: with upper-case columns.
        name: of the file.
    """
    declared = metas(mart)
    names = {meta["exported_as"]: column for column, meta in declared.items() if "exported_as" in meta}
    frame = frame.rename(columns={given: own for given, own in names.items() if own not in frame})
    if mart != "adsl":
        return frame, ()
    days = [
        column
        for column, meta in declared.items()
        if meta.get("study_day") == OWN and column in frame and pd.api.types.is_numeric_dtype(frame[column])
    ]
    if (frame[days] == 0).any(axis=None) or not (frame[days] == 1).any(axis=None):
        return frame, ()
    note = f"{name}: {', '.join(days)} have no day 0, so day 1 is the reference; they were counted from 0"
    return frame.assign(**{day: frame[day].where(frame[day] < 0, frame[day] - 1) for day in days}), (note,)
