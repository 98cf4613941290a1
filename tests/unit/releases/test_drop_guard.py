"""What fell since the release before: below its limit it is published, above it is refused until that very fall is
accepted (F13)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from guarded_build import CUT, PARENT, GuardedBuild, Tables, whole, words

from orchestration.night import losses
from orchestration.night.drop_guard import DropGuardError, refuse_losses
from orchestration.night.losses import figures_of_marts, matched_sets

Spoil = Callable[[Tables], None]


def _without_subjects(n: int) -> Spoil:
    """The last of the registry are not delivered, with all that was theirs but the counts of records."""

    def spoil(tables: Tables) -> None:
        adsl = tables["marts.adsl"]
        gone = adsl.loc[adsl["SOURCE"] == "REGISTRY", "USUBJID"].tail(n)
        tables["marts.adsl"] = adsl[~adsl["USUBJID"].isin(gone)]

    return spoil


def _records(table: str, n: int) -> Spoil:
    def spoil(tables: Tables) -> None:
        counts = tables["quality.record_count"]
        counts.loc[counts["table_name"] == table, "n_accepted"] = n

    return spoil


def _serious(n: int) -> Spoil:
    def spoil(tables: Tables) -> None:
        events = tables["marts.adae"]
        events["AESER"] = np.where(np.arange(len(events)) < n, "Y", "N")

    return spoil


def _alive(source: str, n: int) -> Spoil:
    def spoil(tables: Tables) -> None:
        adsl = tables["marts.adsl"]
        died = adsl.index[(adsl["SOURCE"] == source) & (adsl["VITSTAT"] == "DIED")]
        adsl.loc[died[:n], "VITSTAT"] = "ALIVE"

    return spoil


def _blank(column: str, source: str, n: int) -> Spoil:
    def spoil(tables: Tables) -> None:
        adsl = tables["marts.adsl"]
        adsl.loc[adsl.index[adsl["SOURCE"] == source][:n], column] = np.nan

    return spoil


def _denied(source: str, n: int) -> Spoil:
    """A spelling nobody knows: these took riluzole, and now did not."""

    def spoil(tables: Tables) -> None:
        adsl = tables["marts.adsl"]
        adsl.loc[adsl.index[adsl["SOURCE"] == source][:n], "RILUZOLE"] = 0.0

    return spoil


def _excluded(source: str, n: int) -> Spoil:
    def spoil(tables: Tables) -> None:
        adsl = tables["marts.adsl"]
        adsl.loc[adsl.index[adsl["SOURCE"] == source][:n], "EXCLTTE"] = "FOLLOW-UP UNUSABLE"

    return spoil


def _sets(n: int) -> Spoil:
    def spoil(tables: Tables) -> None:
        pairs = tables["results.matched_set"]
        tables["results.matched_set"] = pairs[pairs["set_id"] < n]

    return spoil


# What is lost, still published, refused, and what the refusal names.
PAIRS = {
    "subjects": (_without_subjects(3), _without_subjects(4), "registry subjects of the release before: 100 to 96"),
    "records of a domain": (_records("ae", 114), _records("ae", 113), "REGISTRY AE records: 120 to 113"),
    "half of a domain": (_records("ae", 118), _records("ae", 60), "REGISTRY AE records: 120 to 60"),
    "a whole domain": (_records("cm", 77), _records("cm", 0), "REGISTRY CM records: 80 to 0"),
    "records of PRO-ACT": (_records("alsfrs", 855), _records("alsfrs", 854), "PROACT ALSFRS records: 900 to 854"),
    "serious events": (_serious(18), _serious(17), "serious adverse events: 20 to 17"),
    "deaths": (_alive("REGISTRY", 2), _alive("REGISTRY", 3), "deaths in the registry: 20 to 17"),
    "deaths of controls": (_alive("PROACT", 2), _alive("PROACT", 9), "deaths in PRO-ACT: 20 to 11"),
    "a covariate of the treated": (
        _blank("RILUZOLE", "REGISTRY", 5),
        _blank("RILUZOLE", "REGISTRY", 100),
        "RILUZOLE recorded, treated arm: 100 of 100 to 0 of 100",
    ),
    "a covariate of the controls": (
        _blank("AGE", "PROACT", 5),
        _blank("AGE", "PROACT", 6),
        "AGE recorded, control arm: 100 of 100 to 94 of 100",
    ),
    "a yes of the treated": (
        _denied("REGISTRY", 5),
        _denied("REGISTRY", 96),
        "RILUZOLE yes, treated arm: 100 to 4 of 100 subjects of both",
    ),
    "a yes of the controls": (
        _denied("PROACT", 5),
        _denied("PROACT", 6),
        "RILUZOLE yes, control arm: 100 to 94 of 100 subjects of both",
    ),
    "tracheostomies": (
        _blank("TRACHDT", "REGISTRY", 2),
        _blank("TRACHDT", "REGISTRY", 37),
        "tracheostomies in the registry: 40 to 3",
    ),
    "ventilations": (
        _blank("PAVDT", "REGISTRY", 2),
        _blank("PAVDT", "REGISTRY", 3),
        "permanent ventilations in the registry: 20 to 17",
    ),
    "eligible subjects": (
        _excluded("REGISTRY", 5),
        _excluded("REGISTRY", 6),
        "eligible subjects, treated arm: 100 to 94",
    ),
    "a cohort": (_excluded("PROACT", 4), _excluded("PROACT", 100), "eligible subjects, control arm: 100 to 0"),
    "matched sets": (_sets(80), _sets(79), "matched sets: 100 to 79"),
}  # fmt: skip


def _build(folder: Path, spoil: Spoil, before: Tables | None = None, **settings: object) -> GuardedBuild:
    after = whole()
    spoil(after)
    return GuardedBuild(folder, after, before or whole(), **settings)  # type: ignore[arg-type]


def _guarded(build: GuardedBuild) -> list[str]:
    """The losses accepted; raises where one is not."""
    return [figure.line for figure in refuse_losses(build, [*figures_of_marts(build), *matched_sets(build)])]


def _refusal(build: GuardedBuild) -> str:
    with pytest.raises(DropGuardError) as error:
        _guarded(build)
    return str(error.value)


@pytest.mark.parametrize("kind", PAIRS)
def test_what_falls_within_its_limit_is_published_and_more_is_refused(tmp_path: Path, kind: str) -> None:
    published, refused, line = PAIRS[kind]
    assert _guarded(_build(tmp_path / "below", published)) == []
    told = _refusal(_build(tmp_path / "above", refused))
    assert told.startswith(f"not published: fell since release {PARENT} [{line}]")
    assert told.count("[") == 1
    assert told.endswith(
        f"write what stands in brackets, a line each, into landing/registry/{CUT}/.accept-drop; and refresh again"
    )
    assert "\n" not in told
    assert "S0000" not in told


@pytest.mark.parametrize(("n_before", "n_after"), [(100, 96), (20, 18), (10, 9)])
def test_of_few_subjects_one_is_too_many(tmp_path: Path, n_before: int, n_after: int) -> None:
    before = whole()
    _without_subjects(100 - n_before)(before)
    told = _refusal(_build(tmp_path, _without_subjects(100 - n_after), before))
    assert f"[registry subjects of the release before: {n_before} to {n_after}]" in told


def test_a_few_corrections_of_small_counts_stop_no_night(tmp_path: Path) -> None:
    before = whole()
    _serious(2)(before)
    _records("cm", 2)(before)

    def corrected(tables: Tables) -> None:
        _serious(0)(tables)
        _records("cm", 0)(tables)

    assert _guarded(_build(tmp_path, corrected, before)) == []


def test_one_subject_who_was_a_cohort_is_missed(tmp_path: Path) -> None:
    before = whole()
    _excluded("REGISTRY", 99)(before)
    told = _refusal(_build(tmp_path, _excluded("REGISTRY", 100), before))
    assert "[eligible subjects, treated arm: 1 to 0]" in told


def test_a_registry_that_grows_is_compared_by_shares(tmp_path: Path) -> None:
    """Half as many subjects before, 90 % with riluzole: the same share of twice as many is no loss, 70 % is one."""
    before = whole()
    _without_subjects(50)(before)
    _blank("RILUZOLE", "REGISTRY", 5)(before)
    assert _guarded(_build(tmp_path / "same", _blank("RILUZOLE", "REGISTRY", 10), before)) == []
    told = _refusal(_build(tmp_path / "less", _blank("RILUZOLE", "REGISTRY", 30), before))
    assert "[RILUZOLE recorded, treated arm: 45 of 50 to 70 of 100]" in told


def test_a_yes_is_missed_of_those_alone_whom_both_releases_record(tmp_path: Path) -> None:
    """A registry that grows by subjects without riluzole has a smaller share of it, and has lost nothing."""
    before = whole()
    _without_subjects(50)(before)

    def grown(tables: Tables) -> None:
        adsl = tables["marts.adsl"]
        adsl.loc[adsl.index[adsl["SOURCE"] == "REGISTRY"][50:], "RILUZOLE"] = 0.0

    assert _guarded(_build(tmp_path / "grown", grown, before)) == []
    told = _refusal(_build(tmp_path / "renamed", _denied("REGISTRY", 100), before))
    assert "[RILUZOLE yes, treated arm: 50 to 0 of 50 subjects of both]" in told


def _two_losses(tables: Tables) -> None:
    _records("ae", 60)(tables)
    _serious(4)(tables)


LINES = ["REGISTRY AE records: 120 to 60", "serious adverse events: 20 to 4"]


def test_every_loss_is_named_and_each_is_accepted_by_its_line(tmp_path: Path) -> None:
    build = _build(tmp_path, _two_losses)
    marker = build.registry_delivery / ".accept-drop"
    assert all(f"[{line}]" in _refusal(build) for line in LINES)
    marker.write_text(f"# confirmed by the site\n  {LINES[0]}  \n")
    told = _refusal(build)
    assert f"[{LINES[1]}]" in told
    assert LINES[0] not in told
    marker.write_text("\r\n".join(LINES))
    assert _guarded(build) == LINES


@pytest.mark.parametrize(
    "text",
    ["", "accept", "REGISTRY AE records", "REGISTRY AE records: 120 to 61", "REGISTRY AE records: 119 to 60\n",
     "REGISTRY CM records: 120 to 60", "*", "registry subjects of the release before: 100 to 96"],
)  # fmt: skip
def test_nothing_else_accepts_it(tmp_path: Path, text: str) -> None:
    build = _build(tmp_path, _records("ae", 60))
    (build.registry_delivery / ".accept-drop").write_text(text)
    assert f"[{LINES[0]}]" in _refusal(build)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_first_line_counts_behind_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    build = _build(tmp_path, _records("ae", 60))
    (build.registry_delivery / ".accept-drop").write_text("\r\n".join(LINES[:1]), encoding)
    assert _guarded(build) == LINES[:1]


def test_a_line_that_accepts_nothing_is_named_by_its_number(tmp_path: Path) -> None:
    build = _build(tmp_path, _two_losses)
    marker = build.registry_delivery / ".accept-drop"
    marker.write_text(f"# by the site\nREGISTRY AE records: 120 to 61\n\n{LINES[1]}\nHong Gildong agrees\n")
    told = _refusal(build)
    assert "; .accept-drop names no loss of this night in line 2, 5; deliver it whole" in told
    assert "Gildong" not in told
    marker.write_text(LINES[1])
    assert "names no loss" not in _refusal(build)


def test_words_are_to_be_taught_only_where_the_tables_that_fell_have_unknown_ones(tmp_path: Path) -> None:
    def asked_elsewhere(tables: Tables) -> None:
        _records("ae", 60)(tables)
        tables["intermediate.int_registry__asked_word"] = words(
            "REGISTRY", ("ds", "DSDECOD", "PASSED ON", 1, 9)
        )

    told = _refusal(_build(tmp_path / "elsewhere", asked_elsewhere))
    assert "; deliver it whole; or, if it is right, write" in told
    assert "PASSED ON" not in told

    def asked(tables: Tables) -> None:
        _records("ae", 60)(tables)
        tables["intermediate.int_registry__asked_word"] = words("REGISTRY", ("ae", "AESER", "PERHAPS", 1, 9))

    told = _refusal(_build(tmp_path / "there", asked))
    assert (
        "AE AESER: PERHAPS (9 records); deliver it whole or teach the words in landing/registry/terms.csv"
        in told
    )


def test_a_zip_is_accepted_by_a_file_beside_it(tmp_path: Path) -> None:
    build = _build(tmp_path, _records("ae", 60))
    build.registry_delivery = build.registry_delivery.with_suffix(".zip")
    build.registry_delivery.write_bytes(b"PK")
    assert f"into landing/registry/{CUT}.accept-drop;" in _refusal(build)
    (tmp_path / f"{CUT}.accept-drop").write_text(LINES[0])
    assert _guarded(build) == LINES[:1]


def test_who_asked_for_erasure_and_all_of_theirs_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty asked; their records are still delivered, and rejected for that."""
    asked = tuple(f"S{i:016X}" for i in range(70, 100))
    monkeypatch.setattr(losses, "requested", lambda build: asked)

    def erased(tables: Tables) -> None:
        _without_subjects(30)(tables)
        _records("ae", 80)(tables)
        rejected = tables["quality.rejected_row"]
        for _ in range(40):
            rejected.loc[len(rejected)] = ["REGISTRY", "ae", "erasure_request"]
        tables["results.matched_set"] = tables["results.matched_set"].query("set_id < 70")

    before = whole()
    before["marts.adae"]["AESER"] = "Y"

    def with_events(tables: Tables) -> None:
        erased(tables)
        tables["marts.adae"] = before["marts.adae"].iloc[:70]

    assert _guarded(_build(tmp_path, with_events, before)) == []


