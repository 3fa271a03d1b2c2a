"""Worlds worked by hand, to read: the page `docs/worlds.md`, and the worlds that bear on one endpoint in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from remission.exhibits.wording import anchor
from remission.outcomes.definitions.records import REASON_WORDS, Endpoint
from remission.outcomes.definitions.walking import record_kinds
from remission.outcomes.worlds import NOTHING, Answer, Chapter, Sheet, World, load_chapters, worlds_about

WIDTH = 110
_ABOUT = """\
# The rules in worlds worked by hand

Each table below is everything that is known of one person; the arithmetic under it says what follows by
[the rules](rules.md), option by option and on both sides of every boundary. The second table has a line for each
definition asked: the values in which it differs, and what happened. This page is written from the files in
`src/remission/library/worlds/`, which the test suite puts to the engine and to its plain twin, so what stands here is
what the program does. No real person's data.
"""
_ROLES = {
    "baseline": "baseline day {}",
    "onset": "onset day {}",
    "confirmed": "confirmed on day {}",
    "relapse": "by the relapse of day {}",
    "scan": "on the scan of day {}",
    "treatment": "by the treatment of day {}",
    "course": "by the course of day {}",
}
_ASIDE = {
    "status": "status {}",
    "relation": "{}",
    "cause": "cause {}",
    "also": "also {}",
    "origin": "time runs from day {}",
    "entry": "entry on day {}",
    "last_free": "last free day {}",
    "counted": "counted {}",
}


def worlds_page() -> str:
    """The whole page as Markdown: a section for each chapter, a subsection for each world.

    >>> worlds_page().splitlines()[0]
    '# The rules in worlds worked by hand'
    """
    chapters = [line for chapter in load_chapters() for line in _chapter_lines(chapter)]
    return "\n".join([_ABOUT, *chapters, *_index_lines()]) + "\n"


def bearing_text(endpoint: Endpoint) -> str:
    """Titles of the worlds that bear on an endpoint, as sentences of a terminal; empty when none does.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> print(bearing_text(load_endpoint("relapse-30d")).splitlines()[0])
    Worked by hand in docs/worlds.md (remission endpoints relapse-30d --worlds):
    """
    worlds = worlds_about(endpoint)
    if not worlds:
        return ""
    head = f"Worked by hand in docs/worlds.md (remission endpoints {endpoint.name} --worlds):"
    lines = [
        line
        for world in worlds
        for line in textwrap.wrap(f"- {world.title}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    ]
    return "\n".join([head, *lines])


def worlds_text(endpoint: Endpoint) -> str:
    """The worlds that bear on an endpoint in full, as plain text: tables, arithmetic and answers.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> "129 - 100 = 29" in worlds_text(load_endpoint("relapse-30d"))
    True
    """
    return "\n".join(line for world in worlds_about(endpoint) for line in _text_lines(world)).rstrip()


# ---------------------------------------------------------------- Markdown


def _chapter_lines(chapter: Chapter) -> Iterator[str]:
    yield f"## {chapter.title}"
    yield ""
    yield from textwrap.wrap(chapter.intro, WIDTH)
    yield ""
    if chapter.definition:
        yield f"Unless a world says otherwise: {_values(chapter.definition)}. What is not named is at its default."
        yield ""
    for world in chapter.worlds:
        yield from _world_lines(world)


def _index_lines() -> Iterator[str]:
    """Every option with its meaning and the worlds that tell what it does."""
    yield "## Every option, and where it decides"
    yield ""
    yield "| Option | Meaning | Worlds |"
    yield "|---|---|---|"
    about: dict[str, list[str]] = {}
    options = {name: {item.name: item for item in fields(kind)} for name, kind in record_kinds().items()}
    for world in (world for chapter in load_chapters() for world in chapter.worlds):
        for name in world.varied:
            about.setdefault(name, []).append(f"[{world.title}](#{anchor(world.title)})")
    for name in sorted(about):
        record, field = name.split(".")
        meaning = options[record][field].metadata["meaning"]
        yield f"| `{name}` | {meaning} | {'; '.join(about[name])} |"


def _world_lines(world: World) -> Iterator[str]:
    yield f"### {world.title}"
    yield ""
    yield _person(world)
    yield ""
    for sheet in world.sheets:
        yield from _markdown_table(sheet)
    yield from textwrap.wrap(world.why, WIDTH)
    yield ""
    if world.definition:
        yield f"Asked with {_values(world.definition)}:"
        yield ""
    yield "| Definition | Answer |"
    yield "|---|---|"
    for answer in world.answers:
        yield f"| {_values(answer.changes) or 'as it is'} | {answer_words(answer)} |"
    yield ""


def _markdown_table(sheet: Sheet) -> Iterator[str]:
    yield f"| {sheet.name}: {' | '.join(sheet.columns)} |"
    yield "|" + "---|" * len(sheet.columns)
    for cells in sheet.cells:
        yield f"| {' | '.join(cells)} |"
    yield ""


def _person(world: World) -> str:
    """Who it is, in a sentence: how long somebody looked, how it ended, and what else is known of day zero."""
    about = world.subject
    watched = "" if world.sheet("observed") else f"Watched from day 0 to day {about['last_day']}"
    known = f"Known of until day {about['last_day']}"
    ended = about.get("end_reason")
    words = f"{watched or known}{', then ' + _REASON_SHORT[ended] if ended else ''}."
    cut = f" Data cut on day {about['cut_day']}." if about.get("cut_day") is not None else ""
    course = f" {about['course']} on day zero." if about.get("course") is not None else ""
    return words + course + cut


_REASON_SHORT = {"lost": "lost", "died": "dead", "completed": "follow-up was completed"}


def _values(values: tuple[tuple[str, object], ...]) -> str:
    return ", ".join(f"`{name} = {_toml(value)}`" for name, value in values)


def _toml(value: object) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + " }"
    return f"{value}"


# ---------------------------------------------------------------- answers


def answer_words(answer: Answer) -> str:
    """What was stated of one definition, in words.

    >>> answer_words(load_chapters()[0].worlds[0].answers[0])
    'event on day 90 (baseline day 0, onset day 90, confirmed on day 180, status confirmed, last free day 0)'
    """
    stated = answer.stated
    if stated.get("refused"):
        return "the records are refused"
    if "readings" in stated:
        windows = () if answer.endpoint.readings is None else answer.endpoint.readings.windows
        pairs = zip(windows, stated["readings"], strict=True)
        return "; ".join(f"days {one.from_day + 1} to {one.to_day}: {said}" for one, said in pairs)
    aside = ", ".join(_aside_words(stated))
    return f"{_event_words(stated)}{f' ({aside})' if aside else ''}"


def _event_words(stated: Mapping[str, Any]) -> str:
    event = stated["event"]
    if isinstance(event, list):
        days = [f"day {day}" for day in event if day != NOTHING]
        rest = ", and one more episode without event" if NOTHING in event else ""
        return f"events on {' and '.join((', '.join(days[:-1]), days[-1])) if days[:-1] else days[-1]}{rest}"
    if event != NOTHING:
        return f"event on day {event}"
    return f"no event; up to day {stated['exit']}: {REASON_WORDS[stated['reason']]}"


def _aside_words(stated: Mapping[str, Any]) -> Iterator[str]:
    for key, words in (_ROLES | _ASIDE).items():
        value = stated.get(key, NOTHING)
        if isinstance(value, list):
            listed = ", ".join("none" if one == NOTHING else str(one) for one in value)
            yield f"{key.replace('_', ' ')} of each episode: {listed}"
        elif value != NOTHING:
            yield words.format(value)
        elif key == "confirmed" and key in stated:
            yield "no confirming visit"
    for name, said in stated.get("parts", {}).items():
        yield f"part `{name}`: {said}"


# ---------------------------------------------------------------- terminal


def _text_lines(world: World) -> Iterator[str]:
    yield world.title
    yield f"  {_person(world)}"
    for sheet in world.sheets:
        widths = [max(map(len, column)) for column in zip(sheet.columns, *sheet.cells, strict=True)]
        for cells in (sheet.columns, *sheet.cells):
            padded = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
            yield f"    {sheet.name if cells is sheet.columns else '':12}{padded}"
    yield from textwrap.wrap(world.why, WIDTH, initial_indent="  ", subsequent_indent="  ")
    if world.definition:
        yield f"  Asked with {_values(world.definition).replace('`', '')}:"
    for answer in world.answers:
        asked = _values(answer.changes).replace("`", "") or "as it is"
        yield from textwrap.wrap(
            f"- {asked}: {answer_words(answer)}", WIDTH, initial_indent="  ", subsequent_indent="    "
        )
    yield ""
