"""The last run of the operating characteristics as a night takes it over: one file of the store, by its content.

Light imports only: the plan compares fingerprints. Does not belong here: making a run (`orchestration.operating`).
"""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.durable import write_durably
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse

if TYPE_CHECKING:
    import pandas as pd

FILE = "last.json"
KINDS = ("plasmode", "empirical_null", "smallest_detectable")
"""In the order of the table's rows."""
INPUT = "operating_characteristics"
"""As fingerprints name it."""
RESULT, TAKEN = f"results.{INPUT}", f"raw.{INPUT}"
"""Where a release has it, and where a build finds it."""


@dataclass(frozen=True)
class OperatingRun:
    """A table of operating characteristics in its canonical form; the text is empty where there was no run."""

    text: str = ""

    @property
    def sha256(self) -> str:
        """Of the text; empty where there was no run."""
        return hashlib.sha256(self.text.encode()).hexdigest() if self.text else ""

    @property
    def run(self) -> str | None:
        """The hash of what it was made from."""
        return json.loads(self.text)[0]["run"] if self.text else None

    @classmethod
    def of(cls, table: "pd.DataFrame") -> "OperatingRun":
        """Of a table; the order of its rows does not matter, and without any there was no run."""
        import pandas as pd

        from analytics.catalogue import TABLES

        if table.empty:
            return cls()
        cast = TABLES[INPUT].cast(table)
        made = cast.sort_values("effect", ascending=False).sort_values(
            "kind", key=lambda kind: kind.map(KINDS.index), kind="stable"
        )
        rows = [
            {name: None if pd.isna(value) else value for name, value in row.items()}
            for row in made.astype(object).to_dict("records")
        ]
        return cls(json.dumps(rows, sort_keys=True, ensure_ascii=False))

    def table(self) -> "pd.DataFrame":
        """As results hold it; empty where there was no run."""
        from analytics.catalogue import TABLES

        declared = TABLES[INPUT]
        rows = json.loads(self.text) if self.text else []
        return declared.frame([declared.row(**row) for row in rows])


NO_RUN = OperatingRun()


def last_run(settings: Settings) -> OperatingRun:
    """The last run that was made in this home; none where it cannot be read."""
    path = settings.operating_characteristics / FILE
    try:
        text = path.read_text(encoding="utf-8")
        return OperatingRun(text) if json.loads(text)[0]["run"] else NO_RUN
    except (OSError, ValueError, LookupError, TypeError):
        return NO_RUN


def keep_run(settings: Settings, run: OperatingRun) -> None:
    """Put a run in the place of the last one, in one step."""
    folder = settings.operating_characteristics
    folder.mkdir(parents=True, exist_ok=True)
    write_durably(folder / FILE, run.text.encode())


def begin_operating_run(warehouse: Warehouse, text: str) -> None:
    """The table of a build that begins."""
    from analytics.catalogue import TABLES

    warehouse.put("raw", {INPUT: OperatingRun(text).table()}, TABLES, {})
