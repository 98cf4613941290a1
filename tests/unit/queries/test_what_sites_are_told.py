"""What a site is told: its own subjects by its own numbers, what is asked, and nobody else's; the rest counted by reason."""

import json
import shutil
import unicodedata
from dataclasses import replace

import pytest
from asking_home import SITES, AskingHome, query_id
from delivery_builder import CUT, KEY

from orchestration.erasure.key_ring import write_ring
from orchestration.extracts.pseudonyms import PSEUDONYM, key_from_text
from orchestration.queries.disclosure import NO_SUBJECT, OTHER_KEY, Disclosure, disclose
from orchestration.queries.subjects import NO_SITE, NOT_IN_DM, NOT_IN_LANDING, SEVERAL_SITES

AT = "2026-05-02T09:00:00+09:00"
HEAD = "query_id,status,answer_date\n"


def told(asking: AskingHome, site: str | None = None) -> Disclosure:
    return disclose(asking.settings, "current", asking.out, AT, site)


def reasons(done: Disclosure) -> dict[str, tuple[int, int]]:
    return {each.reason: (each.n_query, each.n_subject) for each in done.unfound}


def test_every_site_has_a_file_of_its_own_subjects(asking: AskingHome) -> None:
    done = told(asking)
    found = asking.rows()
    assert len(found) == 4
    assert done.files.keys() == {"101", "A/B", "A_B", "서울 대학/병원"}
    for site, (path, n_query, _) in done.files.items():
        assert {row["site"] for row in found[path.name]} == {site}
        assert len(found[path.name]) == n_query
    assert [row["subject"] for row in found["queries-서울_대학_병원.csv"]] == ["0003"]


def test_a_row_says_what_was_found_where_and_what_is_asked(asking: AskingHome) -> None:
    told(asking)
    (row,) = asking.rows()["queries-서울_대학_병원.csv"]
    assert row == {
        "query_id": query_id(2), "site": "서울 대학/병원", "subject": "0003", "form": "QS", "file": "QS.csv",
        "visit": "3개월", "date": "2025-04-01", "field": "QSORRES", "finding": "total differs", "found": "2025-04-01: 40",
        "asked": "Please correct the record, or answer that it is right as it stands. Expected: sum of items 41.",
        "first_seen": "2026-03-01", "age_days": "30", "status": "", "answer_date": "", "comment": "",
    }  # fmt: skip


def test_no_pseudonym_leaves_and_files_are_their_owners_alone(asking: AskingHome) -> None:
    told(asking)
    files = list(asking.out.iterdir())
    assert not any(PSEUDONYM.search(path.read_text()) for path in files)
    assert asking.out.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in files)


def test_a_number_given_twice_is_told_by_usubjid_and_a_formula_is_text(asking: AskingHome) -> None:
    told(asking)
    assert {row["subject"] for row in asking.rows()["queries-101.csv"]} == {"LENZ-001", "LENZ-008", "'=1+1"}


def test_visit_and_date_are_those_of_the_subjects_own_line(asking: AskingHome) -> None:
    told(asking)
    by_id = {row["query_id"]: row for row in asking.rows()["queries-101.csv"]}
    assert (by_id[query_id(0)]["visit"], by_id[query_id(0)]["date"]) == ("3개월", "2025-04-01")
    assert (by_id[query_id(21)]["visit"], by_id[query_id(21)]["date"]) == ("", "")
    assert by_id[query_id(21)]["found"] == "'-1"
    assert (by_id[query_id(20)]["visit"], by_id[query_id(20)]["date"]) == ("", "")


def test_visits_of_a_file_that_was_changed_since_are_not_told(asking: AskingHome) -> None:
    path = asking.home / "landing" / "registry" / CUT / "QS.csv"
    path.write_bytes(path.read_bytes().replace("3개월".encode(), "6개월".encode()))
    told(asking)
    assert {row["visit"] for rows in asking.rows().values() for row in rows} == {""}


def test_what_no_site_can_be_told_is_counted_by_reason(asking: AskingHome) -> None:
    done = told(asking)
    assert reasons(done) == {NO_SITE: (2, 2), NO_SUBJECT: (1, 0), NOT_IN_DM: (1, 1)}
    assert (done.n_proact, done.n_answered, done.is_whole) == (1, 0, False)
    n_told = sum(n for _, n, _ in done.files.values())
    assert n_told + sum(each.n_query for each in done.unfound) + done.n_proact == 13


def test_a_subject_of_two_sites_is_told_to_neither(asking: AskingHome) -> None:
    asking.deliver({**SITES, "lenz-1": ("A/B", "9")})
    assert reasons(told(asking))[SEVERAL_SITES] == (3, 1)
    assert not any(row["subject"] in ("LENZ-001", "9") for rows in asking.rows().values() for row in rows)


def test_a_delivery_that_is_gone_is_the_reason(asking: AskingHome) -> None:
    shutil.rmtree(asking.home / "landing" / "registry" / CUT)
    done = told(asking)
    assert reasons(done) == {NO_SUBJECT: (1, 0), NOT_IN_LANDING: (11, 9)}
    assert not asking.out.exists()
    assert not (asking.home / "disclosures.jsonl").exists()


def test_another_key_is_the_reason(asking: AskingHome) -> None:
    asking.settings = replace(asking.settings, pseudonym_key="quite another secret of many letters")
    done = told(asking, "101")
    assert reasons(done) == {NO_SUBJECT: (1, 0), OTHER_KEY: (11, 9)}
    assert not asking.out.exists()


