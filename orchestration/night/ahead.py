"""What the steps after dbt import, imported while dbt runs in its own process and this one waits.

Belongs here: which libraries take long to import. They are still imported by the steps that use them and by nothing else: a
step run by itself imports them then.
"""

from importlib import import_module
from threading import Thread

SLOW = ("great_expectations", "lifelines", "sklearn.linear_model")
"""A second or more each."""


def import_ahead() -> Thread:
    """Begin to import them, in a thread that ends by itself; a process that ends meanwhile waits for it."""
    thread = Thread(target=_import_all, name="imports")
    thread.start()
    return thread


def _import_all() -> None:
    for name in SLOW:
        import_module(name)
