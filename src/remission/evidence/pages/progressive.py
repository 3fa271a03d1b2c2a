"""Progressive MS: what has been tried, what is open, and for whom; what nobody has studied is said to be absent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from remission.evidence.recipes.progression import (
    COURSES,
    absent_rows,
    answer,
    registered_rows,
    transplant_lines,
    trial_lines,
)
from remission.evidence.recipes.study_lines import card_of
from remission.exhibits.page import Block, Page, Picture, Section
from remission.exhibits.site.shell import Making, joined, linked
from remission.exhibits.synthesis.forest import Forest, draw_forest
from remission.exhibits.synthesis.scales import Scale, known_numbers
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import day_words, listed

if TYPE_CHECKING:
    import polars as pl

    from remission.evidence.recipes.known import Known
    from remission.exhibits.figure import Figure
    from remission.exhibits.synthesis.lines import Line

PATH, TITLE, PLACE = "evidence/progressive.html", "Progressive MS", 50
QUESTION = "Does anything help progressive MS?"

HELD = "A ratio below 1: fewer got worse than with what it was compared with. An interval that holds 1 leaves it open."
CONFOUNDED = (
    "Courses stand beside each other within one study. They differ in age, disability and activity too, and people "
    "with activity were chosen, so the course alone is not what makes the difference."
)
CRITERIA = joined(
    ["What was read of the rules of centres and trials stands at ", linked("who takes whom", "eligibility.html"),
     "; ask the centre too."], ""
)  # fmt: skip


def pages(known: Known) -> Iterator[Making]:
    """The page."""
    yield partial(progressive_page, known)


def lead(known: Known) -> str:
    """The answer in a sentence."""
    return f"{answer(known.studies)} (Studies read up to {day_words(known.read_until)}.)"


def progressive_page(known: Known) -> Page:
    """The page with all its sections."""
    return Page(
        path=PATH,
        title=QUESTION,
        subtitle="What has been tried, what is open, and for whom",
        provenance=known.provenance,
        headlines=[lead(known)],
        in_short=[absent_words(absent_rows(known.studies))],
        sections=list(_sections(known)),
        picture_first=True,
        data_folder="progressive",
    )


def absent_words(rows: pl.DataFrame) -> str:
    """The courses of which the library has no comparison of transplantation, said as absent."""
    none = [COURSES[row["course"]] for row in rows.to_dicts() if not row["transplant_compared"]]
    return f"Transplantation compared with something else: no study in the library for {listed(none)}." if none else ""


def _sections(known: Known) -> Iterator[Section]:
    drugs = Block(picture=Picture.of(_drugs(known)), sentences=[HELD])
    yield Section("tried", "Medicines that were tried", [drugs])
    transplants = Block(picture=Picture.of(_transplants(known)), sentences=[CONFOUNDED])
    yield Section("transplants", "Transplantation, by course", [transplants])
    yield Section("absent", "What nobody has studied", [Block("", [absent_words(absent_rows(known.studies))], None,
                                                               [_absent_table(known)])])  # fmt: skip
    yield Section("open", "Trials of transplantation", [Block("", [], None, [_registered_table(known)])])
    yield Section("criteria", "Who is let in", [Block("", [CRITERIA])])


def _drugs(known: Known) -> Figure:
    lines = trial_lines(known.studies, "../")
    said = "Randomised trials, by course and year. Below 1: fewer got worse. Hollow: no interval was printed."
    return _drawn(known, "progressive-trials", "Trials of medicines in progressive MS", said, lines,
                  _ratio_scale(lines))  # fmt: skip


def _ratio_scale(lines: list[Line]) -> Scale:
    ends = known_numbers([(line.value, line.low, line.high) for line in lines])
    return Scale.of("Hazard ratio of worsening", "ratio", ends)


def _transplants(known: Known) -> Figure:
    lines = transplant_lines(known.studies, "../")
    said = "Studies that printed a progressive course, with relapsing MS of the same study beside it where printed."
    return _drawn(known, "transplants-by-course", "Transplantation by course of MS", said, lines,
                  Scale.of("Share free of it", "share", []))  # fmt: skip


def _drawn(known: Known, name: str, title: str, said: str, lines: list[Line], scale: Scale) -> Figure:
    return draw_forest(Forest(name, title, said, lines, scale), known.provenance)


def _absent_table(known: Known) -> Table:
    columns = (
        Shown("Course", lambda row: COURSES[row["course"]], words=True),
        Shown("Randomised trials", _or_none("randomised")),
        Shown("Transplantation compared", _or_none("transplant_compared")),
        Shown("Transplantation followed", _or_none("transplant_followed")),
    )
    caption = "How many studies of the library have a number of progression, by course."
    return Table("absent", caption, absent_rows(known.studies), columns, known.provenance)


def _or_none(field: str) -> Callable[[Row], str]:
    return lambda row: str(row[field]) if row[field] else "none in the library"


def _registered_table(known: Known) -> Table:
    columns = (
        Shown("Trial", _trial, words=True),
        shows("courses", "Course", words=True),
        Shown("Compared with", lambda row: row["control"] or "not found", words=True),
        shows("outcome", "Outcome", words=True),
        shows("people", "People", words=True),
        shows("recruiting", "Recruiting", words=True),
        Shown("State as last read", lambda row: f"{row['state']} [{row['status']}]", words=True),
        shows("results", "Results", words=True),
    )
    caption = "Registered trials of transplantation, as their records were last read."
    return Table("registered", caption, registered_rows(known.studies), columns, known.provenance)


def _trial(row: Row) -> str:
    return linked(row["title"], card_of(row["study"], "../"))
