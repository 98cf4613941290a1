"""Great Expectations, without the engines that it would look for.

Where Spark's client is installed, importing Great Expectations loads all of it, and the client ends a process that was begun
without a file, such as one that another process spawns. Nothing is checked on Spark.
"""

import sys
from types import ModuleType

_ENGINE = "pyspark"


def great_expectations() -> ModuleType:
    """The library, which takes seconds to import the first time."""
    kept = sys.modules.get(_ENGINE)
    sys.modules[_ENGINE] = None  # type: ignore[assignment]
    try:
        import great_expectations as gx
        import great_expectations.expectations
    finally:
        if kept is None:
            del sys.modules[_ENGINE]
        else:
            sys.modules[_ENGINE] = kept
    return gx
