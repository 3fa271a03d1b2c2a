"""The words on the pictures of the EDSS, in ones and in nobodies."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from made_up.small_report_cohort import tiny
from remission.inputs.provenance import Provenance
from remission.report.asked import ask
from remission.report.edss_change import estimate_edss_change
from remission.report.pictures.edss_change import COMPLETED, draw_edss_change, draw_trajectories
from remission.report.sections.edss import make_section
from remission.stats.estimates import Estimates
from remission.stats.summaries import estimate_median_iqr

PROVENANCE = Provenance("made-up", "simulated", "0" * 64)


def changes(*values: float | None, group: str = "") -> pl.DataFrame:
    rows = [(f"S{place}", group, 2.0, value, 90, value, True) for place, value in enumerate(values)]
    names = ["subject_id", "group", "baseline", "last", "last_day", "change", "completed"]
    types = [pl.String, pl.String, pl.Float64, pl.Float64, pl.Int32, pl.Float64, pl.Boolean]
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def described(frame: pl.DataFrame, group: str = "") -> str:
    summary = Estimates.together([estimate_median_iqr(frame["change"]).labelled(group=group or None)])
    return draw_edss_change(frame, [group], summary, PROVENANCE).description


def test_everybody_is_no_group() -> None:
    assert described(changes(-1.0)).endswith("EDSS points. Median −1.0.")
    assert described(changes(-1.0, group="HSCT"), "HSCT").endswith("EDSS points. HSCT: median −1.0.")


def test_nobody_is_said_in_a_sentence() -> None:
    assert described(changes(None)).endswith("Nobody had a score before and after.")


def test_whose_end_is_not_recorded_is_not_said_to_have_stopped_early(tmp_path: Path) -> None:
    people = "S1,a,yes,400,completed,\nS2,a,yes,400,,\nS3,a,yes,90,lost,\n"
    visits = "".join(f"{one},{one}V{day},{day},2.0\n" for one in ("S1", "S2", "S3") for day in (0, 80))
    asked = ask(tiny(tmp_path, people, visits=visits), "death")
    change = estimate_edss_change(asked.cohort)
    assert change.changes["completed"].to_list() == [True, None, False]
    said = make_section(asked).blocks[0].sentences
    assert said[-1] == "Whether they completed is not known of 1 person, for no end reason is recorded."
    assert "in 1 of 1 person who completed follow-up" in said[0]
    rows = change.draw_trajectories().table.rows()
    assert [row[-1] for row in rows if row[-1] in COMPLETED.values()] == ["yes", "not recorded", "no"]


def test_one_person_is_a_person() -> None:
    frame = changes(-1.0)
    readings = pl.DataFrame({"subject_id": ["S0", "S0"], "group": ["", ""], "day": [0, 90], "edss": [2.0, 1.0]})
    assert "EDSS lines of 1 person:" in draw_trajectories(readings, frame, "Years", PROVENANCE).description


def test_one_more_person_is_one() -> None:
    frame = changes(*[-1.0] * 301)
    ids = frame["subject_id"]
    readings = pl.DataFrame({"subject_id": ids, "group": [""] * 301, "day": [0] * 301, "edss": [2.0] * 301})
    assert "; 1 more is not shown." in draw_trajectories(readings, frame, "Years", PROVENANCE).subtitle
