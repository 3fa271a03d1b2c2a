"""A table of the library is read into typed rows, and each wrong cell is told by its row and column."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.declared import key
from remission.inputs.problems import InputProblems
from remission.inputs.typed_rows import load_rows


@dataclass(frozen=True)
class Line:
    """A row with a column of every kind."""

    name: str
    kind: Literal["a", "bc"]
    count: int | None
    share: float = key("A share", low=0, high=1)
    open: bool = key("Whether it is open")
    day: date = key("The day", name="date")
    codes: tuple[str, ...] = key("Its codes", ())
    told: Mapping[str, str] = key("All other columns", make=dict)


HEADER = "name,kind,count,share,open,date,codes,x_source,x_status"
GOOD = 'n,bc,3,0.5,yes,2026-01-02,"1; 2",s,verified'


def load(folder: Path, *lines: str) -> tuple[Line, ...]:
    file = folder / "lines.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load_rows(file, Line)


def refused(folder: Path, *lines: str) -> list[str]:
    with pytest.raises(InputProblems) as found:
        load(folder, *lines)
    return [str(problem) for problem in found.value.problems]


def test_cells_are_of_the_types_of_their_fields(tmp_path: Path) -> None:
    told = {"x_source": "s", "x_status": "verified"}
    assert load(tmp_path, HEADER, GOOD, "m,a,,1,no,2026-01-02,,,") == (
        Line("n", "bc", 3, 0.5, True, date(2026, 1, 2), ("1", "2"), told),
        Line("m", "a", None, 1.0, False, date(2026, 1, 2), (), {"x_source": "", "x_status": ""}),
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",bc,", ",b,", 'column kind: found b; allowed: "a" or "bc". Did you mean bc?'),
        (",bc,", ",,", 'column kind: found nothing; allowed: "a" or "bc". Correct the value.'),
        (",3,", ",three,", "column count: found three; allowed: a whole number, or nothing. Correct the value."),
        (",0.5,", ",1.5,", "column share: found 1.5; allowed: a number. A share."),
        (",0.5,", ",nan,", "column share: found nan; allowed: a number. A share."),
        (",0.5,", ",,", "column share: found nothing; allowed: a number. A share."),
        (",yes,", ",maybe,", "column open: found maybe; allowed: yes or no. Whether it is open."),
        ("2026-01-02", "2026-02-30", "column date: found 2026-02-30; allowed: a date as YYYY-MM-DD. The day."),
        (",3,", ",1_000,", "column count: found 1_000; allowed: a whole number"),
        (",3,", ", 3,", "column count: found ' 3'; allowed: a whole number"),
        (",3,", ",٣,", "column count: found ٣; allowed: a whole number"),
        (",0.5,", ",0_0.5,", "column share: found 0_0.5; allowed: a number"),
        ("2026-01-02", "20260102", "column date: found 20260102; allowed: a date as YYYY-MM-DD"),
        ("2026-01-02", "2026-W01-5", "column date: found 2026-W01-5; allowed: a date as YYYY-MM-DD"),
        ("2026-01-02", "2026-02-29", "column date: found 2026-02-29; allowed: a date as YYYY-MM-DD"),
        ("n,bc", "n,n,bc", "row 3: found 10 cells"),
        (",verified", "", "row 3: found 8 cells"),
    ],
)
def test_a_wrong_cell_is_told_by_its_row_and_column(old: str, new: str, said: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, HEADER, GOOD, GOOD.replace(old, new, 1))
    assert problem.startswith("lines.csv, row 3")
    assert said in problem


@dataclass(frozen=True)
class Amount:
    """A number without bounds."""

    amount: float


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity", "1e400", "1_0", ".5", "5.", "0x1", "1,5"])
def test_what_is_no_finite_number_is_none_even_without_bounds(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'amount\n-1.5e3\n"{text}"\n', encoding="utf-8")
    with pytest.raises(InputProblems) as found:
        load_rows(tmp_path / "a.csv", Amount)
    assert [(one.row, one.found) for one in found.value.problems] == [(3, text)]


@pytest.mark.parametrize(
    "content", [b'name\n"open', b'name\n"a"b\n', b"name\n\xff\n", "name\na\n".encode("utf-16"), b'"name\n']
)
def test_a_file_that_is_no_csv_is_a_problem_and_no_crash(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputProblems, match=r"1 problem\(s\) in a\.csv"):
        load_rows(tmp_path / "a.csv", Amount)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_byte_order_mark_and_either_end_of_line_change_no_row(mark: bytes, end: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(mark + end.join((b"amount", b"-1.5e3", b"2", b"")))
    assert load_rows(tmp_path / "a.csv", Amount) == (Amount(-1500.0), Amount(2.0))


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, HEADER, GOOD.replace("bc", "b").replace("yes", "y"), GOOD.replace(",3,", ",x,"))) == 3
    assert refused(tmp_path, HEADER.replace("kind", "kinds").replace("share,", ""), GOOD) == [
        "lines.csv, row 1, column kind: found no such column; "
        "allowed: name, kind, count, share, open, date, codes, told. Did you mean kinds?",
        "lines.csv, row 1, column share: found no such column; "
        "allowed: name, kind, count, share, open, date, codes, told. Add the column.",
    ]


LINES = st.builds(
    Line,
    name=st.text("ab,\"\n' ;", max_size=5),
    kind=st.sampled_from(("a", "bc")),
    count=st.none() | st.integers(),
    share=st.floats(0, 1),
    open=st.booleans(),
    day=st.dates(),
    codes=st.lists(st.text("0123", min_size=1), max_size=3).map(tuple),
    told=st.just({"x": "y"}),
)


@given(st.lists(LINES, max_size=4))
def test_rows_that_are_written_read_back_the_same(tmp_path_factory: pytest.TempPathFactory, lines: list[Line]) -> None:
    file = tmp_path_factory.mktemp("rows") / "lines.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([*HEADER.split(",")[:7], "x"])
        for line in lines:
            name, kind, count, share, is_open, day, codes, told = astuple(line)
            said = "yes" if is_open else "no"
            writer.writerow([name, kind, "" if count is None else count, share, said, day, "; ".join(codes), told["x"]])
    assert load_rows(file, Line) == tuple(lines)
