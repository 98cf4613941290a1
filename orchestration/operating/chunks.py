"""Chunks of replicates in the store: by what they were made from, so that a run that was stopped goes on.

They hold estimates, and nothing of a subject. Does not belong here: computing them.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from analytics.operating_characteristics.method import Found
from analytics.operating_characteristics.replicates import Chunk
from orchestration.durable import write_durably


@dataclass(frozen=True)
class Chunks:
    """The chunks of one origin.

    Attributes:
        root: the folder of all origins.
        origin: hash of all that replicates are made from.
    """

    root: Path
    origin: str

    def kept(self, chunk: Chunk) -> list[Found] | None:
        """The replicates of a chunk; None where it is not there, or damaged."""
        try:
            rows = json.loads(self._path(chunk).read_text(encoding="utf-8"))
            found = [Found(**row) for row in rows]
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        wanted = list(range(chunk.first, chunk.last + 1))
        return found if [each.replicate for each in found] == wanted else None

    def keep(self, chunk: Chunk, found: list[Found]) -> None:
        """Put it there in one step."""
        path = self._path(chunk)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, json.dumps([asdict(each) for each in found]).encode())

    def clear(self) -> None:
        """Leave nothing of any origin."""
        for folder in self.root.glob("*/"):
            shutil.rmtree(folder, ignore_errors=True)

    def _path(self, chunk: Chunk) -> Path:
        scenario = f"{chunk.scenario.kind}-{chunk.scenario.hazard_ratio:g}"
        return self.root / self.origin / f"{scenario}-{chunk.first}-{chunk.last}.json"
