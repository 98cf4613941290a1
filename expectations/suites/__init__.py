"""The suites, a file per mart and source. Their rules, with reasons, are listed in `expectations/README.md`."""

from expectations.rules import Suite
from expectations.suites.adae import ADAE
from expectations.suites.adex import ADEX
from expectations.suites.adqs import ADQS
from expectations.suites.adsl import ADSL
from expectations.suites.adtte import ADTTE
from expectations.suites.proact import PROACT
from expectations.suites.registry import REGISTRY

SUITES: tuple[Suite, ...] = (PROACT, REGISTRY, ADSL, ADEX, ADQS, ADAE, ADTTE)

__all__ = ["ADAE", "ADEX", "ADQS", "ADSL", "ADTTE", "PROACT", "REGISTRY", "SUITES"]
