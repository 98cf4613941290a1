"""`docs/mutants.md` and the same in the console: how many mutants died, and why each other lives.

Reasons are kept by hand in `survivors.toml`, beside the very change they excuse. Not here: finding survivors (`trial`).
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.mutants.sample import ROOMS
from tests.mutants.trial import DEAD, Result

REASONS = Path(__file__).with_name("survivors.toml")
Change = tuple[str, str, str]
"""File, lines before and after."""

HEAD = """# Mutants

Faults put into copies of the code on purpose, each tried by the tests that run its line: a mutant that no test notices is a
fault that no test would notice. `make mutants` makes this page anew; the operators are in `tests/mutants/operators.py`, the
named faults in `tests/mutants/named.toml`, the reasons in `tests/mutants/survivors.toml`.
"""


def reasons(entries: Path = REASONS) -> dict[Change, str]:
    """Change → why its survival is no gap of the tests."""
    found = tomllib.loads(entries.read_text(encoding="utf-8")).get("survivor", [])
    return {(entry["file"], entry["before"], entry["after"]): entry["why"] for entry in found}


def change_of(result: Result) -> Change:
    """What a reason is kept beside."""
    return result.mutant.file, result.mutant.before, result.mutant.after


def survivors(results: Sequence[Result]) -> list[Result]:
    """Mutants that no test noticed."""
    return [result for result in results if result.verdict not in DEAD]


def unexplained(results: Sequence[Result], why: Mapping[Change, str]) -> list[Result]:
    """Survivors without a reason."""
    return [result for result in survivors(results) if not why.get(change_of(result))]


def page(
    sampled: Sequence[Result], named: Sequence[Result], why: Mapping[Change, str], commit: str, seed: int
) -> str:
    """The whole page, as Markdown."""
    rows = [_row(f"`{room}`", [r for r in sampled if r.mutant.file.startswith(room)]) for room in ROOMS]
    rows += [_row("**sampled**", sampled), _row("**named**", named)]
    parts = [
        HEAD, f"Commit {commit[:12]}, seed {seed}.\n",
        "| Mutants of | Drawn | Killed | Hung | Survived | No test | Noticed, % |\n|---|---:|---:|---:|---:|---:|---:|",
        *rows, "\n## Survivors\n", *_survivors([*sampled, *named], why),
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def share_noticed(results: Sequence[Result]) -> float:
    """Of all mutants, in percent; of none, all."""
    return 100 * (1 - len(survivors(results)) / len(results)) if results else 100.0


def _row(name: str, results: Sequence[Result]) -> str:
    n = Counter(result.verdict for result in results)
    counts = [len(results), n["killed"], n["hung"], n["survived"], n["no test runs it"]]
    return f"| {name} | {' | '.join(map(str, counts))} | {share_noticed(results):.1f} |"


def _survivors(results: Sequence[Result], why: Mapping[Change, str]) -> list[str]:
    left = sorted(survivors(results), key=lambda r: (r.mutant.file, r.mutant.line))
    return [
        f"- `{r.mutant.file}` line {r.mutant.line}, {r.mutant.what} ({r.verdict}; {r.n_test} of {r.n_known} tests):\n"
        f"  `{_inline(r.mutant.before)}` → `{_inline(r.mutant.after)}`\n"
        f"  {why.get(change_of(r)) or '**UNEXPLAINED**'}"
        for r in left
    ] or ["None."]


def _inline(lines: str) -> str:
    return " ".join(lines.split("\n")).replace("`", "'") or "(nothing)"
