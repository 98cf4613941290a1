"""Chunks of replicates in the store: by what they were made from, so that a run that was stopped goes on.

There is one origin at a time, that of the current release, and a file for every twenty of its replicates, so that nothing
grows from night to night. They hold estimates, and nothing of a subject. Does not belong here: computing them.
"""

import json
import shutil
from collections.abc import Iterable
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
        """The replicates of a chunk, whatever run made them; None where they are not all there, or damaged."""
        try:
            rows = json.loads(self._path(chunk).read_text(encoding="utf-8"))
            found = [Found(**row) for row in rows]
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        wanted = list(range(chunk.first, chunk.last + 1))
        # A run that asked for more may have made them: what is beyond is left to it.
        found = found[: len(wanted)]
        return found if [each.replicate for each in found] == wanted else None

    def keep(self, chunk: Chunk, found: list[Found]) -> None:
        """Put it there in one step."""
        path = self._path(chunk)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, json.dumps([asdict(each) for each in found]).encode())

    def clear(self, run: Iterable[Chunk]) -> None:
        """Leave none of a run that ended; where there are others, a run that asked for more was stopped, and needs all."""
        if {*self._folder.glob("*.json")} <= {self._path(chunk) for chunk in run}:
            shutil.rmtree(self._folder, ignore_errors=True)

    def clear_others(self) -> None:
        """Leave nothing of other origins, which is of use to no run on the current release."""
        for folder in self.root.glob("*/"):
            if folder != self._folder:
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return self.root / self.origin

    def _path(self, chunk: Chunk) -> Path:
        scenario = f"{chunk.scenario.kind}-{chunk.scenario.hazard_ratio:g}"
        return self._folder / f"{scenario}-{chunk.first}.json"
