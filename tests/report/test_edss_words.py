"""The words on the pictures of the EDSS, in ones and in nobodies."""

from __future__ import annotations

import polars as pl

from remission.inputs.provenance import Provenance
from remission.report.pictures.edss_change import draw_edss_change, draw_trajectories
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


def test_one_person_is_a_person() -> None:
    frame = changes(-1.0)
    readings = pl.DataFrame({"subject_id": ["S0", "S0"], "group": ["", ""], "day": [0, 90], "edss": [2.0, 1.0]})
    assert "EDSS lines of 1 person:" in draw_trajectories(readings, frame, "Years", PROVENANCE).description


def test_one_more_person_is_one() -> None:
    frame = changes(*[-1.0] * 301)
    ids = frame["subject_id"]
    readings = pl.DataFrame({"subject_id": ids, "group": [""] * 301, "day": [0] * 301, "edss": [2.0] * 301})
    assert "; 1 more is not shown." in draw_trajectories(readings, frame, "Years", PROVENANCE).subtitle
