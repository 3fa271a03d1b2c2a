"""What was fetched stays as it was: added to, never changed, and refused by name when it is no longer the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from made_up.scmd_worlds import GOOD, MAY, csv_of, row, store
from remission.inputs.problems import InputProblems
from remission.inputs.snapshots import LISTED, Arrival, Tags, bytes_of, keep, read_snapshots

FIRST, SECOND = csv_of(GOOD), csv_of([*GOOD, row("RA9")])


def arrival(**other: object) -> Arrival:
    values = {"source": "scmd", "series": "final", "month": MAY, "name": "scmd_final_202505.csv"}
    values |= {"url": "http://x/scmd_final_202505.csv", "fetched": date(2026, 10, 1), "standing": "published"}
    return Arrival(**(values | other))  # type: ignore[arg-type]


def arrived(home: Path, content: bytes) -> Path:
    path = home / "arrived"
    path.write_bytes(content)
    return path


def test_a_snapshot_is_a_dated_file_and_a_line(tmp_path: Path) -> None:
    kept = store(tmp_path, FIRST)
    assert kept.file == f"raw/scmd/final/scmd_final_202505_2026-09-01_{kept.sha256[:8]}.csv"
    assert (tmp_path / kept.file).read_bytes() == FIRST
    assert read_snapshots(tmp_path) == (kept,)
    assert (kept.bytes, kept.month, kept.standing) == (len(FIRST), MAY, "published")


def test_the_same_content_again_is_no_new_snapshot(tmp_path: Path) -> None:
    kept = store(tmp_path, FIRST)
    assert keep(tmp_path, arrived(tmp_path, FIRST), arrival()) is None
    assert read_snapshots(tmp_path) == (kept,)


def test_new_content_is_a_second_snapshot_and_the_first_is_kept(tmp_path: Path) -> None:
    first = store(tmp_path, FIRST)
    before = (tmp_path / LISTED).read_text()
    second = keep(tmp_path, arrived(tmp_path, SECOND), arrival())
    assert read_snapshots(tmp_path) == (first, second)
    assert bytes_of(tmp_path, first) == (FIRST, ())
    assert (tmp_path / LISTED).read_text().startswith(before)


def test_a_content_that_comes_back_is_the_newest_again(tmp_path: Path) -> None:
    for content, day in ((FIRST, 1), (SECOND, 2), (FIRST, 3)):
        keep(tmp_path, arrived(tmp_path, content), arrival(fetched=date(2026, 10, day)))
    assert [one.fetched.day for one in read_snapshots(tmp_path)] == [1, 2, 3]


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    for content in (FIRST, SECOND, FIRST):
        assert keep(tmp_path, arrived(tmp_path, content), arrival())
    assert all(bytes_of(tmp_path, one)[0] for one in read_snapshots(tmp_path))


def test_changed_bytes_are_refused_by_name(tmp_path: Path) -> None:
    kept = store(tmp_path, FIRST)
    (tmp_path / kept.file).write_bytes(FIRST.replace(b"150", b"151"))
    content, problems = bytes_of(tmp_path, kept)
    assert content is None
    assert (problems[0].file, problems[0].severity) == (kept.file, "error")
    assert "SHA-256 differs" in problems[0].found
    (tmp_path / kept.file).unlink()
    assert bytes_of(tmp_path, kept)[1][0].found == "no such file"


def test_what_a_file_is_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="published or synthetic"):
        keep(tmp_path, arrived(tmp_path, FIRST), arrival(standing=""))
    store(tmp_path, FIRST)
    listed = tmp_path / LISTED
    listed.write_text(listed.read_text().replace(",published", ","))
    with pytest.raises(InputProblems) as raised:
        read_snapshots(tmp_path)
    assert str(raised.value.problems[0]).startswith("raw/snapshots.csv, row 2, column standing: found nothing")


def test_every_bad_line_of_the_list_is_named_at_once(tmp_path: Path) -> None:
    store(tmp_path, FIRST)
    with (tmp_path / LISTED).open("a") as opened:
        opened.write("scmd,final,May,f.csv,u,yesterday,many,ab,published\nshort\n")
    with pytest.raises(InputProblems) as raised:
        read_snapshots(tmp_path)
    assert [(one.row, one.column) for one in raised.value.problems] == [
        (3, "bytes"),
        (3, "fetched"),
        (3, "month"),
        (4, None),
    ]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("scmd,final,2025-05-01,f.csv,u,2026-11-01,²,ab,published", "bytes"),
        ("scmd,final,2025-05-01,f.csv,u,2026-11-01,-5,ab,published", "bytes"),
        (f"scmd,final,2025-05-01,f.csv,u,2026-11-01,{'9' * 5_000},ab,published", "bytes"),
        ("scmd,final,2025-W18-4,f.csv,u,2026-11-01,5,ab,published", "month"),
        ("scmd,final,2025-05-01,f.csv,u,20261101,5,ab,published", "fetched"),
        ("scmd,final,2025-02-29,f.csv,u,2026-11-01,5,ab,published", "month"),
    ],
)
def test_a_number_or_day_that_only_looks_like_one_is_named(line: str, column: str, tmp_path: Path) -> None:
    store(tmp_path, FIRST)
    with (tmp_path / LISTED).open("a", encoding="utf-8") as opened:
        opened.write(line + "\n")
    with pytest.raises(InputProblems) as raised:
        read_snapshots(tmp_path)
    assert [(one.row, one.column) for one in raised.value.problems] == [(3, column)]


def test_no_list_is_no_snapshot(tmp_path: Path) -> None:
    assert read_snapshots(tmp_path) == ()


def test_a_list_that_was_emptied_is_no_list_of_nothing(tmp_path: Path) -> None:
    store(tmp_path, FIRST)
    (tmp_path / LISTED).write_text("")
    with pytest.raises(InputProblems):
        read_snapshots(tmp_path)
    with pytest.raises(InputProblems):
        keep(tmp_path, arrived(tmp_path, SECOND), arrival())


@pytest.mark.parametrize("text", ["[]", '{"http://x": ["a"]}', '{"http://x": 7}', "x"])
def test_tags_that_are_not_as_we_write_them_are_not_known(tmp_path: Path, text: str) -> None:
    kept = replace(store(tmp_path, FIRST), url="http://x")
    (tmp_path / "raw" / "scmd" / "etags.json").write_text(text)
    assert Tags(tmp_path, "scmd").of(kept) == ""