def test_a_release_of_a_retired_key_is_told_by_that_key(asking: AskingHome) -> None:
    secret = "quite another secret of many letters"
    write_ring(asking.home, {KEY.key_id: KEY}, key_from_text(secret))
    asking.settings = replace(asking.settings, pseudonym_key=secret)
    assert told(asking).files.keys() == {"101", "A/B", "A_B", "서울 대학/병원"}


def test_one_site_alone(asking: AskingHome) -> None:
    done = told(asking, "A/B")
    assert list(done.files) == ["A/B"]
    assert done.n_other == 7
    assert {row["site"] for rows in asking.rows().values() for row in rows} == {"A/B"}


def test_a_site_is_the_same_however_its_letters_are_composed(asking: AskingHome) -> None:
    assert list(told(asking, unicodedata.normalize("NFD", " 서울 대학/병원")).files) == ["서울 대학/병원"]


def test_a_site_that_nothing_is_asked_of_is_named_with_those_there_are(asking: AskingHome) -> None:
    with pytest.raises(
        LookupError, match="no query is open at site '102'; sites with open queries: 101, A/B, A_B"
    ):
        told(asking, "102")
    assert not asking.out.exists()


def test_what_a_release_has_answered_is_not_asked_again(asking: AskingHome) -> None:
    asking.release(answered=(0, 3))
    done = told(asking)
    assert done.n_answered == 2
    assert "A/B" not in done.files
    assert query_id(0) not in {row["query_id"] for rows in asking.rows().values() for row in rows}


def test_nor_what_was_answered_since_and_an_answer_to_nothing_is_told(asking: AskingHome) -> None:
    lines = f"{query_id(3)},answered,2026-04-02\n{'ab' * 16},closed,2026-04-02\n"
    (asking.home / "landing" / "registry" / "answers.csv").write_text(HEAD + lines)
    done = told(asking)
    assert (done.n_answered, done.stray) == (1, (3,))
    assert "A/B" not in done.files


def test_a_file_that_a_site_filled_in_can_be_the_answers(asking: AskingHome) -> None:
    told(asking)
    (path,) = (path for path in asking.out.iterdir() if "서울" in path.name)
    filled = path.read_text(encoding="utf-8-sig").replace("30,,,", "30,answered,2026-04-02,확인함")
    (asking.home / "landing" / "registry" / "answers.csv").write_text(filled, encoding="utf-8-sig")
    shutil.rmtree(asking.out)
    assert "서울 대학/병원" not in told(asking).files


def test_an_erroneous_file_of_answers_stops_before_anything_is_told(asking: AskingHome) -> None:
    (asking.home / "landing" / "registry" / "answers.csv").write_text(HEAD + "x,done,never\n")
    with pytest.raises(Exception, match="line 2, column query_id"):
        told(asking)
    assert not asking.out.exists()


def test_a_damaged_release_tells_nothing(asking: AskingHome) -> None:
    report = next((asking.home / "releases" / "current" / "report").iterdir())
    report.chmod(0o600)
    report.write_text("changed")
    with pytest.raises(LookupError, match=r"nothing is written: .* was changed after publication"):
        told(asking)


def test_every_disclosure_is_written_down_without_an_identifier(asking: AskingHome) -> None:
    told(asking)
    shutil.rmtree(asking.out)
    disclose(asking.settings, "1", asking.out, "2026-05-03T09:00:00+09:00", "A_B")
    content = (asking.home / "disclosures.jsonl").read_text()
    assert (asking.home / "disclosures-copy.jsonl").read_text() == content
    whole, alone = map(json.loads, content.splitlines())
    assert (whole["at"], whole["release"], whole["n_query"], whole["n_site"], whole["n_subject"]) == (
        AT, f"0001-{CUT}", 8, 4, 6,
    )  # fmt: skip
    assert (alone["n_query"], alone["n_site"], alone["n_subject"]) == (1, 1, 1)
    assert whole["by"]
    assert not any(text in content for raw, (_, subjid) in SITES.items() for text in (raw, f'"{subjid}"'))
    assert (asking.home / "disclosures.jsonl").stat().st_mode & 0o777 == 0o600


def test_without_an_audit_that_can_be_read_nothing_is_told(asking: AskingHome) -> None:
    for name in ("disclosures.jsonl", "disclosures-copy.jsonl"):
        (asking.home / name).write_text("not a line of it\n")
    with pytest.raises(RuntimeError, match=r"disclosures\.jsonl line 1 cannot be read"):
        told(asking)
    assert not asking.out.exists()


def test_the_command_tells_what_it_wrote_and_what_not(
    asking: AskingHome, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIGIL_HOME", str(asking.home))
    monkeypatch.setenv("VIGIL_PSEUDONYM_KEY", asking.settings.pseudonym_key or "")
    monkeypatch.setenv("VIGIL_SETTLE_SECONDS", "0")
    assert asking.vigil("queries", "--out", str(asking.out)) == 1
    said = capsys.readouterr()
    assert "site A/B: open queries 1, subjects 1" in said.out
    assert "not written: 1 queries about PRO-ACT, which has no sites to ask" in said.out
    assert "not written: 2 queries about 2 subjects: no site in DM" in said.err
    assert not any(f"{subjid}:" in said.out + said.err for _, subjid in SITES.values())