def test_the_commonest_unknown_words_are_named_and_few_of_them_only_counted(tmp_path: Path) -> None:
    def spoil(tables: Tables) -> None:
        _alive("REGISTRY", 10)(tables)
        tables["intermediate.int_registry__asked_word"] = words(
            "REGISTRY", ("ds", "DSDECOD", None, 4, 6), ("ds", "DSDECOD", "PASSED ON", 1, 9)
        )

    told = _refusal(_build(tmp_path, spoil))
    named = "DS DSDECOD: PASSED ON (9 records), DS DSDECOD: 4 words of few subjects (6 records)"
    assert f"commonest unknown words: {named}; deliver it whole" in told


def test_sets_by_another_protocol_or_without_a_covariate_of_an_arm_are_not_compared(tmp_path: Path) -> None:
    assert matched_sets(_build(tmp_path / "protocol", _sets(1), parent_protocol="another")) == []

    def unrecorded(tables: Tables) -> None:
        _sets(0)(tables)
        members = tables["results.analysis_set"]
        members.loc[members["treated"] == 1, "RILUZOLE"] = np.nan

    assert matched_sets(_build(tmp_path / "covariate", unrecorded)) == []


def test_a_first_release_is_held_only_where_a_cohort_is_empty(tmp_path: Path) -> None:
    first = whole()
    _two_losses(first)
    assert figures_of_marts(GuardedBuild(tmp_path / "small", first, None)) == []
    empty = whole()
    _excluded("REGISTRY", 100)(empty)
    told = _refusal(GuardedBuild(tmp_path / "empty", empty, None))
    line = "eligible subjects, treated arm: 0 of 100 delivered"
    cause = "of the treated arm most were taken out by usable follow-up: FOLLOW-UP UNUSABLE (100)"
    assert told.startswith(f"not published: fell in the first release [{line}]; {cause}; deliver it whole; ")


def test_the_commonest_reason_of_an_empty_cohort_is_named_and_not_the_first(tmp_path: Path) -> None:
    empty = whole()
    adsl = empty["marts.adsl"]
    adsl.loc[:9, "TRTSDY"] = np.nan
    adsl.loc[10:99, "EXCLTTE"] = "NO FOLLOW-UP"
    told = _refusal(GuardedBuild(tmp_path, empty, None))
    assert "of the treated arm most were taken out by usable follow-up: NO FOLLOW-UP (90)" in told


def test_a_release_of_an_earlier_version_is_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    before = whole()
    before["marts.adsl"] = before["marts.adsl"].drop(columns=["BULBAR", "SYMPDURM"])
    del before["quality.record_count"], before["marts.adae"], before["results.matched_set"]
    assert _guarded(_build(tmp_path / "kept", lambda tables: None, before)) == []
    assert "[deaths in the registry: 20 to 11]" in _refusal(
        _build(tmp_path / "lost", _alive("REGISTRY", 9), before)
    )
