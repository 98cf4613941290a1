"""A protocol is a text file with a hash: what reading, writing and comparing it promise."""

import json
import tomllib

import pytest

from analytics.protocol import (
    Protocol,
    ProtocolError,
    canonical_json,
    differences,
    parse_canonical,
    parse_protocol,
    protocol_hash,
    to_toml,
)
from analytics.protocol.population import Treatment


def test_the_written_protocol_reads_back_as_itself() -> None:
    protocol = parse_protocol('[matching]\ncaliper = 0.1\n[treatment]\ntreated_value = "Drug"\n')
    again = parse_protocol(to_toml(protocol))
    assert again == protocol
    assert protocol_hash(again) == protocol_hash(protocol)


def test_the_canonical_form_reads_back_as_the_protocol() -> None:
    text = """
        [matching]
        caliper = 0.1
        [treatment]
        treated_value = "Dr\u00fcg"
        [[subgroup]]
        name = "Age"
        column = "AGE"
        cut = 61
    """
    for protocol in (Protocol(), parse_protocol(text)):
        again = parse_canonical(canonical_json(protocol))
        assert again == protocol
        assert canonical_json(again) == canonical_json(protocol)


def test_layout_order_and_spelt_out_defaults_do_not_change_the_hash() -> None:
    short = parse_protocol("[matching]\ncaliper = 0.1\nratio = 2\n")
    long = parse_protocol(
        "# a remark\n[matching]\n\nratio=2\ncaliper = 0.10\nreplace = false\n[outcome]\nlevel = 0.95\n"
    )
    assert protocol_hash(short) == protocol_hash(long)
    assert protocol_hash(short) != protocol_hash(Protocol())


def test_the_shipped_protocol_is_the_documented_default() -> None:
    from importlib import resources

    text = (resources.files("analytics.protocol") / "lenzumestrocel.toml").read_text(encoding="utf-8")
    assert parse_protocol(text) == Protocol()


def test_columns_may_be_spelt_in_any_case() -> None:
    lower = parse_protocol('[propensity]\ncovariates = ["age", "Sex"]\n[treatment]\ncolumn = "trt01pn"\n')
    assert lower.propensity.covariates == ("AGE", "SEX")
    assert lower.treatment.column == "TRT01PN"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[matching]\ncalliper = 0.2\n", "matching.calliper (did you mean caliper?): unknown key"),
        (
            "[matching]\ncalliper = 1\n[outcomes]\na = 1\n",
            "unknown keys matching.calliper (did you mean caliper?), outcomes (",
        ),
        ('[propensity]\ncovariates = ["AGE", "age"]\n', "propensity.covariates: AGE is named more than once"),
        (
            '[propensity]\ncovariates = "AGE"\n',
            'propensity.covariates: must be a list, such as ["AGE", "SEX"]',
        ),
        ('[study]\nseed = "many"\n', "study.seed: must be a whole number"),
        ('study = "MINE"\n', "study: must be a table"),
        ("[matching]\nratio = 0\n", "matching.ratio"),
        (
            '[weighting]\nschemes = ["att", "iptw"]\n',
            "weighting.schemes.1: weighting scheme 'iptw' is none of ate, att, overlap, matching, entropy",
        ),
        ("[vital_status]\nwindow_days = 45\n", "vital_status.window_days"),
        ('[[outcome.cox]]\nname = "a"\npopulation = "ate"\n', 'outcome.cox "a": population'),
        (
            '[[outcome.cox]]\nname = "a"\npopulation = "all"\nstrata = ["SET"]\n',
            'needs population = "matched"',
        ),
        ('[[outcome.cox]]\nname = "a"\nstrata = ["SET"]\ncluster = "SUBJECT"\n', "not independent"),
        ('[[endpoint]]\nname = "OS"\n[[endpoint]]\nname = "OS"\n', "endpoint names must differ"),
        ('[monitoring]\nmethod = "pocock"\n', "information_events"),
        ('[population]\ncriteria = [{ name = "a", where = "AGE <" }]\n', "ends too early"),
        ("[matching\n", "not valid TOML"),
        ('[treatment]\ncontrol_label = "{{ }}<script>x</script>"\n', "treatment.control_label: holds markup"),
        ('[study]\ntitle = "<img src=x>"\n', "study.title: holds markup"),
        ('[study]\nid = "A\\u001b[31mB"\n', "study.id: holds a control character"),
        (
            '[[endpoint]]\nname = "OS"\nlabel = "dea\\u202Eht"\n',
            "endpoint.0.label: holds a control character",
        ),
        ('[treatment]\nsimulated_label = ""\n', "treatment.simulated_label: is blank"),
        ('[treatment]\ntreated_label = "  "\n', "treatment.treated_label: is blank"),
        ('[study]\ntitle = "\u3164\u2800"\n', "study.title: is blank"),
        ('[[endpoint]]\nname = "OS"\nlabel = " "\n', "endpoint.0.label: is blank"),
        ('[[subgroup]]\nname = ""\ncolumn = "SEX"\n', "subgroup.0.name: is blank"),
        (
            '[treatment]\ntreated_label = "Drug A"\ncontrol_label = "drug  \uff21 "\n',
            "treatment.control_label: two are called alike",
        ),
        ('[treatment]\ncontrol_value = "1"\n', "treatment.control_value: two are called alike"),
        (
            '[[endpoint]]\nname = "OS"\n[[endpoint]]\nname = "TFS"\nlabel = "OS"\n',
            "endpoint.label: two are called alike",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line_that_names_the_key(text: str, key: str) -> None:
    with pytest.raises(ProtocolError) as failure:
        parse_protocol(text, "mine.toml")
    assert key in str(failure.value)
    assert str(failure.value).startswith("mine.toml: ")
    assert "\n" not in str(failure.value)


def test_an_endpoint_without_a_label_reads_back() -> None:
    protocol = parse_protocol('[[endpoint]]\nname = "OS"\n')
    assert parse_protocol(to_toml(protocol)) == protocol


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("SYNTHETIC", "SYNTHETIC"),
        ("Synthetic, made in Seoul", "Synthetic, made in Seoul"),
        ("Clinical records", "SYNTHETIC Clinical records"),
        ("", "SYNTHETIC"),
        (" ", "SYNTHETIC"),
    ],
)
def test_no_protocol_takes_the_mark_of_simulated_data_off(label: str, shown: str) -> None:
    assert Treatment(simulated_label=label).mark == shown


