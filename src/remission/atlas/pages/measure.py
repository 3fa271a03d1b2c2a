"""The page of one measure, and the list of all measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from remission.atlas.page_shell import AtlasPage, Link, measure_link, picture, trust_link
from remission.atlas.pictures.decile_chart import Deciles, decile_words, draw_decile_chart, trusts_words
from remission.atlas.pictures.funnel_plot import FunnelPlot, draw_funnel, funnel_words
from remission.atlas.place_words import (
    ABSENT,
    HOMECARE,
    ISSUED,
    NEUTRAL,
    MeasureWords,
    estimate_words,
    interval_name,
    of_words,
    window_words,
)
from remission.exhibits.page import Block, Fact, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count, listed
from remission.inputs.provenance import Provenance
from remission.stats.estimates import Estimates


@dataclass(frozen=True, eq=False)
class MeasureParts:
    """What a measure's page is made of.

    `latest` holds the estimates of the last window, trusts with and without a figure; `funnel` is null for a measure
    that is no ratio. `names` gives names by code, `pages` are the codes that have a page. `level` is icb for a measure
    that only care boards have: its page lists boards, and says nothing of trusts.
    """

    words: MeasureWords
    latest: Estimates
    over_time: Deciles
    funnel: FunnelPlot | None
    names: Mapping[str, str]
    pages: Collection[str]
    facts: Sequence[Fact]
    provenance: Provenance
    level: str = "trust"


def measure_page(parts: MeasureParts) -> AtlasPage:
    """The page with all its sections, at measure/NAME.html; its CSV lie in a folder of that name beside it."""
    words = parts.words
    first = decile_words(parts.over_time) if parts.level == "trust" else boards_words(parts)
    headlines = [first, *([funnel_words(parts.funnel)] if parts.funnel else [])]
    return AtlasPage(
        path=f"measure/{words.name}.html",
        title=words.title,
        subtitle=words.question,
        headlines=[headlines[0], HOMECARE],
        in_short=[*headlines[1:], NEUTRAL],
        sections=_sections(parts),
        facts=[*parts.facts, *(Fact("Source of the measure", source) for source in words.sources)],
        trail=(Link("Measures", "measures.html"),),
        data_folder=words.name,
    )


def _sections(parts: MeasureParts) -> list[Section]:
    words = parts.words
    meaning = [words.why, *([words.definition] if words.definition else []), f"Numerator: {words.numerator}.",
               f"Denominator: {words.denominator}.", f"Method and interval: {words.method}.", ISSUED,
               *words.cautions]  # fmt: skip
    sections = [Section("meaning", "What it is and why", [Block("", meaning)])]
    if parts.level != "trust":
        boards = Block("", [BOARDS, HOMECARE, NEUTRAL], None, [places_table(parts)])
        return [*sections, Section("boards", "Every care board, by name", [boards])]
    deciles = picture(draw_decile_chart(parts.over_time, parts.provenance))
    said = [DECILES, trusts_words(parts.over_time)]
    sections.append(Section("time", _over_time(parts), [Block("", said, deciles)]))
    if parts.funnel:
        drawn = picture(draw_funnel(parts.funnel, parts.provenance))
        sections.append(Section("funnel", "Every trust by how much it issued", [Block("", [FUNNEL, HOMECARE], drawn)]))
    table = places_table(parts)
    sections.append(Section("trusts", "Every trust, by name", [Block("", [HOMECARE, NEUTRAL], None, [table])]))
    return sections


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


def measures_page(
    measures: Sequence[MeasureWords], latest: Estimates, england: str, provenance: Provenance
) -> AtlasPage:
    """The list of measures with England's value, at measures.html."""
    rows = {row["what"]: row for row in latest.rows() if row["group"] == england}
    frame = pl.DataFrame([_listed(words, rows.get(words.name)) for words in measures], schema=_LISTED)
    columns = (
        Shown("Measure", lambda row: measure_link("", row["what"], row["title"])),
        shows("question", "Question", words=True),
        Shown("England", estimate_words),
        Shown("Unit", lambda row: UNITS.get(row["unit"], row["unit"] or "–"), words=True),
        Shown("Window", window_words, words=True),
    )
    table = Table("measures", "All measures, with England's figure.", frame, columns, provenance)
    sections = [Section("measures", "Measures", [Block("", [ISSUED, HOMECARE, NEUTRAL], None, [table])])]
    headline = "Each measure has its own page: what it means, how it is made, England over time, and every trust."
    return AtlasPage("measures.html", "Measures", "What is asked of the data", [headline], [], sections,
                     data_folder="data")  # fmt: skip


UNITS = {"proportion": "per cent"}


def _unit_name(unit: str) -> str:
    return "" if unit == "proportion" else f" in {unit}"


_LISTED = {"what": pl.String, "title": pl.String, "question": pl.String, **dict.fromkeys(("value", "low", "high"),
           pl.Float64), "unit": pl.String, "absent_reason": pl.String, "from_day": pl.Int32,
           "to_day": pl.Int32}  # fmt: skip


def _listed(words: MeasureWords, row: Mapping[str, Any] | None) -> dict[str, Any]:
    found = row or {"absent_reason": "not estimable"}
    kept = {field: found.get(field) for field in _LISTED}
    return {**kept, "what": words.name, "title": words.title, "question": words.question}
