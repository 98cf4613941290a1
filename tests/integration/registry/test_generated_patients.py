"""More than a thousand patients in one build, each with a word, a date or a defect of a stranger, each judged."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from generated_patients import Judged, date_patients, generated_twins, word_patients
from registry_records import STUDY, merged, subject_id
from study_build import ONE_CONTROL, StudyBuild, build_study

PATIENTS = [*word_patients(10_001), *date_patients(20_001, rounds=8)]
TWINS = list(generated_twins(30_001, pairs=150))


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> StudyBuild:
    pairs = [records for pair in TWINS for records in (pair.living, pair.dying)]
    records = merged(*(judged.records for judged in PATIENTS), *pairs)
    return build_study(
        tmp_path_factory.mktemp("strangers"), registry=records, proact=ONE_CONTROL, target=dbt_target
    )


@pytest.fixture(scope="module")
def marts(strangers: StudyBuild) -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection for a thousand questions."""
    with duckdb.connect(str(strangers.database), read_only=True) as connection:
        yield connection


def _key(number: int) -> str:
    return f"{STUDY}-{subject_id(number)}"


def _answer(marts: duckdb.DuckDBPyConnection, judged: Judged) -> object:
    rows = marts.execute(judged.sql.replace("{id}", _key(judged.number))).fetchall()
    return rows[0][0] if len(rows) == 1 else f"{len(rows)} rows"


def test_every_word_and_date_is_what_it_says(marts: duckdb.DuckDBPyConnection) -> None:
    assert len(PATIENTS) + 2 * len(TWINS) >= 1_000
    wrong = [
        (judged.what, found, "barred" if judged.barred else judged.expected)
        for judged in PATIENTS
        if ((found := _answer(marts, judged)) == judged.expected) is judged.barred
    ]
    assert not wrong, f"{len(wrong)} of {len(PATIENTS)}:\n" + "\n".join(map(str, wrong[:60]))


def test_generated_twins_are_both_in_or_both_out(marts: duckdb.DuckDBPyConnection) -> None:
    fates = {pair.number: (_fate(marts, pair.number), _fate(marts, pair.number + 1)) for pair in TWINS}
    parted = [(pair.living, fates[pair.number]) for pair in TWINS if len(set(fates[pair.number])) > 1]
    assert not parted, "\n".join(map(str, parted[:10]))
    reasons = Counter(living[0] for living, _ in fates.values())
    assert len(reasons) >= 3, reasons


def _fate(marts: duckdb.DuckDBPyConnection, number: int) -> tuple:
    """Why somebody is out of time-to-event, and from how many origins there is a time.

    A death whose date cannot be is an undated one, which has no time under a rule of its own: it is looked for under the
    other, and must have been asked about.
    """
    key = _key(number)
    rows = marts.execute(
        """select EXCLTTE, INDEXDTF, HARVDTF, (select count(*) from marts.adtte t where t.USUBJID = s.USUBJID
             and PARAMCD = 'OS' and VSRULE = (select if(count(*) > 0, 'LASTVIS_90', 'EXCL_90') from quality.data_query q
                                              where q.usubjid = s.USUBJID and rule = 'death_undated'))
           from marts.adsl s where USUBJID = ?""",
        [key],
    ).fetchall()
    return rows[0] if rows else ("not in adsl",)


def test_the_strangers_stop_no_night(strangers: StudyBuild) -> None:
    assert strangers.failures == {}
