"""A server may send parts of another file, too much, too slowly, half of it, or us elsewhere: none of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from made_up.lying_server import Liar, TestClock, lying_server, says
from remission.inputs.download import Downloaded, DownloadFailed, download, fetch_json
from remission.inputs.web import Patience, wait_of

OLD, NEW = b"YEAR_MONTH,ODS_CODE\n" + b"202505,RA2\n" * 300, b"YEAR_MONTH,ODS_CODE\n" + b"202505,RJ1\n" * 300
HALF = 1000
TAG, OTHER = '"old"', '"new"'


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying_server() as one:
        yield one


def patient(tries: int = 1, step: float = 0.0, **other: float) -> Patience:
    return Patience(5, tries, 1.0, clock=TestClock(step), **other)  # type: ignore[arg-type]  # numbers, all of them


def begin(liar: Liar, part: Path, **headers: str) -> None:
    """A transfer of the old file that breaks off half way."""
    liar.answers = [says(OLD[:HALF], length=len(OLD), **({"ETag": TAG} | headers))]
    with pytest.raises(DownloadFailed) as failed:
        download(liar.address, part, patient())
    assert (failed.value.why, part.read_bytes()) == ("truncated", OLD[:HALF])


def got(found: Downloaded | None) -> bytes:
    assert found is not None
    assert not found.path.with_name("m.part.note").exists()
    return found.path.read_bytes()


def part_of(content: bytes, start: int = HALF, total: int | None = None, **headers: str) -> bytes:
    span = f"bytes {start}-{len(content) - 1}/{total or len(content)}"
    return says(content[start:], 206, Content_Range=span, **headers)


def test_a_part_of_the_same_file_is_joined_on(liar: Liar, tmp_path: Path) -> None:
    begin(liar, tmp_path / "m.part")
    liar.answers = [part_of(OLD, ETag=TAG)]
    assert got(download(liar.address, tmp_path / "m.part", patient())) == OLD
    assert (liar.header("Range"), liar.header("If-Range")) == (f"bytes={HALF}-", TAG)


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param(part_of(NEW, ETag=OTHER), id="another tag"),
        pytest.param(part_of(NEW, total=len(NEW) + 7, ETag=TAG), id="another total"),
        pytest.param(part_of(NEW, HALF + 3, ETag=TAG), id="another beginning"),
        pytest.param(says(NEW[HALF:], 206, ETag=TAG), id="no range"),
        pytest.param(says(NEW[HALF:], 206, Content_Range=f"bytes {HALF}-9/x", ETag=TAG), id="a range of nonsense"),
        pytest.param(says(status=416, Content_Range="bytes */9"), id="no such part"),
    ],
)
def test_a_part_of_another_file_is_dropped_and_the_whole_is_fetched(liar: Liar, tmp_path: Path, lie: bytes) -> None:
    begin(liar, tmp_path / "m.part")
    liar.answers = [lie, says(NEW, ETag=OTHER)]
    assert got(download(liar.address, tmp_path / "m.part", patient())) == NEW
    assert (liar.header("Range", -2), liar.header("Range")) == (f"bytes={HALF}-", "")


def test_days_of_change_are_compared_where_there_is_no_tag(liar: Liar, tmp_path: Path) -> None:
    first, then = "Mon, 02 Nov 2026 10:00:00 GMT", "Tue, 03 Nov 2026 10:00:00 GMT"
    for day, expected in ((first, OLD), (then, NEW)):
        begin(liar, tmp_path / "m.part", ETag="", Last_Modified=first)
        liar.answers = [part_of(expected, Last_Modified=day), says(NEW, Last_Modified=then)]
        assert got(download(liar.address, tmp_path / "m.part", patient())) == expected


def test_a_part_that_nobody_asked_for_is_no_file(liar: Liar, tmp_path: Path) -> None:
    liar.answers = [part_of(OLD, ETag=TAG)]
    with pytest.raises(DownloadFailed, match="another part"):
        download(liar.address, tmp_path / "m.part", patient())
    assert not (tmp_path / "m.part").exists()


def test_a_file_that_is_said_to_be_too_large_is_not_begun(liar: Liar, tmp_path: Path) -> None:
    liar.answers = [says(OLD, length=10**15)]
    with pytest.raises(DownloadFailed, match="more than 2,000 bytes") as failed:
        download(liar.address, tmp_path / "m.part", patient(3, most_bytes=2000))
    assert (failed.value.why, len(liar.asked)) == ("too large", 1)
    assert not (tmp_path / "m.part").exists()


@pytest.mark.parametrize("endless", [says(OLD, length=-1), says(chunks=[OLD[:1500], OLD[1500:]])])
def test_a_file_of_unknown_size_stops_at_the_largest(liar: Liar, tmp_path: Path, endless: bytes) -> None:
    liar.answers = [endless]
    with pytest.raises(DownloadFailed) as failed:
        download(liar.address, tmp_path / "m.part", patient(most_bytes=2000))
    assert failed.value.why == "too large"
    assert not (tmp_path / "m.part").exists()


def test_an_answer_in_json_has_a_largest_size_too(liar: Liar) -> None:
    liar.answers = [says(b"[" + b"1," * 3000 + b"1]", length=-1)]
    with pytest.raises(DownloadFailed) as failed:
        fetch_json(liar.address, patient(most_bytes=2000))
    assert failed.value.why == "too large"


def test_a_server_that_drips_is_given_up_after_the_total_time_and_the_part_is_kept(liar: Liar, tmp_path: Path) -> None:
    """Each look at the clock is four seconds on: three looks before the first piece, then one a piece."""
    liar.answers = [says(chunks=[OLD[at : at + 100] for at in range(0, 3000, 100)], ETag=TAG)]
    with pytest.raises(DownloadFailed, match="not here after 30 seconds") as failed:
        download(liar.address, tmp_path / "m.part", patient(3, step=4.0, total_seconds=30.0))
    assert (failed.value.why, len(liar.asked)) == ("out of time", 1)
    assert 0 < (tmp_path / "m.part").stat().st_size < 3000
    assert OLD.startswith((tmp_path / "m.part").read_bytes())


@pytest.mark.parametrize(
    ("asked", "rested"),
    [
        ("7", 7.0),
        ("Thu, 01 Jan 1970 00:00:30 GMT", 30.0),
        ("99999", 60.0),
        ("Fri, 31 Dec 2199 23:59:59 GMT", 60.0),
        ("0", 1.0),
        ("-5", 1.0),
        ("soon", 1.0),
        ("9" * 400, 60.0),
    ],
)
def test_a_rest_that_is_asked_for_is_taken_up_to_the_longest(
    liar: Liar, tmp_path: Path, asked: str, rested: float
) -> None:
    for status in (429, 503):
        liar.answers = [says(status=status, Retry_After=asked), says(OLD)]
        patience = patient(2)
        assert got(download(liar.address, tmp_path / f"{status}/m.part", patience)) == OLD
        assert patience.clock.rests == [rested]  # type: ignore[attr-defined]  # a TestClock


def test_rests_without_a_wish_of_the_server_are_doubled(liar: Liar, tmp_path: Path) -> None:
    liar.answers = [says(status=503), says(status=502), says(status=504)]
    patience = patient(3)
    with pytest.raises(DownloadFailed, match="504"):
        download(liar.address, tmp_path / "m.part", patience)
    assert patience.clock.rests == [1.0, 2.0]  # type: ignore[attr-defined]  # a TestClock


def test_no_rest_outlasts_the_total_time(liar: Liar, tmp_path: Path) -> None:
    liar.answers = [says(status=503, Retry_After="50")]
    patience = patient(3, total_seconds=40.0)
    with pytest.raises(DownloadFailed, match="503"):
        download(liar.address, tmp_path / "m.part", patience)
    assert patience.clock.rests == []  # type: ignore[attr-defined]  # a TestClock


@pytest.mark.parametrize("where", ["ftp://127.0.0.1:9/m.csv", "file:///etc/hostname", "data:text/csv,a", "gopher://x/"])
def test_a_redirect_off_the_web_is_not_followed(liar: Liar, tmp_path: Path, where: str) -> None:
    for status in (301, 302, 303, 307, 308):
        liar.answers = [says(status=status, Location=where)]
        with pytest.raises(DownloadFailed) as failed:
            download(liar.address, tmp_path / "m.part", patient(3))
        assert failed.value.why == "not an address"
    assert len(liar.asked) == 5
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_on_the_web_is_followed_and_a_circle_is_left(liar: Liar, tmp_path: Path) -> None:
    liar.answers = [says(status=302, Location=f"{liar.address}/there"), says(OLD)]
    assert got(download(liar.address, tmp_path / "m.part", patient())) == OLD
    liar.answers = [says(status=302, Location=liar.address)]
    with pytest.raises(DownloadFailed) as failed:
        download(liar.address, tmp_path / "n.part", patient(3))
    assert failed.value.why == "refused"


def test_a_file_that_is_packed_unasked_is_not_kept_as_it_is(liar: Liar, tmp_path: Path) -> None:
    liar.answers = [says(b"\x1f\x8b" + OLD, Content_Encoding="gzip")]
    with pytest.raises(DownloadFailed, match="packed as gzip") as failed:
        download(liar.address, tmp_path / "m.part", patient())
    assert failed.value.why == "not a file"
    liar.answers = [says(OLD, Content_Encoding="identity")]
    assert got(download(liar.address, tmp_path / "m.part", patient())) == OLD


@pytest.mark.parametrize("cut", [says(OLD[:HALF], length=len(OLD)), says(chunks=[OLD[:HALF]])])
def test_a_body_that_is_cut_short_is_noticed(liar: Liar, tmp_path: Path, cut: bytes) -> None:
    liar.answers = [cut]
    with pytest.raises(DownloadFailed) as failed:
        download(liar.address, tmp_path / "m.part", patient())
    assert failed.value.why == "truncated"


def test_json_that_is_cut_short_is_asked_for_again_and_not_called_no_json(liar: Liar) -> None:
    liar.answers = [says(b'{"a": 1', length=8), says(b'{"a": 1}')]
    patience = patient(2)
    assert fetch_json(liar.address, patience) == {"a": 1}
    liar.answers = [says(b'{"a": 1', length=8)]
    with pytest.raises(DownloadFailed) as failed:
        fetch_json(liar.address, patient())
    assert failed.value.why == "truncated"


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"hello\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length", b"HTTP/9 what\r\n\r\n"],
)
def test_what_is_no_answer_at_all_is_a_silent_server(liar: Liar, tmp_path: Path, nonsense: bytes) -> None:
    liar.answers = [nonsense]
    with pytest.raises(DownloadFailed) as failed:
        download(liar.address, tmp_path / "m.part", patient())
    assert failed.value.why in ("unreachable", "truncated")


@pytest.mark.parametrize("length", ["-1", "abc", "5, 5", "٣"])
def test_a_length_that_is_no_number_is_not_believed(liar: Liar, tmp_path: Path, length: str) -> None:
    head = f"HTTP/1.1 200 Said\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n".encode()
    liar.answers = [head + OLD]
    try:
        assert got(download(liar.address, tmp_path / "m.part", patient())) == OLD
    except DownloadFailed as failed:
        assert failed.why in ("unreachable", "truncated")  # noqa: PT017 - either the whole, or said so


def test_a_wait_is_read_in_seconds_and_as_a_date() -> None:
    assert wait_of(" 15 ", 0.0) == 15.0
    assert wait_of("Thu, 01 Jan 1970 00:00:10 GMT", 60.0) == 0.0
    for nonsense in ("", "1.5e3x", "Mon, 99 Foo 2026", "١٢"):
        assert wait_of(nonsense, 0.0) is None
