"""Names of the array types used throughout: values, codes and marks."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.int64]
Marks = NDArray[np.bool_]
Array = NDArray[Any]
