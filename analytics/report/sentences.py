"""Sentences of the first page, in every language it is written in, from one catalogue.

The catalogue is a Fluent file a language (`templates/first_page.LANGUAGE.ftl`). Does not belong here: which sentence is
said, and what its numbers are (`glance`), nor how a number is written (`numbers`).
"""

from functools import cache

from fluent.runtime import FluentBundle, FluentResource

from analytics.report.packaged import packaged_text

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "ko": "한국어"}
"""Code of a language → its own name."""


class Sentences:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        """Of a language of `LANGUAGES`."""
        self.language = language
        # Marks around what is put in would be shown as control characters: all that is put in reads from left to right.
        self._bundle = FluentBundle([language], use_isolating=False)
        self._bundle.add_resource(FluentResource(packaged_text(f"first_page.{language}.ftl")))

    def __call__(self, name: str, **values: str | int) -> str:
        """A sentence.

        Args:
            name: of the sentence.
            values: what is put in: text as it is to be read, whole numbers where the form of a word hangs on them.

        Raises:
            KeyError: the language has no such sentence.
            ValueError: a value is lacking.
        """
        if not self._bundle.has_message(name):
            raise KeyError(f"no sentence {name} in {self.language}")
        pattern = self._bundle.get_message(name).value
        assert pattern is not None
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise ValueError(f"sentence {name} in {self.language}: {errors[0]}")
        return str(text)

    def word(self, kind: str, code: str, english: str) -> str:
        """A word for a code of the study, in English where the language has none."""
        name = f"{kind}-{code.replace(' ', '-').replace('_', '-')}"
        return self(name) if self._bundle.has_message(name) else english


@cache
def sentences(language: str) -> Sentences:
    """The sentences of a language."""
    return Sentences(language)
