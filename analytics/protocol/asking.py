"""Which parts of a protocol were asked for: what a stage did not ask for cannot have moved what it made.

Belongs here: noting what is read: a section, or the seed. It stands in one section with the protocol's version, and would
otherwise make every stage anew that draws anything, whenever a changed protocol takes a version. Does not belong here: what
follows from it (`orchestration.night.stage_reuse`).
"""

from collections.abc import Iterator
from typing import Any

from pydantic import PrivateAttr

from analytics.protocol.model import Protocol
from analytics.protocol.sections import Sections

SECTIONS = frozenset(Sections.model_fields)
SEED = "study.seed"


class AskingProtocol(Protocol):
    """A protocol that notes which of its parts are read; its copies note in the same place.

    What looks at all sections at once asks for all. Equality asks only for those that are not the very same object on both
    sides: whatever a section says, it equals itself.
    """

    _asked: set[str] = PrivateAttr(default_factory=set)

    @classmethod
    def of(cls, protocol: Protocol) -> "AskingProtocol":
        """The same protocol, of which nothing was asked yet."""
        return cls.model_construct(**{name: getattr(protocol, name) for name in Sections.model_fields})

    @property
    def asked(self) -> tuple[str, ...]:
        """What was read: sections by name, a setting by its section and name (`study.seed`)."""
        return tuple(sorted(self._asked))

    @property
    def seed(self) -> int:
        """The seed; it alone is noted."""
        self._asked.add(SEED)
        return vars(self)["study"].seed

    def __getattribute__(self, name: str) -> Any:
        """An attribute; a section is noted."""
        if name in SECTIONS:
            self._asked.add(name)
        return super().__getattribute__(name)

    def __eq__(self, other: object) -> bool:
        """Section by section."""
        if not isinstance(other, Protocol):
            return NotImplemented
        mine, theirs = vars(self), vars(other)
        return all(
            mine[n] is theirs[n] or getattr(self, n) == getattr(other, n) for n in Sections.model_fields
        )

    __hash__ = None  # type: ignore[assignment]

    def __iter__(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        """All sections."""
        self._asked.update(SECTIONS)
        return super().__iter__()

    def model_dump(self, **how: Any) -> dict[str, Any]:
        """All sections, as plain values."""
        self._asked.update(SECTIONS)
        return super().model_dump(**how)

    def model_dump_json(self, **how: Any) -> str:
        """All sections, as JSON."""
        self._asked.update(SECTIONS)
        return super().model_dump_json(**how)
