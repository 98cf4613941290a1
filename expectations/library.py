"""Great Expectations, without the engines that it would look for; importing this takes seconds.

Where Spark's client is installed, Great Expectations imports all of it, and the client ends a process that was begun without
a file, such as one that another process spawns. Nothing is checked on Spark.
"""

import sys

_ENGINE = "pyspark"
_kept = sys.modules.get(_ENGINE)
sys.modules[_ENGINE] = None  # type: ignore[assignment]
try:
    import great_expectations as gx
    import great_expectations.expectations as gxe
finally:
    if _kept is None:
        del sys.modules[_ENGINE]
    else:
        sys.modules[_ENGINE] = _kept

__all__ = ["gx", "gxe"]
