"""The picture of docs/architecture.md against the imports: every shortest arrow is drawn, and no other."""

import re
from pathlib import Path

import grimp
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
ARROW = re.compile(r"^\s*(\w+) --> ([\w &]+)$", re.M)


def drawn(n: int) -> set[tuple[str, str]]:
    """Arrows of the n-th picture of the page."""
    picture = re.findall(r"```mermaid\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[n]
    return {(left, right.strip()) for left, rights in ARROW.findall(picture) for right in rights.split("&")}


def shortest(package: str) -> set[tuple[str, str]]:
    """Arrows between the rooms of a package, and to the other packages, without those that a longer way implies."""
    graph = grimp.build_graph("orchestration", "analytics", "expectations", include_external_packages=False)
    others = {"orchestration", "analytics", "expectations"} - {package}
    uses: dict[str, set[str]] = {}
    for module in graph.modules:
        if not module.startswith(f"{package}."):
            continue
        room = module.split(".")[1]
        for used in graph.find_modules_directly_imported_by(module):
            top, _, rest = used.partition(".")
            target = rest.split(".")[0] if top == package else top
            if target and target != room and (top in others or top == package):
                uses.setdefault(room, set()).add(target)
    return {
        (room, target)
        for room, targets in uses.items()
        for target in targets
        if not any(target in _reached(uses, other) for other in targets - {target})
    }


def _reached(uses: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in uses.get(waiting.pop(), set()) - seen:
            seen.add(target)
            waiting.append(target)
    return seen


@pytest.mark.parametrize(("n", "package"), enumerate(("orchestration", "analytics")))
def test_the_picture_shows_who_uses_whom(n: int, package: str) -> None:
    """A new arrow, or one that is gone, is redrawn on the page in the same change."""
    found, told = shortest(package), drawn(n)
    assert found == told, f"draw {sorted(found - told)}; take out {sorted(told - found)}"
