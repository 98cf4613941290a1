"""Why a run failed is never an empty line, also where it failed before its first step."""

import dagster as dg
import pytest

from orchestration.dagster_parts.run_reasons import failed_step, innermost_reason


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (RuntimeError("VIGIL_PSEUDONYM_KEY: not set; set it"), "VIGIL_PSEUDONYM_KEY: not set; set it"),
        (RuntimeError("\nsecond line: tells"), "second line: tells"),
        (RuntimeError(""), "RuntimeError"),
        (AssertionError(), "AssertionError"),
    ],
)
def test_a_resource_that_cannot_be_made_tells_why(raised: Exception, told: str) -> None:
    @dg.resource
    def build(_: dg.InitResourceContext) -> None:
        raise raised

    @dg.op(required_resource_keys={"build"})
    def needs_it() -> None:
        pass

    job = dg.GraphDefinition("night", node_defs=[needs_it]).to_job(resource_defs={"build": build})
    with dg.DagsterInstance.ephemeral() as instance:
        failed = job.execute_in_process(instance=instance, raise_on_error=False)
    (event,) = [e for e in failed.all_events if e.event_type_value == "PIPELINE_FAILURE"]
    assert innermost_reason(event).rstrip(": ") == told


def test_the_step_that_failed_first_is_named_and_no_other() -> None:
    @dg.op
    def stands() -> None:
        pass

    @dg.op(ins={"after": dg.In(dg.Nothing)})
    def falls() -> None:
        raise RuntimeError("here")

    @dg.graph
    def night() -> None:
        falls(stands())

    with dg.DagsterInstance.ephemeral() as instance:
        broken = night.to_job().execute_in_process(instance=instance, raise_on_error=False)
    assert failed_step(broken.all_events) == "falls"
    assert failed_step([]) is None
