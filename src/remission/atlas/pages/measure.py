"""The page of one measure: what it means, how it is made, England over time, and every place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
from markupsafe import Markup

from remission.atlas.page_shell import trust_link
from remission.atlas.pictures.decile_chart import decile_words, draw_decile_chart, trusts_words
from remission.atlas.pictures.funnel_plot import draw_funnel, funnel_words
from remission.atlas.place_words import (
    ABSENT,
    HOMECARE,
    ISSUED,
    NEUTRAL,
    estimate_words,
    interval_name,
    of_words,
    window_words,
)
from remission.exhibits.page import Block, Fact, Link, Page, Picture, Section
from remission.exhibits.site.shell import Later
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count, listed

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.atlas.recipes.measures import MeasureParts

PATH, TITLE, PLACE = "measure/{name}.html", "Measure", None
TO_MEANING = Markup('<a href="#meaning">What it is, why, and how it is made</a>')


def pages(known: Known) -> Iterator[Later]:
    """A page for every measure."""
    return (Later(measure_page, partial(known.measures.parts, name)) for name in known.measures.measures)


def measure_page(parts: MeasureParts) -> Page:
    """The page with all its sections; its CSV lie in a folder of the measure's name beside it."""
    words = parts.words
    first = decile_words(parts.over_time) if parts.level == "trust" else boards_words(parts)
    headlines = [first, *([funnel_words(parts.funnel)] if parts.funnel else [])]
    return Page(
        path=PATH.format(name=words.name),
        title=words.title,
        subtitle=words.question,
        provenance=parts.provenance,
        headlines=[headlines[0], HOMECARE],
        in_short=[*headlines[1:], *words.cautions, NEUTRAL, TO_MEANING],
        sections=_sections(parts),
        facts=[*parts.facts, *(Fact("Source of the measure", source) for source in words.sources)],
        trail=(Link("Measures", "measures.html"),),
        data_folder=words.name,
    )


def _sections(parts: MeasureParts) -> list[Section]:
    # What somebody came for stands first, and how it is made last.
    if parts.level != "trust":
        boards = Block("", [BOARDS, HOMECARE, NEUTRAL], None, [places_table(parts)])
        return [Section("boards", "Every care board, by name", [boards]), _meaning(parts)]
    sections: list[Section] = []
    deciles = Picture.of(draw_decile_chart(parts.over_time, parts.provenance))
    said = [DECILES, trusts_words(parts.over_time)]
    sections.append(Section("time", _over_time(parts), [Block(before=said, picture=deciles)]))
    if parts.funnel:
        drawn = Picture.of(draw_funnel(parts.funnel, parts.provenance))
        block = Block(before=[FUNNEL, HOMECARE], picture=drawn)
        sections.append(Section("funnel", "Every trust by how much it issued", [block]))
    table = places_table(parts)
    sections.append(Section("trusts", "Every trust, by name", [Block("", [HOMECARE, NEUTRAL], None, [table])]))
    return [*sections, _meaning(parts)]


def _meaning(parts: MeasureParts) -> Section:
    words = parts.words
    said = [words.why, *([words.definition] if words.definition else []), f"Numerator: {words.numerator}.",
            f"Denominator: {words.denominator}.", f"Method and interval: {words.method}.", ISSUED]  # fmt: skip
    return Section("meaning", "What it is, why, and how it is made", [Block("", said)])


def _over_time(parts: MeasureParts) -> str:
    return "England over time, and the deciles of trusts" if parts.over_time.drawn else "Deciles of trusts over time"


def boards_words(parts: MeasureParts) -> str:
    """How many boards have a figure, and why the others have none."""
    rows = _rows(parts).to_dicts()
    have = sum(row["value"] is not None for row in rows)
    reasons = Counter(ABSENT.get(row["absent_reason"], row["absent_reason"]) for row in rows if row["value"] is None)
    others = listed([f"{number} {reason}" for reason, number in sorted(reasons.items())])
    said = f"Of {count(len(rows), 'care board')} {have or 'none'} {'has' if have == 1 else 'have'} a figure"
    return f"{said}; without one: {others}." if others else f"{said}."


BOARDS = (
    "This measure exists for care boards alone: nobody knows how many people a single trust serves. Bounds beside a "
    "reason hold although no figure can be given."
)
DECILES = (
    "Half of the trusts with a figure lie below the dashed line, one in ten below the lowest band and one in ten above "
    "the highest. "
    "Windows overlap, so neighbouring points share most of their months."
)
FUNNEL = (
    "Where little was issued chance alone moves a share a lot, so the limits are wide on the left. They also allow for "
    "how much trusts differ among each other for reasons that nobody has measured. A trust beyond the outer limits "
    "differs more than that: a question to ask, with many possible answers."
)


def _rows(parts: MeasureParts) -> pl.DataFrame:
    """The places of the page in the last window."""
    return parts.latest.frame.filter(pl.col("what") == parts.words.name, pl.col("population") == parts.level)


def places_table(parts: MeasureParts) -> Table:
    """Every trust or care board in order of its name, those without a figure with the reason."""
    words, rows = parts.words, _rows(parts)
    kind, file = ("trust", "trusts") if parts.level == "trust" else ("care board", "boards")
    unit = next((_unit_name(one) for one in rows["unit"].drop_nulls()), "")
    named = rows.with_columns(name=pl.col("group").replace(dict(parts.names))).sort("name", "group")
    columns = (
        Shown(f"{kind[:1].upper()}{kind[1:]}", lambda row: trust_link("../", row["group"], row["name"], parts.pages)),
        shows("group", "Code", words=True),
        Shown(f"Value{unit} ({interval_name(rows.to_dicts())})", estimate_words),
        Shown("From", lambda row: of_words(row, words.made_from), words=True),
        Shown("Window", window_words, words=True),
    )
    kept = [one for one in named.columns if one == "absent_reason" or named[one].null_count() < named.height]
    caption = f"{words.title}: every {kind}, in order of name."
    return Table(
        f"{file}-{words.name}",
        caption,
        named,
        columns,
        parts.provenance,
        f"Method: {words.method}.",
        named.select(kept),
    )


def _unit_name(unit: str) -> str:
    return "" if unit == "proportion" else f" in {unit}"
