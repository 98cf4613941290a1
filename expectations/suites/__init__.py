"""The suites, a file per source or mart."""

from expectations.rules import Suite

SUITES: tuple[Suite, ...] = ()
