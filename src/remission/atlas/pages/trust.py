"""The page of one trust: what it issued, how that compares, what cannot be seen, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from markupsafe import Markup

from remission.atlas.page_shell import AtlasPage, Link, joined, picture, trust_link
from remission.atlas.pages.foi import answers_table
from remission.atlas.pictures.coverage_grid import PlaceCoverage, coverage_panel, coverage_table, coverage_words
from remission.atlas.pictures.percentile_strip import Strip, draw_percentile_strip, reading
from remission.atlas.pictures.run_chart import CAUTION, Run, change_words, run_panel, run_table, silence_words
from remission.atlas.pictures.therapy_mix import RECENT, Mix, mix_panels, mix_table, recent_words
from remission.atlas.place_words import HOMECARE, ISSUED, NEUTRAL, amount_words
from remission.exhibits.figure import Figure
from remission.exhibits.month_axis import months_words, under_each_other
from remission.exhibits.page import Block, Fact, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import SIZES, Size
from remission.exhibits.wording import count
from remission.inputs.provenance import Provenance


@dataclass(frozen=True)
class Predecessor:
    """A code that is now part of the trust: since when, how, and who says so (status: verified, secondary...)."""

    code: str
    name: str
    date: date
    kind: str
    source: str
    status: str


@dataclass(frozen=True)
class Neighbour:
    """Another trust with a page to look at beside this one, and why: "nearest, 12 km", "similar size", "same kind"."""

    code: str
    name: str
    why: str


@dataclass(frozen=True)
class PlaceFacts:
    """What a trust is: its code as now, the area it is in and since when, what it was, and codes as reported.

    `reported_as` holds every code that stands in the files, with its first and last month. A code that is in no list of
    organisations is not `listed`: nothing is known of its place.
    """

    code: str
    name: str
    region: str
    icb: str
    icb_since: date | None = None
    opened: date | None = None
    closed: date | None = None
    predecessors: Sequence[Predecessor] = ()
    reported_as: Sequence[tuple[str, date, date]] = ()
    notes: Sequence[str] = ()
    listed: bool = True


@dataclass(frozen=True, eq=False)
class TrustParts:
    """What a trust's page is made of.

    `starts` has columns therapy, units (null: not known), first, last (months) and reading, what the number can say.
    `answers` are answers to freedom-of-information requests, in the columns that `answers_table` names. `facts` say
    where each figure comes from.
    """

    place: PlaceFacts
    mix: Mix
    run: Run
    coverage: PlaceCoverage
    strips: Sequence[Strip]
    neighbours: Sequence[Neighbour]
    starts: pl.DataFrame
    answers: pl.DataFrame
    facts: Sequence[Fact]
    provenance: Provenance


def trust_page(parts: TrustParts) -> AtlasPage:
    """The page with all its sections, at trust/CODE.html; its CSV lie in a folder named by the code beside it."""
    place = parts.place
    return AtlasPage(
        path=f"trust/{place.code}.html",
        title=place.name,
        subtitle=f"{place.code} · {place.region} · {_area(place)}" if place.listed else UNLISTED,
        headlines=[_headline(parts), HOMECARE],
        in_short=[
            ISSUED,
            coverage_words(parts.coverage),
            *_change(parts.run),
            *_closed(place),
        ],
        sections=[*_sections(parts)],
        facts=parts.facts,
        trail=(Link("Map", "index.html"),),
        data_folder=place.code,
    )


UNLISTED = "A code in no list; place not known"


def _change(run: Run) -> Iterator[str]:
    said = change_words(run)
    caution = f" {CAUTION}" if run.chart.signal else ""
    yield f"Total of each month: {said[:1].lower()}{said[1:]}{caution}"


def _area(place: PlaceFacts) -> str:
    since = f" (since {place.icb_since:%B %Y})" if place.icb_since else ""
    return f"{place.icb}{since}"


def _closed(place: PlaceFacts) -> Iterator[str]:
    if place.closed:
        yield f"This trust closed on {place.closed.day} {place.closed:%B %Y}; its page shows it as it was."


def _headline(parts: TrustParts) -> str:
    """What was issued in the last 12 months, of how many months that were reported."""
    last = parts.mix.months.all[-RECENT:]
    cells = [cell for month, cell in parts.mix.cells.items() if month in last]
    if not cells:
        return f"Nothing was reported from {months_words(last[0], last[-1])}, so nothing is known of that year."
    total = amount_words(sum(sum(cell.values()) for cell in cells))
    of = "" if len(cells) == len(last) else f" in the {len(cells)} of {len(last)} months that were reported"
    return f"{total} patient-years issued in {months_words(last[0], last[-1])}{of}. {recent_words(parts.mix)}"


def _sections(parts: TrustParts) -> Iterator[Section]:
    months = picture(draw_trust_months(parts))
    folded = [run_table(parts.run, parts.provenance), coverage_table(parts.coverage, parts.provenance)]
    said = [silence_words(parts.run), HOMECARE]
    yield Section("months", "Month by month", [Block("", said, months, (), folded)])
    strip = draw_percentile_strip(parts.place.name, parts.strips, parts.provenance)
    blocks = [
        Block("", [HOMECARE, NEUTRAL], picture(strip), [strip.table]),
        Block("In sentences", [reading(one) for one in parts.strips]),
    ]
    yield Section("measures", "Among all trusts", blocks)
    starts = [starts_table(parts.starts, parts.provenance)] if parts.starts.height else []
    none = [] if starts else ["No such pack is seen in these data."]
    yield Section("starts", "Starts", [Block("", [STARTS, *none], None, starts)])
    yield Section("foi", "What the trust answered", [_answers(parts)])
    yield Section("beside", "Neighbours and peers", [Block("", [_neighbours(parts.neighbours)])])
    yield Section("before", "What it was before", [Block("", [*_history(parts.place)])])


def draw_trust_months(parts: TrustParts) -> Figure:
    """Mix, total and coverage in one picture under one axis of months."""
    place, provenance = parts.place.name, parts.provenance
    said = f"{recent_words(parts.mix)} {change_words(parts.run)} {coverage_words(parts.coverage)}"
    return Figure(
        name="trust-months",
        title=f"{place}: what was issued, and what can be seen",
        subtitle="Above: patient-years issued by class of therapy, gaps where nothing was reported. Middle: their sum. "
        "Below: what can be known of each therapy.",
        description=f"Three charts over months. {said}",
        specs={width: _months_spec(parts, SIZES[width]) for width in SIZES},
        table=mix_table(parts.mix, provenance),
        provenance=provenance,
    )


def _months_spec(parts: TrustParts, size: Size) -> dict[str, Any]:
    panels = [
        *mix_panels(parts.mix, size, axis=True),
        run_panel(parts.run, size, axis=True),
        coverage_panel(parts.coverage, size),
    ]
    return under_each_other(panels)


STARTS = (
    "Starts can be seen only for medicines with a starting or titration pack of their own. Such packs are also used to "
    "step a dose down or up again, so they are an indicator and no count of persons; a therapy without such a pack is "
    "not in this table, which says nothing of its starts. Units are single tablets, capsules or syringes: a start "
    "takes several of them."
)


def starts_table(starts: pl.DataFrame, provenance: Provenance) -> Table:
    """Tablets, capsules and syringes of starting strengths by therapy; unknown is never 0."""
    columns = (
        shows("therapy", "Therapy"),
        Shown("Units issued in the window", lambda row: "not known" if row["units"] is None else f"{row['units']:,}"),
        Shown("Window", lambda row: months_words(row["first"], row["last"]), words=True),
        shows("reading", "What it can say", words=True),
    )
    return Table(
        "starts",
        "Tablets, capsules or syringes of starting and titration strengths issued.",
        starts,
        columns,
        provenance,
    )


def _answers(parts: TrustParts) -> Block:
    if not parts.answers.height:
        return Block("", ["No answer of this trust to a freedom-of-information request has been recorded."])
    said = (
        "Numbers of persons as the trust answered, beside patient-years issued in the same months. Small numbers are "
        "answered as a range; a refusal is shown as one."
    )
    return Block("", [said, HOMECARE], None, [answers_table(parts.answers, parts.provenance)])


def _neighbours(neighbours: Sequence[Neighbour]) -> str:
    if not neighbours:
        return "None recorded."
    return joined([trust_link("../", one.code, one.name) + Markup(" ({})").format(one.why) for one in neighbours], "; ")


def _history(place: PlaceFacts) -> Iterator[str]:
    if place.opened:
        yield f"Opened {place.opened.day} {place.opened:%B %Y}."
    for one in place.predecessors:
        when = f"{one.date.day} {one.date:%B %Y}"
        yield f"{one.name} ({one.code}): {one.kind}, {when}. Source: {one.source} ({one.status})."
    for code, first, last in place.reported_as:
        yield f"Reported as {code} in {months_words(first, last)}."
    if len(place.reported_as) > 1:
        codes = count(len(place.reported_as), "code")
        yield f"The figures put {codes} together; no amount is counted twice."
    yield from place.notes
    if not (place.predecessors or place.notes or place.opened or place.reported_as):
        yield "No merger and no other code is recorded."
