"""The file of a site's words: what is read, and a line with the way out for everything that is not."""

from pathlib import Path

import pytest

from orchestration.extracts.deliveries import REGISTRY, find_deliveries
from orchestration.extracts.dictionary import load_dictionaries
from orchestration.extracts.site_rows import SiteFileError
from orchestration.extracts.site_terms import read_site_terms
from orchestration.settings import DBT_PROJECT

DICTIONARIES = load_dictionaries(DBT_PROJECT)
HEAD = "domain,variable,term,meaning\n"


def read(folder: Path, text: str | bytes) -> tuple:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "terms.csv").write_bytes(content)
    return read_site_terms(folder, DICTIONARIES).terms


def errors(folder: Path, text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(SiteFileError) as raised:
        read(folder, text)
    return raised.value.errors


def test_no_file_teaches_nothing(tmp_path: Path) -> None:
    assert read_site_terms(tmp_path, DICTIONARIES).terms == ()
    assert read_site_terms(tmp_path, DICTIONARIES).sha256 == ""


def test_words_are_read_with_their_vocabulary(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "\ufeff" + HEAD + "# a remark\nds,dsdecod,입적,death\n\nSTUDY,PRODUCT,Drug X,NAME\n",
    )
    assert [(t.line, t.domain, t.variable, t.vocabulary, t.normalised, t.meaning) for t in found] == [
        (3, "DS", "DSDECOD", "disposition", "입적", "DEATH"),
        (5, "STUDY", "PRODUCT", "product_name", "DRUG X", "NAME"),
    ]


def test_a_word_of_a_column_of_several_vocabularies_is_taught_in_those_that_have_its_meaning(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, HEAD + "FA,FASTRESC,혀끝,BULBAR\nFA,FASTRESC,?,NONE\n")
    assert [(t.line, t.vocabulary) for t in found] == [
        (2, "onset_site"),
        (3, "el_escorial"),
        (3, "onset_site"),
        (3, "yes_no"),
    ]


def test_proact_columns_can_be_taught(tmp_path: Path) -> None:
    (term,) = read(tmp_path, HEAD + "riluzole,subject_used_riluzole,Ja,Y\n")
    assert (term.domain, term.variable) == ("RILUZOLE", "Subject_used_Riluzole")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("DX,DSDECOD,a,DEATH", "line 2, column domain: 'DX' is not known; did you mean EX?"),
        ("DS,DSDECODE,a,DEATH", "line 2, column variable: 'DSDECODE' is not known; did you mean DSDECOD?"),
        ("DS,DSDECOD,a,DIED", "line 2, column meaning: 'DIED' is not known; did you mean DEATH?"),
        ("MH,MHLOC,a,Throat", "line 2, column meaning: 'Throat' is not known; did you mean BULBAR?"),
        (
            "DM,ARM,a,NERVONIL",
            "line 2, column meaning: 'NERVONIL' is not known; one of CONTROL, NONE, NOT ASSIGNED,",
        ),
        (
            "DS,DSDECOD,a,MISLAID",
            "line 2, column meaning: 'MISLAID' is not known; one of ADVERSE EVENT, APPROVED",
        ),
        ('DS,DSDECOD," ",DEATH', "line 2, column term: blank"),
        ("DM,SEX,m.,X", "line 2, column meaning: 'X' is not known; one of F, M, NONE"),
    ],
)
def test_an_error_names_line_column_and_way_out(tmp_path: Path, row: str, message: str) -> None:
    (found,) = errors(tmp_path, HEAD + row + "\n")
    assert found.startswith("landing/registry/terms.csv: ")
    assert message in found


def test_every_error_has_a_line(tmp_path: Path) -> None:
    assert len(errors(tmp_path, HEAD + "DX,A,a,B\nDS,DSDECOD,a,DEAHT\nDS,DSDECOD,b,DEATH\n")) == 2


def test_a_word_has_one_meaning(tmp_path: Path) -> None:
    (found,) = errors(tmp_path, HEAD + "DS,DSDECOD,Passed-away,DEATH\nDS,DSDECOD,passed away,COMPLETION\n")
    assert "line 3, column term: 'passed away' means DEATH in line 2" in found
    assert len(read(tmp_path, HEAD + "DS,DSDECOD,Gone,DEATH\nDS,DSDECOD,gone,DEATH\n")) == 2


def test_a_study_has_one_product(tmp_path: Path) -> None:
    (found,) = errors(tmp_path, HEAD + "STUDY,PRODUCT,Drug X,NAME\nSTUDY,PRODUCT,Drug Y,NAME\n")
    assert "line 3" in found
    assert "second product" in found


def test_a_file_without_the_columns_or_of_other_letters_is_refused(tmp_path: Path) -> None:
    assert "no column meaning" in errors(tmp_path, "domain,variable,term\nDS,DSDECOD,a\n")[0]
    assert "is not UTF-8" in errors(tmp_path, HEAD.encode() + "DS,DSDECOD,사망,DEATH\n".encode("cp949"))[0]


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_another_separator_is_named(tmp_path: Path, mark: str, name: str) -> None:
    text = (HEAD + "DS,DSDECOD,a,DEATH\n").replace(",", mark)
    (found,) = errors(tmp_path, text)
    assert f"line 1: fields are separated by {name}, expected comma; save as comma-separated CSV" in found


def test_the_file_is_no_delivery(tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    registry.mkdir()
    (registry / "terms.csv").write_text(HEAD)
    assert find_deliveries(tmp_path, REGISTRY, now=1e12) == ()
