"""Defaults of the lenzumestrocel study on data of another study: replaced where unsaid, kept where said."""

import pandas as pd
import pytest

from analytics.protocol import ColumnError, Protocol, adapted, check_columns, parse_protocol

ADSL = pd.DataFrame(
    {
        "USUBJID": ["1", "2"],
        "STUDYID": ["XYZ", "XYZ"],
        "TRT01PN": [1, 0],
        "TRT01P": ["Drug", "Placebo"],
        "AGE": [50.0, 60.0],
    }
)
SAID = '[population]\ncriteria = []\n[propensity]\ncovariates = ["AGE"]\n'


def test_unsaid_names_come_from_the_data() -> None:
    used = adapted(parse_protocol(SAID), {"adsl": ADSL}).protocol
    assert (used.study.id, used.treatment.treated_label, used.treatment.control_label) == (
        "XYZ",
        "Drug",
        "Placebo",
    )
    assert used.treatment.falsification_value is None


def test_unsaid_models_subgroups_and_endpoints_are_those_the_data_can_serve() -> None:
    fitted = adapted(parse_protocol(SAID), {"adsl": ADSL})
    check_columns(fitted.protocol, ADSL.columns)
    assert [s.column for s in fitted.protocol.subgroup] == ["AGE"]
    assert fitted.protocol.outcome.cox[0].covariates == ("TREATED", "AGE")
    assert [e.name for e in fitted.protocol.endpoint] == ["OS"]
    assert any(note.startswith("outcome.cox is not given") for note in fitted.notes)


def test_what_the_file_says_is_kept_even_where_the_data_cannot_serve_it() -> None:
    said = parse_protocol(
        SAID + '[[subgroup]]\nname = "Sex"\ncolumn = "SEX"\n[treatment]\ntreated_label = "A"\n'
    )
    used = adapted(said, {"adsl": ADSL}).protocol
    assert used.treatment.treated_label == "A"
    with pytest.raises(ColumnError, match=r"SEX \(subgroup\).*subgroup = \[\]"):
        check_columns(used, ADSL.columns)


def test_absent_columns_are_named_together_with_their_keys_and_the_way_out() -> None:
    with pytest.raises(ColumnError) as failure:
        check_columns(Protocol(), ["TRT01PN", "AGE"], "mine.csv")
    text = str(failure.value)
    assert text.startswith("mine.csv lacks columns")
    assert "SYMPDURM (population.criteria)" in text.replace("ALSFRSR, ", "")
    assert "criteria = [] under [population]" in text
    assert "\n" not in text


def test_a_protocol_with_nothing_unsaid_is_used_as_it_is() -> None:
    from analytics.protocol import to_toml

    whole = parse_protocol(to_toml(Protocol()))
    assert adapted(whole, {"adsl": ADSL}) == adapted(whole, {"adsl": ADSL.iloc[:0]})
    assert adapted(whole, {"adsl": ADSL}).protocol is whole
