"""A report of aggregates has nobody's row, line, id or text in any file, and does not call that anonymous."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from remission.cli import command_line
from remission.exhibits.page import Picture
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report.asked import ask
from remission.report.page_sections import make_sections, person_notices
from remission.report.write import write_report

MANIFEST = """\
name = "ward"
title = "A ward"
kind = "observed"
day_zero = "treatment start"
time = "days"
collected = ["subjects", "visits", "relapses", "scans", "treatments", "adverse_events"]
licence = "none"
[covariates.x_note]
type = "text"
measured_day = 0
[covariates.x_risk]
type = "choice"
choices = ["low", "high"]
measured_day = 0
"""
# Signs that nothing else on a page is written with; what they mark is told by the letter after them.
MARK = "QZ7X"
PERSONS = range(1, 13)


def written(folder: Path, kind: str = "observed") -> Cohort:
    """Twelve persons in two arms; every id, row id and free text bears the mark."""
    tables = {
        "subjects": ["subject_id,arm,entered,not_entered_reason,last_day,end_reason,x_note,x_risk"],
        "visits": ["subject_id,row_id,day,edss"],
        "relapses": ["subject_id,row_id,day"],
        "scans": ["subject_id,row_id,day,new_t2,gd_lesions"],
        "treatments": ["subject_id,row_id,therapy,start_day,ongoing,stop_reason"],
        "adverse_events": ["subject_id,row_id,day,term,category,ctcae_grade"],
    }
    for number in PERSONS:
        who, of = f"{MARK}S{number}", f"{MARK}R{number}"
        risk = "low" if number % 3 else "high"
        tables["subjects"].append(f"{who},{'AB'[number % 2]},yes,,800,completed,{MARK}N{number},{risk}")
        tables["visits"] += [f"{who},{of}v{day},{day},{2 + day / 400 * (number % 2)}" for day in (0, 400, 800)]
        tables["scans"] += [f"{who},{of}m{day},{day},{number % 2},0" for day in (0, 400)]
        tables["treatments"].append(f"{who},{of}t,ocrelizumab,0,yes,")
        tables["adverse_events"].append(f"{who},{of}a,{number},{MARK}T{number},infection,2")
    tables["relapses"] += [f"{MARK}S{number},{MARK}R{number}r,{100 * number}" for number in (3, 5)]
    tables["subjects"] += [f"{MARK}S{number},A,no,{MARK}W moved,,,," for number in (90, 91)]
    folder.mkdir()
    (folder / "cohort.toml").write_text(MANIFEST.replace("observed", kind))
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n")
    return load_cohort(folder)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The whole report, and that of aggregates written over a copy of it: what was there must not stay behind."""
    home = tmp_path_factory.mktemp("reports")
    ward = written(home / "ward")
    write_report(ward, "neda-3", home / "whole", group_by="arm")
    shutil.copytree(home / "whole", home / "part")
    write_report(ward, "neda-3", home / "part", group_by="arm", aggregates_only=True)
    return home / "whole", home / "part"


def marked(folder: Path) -> dict[str, set[str]]:
    """The files that bear the mark, whatever its letters, and what it marks in each; names of files too."""
    found = {}
    for path in (path for path in folder.rglob("*") if path.is_file()):
        seen = re.findall(MARK.encode() + b"(.)", path.read_bytes() + path.name.encode(), re.IGNORECASE)
        if seen:
            found[path.relative_to(folder).as_posix()] = {one.decode() for one in seen}
    return found


