"""The program that sends: JSON on standard input says what and where to, JSON on standard output what arrived.

It is started by `sending` alone. Addresses are served side by side, each its messages in their order; what has not arrived
in time has not been sent.
"""

import json
import logging
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from typing import Any

Asked = dict[str, Any]
Said = dict[str, Any]


def main() -> None:
    """Read what is asked, do it side by side, say what has been done when the time is over."""
    logging.disable(logging.CRITICAL)
    asked = json.load(sys.stdin)
    said: Said = {"sent": [], "unknown": [], "installed": find_spec("apprise") is not None, "alive": False}
    work: list[Callable[[], None]] = []
    if asked["messages"] and said["installed"]:
        # What every address needs is loaded before the time begins to run.
        services = [_service(address) for address in asked["addresses"]]
        said["unknown"] = [place for place, service in enumerate(services) if not service]
        work += [partial(_tell, asked, place, each, said) for place, each in enumerate(services) if each]
    if asked["alive"]:
        work.append(partial(_sign_of_life, asked, said))
    _side_by_side(work, asked["patience"])
    os.write(1, json.dumps(said).encode())
    # A server that still holds a thread holds nobody.
    os._exit(0)


def _side_by_side(work: Sequence[Callable[[], None]], patience: float) -> None:
    until = time.monotonic() + patience
    threads = [threading.Thread(target=_quietly, args=(each,), daemon=True) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _quietly(work: Callable[[], None]) -> None:
    """An error's text may hold the address."""
    with suppress(Exception):
        work()


def _service(address: str) -> Any:
    """What sends to an address; empty where the library does not know it."""
    from apprise import Apprise, AppriseAsset

    service = Apprise(asset=AppriseAsset(app_id="Vigil", app_desc="Vigil", storage_mode="memory"))
    with suppress(Exception):
        service.add(address)
    return service


def _tell(asked: Asked, place: int, service: Any, said: Said) -> None:
    for number, (title, text, lacking) in enumerate(asked["messages"]):
        if place in lacking and service.notify(title=title, body=text, body_format="text"):
            said["sent"].append([number, place])


def _sign_of_life(asked: Asked, said: Said) -> None:
    if not asked["alive"].startswith(("https://", "http://")):
        return
    with urllib.request.urlopen(asked["alive"], timeout=asked["patience"]) as answer:
        said["alive"] = 200 <= answer.status < 300


if __name__ == "__main__":
    main()
