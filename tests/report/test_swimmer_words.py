"""The words on the timelines, in ones."""

from __future__ import annotations

import polars as pl

from remission.exhibits.figure import Figure
from remission.inputs.provenance import Provenance
from remission.report.pictures.swimmer import Timelines, draw_swimmer


def drawn(left_out: int, last_day: int | None = 900) -> Figure:
    persons = pl.DataFrame(
        {"person": ["S1"], "group": [None], "last_day": [last_day]},
        schema={"person": pl.String, "group": pl.String, "last_day": pl.Int32},
    )
    stretches = pl.DataFrame(
        schema={"person": pl.String, "therapy": pl.String, "from_day": pl.Int32, "to_day": pl.Int32}
    )
    marks = pl.DataFrame(schema={"person": pl.String, "mark": pl.String, "day": pl.Int32})
    timelines = Timelines(persons, stretches, marks, left_out, True)
    return draw_swimmer(timelines, "Years", Provenance("made-up", "simulated", "0" * 64))


def test_one_person_is_a_person() -> None:
    assert drawn(0).description.startswith("Timelines of 1 person:")


def test_one_more_person_is_one() -> None:
    assert drawn(1).table.note == "1 more person is neither in the picture nor in this table."
    assert drawn(2).table.note == "2 more persons are neither in the picture nor in this table."


def test_somebody_of_whom_nothing_is_known_has_a_line_without_length() -> None:
    figure = drawn(0, last_day=None)
    assert figure.spec()["datasets"]["persons"] == [{"person": "S1", "zero": 0, "t": 0}]
    assert figure.table.rows()[0][1] == "–"
