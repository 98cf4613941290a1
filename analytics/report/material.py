"""What a report is made from: the protocol, result tables, and what the build knows of itself.

Belongs here: looking tables up, with an empty frame for what is not there. Does not belong here: wording or layout.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from analytics.comparison.specification import leading
from analytics.gaps import Gap
from analytics.protocol import Protocol
from analytics.report.disclosure import Disclosure
from analytics.report.public import shown_table


@dataclass(frozen=True)
class Provenance:
    """What a release is a function of, as text; empty where unknown.

    Attributes:
        facts: what → value, in the order shown (data cut, protocol hash, code hash, …).
        input_files: source, file_name, release, sha256, n_record, n_decode_reject; one row per delivered file.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    input_files: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Material:
    """Everything a report shows.

    Attributes:
        protocol: the protocol in force.
        results: result tables by name; one that is missing is treated as empty.
        simulated: whether everything must carry the protocol's mark.
        adsl: one row per subject, for the description of the sources; may be empty.
        check_result, data_query, rejected_row: data quality, as in the release database; may be empty.
        change, attribution: difference from the release before; may be empty.
        estimate_history, open_query: headlines of all releases so far, and since when queries are open; may be empty.
        site_answer: what the sites answered to their queries; may be empty.
        provenance: what the release is a function of.
        gaps: what the release lacks.
        in_house: whether it is the house's own edition, in which nothing is suppressed.
        released: whether it is of a release, and not of a trial.
        undrawn: figures that could not be drawn, added as the report is rendered.
    """

    protocol: Protocol
    results: Mapping[str, pd.DataFrame]
    simulated: bool
    adsl: pd.DataFrame = field(default_factory=pd.DataFrame)
    check_result: pd.DataFrame = field(default_factory=pd.DataFrame)
    data_query: pd.DataFrame = field(default_factory=pd.DataFrame)
    rejected_row: pd.DataFrame = field(default_factory=pd.DataFrame)
    change: pd.DataFrame = field(default_factory=pd.DataFrame)
    attribution: pd.DataFrame = field(default_factory=pd.DataFrame)
    estimate_history: pd.DataFrame = field(default_factory=pd.DataFrame)
    open_query: pd.DataFrame = field(default_factory=pd.DataFrame)
    site_answer: pd.DataFrame = field(default_factory=pd.DataFrame)
    provenance: Provenance = field(default_factory=Provenance)
    gaps: tuple[Gap, ...] = ()
    in_house: bool = False
    released: bool = True
    undrawn: list[Gap] = field(default_factory=list, compare=False)

    @property
    def mark(self) -> str | None:
        """SYNTHETIC, or whatever the protocol calls it; None for genuine data."""
        return self.protocol.treatment.mark if self.simulated else None

    @property
    def arms(self) -> tuple[str, str]:
        """Labels of the treated and the control arm."""
        return self.protocol.treatment.treated_label, self.protocol.treatment.control_label

    @property
    def level(self) -> str:
        """The level of its intervals."""
        return f"{100 * self.protocol.outcome.level:g} %"

    @property
    def disclosure(self) -> Disclosure:
        """How counts are shown."""
        return Disclosure.of(self.protocol, in_house=self.in_house)

    @property
    def headline(self) -> str:
        """The specification that answers the question."""
        return leading(self.protocol)

    def table(self, name: str, **where: str) -> pd.DataFrame:
        """A result table as this edition may show it, or its rows with these values; an empty frame where there is none."""
        if name not in self._shown:
            self._shown[name] = shown_table(name, self.results, self.disclosure)
        frame = self._shown[name]
        for column, value in where.items():
            if column not in frame:
                return frame.iloc[:0]
            frame = frame[frame[column] == value]
        return frame

    @cached_property
    def _shown(self) -> dict[str, pd.DataFrame]:
        return {}
