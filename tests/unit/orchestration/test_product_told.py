"""A registry of another product under a protocol that speaks of the shipped one is said on the console."""

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.protocol import Protocol, canonical_json
from orchestration.commands.refresh import tell_product
from orchestration.extracts.deliveries import Delivery
from orchestration.extracts.site_terms import SiteTerm, SiteTerms
from orchestration.night.inputs import CutInputs, PinnedDelivery

NAMED = SiteTerms((SiteTerm(2, "STUDY", "PRODUCT", "Nervonil", "NAME", "product_name"),), "hash")


def _inputs(site_terms: SiteTerms) -> CutInputs:
    delivery = PinnedDelivery(Delivery("REGISTRY", "2026-03-31", None, Path()), "hash")
    protocol = canonical_json(Protocol())
    return CutInputs("2026-03-31", delivery, delivery, protocol, "h", "c", "l", "k", site_terms)


def test_a_label_of_another_product_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    tell_product(_inputs(NAMED))
    told = capsys.readouterr().out
    assert "speak of 'Lenzumestrocel'" in told
    assert "'Nervonil'" in told
    assert "treatment.treated_label" in told


def test_nothing_is_said_where_they_agree_or_no_product_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    tell_product(_inputs(SiteTerms()))
    same = replace(NAMED.terms[0], term="LENZUMESTROCEL")
    tell_product(_inputs(SiteTerms((same,), "hash")))
    assert capsys.readouterr().out == ""