def page(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


def test_no_byte_of_any_file_tells_of_a_single_person_and_without_the_option_many_do(
    reports: tuple[Path, Path],
) -> None:
    whole, part = map(marked, reports)
    assert whole["index.html"] == {"S", "N"}
    assert {"tables/timelines.csv", "tables/edss-persons.csv", "tables/baseline.csv"} < set(whole)
    assert part == {}


def test_no_picture_of_persons_is_there_whose_bytes_could_not_be_searched(reports: tuple[Path, Path]) -> None:
    whole, part = ({path.name for path in (folder / "figures").iterdir()} for folder in reports)
    ways = (".svg", ".narrow.svg", ".png")
    assert whole - part == {f"{name}{way}" for name in ("timelines", "edss-trajectories") for way in ways}


def test_the_rest_of_the_report_is_the_same(reports: tuple[Path, Path]) -> None:
    whole, part = (re.findall(r"<h[23][^>]*>(.*?)</h[23]>", page(folder)) for folder in reports)
    assert [heading for heading in whole if heading not in part] == ["Timelines", "Everyone"]
    assert [heading for heading in part if heading not in whole] == []
    tables = [{path.name: path.read_bytes() for path in (folder / "tables").iterdir()} for folder in reports]
    assert tables[0].keys() - tables[1].keys() == {"timelines.csv", "edss-persons.csv"}
    assert [name for name, content in tables[1].items() if content != tables[0][name]] == ["baseline.csv"]
    # A free text is counted and not told; what the manifest declares as a choice is told.
    assert re.search(r"Note: recorded</th>\s*<td[^>]*>12", page(reports[1]))
    assert "Risk: high" in page(reports[1])


def test_the_top_of_the_page_says_whose_rows_it_holds(reports: tuple[Path, Path]) -> None:
    whole, part = (page(folder).partition('<main id="main">')[0] for folder in reports)
    rows = (
        "This report holds rows of single persons, with their ids: What happened to each person; EDSS of every person "
    )
    none = (
        "Aggregates only: no line, row or id of a single person. That is not anonymous: steps of curves, small cells "
    )
    assert f"{rows}over time. Made with --aggregates-only it holds none of them." in whole
    assert f"{none}and groups of under 10 are single persons." in part
    assert (rows in part, none in whole) == (False, False)


def test_records_of_nobody_are_not_said_to_be_of_single_persons(tmp_path: Path) -> None:
    for kind, said in (("observed", 1), ("simulated", 0)):
        asked = replace(ask(written(tmp_path / kind, kind), "death"), picture=lambda one: Picture(one, "", ""))
        assert len(person_notices(asked, make_sections(asked))) == said


def test_the_command_has_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "ward")
    asked: list[bool] = []
    monkeypatch.setattr("remission.write_report", lambda *_, **options: asked.append(options["aggregates_only"]))
    words = ["report", str(tmp_path / "ward"), "-e", "death", "-o", "out"]
    for option in ([], ["--aggregates-only"]):
        done = CliRunner().invoke(command_line(), [*words, *option])
        assert done.exit_code == 0, done.stderr
    assert asked == [False, True]
    assert MARK not in "".join(capsys.readouterr())


@pytest.mark.parametrize("beside", [0, 2])
def test_a_group_of_one_person_is_refused_and_not_named(tmp_path: Path, beside: int) -> None:
    """Nor is it hidden by others of the group who did not enter: the curve is that of the one who did."""
    cohort = written(tmp_path / "ward")
    first = cohort.subjects["subject_id"][0]
    out = cohort.subjects.head(1).select(
        pl.lit("out").alias("subject_id"), pl.lit("no").alias("entered").cast(cohort.subjects["entered"].dtype)
    )
    out = pl.concat([out.with_columns(subject_id=pl.lit(f"out {n}")) for n in range(beside)] or [out.clear()])
    with_first = [first, *out["subject_id"]]
    alone = pl.when(pl.col("subject_id").is_in(with_first)).then(pl.lit(MARK)).otherwise("arm").alias("arm")
    subjects = pl.concat([cohort.subjects, out], how="diagonal").with_columns(alone)
    cohort = replace(cohort, tables={**cohort.tables, "subjects": subjects})
    with pytest.raises(InputProblems) as raised:
        write_report(cohort, "death", tmp_path / "out", group_by="arm", aggregates_only=True)
    assert raised.value.report() == (
        "subjects, column arm: found a group of one person; allowed: groups of two or more with "
        "--aggregates-only. Choose another column for --group-by, or none."
    )
    assert not (tmp_path / "out").exists()
