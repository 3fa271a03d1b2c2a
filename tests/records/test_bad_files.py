"""A file that is not a table says so, in exact words, and nothing crashes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from made_up.small_cohorts import TABLES, VISITS, Folder
from remission.records.files.folder import check_cohort

SAVE = (
    "Save it again with commas between columns and points in decimals. LibreOffice: File, Save As, Text CSV, tick Edit "
    "filter settings, field delimiter a comma. Excel writes the list separator of the computer: in Windows set it "
    "under Region, Additional settings, List separator a comma and Decimal symbol a point, then save as CSV UTF-8."
)
COMMA = "Look for a comma that is missing, or one that should be in quotation marks."
VISIT_BYTES = VISITS.encode()

BROKEN = {
    "empty": (
        b"",
        "visits.csv: found an empty file; allowed: a first line with the names of the columns. "
        "Write that line, even when there are no rows, or take the table out of collected.",
    ),
    "old line ends": (
        VISIT_BYTES.replace(b"\n", b"\r"),
        "visits.csv: found line ends of old Macintosh computers; allowed: line ends LF or CRLF. "
        "Save it with another kind of line end.",
    ),
    "semicolons": (
        VISIT_BYTES.replace(b",", b";"),
        "visits.csv, row 1: found a semicolon-separated table; allowed: commas between columns. " + SAVE,
    ),
    "tabs": (
        VISIT_BYTES.replace(b",", b"\t"),
        "visits.csv, row 1: found a tab-separated table; allowed: commas between columns. " + SAVE,
    ),
    "latin-1": (
        VISIT_BYTES.replace(b"declined", b"d\xe9clined"),
        "visits.csv, row 3: found a byte that is not UTF-8 (0xE9, byte 82 of the file); allowed: text in UTF-8. "
        "Save the file as UTF-8.",
    ),
    "utf-16": (
        VISITS.encode("utf-16"),
        "visits.csv: found bytes that are zero; allowed: text in UTF-8. Save the file as UTF-8.",
    ),
    "short row": (
        VISIT_BYTES.replace(b"S2,V5,180,0,,other", b"S2,V5,180,0"),
        f"visits.csv, row 6: found 4 value(s); allowed: 6, as in the header. {COMMA}",
    ),
    "long row": (
        VISIT_BYTES.replace(b"S2,V5,180,0,,other", b"S2,V5,180,0,,other,,"),
        f"visits.csv, row 6: found 8 value(s); allowed: 6, as in the header. {COMMA}",
    ),
    "empty line": (
        VISIT_BYTES.replace(b"\nS2,V5", b"\n\nS2,V5"),
        f"visits.csv, row 6: found 1 value(s); allowed: 6, as in the header. {COMMA}",
    ),
    "empty line first": (
        b"\n" + VISIT_BYTES,
        "visits.csv, row 1: found an empty line; allowed: a first line with the names of the columns. "
        "Take the empty lines above the table out.",
    ),
    "10 MB line": (
        VISIT_BYTES + b"x" * 10_000_000 + b"\n",
        "visits.csv, row 7: found a line of 10,000,001 bytes; allowed: at most 1,000,000 bytes a line. "
        "Look for a quotation mark that is opened and not closed, or for a file that is not a table.",
    ),
    "open quotation": (
        VISIT_BYTES.replace(b"self", b'"self'),
        "visits.csv, row 5: found a quotation mark that is opened and not closed; "
        'allowed: quotation marks in pairs, and "" inside a quotation. Close it.',
    ),
    "quotation in the header": (
        VISIT_BYTES.replace(b"rater", b'""rater'),
        "visits.csv, row 1: found text that cannot be read as a CSV; allowed: a CSV as in RFC 4180. "
        "Open it in a spreadsheet and save it as a CSV in UTF-8.",
    ),
    "quotation opened by the last byte": (
        VISIT_BYTES.rstrip() + b',"',
        "visits.csv, row 6: found a quotation mark that is opened and not closed; "
        'allowed: quotation marks in pairs, and "" inside a quotation. Close it.',
    ),
    "column twice": (
        VISIT_BYTES.replace(b"edss_absent", b"edss"),
        "visits.csv, column edss: found the column twice; allowed: each column once. Remove one.",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_names_what_is_wrong_with_a_file(good: Folder, name: str) -> None:
    good.files["visits.csv"], words = BROKEN[name]
    assert good.report() == [words]


def test_a_ragged_row_hides_no_other_problem_of_its_file(good: Folder) -> None:
    good.files["visits.csv"] = b"""\
