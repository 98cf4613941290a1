"""A literal must not be built around words in single quotes: the formatter takes them for its ends, and pads the words."""

import re

from orchestration.settings import DBT_PROJECT

QUOTED_IN_QUOTES = re.compile(r"'\{\{ *'[^}]*\}\}'")


def test_no_literal_holds_words_in_its_own_quotes() -> None:
    found = [
        f"{path.relative_to(DBT_PROJECT)}:{number}"
        for folder in ("models", "macros", "tests")
        for path in sorted((DBT_PROJECT / folder).rglob("*.sql"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if QUOTED_IN_QUOTES.search(line)
    ]
    assert QUOTED_IN_QUOTES.search("anchor = '{{ ' HARVEST ' if source == ' registry ' else '' }}'")
    assert found == []
