"""A protocol of a night names endpoints that the marts have, and says of them what they count."""

from pathlib import Path

import pytest
import yaml

from analytics.protocol import ProtocolError, parse_protocol
from orchestration.landing import Landed
from orchestration.night.endpoints import COUNTED, refuse_uncounted
from orchestration.night.inputs import inputs_of
from orchestration.settings import DBT_PROJECT, Settings

TFS = '[[endpoint]]\nname = "TFS"\nevents = ["permanent_ventilation", "death", "tracheostomy"]\n'


def test_these_are_the_endpoints_of_the_mart() -> None:
    model = yaml.safe_load((DBT_PROJECT / "models" / "marts" / "adtte.yml").read_text())["models"][0]
    tests = [test["column_values"]["arguments"] for test in model["data_tests"] if "column_values" in test]
    assert set(tests[0]["sets"]["PARAMCD"]) == set(COUNTED)


@pytest.mark.parametrize(
    "text", ['[study]\nversion = "1"\n', '[[endpoint]]\nname = "OS"\n', TFS + "one_sided = true\n"]
)
def test_what_the_marts_count_passes(text: str) -> None:
    refuse_uncounted(parse_protocol(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[endpoint]]\nname = "PFS"\n', 'endpoint.name = "PFS": a night has OS and TFS'),
        (
            '[[endpoint]]\nname = "OS"\nevents = ["tracheostomy"]\n',
            'endpoint.events of OS: the marts count "death"; write events = ["death"]',
        ),
        ('[[endpoint]]\nname = "TFS"\n', "endpoint.events of TFS: the marts count"),
        (
            '[[endpoint]]\nname = "OS"\ncompeting = ["TFS"]\n',
            "endpoint.competing of OS: PRO-ACT records no competing event, so that one arm alone could have it",
        ),
        (TFS, "endpoint.one_sided of TFS: PRO-ACT records death alone; write one_sided = true"),
    ],
)
def test_what_they_do_not_count_is_refused_before_a_build_begins(text: str, said: str) -> None:
    protocol = parse_protocol(text)
    with pytest.raises(ProtocolError) as failure:
        inputs_of(Settings(Path("/nowhere")), Landed([], [], None, None), protocol, "2026-03-31", None)  # type: ignore[arg-type]
    assert said in str(failure.value)
