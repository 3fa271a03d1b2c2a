"""Deaths in SDTM: whichever dataset tells of one, it is kept, is never a sign of life, and who disagrees is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from made_up.sdtm_writer import Row, write_folder
from remission.cdisc.convert import Converted, convert_sdtm
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort


def person(name: str, **more: Any) -> Row:
    return {"STUDYID": "T", "DOMAIN": "DM", "USUBJID": name, "RFSTDTC": "2020-01-01", "ARM": "Drug"} | more


def end(name: str, seq: int, decode: str, day: str | None, category: str = "DISPOSITION EVENT") -> Row:
    row = {"DOMAIN": "DS", "USUBJID": name, "DSSEQ": seq, "DSCAT": category, "DSDECOD": decode}
    return row | {"DSSTDTC": day, "DSTERM": decode}


def event(name: str, seq: int, start: str, stop: str | None, **more: Any) -> Row:
    row = {"DOMAIN": "AE", "USUBJID": name, "AESEQ": seq, "AETERM": "Sepsis", "AEDECOD": "Sepsis"}
    return row | {"AESTDTC": start, "AEENDTC": stop, "AEOUT": None, "AESDTH": None} | more


def converted(folder: Path, domains: dict[str, list[Row]], **more: Any) -> Converted:
    source = write_folder(folder / "sdtm", domains)
    return convert_sdtm(source, folder / "cohort", kind="simulated", licence="MIT", **more)


def ends(made: Converted) -> dict[str, tuple[str, str, str]]:
    frame = pl.read_parquet(made.folder / "subjects.parquet")
    missing = [name for name in ("end_reason", "death_day") if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None).alias(name) for name in missing)
    return {row[0]: row[1:] for row in frame.select("subject_id", "end_reason", "last_day", "death_day").rows()}


def told(made: Converted) -> list[tuple[Any, ...]]:
    return made.conversion.deaths.select("subject_id", "domain", "told", "day", "taken", "why").rows()


ANOTHER, SILENT = "another day of death was taken", "does not tell of the death"


def test_a_death_told_after_somebody_was_lost_is_a_death_and_no_follow_up(tmp_path: Path) -> None:
    disposition = [end("A", 1, "LOST TO FOLLOW-UP", "2020-06-01"), end("A", 2, "DEATH", "2021-01-01", "OTHER EVENT")]
    made = converted(tmp_path, {"DM": [person("A")], "DS": disposition})
    assert ends(made) == {"A": ("lost", "2020-06-01", "2021-01-01")}
    # 2020 is a leap year: 1 January 2021 is day 366.
    assert evaluate(load_cohort(made.folder), "death").spells.select("exit_day", "event").row(0) == (366, True)
    assert told(made) == [
        ("A", "DM", "nothing", None, "2021-01-01", SILENT),
        ("A", "DS", "death", "2021-01-01", "2021-01-01", ""),
        ("A", "DS", "lost", None, "2021-01-01", SILENT),
    ]
    assert made.rows_mapped == made.rows_in == 3


def test_demographics_go_before_disposition_and_the_latest_row_of_it_before_others(tmp_path: Path) -> None:
    people = [person("A", DTHDTC="2020-05-01"), person("B")]
    disposition = [
        end("A", 1, "DEATH", "2020-05-04"),
        end("B", 1, "DEATH", "2020-03-01"),
        end("B", 2, "DEATH", "2020-04-01"),
    ]
    made = converted(tmp_path, {"DM": people, "DS": disposition})
    assert ends(made) == {"A": ("died", "2020-05-01", "2020-05-01"), "B": ("died", "2020-04-01", "2020-04-01")}
    assert [row for row in told(made) if row[-1] == ANOTHER] == [
        ("A", "DS", "death", "2020-05-04", "2020-05-01", ANOTHER),
        ("B", "DS", "death", "2020-03-01", "2020-04-01", ANOTHER),
    ]
    assert any("2 deaths" in question and "deaths.csv" in question for question in made.open_questions)
    assert pl.read_csv(made.folder / "conversion" / "deaths.csv").height == len(told(made))


def test_a_completed_follow_up_after_a_death_does_not_raise_the_dead(tmp_path: Path) -> None:
    disposition = [end("A", 1, "DEATH", "2020-03-01"), end("A", 2, "COMPLETED", "2020-09-01")]
    made = converted(tmp_path, {"DM": [person("A")], "DS": disposition})
    assert ends(made) == {"A": ("completed", "2020-03-01", "2020-03-01")}
    assert ("A", "DS", "completed", None, "2020-03-01", SILENT) in told(made)


@pytest.mark.parametrize("says", [{"AESDTH": "Y"}, {"AEOUT": "FATAL"}, {"AESDTH": "N", "AEOUT": "FATAL"}])
def test_a_fatal_adverse_event_ends_on_the_day_of_death(tmp_path: Path, says: dict[str, str]) -> None:
    made = converted(
        tmp_path,
        {
            "DM": [person("A")],
            "DS": [end("A", 1, "COMPLETED", "2020-09-01")],
            "AE": [event("A", 1, "2020-10-01", "2020-10-05", **says)],
        },
    )
    # Alive when it began: known until then, and dead four days later.
    assert ends(made) == {"A": ("completed", "2020-10-01", "2020-10-05")}
    assert [row[1] for row in told(made) if row[-1] == SILENT] == ["DM", "DS"]


def test_a_death_without_a_day_is_named_and_no_sign_of_life(tmp_path: Path) -> None:
    made = converted(tmp_path, {"DM": [person("A")], "AE": [event("A", 1, "2020-02-01", None, AEOUT="FATAL")]})
    assert ends(made)["A"][1:] == ("2020-02-01", None)
    assert ("A", "AE", "death", None, None, "no date that can be read") in told(made)


def test_a_month_gives_way_to_a_whole_date_in_it(tmp_path: Path) -> None:
    made = converted(
        tmp_path,
        {"DM": [person("A", DTHDTC="2020-06")], "DS": [end("A", 1, "DEATH", "2020-06-20")]},
        partial_dates="middle",
    )
    assert ends(made) == {"A": ("died", "2020-06-20", "2020-06-20")}
    assert made.conversion.deaths.height == 0
    assert not (made.folder / "conversion" / "deaths.csv").exists()


def test_study_days_agree_only_when_they_are_the_same(tmp_path: Path) -> None:
    # Study days 41 and 5 are days 40 and 4: the text "40" begins with "4", and the days have nothing in common.
    people = [person("A", RFSTDTC=None, DTHDY=41)]
    disposition = [end("A", 1, "DEATH", None) | {"DSSTDY": 5}]
    made = converted(tmp_path, {"DM": people, "DS": disposition})
    assert ends(made) == {"A": ("died", 40, 40)}
    assert ("A", "DS", "death", "4", "40", ANOTHER) in told(made)
