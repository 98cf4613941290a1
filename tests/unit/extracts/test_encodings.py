"""Letters are read as what they are, or not at all: Korean and Western text, whole, cut and mixed, each judged (F19)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from delivery_builder import Site, registry_files
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.extracts.encoding import decode_piece, judge_pieces, sniff_encoding, write_utf8_copy
from orchestration.extracts.errors import DeliveryError
from orchestration.extracts.letters import Reading, fits, reading_of
from orchestration.extracts.scan import scan_bytes

SYLLABLES = "".join(chr(code) for code in range(0xAC00, 0xD7A4))
PLAIN = "".join(c for c in SYLLABLES if min(c.encode("cp949")) >= 0xA1)
HANJA = "肝炎結核癌症患者死亡呼吸筋萎縮性側索硬化症"
# Bytes that are UTF-8 as a whole file are UTF-8: a letter of two such bytes would have to be the only one in its file.
ALONE = "".join(c for c in HANJA if not fits(c.encode("cp949"), "utf-8"))
UNITS = "㎎㎍㎖ℓ㎏℃Å㎜㎝㎡㏄Ωα±×÷≤≥→①②③ⅠⅡ…·―“”‘’★※"
KOREAN = [
    "추적 관찰 중",
    "열이 남, 주사 부위",
    "연락 두절",
    "호흡곤란 및 객담",
    "사망",
    "B형 간염",
    "체온 38.2℃",
    "근력 저하",
]
WESTERN = [
    "café", "Müller", "fièvre élevée", "naïve", "38.5 °C", "5 µg/L", "5 ± 2", "Crohn’s disease", "weeks 3–5", "Größe",
    "medicação", "señal", "Übelkeit", "½ tablet", "«été»", "Sjögren’s", "über 3 Stunden", "œdème", "“grade 2”", "10² mm",
]  # fmt: skip
WESTERN_PLAINLY = ["café au", "Müller", "naïve x", "fièvre élevée", "señal", "5 ± 2", "œdème"]


def judged(lines: list[bytes], in_doubt: str | None = None) -> tuple[str, list[str | None]]:
    """Encoding of some lines, and each as it is read (None: rejected)."""
    encoding = judge_pieces("x.csv", lines, len(lines), in_doubt).name
    return encoding, [decode_piece(line, encoding) for line in lines]


def csv_lines(texts: list[str], encoding: str) -> list[bytes]:
    return [f"H-{i:03d},{text},2026-01-05".encode(encoding) for i, text in enumerate(texts)]


def test_all_syllables_of_korean_are_read_in_cp949() -> None:
    lines = csv_lines(list(SYLLABLES), "cp949")
    encoding, texts = judged(lines)
    assert encoding == "cp949"
    assert texts == [line.decode("cp949") for line in lines]


@pytest.mark.parametrize("text", [*ALONE, *UNITS, HANJA, UNITS, "體重 70㎏", "A型 B型肝炎", *KOREAN])
def test_every_pair_of_ks_x_1001_is_korean_by_itself(text: str) -> None:
    lines = csv_lines([text, "ordinary text", ""], "cp949")
    assert judged(lines)[0] == "cp949"


korean_text = st.text(
    st.one_of(
        st.sampled_from(PLAIN),
        st.sampled_from(SYLLABLES),
        st.sampled_from(HANJA + UNITS),
        st.sampled_from(" ,-1aZ"),
    ),
    min_size=1,
    max_size=20,
)


@given(st.lists(korean_text, min_size=1, max_size=30))
@settings(max_examples=300)
def test_generated_korean_text_is_read_as_itself_or_refused(texts: list[str]) -> None:
    lines = csv_lines(texts, "cp949")
    try:
        _, read = judged(lines)
    except DeliveryError:
        # Only where nothing but rare syllables and lone pairs stands in the file.
        assert not any(reading_of(line) is Reading.KOREAN for line in lines)
        return
    for text, line in zip(read, lines, strict=True):
        assert text in (line.decode("cp949"), None) or reading_of(line) is Reading.UTF8


@given(
    st.lists(st.text(st.sampled_from(PLAIN + " "), min_size=2, max_size=12), min_size=60, max_size=120),
    st.lists(st.integers(0, 59), max_size=1),
    st.sampled_from(["cp949", "utf-8"]),
)
@settings(max_examples=150)
def test_a_letter_cut_at_a_length_limit_costs_its_record_and_no_other(
    texts: list[str], cut: list[int], encoding: str
) -> None:
    cells = [("가나" + text + "다").encode(encoding) for text in texts]
    cells = [cell[:-1] if i in cut else cell for i, cell in enumerate(cells)]
    found, read = judged([b"H-1," + cell + b",2026-01-05" for cell in cells])
    assert found == encoding
    assert read == [None if i in cut else f"H-1,가나{text}다,2026-01-05" for i, text in enumerate(texts)]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
@pytest.mark.parametrize("share", [0.03, 0.1, 0.5, 1.0])
def test_text_with_letters_cut_in_many_records_is_refused_by_what_it_is(encoding: str, share: float) -> None:
    cells = [f"{KOREAN[i % len(KOREAN)]} 가나다".encode(encoding) for i in range(200)]
    n_cut = int(share * 200)
    cells = [cell[:-1] if i < n_cut else cell for i, cell in enumerate(cells)]
    with pytest.raises(
        DeliveryError, match=rf"text in {encoding.upper()}, but with broken letters in {n_cut} of 200"
    ):
        judged([b"H-1," + cell + b",2026-01-05" for cell in cells])


@pytest.mark.parametrize("first", WESTERN)
def test_western_text_is_read_as_cp1252_where_one_letter_proves_it(first: str) -> None:
    for second in WESTERN_PLAINLY:
        lines = csv_lines([first, second, "plain"], "cp1252")
        assert judged(lines) == ("cp1252", [line.decode("cp1252") for line in lines])


@given(st.lists(st.sampled_from(WESTERN), min_size=1, max_size=12))
@settings(max_examples=200)
def test_western_text_is_never_read_as_korean(texts: list[str]) -> None:
    lines = csv_lines(texts, "cp1252")
    if any(reading_of(line) is Reading.WESTERN for line in lines):
        assert judged(lines) == ("cp1252", [line.decode("cp1252") for line in lines])
    else:
        with pytest.raises(DeliveryError, match="cp949 or cp1252"):
            judged(lines)


DOUBTFUL = ["Crohn’s disease", "38.5 °C", "5 µg/L", "Größe", "medicação", "«été»", "Sjögren’s"]


@pytest.mark.parametrize("text", DOUBTFUL[:6])
def test_what_reads_both_ways_is_refused_with_both_readings_and_the_setting(text: str) -> None:
    lines = csv_lines([text, "plain"], "cp1252")
    with pytest.raises(DeliveryError, match=r"1 of 2 records.*CP949.*cp1252.*set VIGIL_REGISTRY_ENCODING"):
        judged(lines)
    assert judged(lines, "cp1252")[1] == [line.decode("cp1252") for line in lines]
    assert judged(lines, "cp949")[1] == [line.decode("cp949") for line in lines]


def test_latin_1_is_read_as_cp1252() -> None:
    lines = csv_lines(["dyspnée", "Müdigkeit", "5 ± 2"], "latin-1")
    assert judged(lines)[1] == [line.decode("latin-1") for line in lines]


def test_mixed_files_never_turn_letters_into_others() -> None:
    western = csv_lines(["dyspnée grave"] * 100, "cp1252")
    mixed = [*western, "H,통증,x".encode("cp949"), "H,통증,x".encode(), "H,é".encode()]
    encoding, read = judged(mixed)
    assert encoding == "cp1252"
    assert read[-3:] == [None, "H,통증,x", "H,é"]
    half = [*csv_lines(["통증이 심함"] * 50, "cp949"), *western[:40]]
    with pytest.raises(DeliveryError, match="text in CP949, but with broken letters in 40 of 90"):
        judged(half)
    with pytest.raises(DeliveryError, match="broken letters in 50 of 100"):
        judged([*csv_lines(["통증이 심함"] * 50, "cp949"), *csv_lines(["통증이 심함"] * 50, "utf-8")])


FILES: list[tuple[str, Callable[[str], bytes], str]] = [
    ("utf-8", lambda t: t.encode(), "utf-8"),
    ("utf-8-sig", lambda t: t.encode("utf-8-sig"), "utf-8-sig"),
    ("utf-16", lambda t: t.encode("utf-16"), "utf-16"),
    ("utf-16-be with mark", lambda t: b"\xfe\xff" + t.encode("utf-16-be"), "utf-16"),
    ("cp949", lambda t: t.encode("cp949"), "cp949"),
    ("euc-kr", lambda t: t.encode("euc-kr"), "cp949"),
]


@pytest.mark.parametrize(("name", "encode", "found"), FILES, ids=[name for name, *_ in FILES])
def test_the_same_text_in_every_encoding(
    name: str, encode: Callable[[str], bytes], found: str, tmp_path: Path
) -> None:
    text = "USUBJID,AETERM\r\n" + "".join(f"H-{i},{word} 肝 ㎎\r\n" for i, word in enumerate(KOREAN))
    path, copy = tmp_path / "ae.csv", tmp_path / "copy.csv"
    path.write_bytes(encode(text))
    encoding = sniff_encoding("ae.csv", path, scan_bytes(path))
    assert encoding.name == found
    write_utf8_copy(path, encoding, copy)
    assert copy.read_bytes().decode("utf-8-sig") == text


def test_a_file_marked_as_utf_8_that_is_not_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ae.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "A,열이 남\r\n".encode("cp949") * 5)
    with pytest.raises(DeliveryError, match=r"'ae\.csv': marked as UTF-8"):
        sniff_encoding("ae.csv", path, scan_bytes(path))


def broken_ds(encoding: str) -> bytes:
    """200 records of follow-up; in the 101st, a length limit cut the last letter in two."""
    lines = ["USUBJID,DSSEQ,DSDECOD,DSTERM,DSSTDTC"]
    lines += [f"LENZ-{i % 8 + 1:03d},{i},ONGOING,정기 방문 {i},2026-01-05" for i in range(200)]
    encoded = [line.encode(encoding) for line in lines]
    encoded[101] = encoded[101].replace("방문 100".encode(encoding), "방문".encode(encoding)[:-1])
    return b"\r\n".join(encoded) + b"\r\n"


@pytest.mark.parametrize(("encoding", "rule"), [("cp949", "nul_or_undecodable_byte"), ("utf-8", "encoding")])
def test_one_broken_letter_costs_its_line_and_no_other(site: Site, encoding: str, rule: str) -> None:
    accepted = site.take("REGISTRY", {**registry_files(), "DS.csv": broken_ds(encoding)})
    raw = site.raw(accepted)
    rejects = raw.execute("SELECT table_name, _line, rule FROM raw.registry_decode_reject").fetchall()
    assert rejects == [("ds", 102, rule)]
    found = raw.execute("SELECT DSSEQ, DSTERM FROM raw.registry_ds ORDER BY _line").fetchall()
    assert found == [(str(i), f"정기 방문 {i}") for i in range(200) if i != 100]
    counts = raw.execute(
        "SELECT n_record, n_decode_reject, encoding FROM raw.delivered_file WHERE table_name = 'ds'"
    )
    assert counts.fetchone() == (200, 1, encoding)


def test_doubtful_letters_in_a_delivery_follow_the_setting(site: Site) -> None:
    files = registry_files()
    files["AE.csv"] = files["AE.csv"].replace(b"fever", "Crohn’s".encode("cp1252"))
    site.deliver("REGISTRY", "2026-03-31", files)
    with pytest.raises(DeliveryError, match=r"'AE\.csv'.*VIGIL_REGISTRY_ENCODING"):
        site.accept("REGISTRY")
    texts, fingerprints = set(), set()
    for encoding in ("cp1252", "cp949"):
        accepted = site.accept("REGISTRY", in_doubt=encoding)
        fingerprints.add(accepted.fingerprint)
        texts.add(site.raw(accepted).execute("SELECT DISTINCT AETERM FROM raw.registry_ae").fetchone())
    assert texts == {("Crohn’s",), ("Crohn’s".encode("cp1252").decode("cp949"),)}
    assert len(fingerprints) == 2
