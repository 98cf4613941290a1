"""A protocol that notes what is asked of it: nothing that is read goes unnoticed, and nothing else is noted."""

import pickle
from collections.abc import Callable

import pytest

from analytics.protocol import AskingProtocol, Protocol, canonical_json
from analytics.protocol.asking import SECTIONS
from analytics.stages.variant import primary_only, with_settings

ALL = tuple(sorted(SECTIONS))


@pytest.mark.parametrize(
    ("read", "asked"),
    [
        (lambda p: None, ()),
        (lambda p: p.safety, ("safety",)),
        (lambda p: p.seed, ("study.seed",)),
        (lambda p: p.model_copy().seed, ("study.seed",)),
        (lambda p: p.study.seed, ("study",)),
        (lambda p: (p.matching.ratio, p.matching.caliper), ("matching",)),
        (lambda p: p.primary, ("endpoint",)),
        (lambda p: p.covariates(), ("exposure", "matching", "outcome", "propensity", "subgroup")),
        (lambda p: p.model_copy(), ()),
        (lambda p: p.model_copy().weighting, ("weighting",)),
        (lambda p: primary_only(p).balance, ("balance", "endpoint")),
        (lambda p: pickle.loads(pickle.dumps(p)).treatment and None, ()),
        (canonical_json, ALL),
        (lambda p: p.model_dump(), ALL),
        (lambda p: p.model_dump_json(), ALL),
        (dict, ALL),
        (lambda p: p == Protocol.model_validate(Protocol().model_dump()), ALL),
        (lambda p: p == p.model_copy(), ()),
        (lambda p: p == with_settings(p, weighting={"truncate_quantile": 0.9}), None),
    ],
)  # fmt: skip
def test_what_is_read_is_noted(
    read: Callable[[AskingProtocol], object], asked: tuple[str, ...] | None
) -> None:
    protocol = AskingProtocol.of(Protocol())
    read(protocol)
    if asked is None:
        assert "safety" not in protocol.asked
        assert "weighting" in protocol.asked
    else:
        assert protocol.asked == asked


def test_it_is_the_protocol_in_every_other_way() -> None:
    protocol, asking = Protocol(), AskingProtocol.of(Protocol())
    assert asking == protocol
    assert protocol == asking
    assert canonical_json(asking) == canonical_json(protocol)
    assert isinstance(asking, Protocol)
    assert asking != "a protocol"


def test_a_variant_notes_in_the_same_place_and_is_checked_anew() -> None:
    asking = AskingProtocol.of(Protocol())
    varied = with_settings(asking, vital_status={"window_days": 30})
    assert (varied.vital_status.window_days, asking.vital_status.window_days) != (30, 30)
    assert varied.sensitivity
    assert "sensitivity" in asking.asked
    with pytest.raises(ValueError, match="window_days"):
        with_settings(asking, vital_status={"window_days": -1})
