"""Stage: what the headline method could have shown, as the last run had it. A run takes long and is no part of a night.

Does not belong here: the run itself (`analytics.operating_characteristics`).
"""

from collections.abc import Mapping

import pandas as pd

from analytics.catalogue import TABLES
from analytics.protocol import Protocol

LAST_RUN = "last_operating_characteristics"
NEEDS = (LAST_RUN,)
MAKES = ("operating_characteristics",)


def run(protocol: Protocol, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The table as it is; empty where there was no run."""
    declared = TABLES["operating_characteristics"]
    return {"operating_characteristics": declared.of_then(tables.get(LAST_RUN, declared.frame()))}
