"""What stands on the page of a person's journey: the picture, the same as a table and in sentences, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Picture, Section
from remission.exhibits.tables import OF_THE_LIBRARY, Table, shows
from remission.exhibits.wording import count, day_words
from remission.registry.schema import fields
from remission.registry.values import Told
from remission.web.journey.picture import TITLE, draw_journey
from remission.web.journey.voice import OWN, Voice
from remission.web.journey.words import (
    about,
    asked_words,
    details,
    name_of,
    not_known,
    said_words,
    stretch_words,
    when_words,
)

if TYPE_CHECKING:
    from remission.web.journey.timeline import Timeline

OF_A_STRETCH = ("therapy", "term", "start_day", "day", "end_day", "ongoing")
LOOKS = {"new activity": "new activity", "no new activity": "no new activity told", "not known": "result not known"}
NOT_NONE = "This is not drawn as none."


def journey_sections(timeline: Timeline, voice: Voice = OWN, notice: str = "") -> tuple[Section, ...]:
    """The sections of one person's page, without those that would be empty; `notice` stands in the picture."""
    return tuple(_sections(timeline, voice, notice))


def picture_of(timeline: Timeline, voice: Voice = OWN, notice: str = "") -> str:
    """The picture alone, wide, as it is taken to a clinic; `notice` is what must be said in it first."""
    return draw_journey(timeline, "wide", _described(timeline, voice), notice)


def summary(timeline: Timeline, voice: Voice = OWN) -> str:
    """What is on the picture, counted."""
    counted = [
        (timeline.walking, "time", "times", voice.walking), (timeline.edss, "EDSS", "EDSS", ""),
        (timeline.treatments, "treatment", "treatments", ""), (timeline.relapses, "relapse", "relapses", ""),
        (timeline.scans, "scan", "scans", ""), (timeline.harms, "side effect", "side effects", ""),
    ]  # fmt: skip
    parts = [
        " ".join(filter(None, [count(len(found), one, many), rest])) for found, one, many, rest in counted if found
    ]
    if not parts:
        return voice.nothing
    return f"On it: {', '.join(parts)}."


def _described(timeline: Timeline, voice: Voice) -> str:
    """For those who do not see the picture."""
    return f"{summary(timeline, voice)} {voice.not_all}"


def _sections(timeline: Timeline, voice: Voice, notice: str) -> Iterator[Section]:
    if not timeline.is_empty:
        table = _table(timeline, voice)
        figure = Figure("journey", TITLE, "", summary(timeline, voice), {}, table, OF_THE_LIBRARY)
        picture = Picture(
            figure,
            *(draw_journey(timeline, width, _described(timeline, voice), notice) for width in ("wide", "narrow")),
        )
        # The table in the open, and not folded: it is what a screen reader reads, and what a clinic copies.
        yield Section("picture", "The picture, and the same in words", [Block(picture=picture, tables=[table])])
    unknown = [f"{what}. {question} {said}." for what, question, said in not_known(timeline)]
    undated = [f"{about(row)}. {details(row)}".strip() for row in timeline.undated if details(row)]
    if unknown:
        yield Section("not-known", voice.not_known, [Block(sentences=[NOT_NONE, *unknown])])
    if undated:
        yield Section("undated", "Told, but not on the picture", [Block(sentences=[voice.no_date, *undated])])
    if own := [Block(asked, [said]) for asked, said in _own_words(timeline)]:
        yield Section("own-words", voice.own_words, own)


def _table(timeline: Timeline, voice: Voice) -> Table:
    rows = list(_lines(timeline, voice))
    columns = (shows("when", "When", words=True), shows("what", "What", words=True), shows("more", "More", words=True))
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("when", "what", "more"), pl.String), orient="row")
    note = f"{voice.source} Made on {day_words(timeline.today)}."
    return Table(
        "journey", "What the picture shows, in the order of the calendar.", frame, columns, OF_THE_LIBRARY, note
    )


def _lines(timeline: Timeline, voice: Voice) -> list[tuple[str, str, str]]:
    """When, what, and what else was told of it, the earliest first."""
    answers = dict(voice.asked)
    lines = [
        *((one.begins, stretch_words(one), name_of(one.what), details(one.row, *OF_A_STRETCH))
          for one in (*timeline.treatments, *timeline.harms)),
        *((one.when, when_words(one.when), "Relapse", details(one.row, "day")) for one in timeline.relapses),
        *((one.when, when_words(one.when), f"MRI scan: {LOOKS[one.look]}", details(one.row, "day"))
          for one in timeline.scans),
        *((one.when, when_words(one.when), f"Walking, step {one.value:g}", said_words(one.row, "step"))
          for one in timeline.walking),
        *((one.when, when_words(one.when), f"EDSS {one.value:g}", "") for one in timeline.edss),
        *((day, day_words(one.on), f"Asked for {one.about}", answers.get(one.said, voice.no_answer))
          for one in timeline.asked if (day := Told(one.on, one.on, "day"))),
    ]  # fmt: skip
    if timeline.first_sign:
        lines.append((timeline.first_sign, when_words(timeline.first_sign), "First sign of MS", ""))
    return [line[1:] for line in sorted(lines, key=lambda line: (line[0].middle, line[0].first))]


def _own_words(timeline: Timeline) -> Iterator[tuple[str, str]]:
    """What was asked and what they said in their own words; it stands on their page, and in no picture."""
    for row in timeline.rows:
        for name in row.cells:
            said = row.value(name)
            if fields()[f"{row.table}.{name}"].in_own_words and said:
                yield asked_words(row, name), said
