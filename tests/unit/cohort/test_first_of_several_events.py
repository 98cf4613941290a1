"""Which of several events ends a subject's follow-up: the first one, the endpoint's own where two are of one day."""

import pandas as pd
import pytest
from pydantic import ValidationError

from analytics.cohort import follow_up
from analytics.protocol import Protocol
from analytics.protocol.population import Endpoint

# (day, CNSR) of relapse, of death and of transplant → (stop, event, competing).
SUBJECTS = {
    "relapses, then dies": ((100, 0), (200, 0), (200, 1), (100, 1, 0)),
    "dies without relapse": ((150, 1), (150, 0), (150, 1), (150, 0, 1)),
    "relapses on the day of death": ((80, 0), (80, 0), (80, 1), (80, 1, 0)),
    "neither": ((300, 1), (300, 1), (300, 1), (300, 0, 0)),
    "dies after the last look for relapse": ((120, 1), (170, 0), (170, 1), (120, 0, 0)),
    "transplanted, and relapses later": ((90, 0), (400, 1), (60, 0), (60, 0, 1)),
    "transplanted, then dies": ((95, 1), (95, 0), (70, 0), (70, 0, 1)),
}


def adtte() -> pd.DataFrame:
    rows = [
        (subject, code, day, censored)
        for subject, times in SUBJECTS.items()
        for code, (day, censored) in zip(("RELAPSE", "DEATH", "TRANSPL"), times, strict=False)
    ]
    return pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "AVAL", "CNSR"])


def followed(times: pd.DataFrame, *competing: str, **sections: dict) -> pd.DataFrame:
    content = Protocol().model_dump()
    protocol = Protocol.model_validate(
        content | {key: content[key] | value for key, value in sections.items()}
    )
    subjects = pd.DataFrame({"USUBJID": list(SUBJECTS), "TREATED": 1})
    endpoint = Endpoint(name="RELAPSE", competing=competing)
    return follow_up(protocol, times, subjects, endpoint).set_index("usubjid")


def test_the_first_event_ends_follow_up() -> None:
    found = followed(adtte(), "DEATH", "TRANSPL")[["stop_days", "event", "competing"]]
    assert {key: tuple(row) for key, row in found.iterrows()} == {
        key: times[3] for key, times in SUBJECTS.items()
    }


def test_rows_in_another_order_make_the_same() -> None:
    mixed = adtte().sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(followed(mixed, "TRANSPL", "DEATH"), followed(adtte(), "DEATH", "TRANSPL"))


def test_what_is_not_named_does_not_compete() -> None:
    alone = followed(adtte())
    assert (alone["competing"] == 0).all()
    assert alone.loc["dies without relapse", "stop_days"] == 150
    assert alone.loc["transplanted, and relapses later", ["stop_days", "event"]].tolist() == [90, 1]


def test_who_had_a_competing_event_before_entry_was_never_at_risk() -> None:
    late = adtte().assign(ENTRYDY=75)
    found = followed(late, "TRANSPL", time_zero={"origin": "diagnosis"})
    assert {"transplanted, and relapses later", "transplanted, then dies"}.isdisjoint(found.index)
    assert (found["entry_days"] == 75).all()


def test_who_is_dead_is_not_taken_for_alive_at_the_cut() -> None:
    """A lag of reporting prolongs the follow-up of those in whom nothing came, and cuts what came after it."""
    content = Protocol().model_dump()
    protocol = Protocol.model_validate(
        content | {"vital_status": content["vital_status"] | {"reporting_lag_days": 20}}
    )
    subjects = pd.DataFrame({"USUBJID": list(SUBJECTS), "TREATED": 1, "CUTDY": 139})
    endpoint = Endpoint(name="RELAPSE", competing=("DEATH", "TRANSPL"))
    found = follow_up(protocol, adtte(), subjects, endpoint).set_index("usubjid")
    assert found.loc["transplanted, then dies", ["stop_days", "competing"]].tolist() == [70, 1]
    assert found.loc["dies without relapse", ["stop_days", "event", "competing"]].tolist() == [120, 0, 0]


def test_an_endpoint_does_not_compete_with_itself() -> None:
    with pytest.raises(
        ValidationError, match="competing names RELAPSE, the endpoint itself; name other PARAMCDs"
    ):
        Endpoint(name="RELAPSE", competing=("DEATH", "RELAPSE"))
    with pytest.raises(ValidationError, match="DEATH is named more than once"):
        Endpoint(name="RELAPSE", competing=("DEATH", "DEATH"))
