"""Fewer groups for what does not look at intervals."""

import pytest

from analytics.exposure import clone_jackknife


@pytest.fixture(autouse=True)
def few_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clone_jackknife, "GROUPS", 5)
