"""Asking a library: on one thread, with its warnings heard, and without its failure being ours.

Belongs here: that, once for every library. Does not belong here: what it is asked.
"""

import warnings
from collections.abc import Callable
from typing import TypeVar

from analytics.one_thread import one_blas_thread
from analytics.second_opinion.judgement import NoAnswer

Told = TypeVar("Told")


class NoOpinionError(Exception):
    """A library cannot be asked, or has no answer; the message says why."""


def ask(library: str, fit: Callable[[], Told]) -> Told:
    """What a library fits; its import stands inside.

    Raises:
        NoOpinionError: it did not converge, or raised an error.
    """
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            with one_blas_thread():
                told = fit()
        except Exception as error:
            # Whatever ends a library ends no night.
            raise NoOpinionError(_ended(library, type(error).__name__)) from error
    if any("Convergence" in warning.category.__name__ for warning in heard):
        raise NoOpinionError(_ended(library, "ConvergenceWarning"))
    return told


def _ended(library: str, what: str) -> str:
    return f"{library} did not converge" if "Convergence" in what else f"{library} ended with {what}"


def attempted(make: Callable[[], Told]) -> Told | NoAnswer:
    """What is made, or why it is not."""
    try:
        return make()
    except NoOpinionError as error:
        return NoAnswer(str(error))
