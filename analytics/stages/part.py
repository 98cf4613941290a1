"""A part of a stage that can be computed by itself: before the rest of the stage, or beside it in another process.

Does not belong here: what the parts of a stage are (the stages), nor who computes them when (`analytics.study`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.protocol import Protocol


@dataclass(frozen=True)
class Part:
    """A part of a stage.

    Attributes:
        name: in words, unique in its stage.
        needs: of what the stage needs, the tables that this part reads.
        function: (protocol, tables) → what the stage's own function is handed under the name; of a module, so that another
            process can import it.
    """

    name: str
    needs: tuple[str, ...]
    function: Callable[[Protocol, Mapping[str, pd.DataFrame]], Any]
