"""Dates whose day and month could be exchanged are the reason to refuse a delivery; year-first dates are noted (F21)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from delivery_builder import N_SUBJECT, Site, csv_bytes, registry_files
from hypothesis import given
from hypothesis import strategies as st

from orchestration.extracts.date_forms import DateForms, refuse_exchangeable
from orchestration.extracts.errors import DeliveryError

DAY_FIRST = ["%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%Y %H:%M", "%d. %m. %Y."]
YEAR_FIRST = ["%Y.%m.%d", "%Y/%m/%d", "%Y. %m. %d.", "%Y/%m/%d %H:%M", "%Y.%m"]
OTHERS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m", "%Y", "%Y%m%d"]


def delivery(write: Callable[[date, int], str], n: int = 40) -> dict[str, bytes]:
    """EX and DS of `n` records whose dates are written by `write`, DM and AE in ISO 8601."""
    days = [date(2021, 1, 3) + timedelta(days=11 * i) for i in range(n)]
    ex = ["USUBJID", "EXTRT", "EXSTDTC"]
    ds = ["USUBJID", "DSDECOD", "DSSTDTC"]
    ids = [f"LENZ-{i % N_SUBJECT + 1:03d}" for i in range(n)]
    return {
        **registry_files(),
        "EX.csv": csv_bytes(
            ex, [[u, "CELLS", write(d, i)] for i, (u, d) in enumerate(zip(ids, days, strict=True))]
        ),
        "DS.csv": csv_bytes(
            ds, [[u, "ONGOING", write(d, i)] for i, (u, d) in enumerate(zip(ids, days, strict=True))]
        ),
    }


@pytest.mark.parametrize("form", DAY_FIRST)
def test_dates_that_do_not_say_their_day_are_the_reason_of_refusal(site: Site, form: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        site.take("REGISTRY", delivery(lambda day, _: day.strftime(form)))
    assert str(refused.value) == (
        "80 dates do not say which is the day and which the month (such as DD.MM.YYYY or MM/DD/YYYY),"
        " in EX.csv EXSTDTC (40), DS.csv DSSTDTC (40); write dates as ISO 8601, YYYY-MM-DD"
    )


@pytest.mark.parametrize("form", YEAR_FIRST)
def test_dates_that_can_only_be_read_one_way_are_noted_by_column(site: Site, form: str) -> None:
    accepted = site.take("REGISTRY", delivery(lambda day, _: day.strftime(form)))
    notes = [warning for warning in accepted.warnings if "dates written" in warning]
    assert notes == [
        "'EX.csv': dates written YYYY.MM.DD or YYYY/MM/DD, read as YYYY-MM-DD: EXSTDTC (40)",
        "'DS.csv': dates written YYYY.MM.DD or YYYY/MM/DD, read as YYYY-MM-DD: DSSTDTC (40)",
    ]
    notes_of_files = site.raw(accepted).execute(
        "SELECT note FROM raw.delivered_file WHERE note LIKE '%dates%'"
    )
    assert len(notes_of_files.fetchall()) == 2


@pytest.mark.parametrize("form", OTHERS)
def test_other_dates_pass_without_a_word(site: Site, form: str) -> None:
    accepted = site.take("REGISTRY", delivery(lambda day, _: day.strftime(form)))
    assert not any("dates" in warning for warning in accepted.warnings)


@pytest.mark.parametrize(("n_slip", "refused"), [(1, False), (2, False), (3, True)])
def test_a_slip_or_two_stop_nothing(site: Site, n_slip: int, refused: bool) -> None:
    files = delivery(lambda day, i: day.strftime("%d.%m.%Y" if i < n_slip else "%Y-%m-%d"))
    if refused:
        with pytest.raises(DeliveryError, match=r"6 dates .* EX\.csv EXSTDTC \(3\), DS\.csv DSSTDTC \(3\)"):
            site.take("REGISTRY", files)
    else:
        assert site.take("REGISTRY", files).files


@pytest.mark.parametrize(("n_filled", "refused"), [(150, True), (151, False)])
def test_two_in_a_hundred_of_a_column_are_the_limit(n_filled: int, refused: bool) -> None:
    forms = [("ae.csv", [DateForms("AESTDTC", n_filled, 3, 0)])]
    if refused:
        with pytest.raises(DeliveryError, match=r"3 dates .* ae\.csv AESTDTC \(3\)"):
            refuse_exchangeable(forms)
    else:
        refuse_exchangeable(forms)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from([*DAY_FIRST, *YEAR_FIRST, *OTHERS]))
def test_the_form_of_every_day_is_told_alike(day: date, form: str) -> None:
    import duckdb

    from orchestration.extracts.date_forms import EXCHANGEABLE
    from orchestration.extracts.date_forms import YEAR_FIRST as YEAR_FIRST_FORM

    found = duckdb.execute(
        "SELECT regexp_matches($1, $2), regexp_matches($1, $3)",
        [day.strftime(form), EXCHANGEABLE, YEAR_FIRST_FORM],
    ).fetchone()
    assert found == (form in DAY_FIRST, form in YEAR_FIRST)


def test_the_year_of_birth_is_read_from_either_form_and_nothing_else_of_it(site: Site) -> None:
    for written in ("1957.03.12", "1957/03/12", "1957-03-12"):
        files = registry_files()
        files["DM.csv"] = files["DM.csv"].replace(b"1957-03-12", written.encode())
        raw = site.raw(site.take("REGISTRY", files))
        assert raw.execute("SELECT DISTINCT BRTHDTC FROM raw.registry_dm").fetchall() == [("1957",)]


def test_a_refusal_is_told_again_without_reading_again(site: Site) -> None:
    files = delivery(lambda day, _: day.strftime("%d.%m.%Y"))
    for _ in range(2):
        with pytest.raises(DeliveryError, match="80 dates do not say"):
            site.take("REGISTRY", files)