subject_id,row_id,day,edss
S1,V1,-10,"2,5"
S1,V2
S1,V3,380,11
S2,V4,0,6,,,
S2,V5,180,3.3
"""
    assert [(problem.row, problem.found) for problem in good.problems()] == [
        (2, "2,5"),
        (3, "2 value(s)"),
        (4, "11"),
        (5, "7 value(s)"),
        (6, "3.3"),
    ]


def test_a_ragged_row_of_subjects_makes_nobody_a_stranger(good: Folder) -> None:
    good.replace("subjects.csv", "S2,b,male,31.5,SPMS,yes,200,died,200,,", "S2,b,male")
    assert [(problem.file, problem.row) for problem in good.problems()] == [("subjects.csv", 3)]


def test_a_file_of_ragged_rows_only_is_not_called_empty(good: Folder) -> None:
    good.files["relapses.csv"] = b"subject_id,row_id,day\nS1,R1\nS1,R2"
    assert [(problem.row, problem.severity) for problem in good.problems()] == [(2, "error"), (3, "error")]


TOLERATED = {
    "byte-order mark": b"\xef\xbb\xbf" + VISIT_BYTES,
    "windows line ends": VISIT_BYTES.replace(b"\n", b"\r\n"),
    "no last line end": VISIT_BYTES.rstrip(),
    "empty lines at the end": VISIT_BYTES + b"\n\n",
    "quoted": VISIT_BYTES.replace(b"clinician", b'"clinician"').replace(b"day", b'"day"'),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_it_reads_the_same_visits_from(good: Folder, name: str) -> None:
    expected = good.load().tables["visits"]
    good.files["visits.csv"] = TOLERATED[name]
    assert good.load().tables["visits"].equals(expected)


def test_a_table_with_a_header_only_means_that_nobody_had_one(good: Folder) -> None:
    good.files["relapses.csv"] = b"subject_id,row_id,day\n"
    cohort = good.load()
    assert cohort.collected("relapses")
    assert cohort.tables["relapses"].height == 0


def test_it_warns_that_collected_and_empty_means_nobody(good: Folder) -> None:
    good.files["relapses.csv"] = b"subject_id,row_id,day\n"
    assert good.report() == [
        "warning: relapses.csv: found no row; allowed: rows, or none if nobody had one. Collected and empty means that "
        "nobody had one: if nobody asked, take relapses out of collected in cohort.toml."
    ]


def test_it_keeps_commas_quotes_and_lines_inside_a_quotation(good: Folder) -> None:
    term = 'a "b", c\nd'
    events = good.cell("adverse_events.csv", 2, "term", term).load().tables["adverse_events"]
    assert events["term"].to_list() == [term, "sepsis"]


def test_a_row_after_a_quoted_line_has_the_number_a_spreadsheet_shows(good: Folder) -> None:
    good.cell("adverse_events.csv", 2, "term", "a\nb\nc").cell("adverse_events.csv", 3, "ctcae_grade", "9")
    assert good.problems()[0].row == 3


def test_it_names_a_missing_manifest(good: Folder) -> None:
    del good.files["cohort.toml"]
    assert good.report() == [
        "cohort.toml: found no such file; allowed: a cohort.toml in the folder of the cohort. "
        "Write one: 'remission template DIR' makes an example that explains every key."
    ]


def test_it_names_a_missing_table(good: Folder) -> None:
    del good.files["scans.csv"]
    assert good.report() == [
        "scans.csv: found no such file; allowed: scans.csv or scans.parquet. "
        "Add it (header only, if there was none), or take scans out of collected in cohort.toml."
    ]


def test_it_names_a_missing_column(good: Folder) -> None:
    good.files["visits.csv"] = b"subject_id,day\nS1,0\n"
    assert good.report() == [
        "visits.csv, column row_id: found no such column; allowed: subject_id, row_id, day. "
        "Add it. Name of this row, given once by the source and never reused."
    ]


def test_it_names_an_unknown_column_and_the_nearest_known_one(good: Folder) -> None:
    problem = good.replace("visits.csv", "rater", "ratter").problems()[0]
    assert (problem.place, problem.found) == ("visits.csv, column ratter", "a column that is not known")
    assert problem.allowed.startswith("subject_id, row_id, day, edss, fs_visual")
    assert problem.allowed.endswith("recorded_day, and companions such as recorded_day_absent")
    assert problem.next_step == "Did you mean rater?"


ADVICE = [
    ("visits.csv", "rater", "x_own", "Columns of your own (x_) belong in the subjects table."),
    ("subjects.csv", "sex", "x_own", "Declare it in cohort.toml under [covariates.x_own]."),
    (
        "subjects.csv", "sex", "day_zero_date",
        'cohort.toml says time = "days": remove the column, or set time = "dates".',
    ),
    (
        "visits.csv", "rater", "qqqqqq",
        "Remove the column; one of your own belongs in subjects and begins with x_.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "advice"), ADVICE)
def test_it_says_what_to_do_with_an_unknown_column(good: Folder, file: str, old: str, new: str, advice: str) -> None:
    assert [p.next_step for p in good.replace(file, old, new).problems() if p.row is None] == [advice]


def test_it_refuses_two_files_of_one_table(good: Folder) -> None:
    good.files["visits.parquet"] = b""
    assert good.report() == ["visits.csv: found visits.parquet beside it; allowed: one file a table. Remove one."]


def test_it_refuses_a_table_that_is_not_listed_and_warns_of_a_stray_file(good: Folder) -> None:
    good.files |= {"labs.csv": b"", "vists.csv": b"", "notes.txt": b""}
    assert good.report() == [
        "labs.csv: found a table that cohort.toml does not list as collected; "
        "allowed: subjects, visits, relapses, scans, treatments, adverse_events. "
        "Add labs to collected if somebody did collect it (empty, it then means that nobody had one), "
        "or remove the file.",
        "warning: vists.csv: found a file that is not read; allowed: subjects, observed, visits, relapses, scans, "
        "treatments, adverse_events, labs, courses. Did you mean visits?",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "visits.parquet: found an empty file; allowed: a Parquet file. Write the table again."),
        (b"day", "visits.parquet: found a file that is not Parquet; allowed: a Parquet file. Write it again."),
    ],
)
def test_it_names_a_broken_parquet_file(good: Folder, content: bytes, words: str) -> None:
    del good.files["visits.csv"]
    good.files["visits.parquet"] = content
    assert good.report() == [words]


def test_a_parquet_file_that_makes_its_reader_panic_is_told(good: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def panics(*_: object) -> None:
        raise pl.exceptions.PanicException("range end index 9 out of range")

    del good.files["visits.csv"]
    pl.DataFrame({"subject_id": ["S1"], "row_id": ["V1"], "day": [0]}).write_parquet(good.write() / "visits.parquet")
    (good.path / "visits.csv").unlink(missing_ok=True)
    assert good.report() == []
    monkeypatch.setattr(pl, "read_parquet", panics)
    assert good.report() == [
        "visits.parquet: found a file that is not Parquet; allowed: a Parquet file. Write it again."
    ]


@pytest.mark.parametrize("file", TABLES)
def test_no_column_is_so_needed_that_the_checks_crash_without_it(good: Folder, dated: Folder, file: str) -> None:
    for folder in (good, dated):
        lines = [line.split(",") for line in folder.files.get(file, b"").decode().replace('"', "").splitlines()]
        for place in range(len(lines[0]) if lines else 0):
            kept = [",".join(cell for i, cell in enumerate(row[: len(lines[0])]) if i != place) for row in lines]
            folder.files[file] = "\n".join(kept).encode()
            assert isinstance(folder.problems(), tuple)


def test_it_names_a_folder_that_is_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert [str(problem) for problem in check_cohort(missing, therapies=())] == [
        f"{missing}: found no such folder; allowed: a folder with a cohort.toml. Correct the path."
    ]
