"""Linear algebra of libraries on one thread, so that the last digits of what they fit hang on no number of threads.

Belongs here: that, and nothing else. Kernels of our own (`kernels`) sum in a fixed order without it.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def one_blas_thread() -> AbstractContextManager:
    """A context in which BLAS has one thread; it was imported by the library whose fit stands inside."""
    return _controller().limit(limits=1, user_api="blas")


@cache
def _controller() -> "ThreadpoolController":
    import scipy.linalg  # noqa: F401  only libraries that have been loaded can be limited
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
