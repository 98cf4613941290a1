"""What lies beside the registry's deliveries under a name that is nearly one that is read: told, or refused where it may ask
for an erasure.

Not here: the files that are read there (`site_terms`, `site_columns`, `site_answers`), nor what a delivery has (`answers`).
"""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from orchestration.extracts.errors import DeliveryError, quoted
from orchestration.extracts.formats import holds_no_data
from orchestration.extracts.naming import is_near_withdrawals
from orchestration.extracts.site_answers import ANSWERS_FILE
from orchestration.extracts.site_columns import COLUMNS_FILE
from orchestration.extracts.site_terms import TERMS_FILE

READ_BESIDE = (TERMS_FILE, COLUMNS_FILE, ANSWERS_FILE)
"""What is read there, and is an input of a release as a delivered file is."""


def notes_beside(registry: Path) -> tuple[str, ...]:
    """Files in `landing/registry/` that are nearly named like one that is read there, a line each.

    Args:
        registry: the folder `landing/registry`.

    Raises:
        DeliveryError: a file there may be a withdrawal list, which is read in a delivery alone.
    """
    files = sorted(path.name for path in registry.glob("*") if path.is_file())
    for name in files:
        if is_near_withdrawals(name) and not holds_no_data(name):
            raise DeliveryError(
                f"landing/registry: {quoted(name)} may be a withdrawal list and is not read here; put it into the "
                "delivery's folder as WITHDRAWALS.csv, or take it away"
            )
    return tuple(_notes(files))


def _notes(files: list[str]) -> Iterator[str]:
    stems = {meant.partition(".")[0]: meant for meant in READ_BESIDE}
    for name in files:
        stem = re.sub(r"[\W\d_]+", "", name.casefold().partition(".")[0])
        close = difflib.get_close_matches(stem, list(stems), n=1, cutoff=0.75)
        if close and name not in READ_BESIDE and not name.startswith("."):
            yield f"landing/registry: {quoted(name)} is not read; did you mean {stems[close[0]]}?"
