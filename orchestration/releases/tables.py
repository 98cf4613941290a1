"""The tables of schema `release`: what a release is, which `release.toml` declares, and what changed since its parent.

Belongs here: the one list of both. Does not belong here: how they are made (`night.publication`, `analytics.change`).
"""

from analytics import change
from analytics.catalogue.declarations import read_declarations

TABLES = read_declarations(__package__, "release.toml") | change.TABLES
