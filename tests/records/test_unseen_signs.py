"""Differences that nobody can see: blanks around a value go and are told, names that look alike are named."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from made_up.small_cohorts import Folder
from remission.inputs.problems import InputProblems
from remission.records.checks.names import check_alike
from remission.records.files import texts
from remission.records.files.cutting import write_partitions
from remission.records.files.folder import load_cohort
from remission.records.files.write import write_cohort
from remission.records.segments import SubjectIndex

MANIFEST = """\
name = "unseen"
title = "Unseen"
kind = "simulated"
day_zero = "start"
time = "days"
collected = ["subjects", "visits"]
licence = "MIT"
"""
SUBJECTS = "subject_id,arm,entered,last_day\nS1,A,yes,400\nS2,B,yes,400\n"
VISITS = "subject_id,row_id,day,edss\nS1,V1,0,2.0\nS1,V2,200,3.5\nS2,V3,0,2.0\n"
QUOTED = '" ,"'
NO_BREAK, ZERO_WIDTH, RIGHT_TO_LEFT, CYRILLIC_S = "\u00a0", "\u200b", "\u200f", "\u0405"


class Made(Folder):
    """A cohort in either format: `header` is how many rows stand above the first one."""

    header = 1


class InParquet(Made):
    """The same tables in Parquet, each cell the text of the CSV."""

    header = 0

    def write(self) -> Path:
        path = super().write()
        for file in path.glob("*.csv"):
            pl.read_csv(io.BytesIO(file.read_bytes()), infer_schema=False).write_parquet(file.with_suffix(".parquet"))
            file.unlink()
        return path


@pytest.fixture(params=["csv", "parquet"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    """A good cohort whose tables are written in either format, as texts."""
    made = {"csv": Made, "parquet": InParquet}[request.param]
    texts_of = {"cohort.toml": MANIFEST, "subjects.csv": SUBJECTS, "visits.csv": VISITS}
    return made(tmp_path / "cohort", {name: text.encode() for name, text in texts_of.items()})


def told(folder: Made) -> list[tuple[str, str | None, str]]:
    return [(one.severity, one.column, one.found) for one in folder.problems()]


@pytest.mark.parametrize(
    "blank", [" ", "\t", NO_BREAK, "\u3000", ZERO_WIDTH, RIGHT_TO_LEFT, "\ufeff", "\u2060", "\r\n"]
)
def test_blanks_of_every_kind_around_an_id_are_taken_off_and_told(folder: Made, blank: str) -> None:
    plain = folder.load().tables["visits"]
    folder.files["visits.csv"] = VISITS.replace("S1,V1", f'"{blank}S1{blank}",V1').encode()
    assert folder.load().tables["visits"].equals(plain)
    (said,) = told(folder)
    spelt = {" ": " ", "\t": r"\t", "\r\n": r"\r\n"}.get(blank) or rf"\u{ord(blank):04x}"
    # One value, named with the sign that nobody sees.
    assert said == (
        "warning",
        "subject_id",
        f"blanks around 1 value, the first in row {1 + folder.header}: '{spelt}S1{spelt}'",
    )


def test_values_and_headers_too(folder: Made) -> None:
    plain = folder.load()
    folder.files["visits.csv"] = (
        VISITS.replace("day,edss", f"day ,{NO_BREAK}edss").replace("3.5", f" 3.5{NO_BREAK}").encode()
    )
    folder.files["subjects.csv"] = SUBJECTS.replace(",A,yes", ",A ,yes ").encode()
    assert all(folder.load().tables[name].equals(table) for name, table in plain.tables.items())
    assert told(folder) == [
        ("warning", "arm", f"blanks around 1 value, the first in row {1 + folder.header}: 'A '"),
        ("warning", "entered", f"blanks around 1 value, the first in row {1 + folder.header}: 'yes '"),
        ("warning", "day", "blanks around the name: 'day '"),
        ("warning", "edss", "blanks around the name: '\\u00a0edss'"),
        ("warning", "edss", f"blanks around 1 value, the first in row {2 + folder.header}: ' 3.5\\u00a0'"),
    ]


def test_a_column_that_is_there_twice_but_for_a_blank_is_refused(folder: Made) -> None:
    folder.files["visits.csv"] = VISITS.replace("day,edss", "day,day ").encode()
    assert ("error", "day", "the column twice") in told(folder)


def test_one_person_under_two_ids_that_differ_by_a_blank_is_refused(folder: Made) -> None:
    folder.files["subjects.csv"] = f"{SUBJECTS}S1{NO_BREAK},A,yes,300\n".encode()
    errors = [one for one in folder.problems() if one.severity == "error"]
    assert [(one.row, one.found) for one in errors] == [(1 + folder.header, "S1"), (3 + folder.header, "'S1\\u00a0'")]
    assert {one.allowed for one in errors} == {"each subject_id once"}


@pytest.mark.parametrize(
    ("other", "severity", "found"),
    [
        ("s 1", "warning", "names that differ only in blanks or capitals: S 1, s 1"),
        ("S  1", "warning", "names that differ only in blanks or capitals: S  1, S 1"),
        (f"S{NO_BREAK}1", "error", "names that look the same: S 1, 'S\\u00a01'"),
        (f"S {ZERO_WIDTH}1", "error", "names that look the same: S 1, 'S \\u200b1'"),
        (f"{CYRILLIC_S} 1", "error", "names that look the same: S 1, '\\u0405 1'"),
    ],
)
@pytest.mark.parametrize("column", ["subject_id", "arm"])
def test_names_that_look_alike_are_named(folder: Made, column: str, other: str, severity: str, found: str) -> None:
    rows = {"subject_id": ("S 1,A", f"{other},A"), "arm": ("S1,S 1", f"S2,{other}")}[column]
    folder.files["subjects.csv"] = f"subject_id,arm,entered,last_day\n{rows[0]},yes,9\n{rows[1]},yes,9\n".encode()
    folder.files["visits.csv"] = VISITS.splitlines()[0].encode()
    assert [one for one in told(folder) if one[1]] == [(severity, column, found)]


@pytest.mark.parametrize("nearly", ["s2", "S 2", "S2.0", f"S{ZERO_WIDTH}2"])
def test_a_visit_of_a_name_that_is_nearly_there_is_not_told_to_add_the_double(folder: Made, nearly: str) -> None:
    folder.files["visits.csv"] = VISITS.replace("S2", nearly).encode()
    (problem,) = folder.problems()
    assert problem.next_step == "Did you mean S2? Write it as in the subjects table."


def test_two_arms_are_two_groups_whatever_blanks_stand_around_them(folder: Made) -> None:
    folder.files["subjects.csv"] = SUBJECTS.replace("S2,B", f"S2,B{NO_BREAK}").encode() + b"S3,A ,yes,9\nS4,B,yes,9\n"
    assert folder.load().subjects["arm"].to_list() == ["A", "B", "A", "B"]


def test_a_text_that_is_empty_or_only_blanks_is_no_text_in_either_format(folder: Made) -> None:
    folder.files["subjects.csv"] = SUBJECTS.replace("S1,A", f'S1,"{NO_BREAK}"').replace("S2,B", 'S2,""').encode()
    assert folder.load().subjects["arm"].to_list() == [None, None]


def test_a_person_is_in_one_part_whatever_blanks_stand_around_the_id(folder: Made, tmp_path: Path) -> None:
    folder.files["visits.csv"] = VISITS.replace("S1,V2", f'"S1{NO_BREAK}",V2').encode()
    parts = write_partitions(folder.write(), 3, tmp_path / "parts").parts
    loaded = [load_cohort(part.folder, therapies=()) for part in parts]
    assert sum(cohort.tables["visits"].height for cohort in loaded) == 3
    # What a check says of the whole it says of the part.
    assert sum(len(Folder(part.folder, {}).problems()) for part in parts if part.rows["visits"]) >= 1


def test_people_whose_names_look_alike_are_named_when_a_cohort_is_cut(folder: Made, tmp_path: Path) -> None:
    folder.files["subjects.csv"] = f"{SUBJECTS}s1,A,yes,300\n".encode()
    (warning,) = write_partitions(folder.write(), 2, tmp_path / "parts").warnings
    assert warning.found == "names that differ only in blanks or capitals: S1, s1"
    folder.files["subjects.csv"] = f"{SUBJECTS}{CYRILLIC_S}1,A,yes,300\n".encode()
    with pytest.raises(InputProblems) as refused:
        write_partitions(folder.write(), 2, tmp_path / "again")
    assert refused.value.problems[0].found == r"names that look the same: S1, '\u04051'"
    assert not (tmp_path / "again").exists()


def test_fifty_pairs_of_names_are_named_and_the_others_counted() -> None:
    names = pl.Series([f"{letter}{number}" for number in range(60) for letter in "Ss"])
    found = list(check_alike("subjects.csv", "subject_id", names))
    assert (len(found), found[-1].more, sum(one.more for one in found)) == (50, 10, 10)


def test_rows_of_nobody_are_refused_in_a_cohort_made_in_memory(folder: Made) -> None:
    cohort = folder.load()
    visits = cohort.tables["visits"].with_columns(pl.col("subject_id") + NO_BREAK)
    cohort = replace(cohort, tables={**cohort.tables, "visits": visits})
    with pytest.raises(ValueError, match="visits: 3 rows of a subject_id that is not in the subjects table"):
        SubjectIndex.of(cohort).segments("visits")


def test_every_sign_that_unicode_calls_blank_or_control_is_taken_off() -> None:
    # Signs of writing that are drawn (of Arabic numbers, Syriac) are of category Cf and are seen.
    seen = set(range(0x600, 0x606)) | {0x6DD, 0x70F, 0x890, 0x891, 0x8E2}
    unseen = {
        letter
        for letter in map(chr, range(0x10000))
        if unicodedata.category(letter) in ("Zs", "Zl", "Zp", "Cc", "Cf") and ord(letter) not in seen
    }
    assert unseen <= set(texts.UNSEEN)
    assert texts.trim("".join(sorted(unseen))) == ""


@pytest.mark.parametrize("text", ["NA", "n/a", ".", "NULL", "NaN", "#N/A", "<NA>"])
def test_a_group_whose_name_may_mean_nothing_is_asked_about(folder: Made, text: str) -> None:
    folder.files["subjects.csv"] = SUBJECTS.replace("S2,B", f"S2,{text}").encode()
    (problem,) = folder.problems()
    assert (problem.severity, problem.column) == ("error", "arm")
    assert problem.found == f"{text} in 1 row, the first {2 + folder.header}"
    assert problem.next_step == (
        f'Say in cohort.toml what it is: missing = ["{text}"] if it means that nothing is known, missing = [] if it is '
        "a name."
    )


def test_what_is_declared_missing_is_an_empty_cell_in_every_column(folder: Made) -> None:
    folder.files["cohort.toml"] = f'{MANIFEST}missing = ["NA", "."]\n'.encode()
    folder.files["subjects.csv"] = b"subject_id,arm,entered,last_day\nS1,NA,yes,.\nS2,., yes,NA\nS3,n/a,yes,9\n"
    folder.files["visits.csv"] = VISITS.replace("2.0", "NA").encode()
    cohort = folder.load()
    assert cohort.subjects["arm"].to_list() == [None, None, "n/a"]
    assert cohort.subjects["last_day"].to_list() == [None, None, 9]
    assert cohort.tables["visits"]["edss"].to_list() == [None, 3.5, None]
    # What nobody declared is told, for the list may have been forgotten to be made longer.
    assert ("warning", "arm", f"n/a in 1 row, the first {3 + folder.header}") in told(folder)


def test_an_id_that_is_declared_missing_is_none(folder: Made) -> None:
    folder.files["cohort.toml"] = f'{MANIFEST}missing = ["NA"]\n'.encode()
    folder.files["subjects.csv"] = SUBJECTS.replace("S2", "NA").encode()
    assert ("error", "subject_id", "nothing") in told(folder)


def test_an_empty_list_says_that_such_texts_are_names_and_is_kept(folder: Made, tmp_path: Path) -> None:
    folder.files["cohort.toml"] = f"{MANIFEST}missing = []\n".encode()
    folder.files["subjects.csv"] = SUBJECTS.replace("S2,B", "S2,NA").encode()
    cohort = folder.load()
    write_cohort(cohort, tmp_path / "written")
    again = load_cohort(tmp_path / "written", therapies=())
    assert again.subjects["arm"].to_list() == ["A", "NA"]
    assert again.manifest == cohort.manifest


def test_none_is_an_arm(folder: Made) -> None:
    folder.files["subjects.csv"] = SUBJECTS.replace("S2,B", "S2,None").encode()
    assert not folder.problems()


def test_a_cell_that_says_na_hears_of_the_key(folder: Made) -> None:
    folder.files["visits.csv"] = VISITS.replace("3.5", "NA").encode()
    (problem,) = folder.problems()
    assert problem.next_step == 'If NA means that nothing is known, say so in cohort.toml: missing = ["NA"].'


def test_a_number_that_is_none_is_declared_like_its_text(tmp_path: Path) -> None:
    made = Made(tmp_path / "cohort", {"cohort.toml": f'{MANIFEST}missing = ["NaN"]\n'.encode()})
    path = made.write()
    pl.read_csv(SUBJECTS.encode()).write_parquet(path / "subjects.parquet")
    visits = pl.read_csv(VISITS.encode()).with_columns(edss=pl.Series([2.0, float("nan"), 3.0]))
    visits.write_parquet(path / "visits.parquet")
    assert load_cohort(path, therapies=()).tables["visits"]["edss"].to_list() == [2.0, None, 3.0]


def test_a_blank_after_a_closing_quotation_mark_is_taken_off_and_told(tmp_path: Path) -> None:
    files = {"cohort.toml": MANIFEST, "subjects.csv": SUBJECTS, "visits.csv": VISITS}
    made = Made(tmp_path / "cohort", {name: text.encode() for name, text in files.items()})
    plain = made.load().tables["visits"]
    made.files["visits.csv"] = (
        "\n".join(f'"{line.replace(",", QUOTED)}" ' for line in VISITS.split("\n")[:4])
    ).encode()
    assert made.load().tables["visits"].equals(plain)
    (problem,) = made.problems()
    assert problem.severity == "warning"
    assert problem.found == "blanks between a quotation mark and the comma or line end beside it, 16 times"
