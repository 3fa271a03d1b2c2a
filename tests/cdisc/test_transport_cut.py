"""A transport file that is not whole is never read as if it were, and what cannot come back is not written."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from remission.cdisc import transport
from remission.cdisc.datasets import Dataset
from remission.cdisc.transport import Unread, Version, read_members, read_transport, write_transport
from remission.cdisc.transport_layout import check_layout
from remission.inputs.problems import InputProblems

both = pytest.mark.parametrize("version", [5, 8])
# Records of 2 + 8 + 7 = 17 bytes: nine are 153 bytes, and no multiple of 80 is the end of one of them.
NINE = pl.DataFrame({"ID": [f"S{i}" for i in range(9)], "N": [float(i) for i in range(9)], "T": ["abcdefg"] * 9})


def written(path: Path, frame: pl.DataFrame, version: Version) -> bytes:
    write_transport(Dataset("D", "", frame), path, version)
    return path.read_bytes()


def read_transports(path: Path) -> tuple[Dataset, ...]:
    """Every dataset of a file, as a folder is read; InputProblems when one of them cannot be."""
    read = tuple(read_members(path))
    if problems := [problem for one in read if isinstance(one, Unread) for problem in one.problems]:
        raise InputProblems(problems)
    return tuple(one for one in read if isinstance(one, Dataset))


def read_of(path: Path, content: bytes) -> int | None:
    """How many records are read; None when the file is refused."""
    path.write_bytes(content)
    try:
        return sum(one.frame.height for one in read_transports(path))
    except InputProblems:
        return None


@both
def test_a_file_cut_off_at_any_length_is_refused(tmp_path: Path, version: Version) -> None:
    whole = written(tmp_path / "d.xpt", NINE, version)
    assert list(check_layout("d.xpt", whole)) == []
    assert read_of(tmp_path / "d.xpt", whole) == 9
    assert [length for length in range(len(whole)) if not any(check_layout("d.xpt", whole[:length]))] == []
    # Such a file is refused by the door too, and one without a first header by the reader.
    some = [*range(400), *range(400, len(whole), 80), len(whole) - 1]
    assert {read_of(tmp_path / "cut.xpt", whole[:length]) for length in some} == {None}


def test_a_file_of_one_dataset_is_read_once_beside_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "d.xpt", NINE, 5)
    read, bytes_of = [], transport._bytes_of
    monkeypatch.setattr(transport, "_bytes_of", lambda path: read.append(path) or bytes_of(path))
    assert len(read_transports(tmp_path / "d.xpt")) == 1
    assert read == [tmp_path / "d.xpt"]


@both
def test_the_reader_itself_would_take_many_of_them(
    tmp_path: Path, version: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = written(tmp_path / "d.xpt", NINE, version)
    monkeypatch.setattr(transport, "check_layout", lambda *_: ())
    monkeypatch.setattr(transport, "read_layout", lambda _: None)
    # Two blocks of records, 160 bytes, less 40 hold 120 // 17 of them, and so on.
    last = range(len(whole) - 40, len(whole), 8)
    assert [read_of(tmp_path / "cut.xpt", whole[:length]) for length in last] == [7, 7, 8, 8, 8]


def test_version_8_counts_its_records_and_version_5_cannot_tell_a_cut_between_two(tmp_path: Path) -> None:
    # Each record is 80 bytes long, so that the file can lose its last one and look whole.
    frame = pl.DataFrame({"T": ["x" * 80, "y" * 80]})
    for version, records in ((8, None), (5, 1)):
        path = tmp_path / f"d{version}.xpt"
        path.write_bytes(written(path, frame, version)[:-80])  # type: ignore[arg-type]
        if records is None:
            with pytest.raises(InputProblems) as cut:
                read_transport(path)
            assert cut.value.problems[0].found == "1 records where its header says 2: the file was cut off"
        else:
            assert read_transport(path).frame.height == records


@both
def test_each_dataset_of_a_file_of_two_is_read_and_they_are_never_read_as_one(tmp_path: Path, version: Version) -> None:
    other = pl.DataFrame({"ID": ["a", "b"], "TEXT": ["x" * 40, "y"]})
    first, second = written(tmp_path / "a.xpt", NINE, version), written(tmp_path / "b.xpt", other, version)
    # What stands before the second dataset's own header is that of the file.
    (tmp_path / "both.xpt").write_bytes(first + second[240:])
    assert [one.frame.rows() for one in read_transports(tmp_path / "both.xpt")] == [NINE.rows(), other.rows()]
    with pytest.raises(InputProblems) as two:
        read_transport(tmp_path / "both.xpt")
    assert two.value.problems[0].found == "2 datasets in one file"
    for cut in (1, 80, len(second) - 240 - 1):
        (tmp_path / "both.xpt").write_bytes((first + second[240:])[:-cut])
        with pytest.raises(InputProblems):
            read_transports(tmp_path / "both.xpt")


@both
def test_text_after_nul_is_named_with_its_record(tmp_path: Path, version: Version) -> None:
    whole = written(tmp_path / "d.xpt", NINE, version)
    (tmp_path / "d.xpt").write_bytes(whole.replace(b"S3A0" + bytes(6) + b"abcdefg", b"S3A0" + bytes(6) + b"abc\0efg"))
    with pytest.raises(InputProblems) as nul:
        read_transport(tmp_path / "d.xpt")
    assert (nul.value.problems[0].row, nul.value.problems[0].column) == (4, "T")
    # Filled up with NUL to its end, a text is whole.
    (tmp_path / "d.xpt").write_bytes(whole.replace(b"abcdefg", b"abc\0\0\0\0"))
    assert read_transport(tmp_path / "d.xpt").frame["T"].unique().to_list() == ["abc"]


CANNOT = {
    "NUL": (pl.DataFrame({"A": ["a\0b"]}), "a text with a sign NUL", (5, 8)),
    "beyond a double": (pl.DataFrame({"A": [2**53 + 1]}), "a whole number of 2 ** 53 or more", (5, 8)),
    "below a double": (pl.DataFrame({"A": [-(2**62)]}), "a whole number of 2 ** 53 or more", (5, 8)),
    "empty last row": (pl.DataFrame({"A": ["a", None], "B": ["b", " "]}), "a last row without any value", (5,)),
    "one empty column": (pl.DataFrame({"A": [None]}, schema={"A": pl.String}), "a last row without any value", (5,)),
    "no row": (pl.DataFrame({"A": ["a"]}).clear(), "no row", (5,)),
}  # fmt: skip


@both
@pytest.mark.parametrize("name", CANNOT)
def test_what_would_not_come_back_is_not_written(tmp_path: Path, name: str, version: Version) -> None:
    frame, found, versions = CANNOT[name]
    if version in versions:
        with pytest.raises(InputProblems) as refused:
            written(tmp_path / "d.xpt", frame, version)
        assert [one.found for one in refused.value.problems] == [found]
        assert not (tmp_path / "d.xpt").exists()
    else:
        written(tmp_path / "d.xpt", frame, version)
        assert read_transport(tmp_path / "d.xpt").frame.height == frame.height


def test_a_whole_number_that_a_double_holds_comes_back(tmp_path: Path) -> None:
    written(tmp_path / "d.xpt", pl.DataFrame({"A": [2**53 - 1, -(2**53 - 1)]}), 5)
    assert read_transport(tmp_path / "d.xpt").frame["A"].to_list() == [2**53 - 1, -(2**53 - 1)]
