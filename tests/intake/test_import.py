"""Exports as a registry has them, made a cohort: one command, a short map, every change counted, nothing guessed."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook

import remission
from made_up.command_line import run
from remission.cli import imports
from remission.inputs.declared import keys_of
from remission.inputs.problems import InputProblems
from remission.intake import importing
from remission.intake.importing import Imported, import_files, propose_map
from remission.intake.looking import look_at
from remission.intake.mapping import FileMap, as_map, map_text

SUBJECTS = """codice paziente;sesso;età;decorso;data basale;centro;braccio;ultima visita;telefono
P1;F;34;RR;03/04/2015;Nord;A;13/04/2018;555
P2;M;41;SP;28/02/2016;Sud;B;01/03/2019;
"""
VISITS = """id paziente;data;EDSS;commento
P1;01/04/2015;2,5;
P1;13/10/2015;n.d.;dormito male
P1;03/04/2016;3,0;
P2;28/02/2016; 4 ;
P2;30/08/2016;4,5;
"""
RELAPSES = """id paziente;data ricaduta;cortisone
P1;05/2016;Sì
P2;17/11/2016;No
"""
ABOUT = {"kind": "simulated", "day_zero": "treatment start", "licence": "none"}
ANSWERS = ABOUT | {"partial_dates": "middle", "files": {"Anagrafica.csv": {"fixed": {"entered": "yes"}}}}
SHORT_MAP = """kind = "simulated"
day_zero = "treatment start"
licence = "none"
partial_dates = "middle"
files."Anagrafica.csv".fixed.entered = "yes"
"""


def export(folder: Path, encoding: str = "utf-8-sig", **texts: str) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    texts = {"Anagrafica": SUBJECTS, "Visite": VISITS, "Ricadute": RELAPSES} | texts
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding=encoding)
    return [folder / f"{name}.csv" for name in texts]


def imported(folder: Path, said: dict[str, Any] = ANSWERS, **texts: str) -> Imported:
    proposal, looked = propose_map(export(folder, **texts), said)
    return import_files(proposal, looked, folder / "cohort")


def asked(folder: Path, said: dict[str, Any] = ANSWERS, **texts: str) -> list[str]:
    return [".".join(one.at) for one in propose_map(export(folder, **texts), said)[0].questions]


def test_an_export_becomes_a_cohort_with_one_command_and_a_short_map(tmp_path: Path) -> None:
    files = [str(path) for path in export(tmp_path)]
    (tmp_path / "map.toml").write_text(SHORT_MAP)
    done = run("import", *files, "--map", str(tmp_path / "map.toml"), "-o", str(tmp_path / "c"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "9 rows: 9 in the cohort, 0 listed." in done.stdout
    cohort = remission.load_cohort(tmp_path / "c")
    # From 3 April 2015: 1 April is day -2, 13 October day 193, 3 April 2016 (a leap year) day 366.
    assert cohort.tables["visits"].select("day", "edss").rows() == [
        (-2, 2.5), (193, None), (366, 3.0), (0, 4.0), (184, 4.5),
    ]  # fmt: skip
    # The middle of May 2016 is the 15th: 366 days and 42 more.
    assert cohort.tables["relapses"].select("day", "day_precision", "steroids").rows() == [
        (408, "month", "yes"), (263, "day", "no"),
    ]  # fmt: skip
    people = cohort.tables["subjects"]
    assert people.select("sex", "age_years", "course", "centre", "arm", "last_day").rows() == [
        ("female", 34.0, "RRMS", "Nord", "A", 1106), ("male", 41.0, "SPMS", "Sud", "B", 1097),
    ]  # fmt: skip


def test_without_a_terminal_the_map_is_printed_with_what_is_to_be_answered(tmp_path: Path) -> None:
    done = run("import", *map(str, export(tmp_path)), "-o", str(tmp_path / "c"))
    assert done.returncode == 2
    said = tomllib.loads(done.stdout)
    assert said["kind"] == said["partial_dates"] == said["files"]["Anagrafica.csv"]["fixed"]["entered"] == "?"
    assert said["files"]["Visite.csv"]["columns"] == {"subject_id": "id paziente", "day": "data", "edss": "EDSS"}
    assert (said["files"]["Visite.csv"]["decimal"], said["files"]["Visite.csv"]["missing"]) == (",", ["n.d."])
    assert said["files"]["Anagrafica.csv"]["values"]["course"] == {"RR": "RRMS", "SP": "SPMS"}
    assert done.stderr.count("To answer: ") == 5
    assert not (tmp_path / "c").exists()
    # What was printed, its questions answered, is the whole map.
    answered = done.stdout.replace('entered = "?"', 'entered = "yes"').replace(
        'partial_dates = "?"', 'partial_dates = "first"'
    )
    (tmp_path / "map.toml").write_text(answered.replace('kind = "?"', 'kind = "observed"').replace('"?"', '"said"'))
    files = [str(path) for path in export(tmp_path)]
    assert run("import", *files, "--map", str(tmp_path / "map.toml"), "-o", str(tmp_path / "c")).returncode == 0


def test_on_a_terminal_each_question_is_asked_until_its_answer_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["observed", "treatment start", "none", "perhaps", "yes", "first"])
    monkeypatch.setattr(imports.typer, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    done = run("import", *map(str, export(tmp_path)), "-o", str(tmp_path / "c"))
    assert (done.returncode, next(answers, None)) == (0, None)
    assert 'entered = "yes"' in (tmp_path / "c" / "import" / "map.toml").read_text()


def on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *answers: str, **texts: str) -> str:
    """What is told on the screen while these answers are given, all of them and no more."""
    (tmp_path / "map.toml").write_text(SHORT_MAP)
    given = iter(answers)
    monkeypatch.setattr(imports.typer, "prompt", lambda *_, **__: next(given))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    files = map(str, export(tmp_path, **texts))
    done = run("import", *files, "--map", str(tmp_path / "map.toml"), "-o", str(tmp_path / "c"))
    assert (done.returncode, next(given, None)) == (0, None), done.stderr
    return done.stderr


def test_none_of_the_columns_that_it_could_be_is_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = SUBJECTS.replace("centro;", "centro;center;").replace("Nord;", "Nord;N;").replace("Sud;", "Sud;S;")
    on_a_terminal(tmp_path, monkeypatch, "none", Anagrafica=subjects)
    assert "centre" not in remission.load_cohort(tmp_path / "c").subjects.columns
    assert tomllib.loads((tmp_path / "c" / "import" / "map.toml").read_text())["files"]["Anagrafica.csv"]["aside"] == [
        "centro", "center", "telefono"
    ]  # fmt: skip


def test_an_answer_that_cannot_be_is_told_and_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = VISITS.replace("/2015", "/15").replace("/2016", "/16")
    told = on_a_terminal(tmp_path, monkeypatch, "DD/MM/YY", "30", "1931", Visite=visits)
    assert "found 30; allowed: a year from 1900 to 2001" in told
    assert 'years_from = "1931"' in (tmp_path / "c" / "import" / "map.toml").read_text()


def test_no_file_is_read_again_for_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(importing, "look_at", lambda path, *signs: read.append(path.name) or look_at(path, *signs))
    visits = VISITS.replace("/2015", "/15").replace("/2016", "/16")
    on_a_terminal(tmp_path, monkeypatch, "DD/MM/YY", "1931", Visite=visits)
    assert sorted(read) == ["Anagrafica.csv", "Ricadute.csv", "Visite.csv"]


@pytest.mark.parametrize("dates", ["03/04/2016;05/06/2016", "03.04.2016;04.03.2016"])
def test_a_date_that_fits_two_ways_is_a_question(tmp_path: Path, dates: str) -> None:
    first, second = dates.split(";")
    visits = f"id paziente;data;EDSS\nP1;{first};2\nP2;{second};3\n"
    assert asked(tmp_path, Visite=visits) == ["files.Visite.csv.dates.day"]
    said = ANSWERS | {"files": ANSWERS["files"] | {"Visite.csv": {"dates": {"day": "MM/DD/YYYY"}}}}
    imported(tmp_path, said, Visite=visits)
    assert (tmp_path / "cohort" / "visits.csv").read_text().splitlines()[1].split(",")[1] == "2016-03-04"


def test_dates_of_two_orders_in_one_column_are_a_question(tmp_path: Path) -> None:
    visits = "id paziente;data;EDSS\nP1;13/04/2016;2\nP2;04/13/2016;3\n"
    assert asked(tmp_path, Visite=visits) == ["files.Visite.csv.dates.day"]


def test_the_century_of_two_digits_is_asked_and_never_guessed(tmp_path: Path) -> None:
    visits = "id paziente;data;EDSS\nP1;13/04/29;2\nP1;30/12/30;3\nP2;14/04/2016;3\n"
    # By 13/04/29 and 30/12/30 the day comes first or the year does: that is asked too.
    at = ["files.Visite.csv.dates.day", "files.Visite.csv.years_from"]
    assert asked(tmp_path, Visite=visits.replace("2016", "16")) == at
    # One that says its year in full settles the order, and not the century of the others.
    assert asked(tmp_path, Visite=visits) == at[1:]
    said = ANSWERS | {"files": ANSWERS["files"] | {"Visite.csv": {"years_from": "1930"}}}
    made = imported(tmp_path, said, Visite=visits)
    days = [line.split(",")[1] for line in (tmp_path / "cohort" / "visits.csv").read_text().splitlines()[1:]]
    assert days == ["2029-04-13", "1930-12-30", "2016-04-14"]
    changes = {change: cells for one in made.files for (_, change), cells in one.changes.items() if "YYYY" in change}
    assert changes["DD/MM/YY from 1930 -> YYYY-MM-DD"] == 2


def test_a_hundred_years_are_all_years_that_a_date_may_have() -> None:
    for year, fine in (("1900", True), ("2001", True), ("1899", False), ("2002", False), ("30", False), ("MCM", False)):
        said = {"files": {"a.csv": {"years_from": year}}}
        if fine:
            assert as_map(said, "map.toml").files["a.csv"].years_from == year
            continue
        with pytest.raises(InputProblems) as told:
            as_map(said, "map.toml")
        assert told.value.problems[0].column == "files.a.csv.years_from"


def test_one_way_that_is_left_is_no_question(tmp_path: Path) -> None:
    visits = "id paziente;data;EDSS\nP1;03/04/2016;2\nP2;30/04/2016;3\n"
    assert asked(tmp_path, Visite=visits) == []


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        ({"Visite": "id paziente;data;EDSS;SDMT\nP1;13/04/2016;1,234;2\n"}, "files.Visite.csv.decimal"),
        ({"Visite": "id paziente;data;EDSS\nP1;13/04/2016;2,5\nP2;14/04/2016;2.5\n"}, "files.Visite.csv.decimal"),
        ({"Ricadute": "id paziente;data;cortisone\nP1;13/04/2016;forse\n"}, "files.Ricadute.csv.values.steroids.forse"),
        ({"Visite": "id paziente;date;data;EDSS\nP1;13/04/2016;13/04/2016;2\n"}, "files.Visite.csv.columns.day"),
        ({"Visite": "id paziente;quando;EDSS\nP1;13/04/2016;2\n"}, "files.Visite.csv.columns.day"),
        ({"estratto": "id paziente;data\nP1;13/04/2016\n"}, "files.estratto.csv.table"),
        ({"Visite": "id paziente;data;EDSS\nP1;12;2\n"}, "time"),
    ],
)
def test_what_the_files_do_not_settle_is_a_question(tmp_path: Path, texts: dict[str, str], question: str) -> None:
    assert question in asked(tmp_path, **texts)


def test_bytes_that_may_be_several_encodings_are_a_question(tmp_path: Path) -> None:
    files = export(tmp_path, encoding="windows-1252")
    questions = [".".join(one.at) for one in propose_map(files, ANSWERS)[0].questions]
    assert questions == ["files.Anagrafica.csv.encoding", "files.Ricadute.csv.encoding"]


@pytest.mark.parametrize("separator", [",", "\t", "|"])
def test_any_separator_is_seen(tmp_path: Path, separator: str) -> None:
    visits = "id paziente;data;EDSS\nP1;13/04/2016;2.5\n".replace(";", separator)
    made = imported(tmp_path, Visite=visits)
    assert made.rows_listed == 0
    assert pl.read_csv(tmp_path / "cohort" / "visits.csv")["edss"].to_list() == [2.5]


def test_a_line_that_tells_a_spreadsheet_the_separator_is_no_row(tmp_path: Path) -> None:
    made = imported(tmp_path, Visite="sep=;\n" + VISITS + "P1;mai;2;\n")
    assert [(row.row, row.found) for one in made.files for row in one.listed] == [(8, "mai")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"\n;;\n", "no row of names of columns"),
        (b"\x89PNG\0\0", "bytes that are no text"),
        (b"PK\x03\x04 cut", "a workbook that cannot be opened (BadZipFile)"),
        (b"\xff\xfea", "bytes that are not utf-16"),
        (b'a;b\n"' + b"x" * 200_000, "text that cannot be read as a CSV"),
        (b"a;b;a\n1;2;3\n", "the column twice"),
        # Not strict, the reader would take all lines below into one cell.
        (b'a;b\n1;"x\n2;y\n3;z\n', "text that cannot be read as a CSV"),
        (b"<!DOCTYPE html><p>Please sign in</p>", "a web page (HTML)"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a packed file (.gz)"),
    ],
)
def test_a_file_that_holds_no_table_is_told_in_words(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "visits.csv").write_bytes(content)
    with pytest.raises(InputProblems) as told:
        propose_map([tmp_path / "visits.csv", tmp_path / "absent.csv"], ABOUT)
    assert [problem.found for problem in told.value.problems] == [
        "a file that cannot be read (FileNotFoundError)",
        found,
    ]


def test_every_row_is_in_the_cohort_or_listed_with_its_reason(tmp_path: Path) -> None:
    visits = VISITS + "P1;31/02/2017;2,0;\nP2;01/03/2017;due;\nP2;13/03/2017;2\n"
    made = imported(tmp_path, Visite=visits)
    assert (made.rows_in, made.rows_out, made.rows_listed) == (12, 9, 3)
    with (tmp_path / "cohort/import/records-of-persons/listed.csv").open() as opened:
        listed = [(row["row"], row["column"], row["found"], row["why"]) for row in csv.DictReader(opened)]
    assert listed == [
        ("7", "data", "31/02/2017", "no date by DD/MM/YYYY"),
        ("8", "EDSS", "due", "no number with the decimal ,"),
        ("9", "", "3 cells", "4 cells, as the header has"),
    ]


def test_rows_of_a_person_whose_own_row_is_listed_are_listed_too(tmp_path: Path) -> None:
    subjects = SUBJECTS.replace("41", "quarantuno")
    made = imported(tmp_path, Anagrafica=subjects)
    assert [(one.rows_in, len(one.rows), len(one.listed)) for one in made.files] == [(2, 1, 1), (5, 3, 2), (2, 1, 1)]
    assert remission.check_cohort(tmp_path / "cohort") == ()


def test_a_row_without_what_every_row_must_have_is_listed(tmp_path: Path) -> None:
    made = imported(tmp_path, Visite=VISITS + ";13/03/2017;2,0;\nP1;;2,0;\nP1;n.d.;2,0;\n")
    assert [(row.row, row.column, row.found) for one in made.files for row in one.listed] == [
        (7, "id paziente", ""), (8, "data", ""), (9, "data", "n.d."),
    ]  # fmt: skip
    assert remission.check_cohort(tmp_path / "cohort") == ()


def test_changes_of_rows_that_are_listed_are_not_counted(tmp_path: Path) -> None:
    made = imported(tmp_path, Anagrafica=SUBJECTS.replace("41", "quarantuno"))
    visits = made.files[1].changes
    # Of the five visits two are of the person who is listed.
    assert visits[("data", "DD/MM/YYYY -> YYYY-MM-DD")] == visits[("row_id", "made from the number of the row")] == 3


def test_every_change_is_counted(tmp_path: Path) -> None:
    imported(tmp_path)
    with (tmp_path / "cohort/import/changes.csv").open() as opened:
        counts = {(row["file"], row["column"], row["change"]): row["cells"] for row in csv.DictReader(opened)}
    assert counts == {
        ("Anagrafica.csv", "sesso", "F -> female"): "1",
        ("Anagrafica.csv", "sesso", "M -> male"): "1",
        ("Anagrafica.csv", "decorso", "RR -> RRMS"): "1",
        ("Anagrafica.csv", "decorso", "SP -> SPMS"): "1",
        ("Anagrafica.csv", "data basale", "DD/MM/YYYY -> YYYY-MM-DD"): "2",
        ("Anagrafica.csv", "ultima visita", "DD/MM/YYYY -> YYYY-MM-DD"): "2",
        ("Anagrafica.csv", "entered", "yes in every row, by the map"): "2",
        ("Visite.csv", "data", "DD/MM/YYYY -> YYYY-MM-DD"): "5",
        ("Visite.csv", "EDSS", "decimal comma -> point"): "3",
        ("Visite.csv", "EDSS", "n.d. -> nothing known"): "1",
        ("Visite.csv", "row_id", "made from the number of the row"): "5",
        ("Visite.csv", "", "blanks around values taken off"): "1",
        ("Ricadute.csv", "data ricaduta", "DD/MM/YYYY -> YYYY-MM-DD"): "1",
        ("Ricadute.csv", "data ricaduta", "a month or a year -> YYYY-MM"): "1",
        ("Ricadute.csv", "cortisone", "Sì -> yes"): "1",
        ("Ricadute.csv", "cortisone", "No -> no"): "1",
        ("Ricadute.csv", "row_id", "made from the number of the row"): "2",
    }


def test_only_the_folder_of_persons_shows_an_id_or_a_free_text(tmp_path: Path) -> None:
    relapses = RELAPSES + "".join(f"P1;17/11/2017;nota {'x' * 25}{number}\n" for number in range(3))
    imported(tmp_path, Ricadute=relapses + "P1;17/12/2017;12345\n")
    beside = tmp_path / "cohort/import"
    personal = ("P1", "P2", "dormito", "555", "nota", "12345")
    for path in beside.glob("*.*"):
        assert [text for text in personal if text in path.read_text()] == [], path.name
    shown = "".join(path.read_text() for path in beside.glob("records-of-persons/*"))
    assert [text for text in personal if text in shown] == list(personal)


def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path) -> None:
    book = Workbook()
    people, visits = book.active, book.create_sheet("Visite")
    people.title = "Pazienti"
    people.append(["id paziente", "entered", "data basale"])
    people.append(["P1", "ja", date(2015, 4, 3)])
    for row in (["id paziente", "data", "EDSS"], ["P1", date(2015, 4, 13), 2.5], ["P1", "14/04/2016", "=1+1"]):
        visits.append(row)
    book.save(tmp_path / "export.xlsx")
    proposal, _ = propose_map([tmp_path / "export.xlsx"], ABOUT)
    assert [".".join(one.at) for one in proposal.questions] == ["files.export.xlsx:Visite.dates.day"]
    said = ABOUT | {"files": {"export.xlsx:Visite": {"dates": {"day": "YYYY-MM-DD"}}}}
    made = import_files(*propose_map([tmp_path / "export.xlsx"], said), tmp_path / "cohort")
    assert [(one.rows_in, len(one.listed)) for one in made.files] == [(1, 0), (2, 1)]
    # A formula that no program computed is no empty cell.
    visits["B3"] = date(2016, 4, 14)
    book.save(tmp_path / "export.xlsx")
    made = import_files(*propose_map([tmp_path / "export.xlsx"], said), tmp_path / "second")
    assert [row.found for one in made.files for row in one.listed] == ["#formula without a value"]


TITLE = "Register extract 2026\nprinted on 3 November\n"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_title_above_a_table_is_no_header(tmp_path: Path, separator: str) -> None:
    visits = VISITS.replace(",", ".").replace(";", separator)
    plain, titled = (
        propose_map(export(tmp_path / name, Visite=text), ANSWERS)
        for name, text in (("plain", visits), ("titled", TITLE + visits))
    )
    assert titled[0] == plain[0]
    table, below = ({one.file: one for one in looked}["Visite.csv"] for _, looked in (plain, titled))
    # Rows keep the numbers that a spreadsheet shows beside them.
    assert [(number + 2, cells) for number, cells in table.rows] == list(below.rows)
    done = run("import", *map(str, export(tmp_path / "told", Visite=TITLE + visits)), "-o", str(tmp_path / "c"))
    assert "To know: Visite.csv has 2 lines above the names of its columns, left as a title." in done.stderr


def test_what_may_be_a_header_is_taken_for_one(tmp_path: Path) -> None:
    for text, header in (
        ("codice paziente\nP1\nP2\n", ("codice paziente",)),
        # One column of texts with commas in some.
        ("codice paziente\nP1, the first\nP2\n", ("codice paziente",)),
        (TITLE * 3 + VISITS, ("Register extract 2026",)),
    ):
        (tmp_path / "a.csv").write_text(text)
        assert look_at(tmp_path / "a.csv")[0].header == header


def test_a_sheet_that_nobody_sees_is_told(tmp_path: Path) -> None:
    book = Workbook()
    seen, unseen = book.active, book.create_sheet("Visite")
    assert seen is not None
    seen.title = "Anagrafica"
    for sheet, text in ((seen, SUBJECTS), (unseen, VISITS)):
        for line in text.splitlines():
            sheet.append(line.split(";"))
    unseen.sheet_state = "hidden"
    book.save(tmp_path / "export.xlsx")
    done = run("import", str(tmp_path / "export.xlsx"), "-o", str(tmp_path / "c"))
    assert done.stderr.splitlines()[0] == (
        'To know: export.xlsx:Visite is a hidden sheet, and read. To leave it: [files."export.xlsx:Visite"] '
        'table = "none"'
    )
    assert done.stderr.count("hidden sheet") == 1


def test_a_map_is_read_strictly(tmp_path: Path) -> None:
    wrong = {
        "Anagrafica.csv": {"fixed": {"entered": "si"}, "columns": {"sexx": "sesso", "age_years": "anni"}},
        "Visite.csv": {"table": "visits", "dates": {"day": "DD.MM.YY"}, "colums": {}},
        "Altro.csv": {"table": "scans"},
    }
    with pytest.raises(InputProblems) as told:
        propose_map(export(tmp_path), ABOUT | {"files": wrong})
    assert [problem.column for problem in told.value.problems] == ["files.Visite.csv.colums"]
    del wrong["Visite.csv"]["colums"]
    with pytest.raises(InputProblems) as told:
        propose_map(
            export(tmp_path),
            ABOUT | {"files": {**wrong, "Anagrafica.csv": {**wrong["Anagrafica.csv"], "table": "subjects"}}},
        )
    assert [problem.column for problem in told.value.problems] == [
        "files.Anagrafica.csv.columns.sexx", "files.Anagrafica.csv.fixed.entered", "files.Visite.csv.dates.day",
    ]  # fmt: skip
    with pytest.raises(InputProblems) as told:
        as_map({"files": {"a.csv": {"separator": ";;"}}}, "map.toml")
    assert told.value.problems[0].column == "files.a.csv.separator"


def test_a_map_says_what_its_text_says(tmp_path: Path) -> None:
    covariate = {"x_phone": {"type": "text", "measured_day": 0}}
    files = {"Anagrafica.csv": {"columns": {"x_phone": "telefono"}, "fixed": {"entered": "yes"}}}
    proposal, _ = propose_map(export(tmp_path), ANSWERS | {"covariates": covariate, "files": files})
    assert as_map(tomllib.loads(map_text(proposal.map)), "map.toml") == proposal.map
    # A name that is no bare key of TOML.
    spoken = as_map({"files": {"a.csv": {"values": {"x my arm": {"si": "yes"}}}}}, "map.toml")
    assert as_map(tomllib.loads(map_text(spoken)), "map.toml") == spoken
    assert proposal.map.files["Anagrafica.csv"].aside == ()


def test_a_covariate_that_the_map_does_not_declare_is_told_how_to_be() -> None:
    with pytest.raises(InputProblems) as told:
        as_map({"files": {"a.csv": {"table": "subjects", "columns": {"x_nfl": "NfL"}}}}, "map.toml")
    (problem,) = told.value.problems
    assert problem.next_step == "Declare it under [covariates.x_nfl], with type and measured_day, as in cohort.toml."


def test_a_covariate_is_read_as_what_the_map_says_it_is(tmp_path: Path) -> None:
    subjects = "id paziente;entered;data basale;nfl;fumo\nP1;sì;13/04/2015;12,5;s\nP2;sì;14/04/2015;7;n\n"
    covariates = {
        "x_nfl": {"type": "number", "measured_day": 0},
        "x_smoker": {"type": "choice", "choices": ["smokes", "does not"], "measured_day": 0},
    }
    how = {"columns": {"x_nfl": "nfl", "x_smoker": "fumo"}, "values": {"x_smoker": {"s": "smokes"}}}
    said = ABOUT | {"partial_dates": "first", "covariates": covariates, "files": {"Anagrafica.csv": how}}
    assert asked(tmp_path, said, Anagrafica=subjects) == ["files.Anagrafica.csv.values.x_smoker.n"]
    how["values"]["x_smoker"]["n"] = "does not"
    imported(tmp_path, said, Anagrafica=subjects)
    people = remission.load_cohort(tmp_path / "cohort").subjects
    assert people.select("x_nfl", "x_smoker").rows() == [(12.5, "smokes"), (7.0, "does not")]


@pytest.mark.parametrize(
    ("name", "about", "place"),
    [
        ("nfl", {"type": "number", "measured_day": 0}, "covariates.nfl"),
        ("x_nfl", {"type": "number", "measured_day": 30}, "covariates.x_nfl.measured_day"),
        ("x_nfl", {"type": "choice", "measured_day": 0}, "covariates.x_nfl.choices"),
    ],
)
def test_a_covariate_that_no_cohort_may_have_is_refused_in_the_map(
    tmp_path: Path, name: str, about: dict[str, Any], place: str
) -> None:
    with pytest.raises(InputProblems) as raised:
        imported(tmp_path, ANSWERS | {"covariates": {name: about}})
    assert [(one.file, one.column) for one in raised.value.problems] == [("map.toml", place)]
    assert not (tmp_path / "cohort").exists()


def test_why_rows_are_listed_is_counted_on_the_screen_without_their_values(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(SHORT_MAP)
    files = [str(path) for path in export(tmp_path, Visite=VISITS + "P1;14/05/2016;illeggibile;\n")]
    done = run("import", *files, "--map", str(tmp_path / "map.toml"), "-o", str(tmp_path / "c"))
    assert "  EDSS: no number with the decimal ,: 1 rows listed" in done.stdout
    assert "illeggibile" not in done.stdout


def test_columns_that_are_in_no_table_are_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(SHORT_MAP)
    files = [str(path) for path in export(tmp_path)]
    done = run("import", *files, "--map", str(tmp_path / "map.toml"), "-o", str(tmp_path / "c"))
    # Among them may be one that somebody would miss, such as a day of death by another name.
    assert [line for line in done.stdout.splitlines() if "kept aside" in line] == [
        "  in no table, kept aside: telefono",
        "  in no table, kept aside: commento",
    ]
    kept = pl.read_csv(tmp_path / "c/import/records-of-persons/aside-Visite.csv")
    assert kept.rows()[1] == ("P1", 3, "dormito male")


def test_two_files_of_one_table_are_one_table(tmp_path: Path) -> None:
    made = imported(tmp_path, **{"Visite sud": "id paziente;data;EDSS\nP2;13/04/2017;5\n"})
    assert (made.rows_out, made.rows_listed) == (10, 0)
    assert len(remission.load_cohort(tmp_path / "cohort").tables["visits"]) == 6


def test_a_table_without_rows_was_collected_and_nobody_had_one(tmp_path: Path) -> None:
    imported(tmp_path, Ricadute="id paziente;data ricaduta\n")
    assert remission.load_cohort(tmp_path / "cohort").tables["relapses"].height == 0


def test_the_map_in_the_documents_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    said = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    assert as_map(said, "map.toml").files["subjects.csv"].fixed == {"entered": "yes"}
    named = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")} | {"separator", "encoding"}
    assert named == {one.name for one in keys_of(FileMap)}