def test_differences_name_each_setting_with_both_values_and_nothing_else() -> None:
    before = Protocol()
    after = parse_protocol('[matching]\ncaliper = 0.1\n[[endpoint]]\nname = "OS"\nhorizon_days = 365\n')
    found = {change.key: (change.before, change.after) for change in differences(before, after)}
    assert found["matching.caliper"] == ("0.2", "0.1")
    assert found["endpoint[OS].horizon_days"] == ("540", "365")
    assert all(key.startswith(("matching.caliper", "endpoint")) for key in found)
    assert differences(before, before) == []


def test_an_entry_put_into_a_list_is_told_alone_by_its_name() -> None:
    before = Protocol()
    content = tomllib.loads(to_toml(before))
    content["subgroup"].insert(1, {"name": "Riluzole", "column": "RILUZOLE"})
    after = Protocol.model_validate(content)
    found = {
        change.key: (json.loads(change.before), json.loads(change.after))
        for change in differences(before, after)
    }
    names = [subgroup.name for subgroup in before.subgroup]
    assert found == {
        "subgroup": (names, [names[0], "Riluzole", *names[1:]]),
        "subgroup[Riluzole].column": (None, "RILUZOLE"),
    }


def test_an_order_that_changed_is_told_once() -> None:
    content = tomllib.loads(to_toml(Protocol()))
    content["subgroup"].reverse()
    (change,) = differences(Protocol(), Protocol.model_validate(content))
    assert change.key == "subgroup"
    assert json.loads(change.after) == json.loads(change.before)[::-1]


@pytest.mark.parametrize("text", ["", "\n", "# no setting\n"])
def test_a_file_that_says_nothing_is_no_protocol(text: str) -> None:
    with pytest.raises(ProtocolError, match=r"mine.toml: says nothing; `vigil protocol show` writes"):
        parse_protocol(text, "mine.toml")


def test_every_setting_is_in_the_canonical_form() -> None:
    text = canonical_json(Protocol())
    assert '"caliper_scale":"pooled_logit"' in text
    assert '"falsification_value":2' in text
