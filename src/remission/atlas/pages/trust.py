"""The page of one trust: what it issued, how that compares, what cannot be seen, and what it was before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl
from markupsafe import Markup

from remission.atlas.answers_table import answers_table
from remission.atlas.page_shell import trust_link
from remission.atlas.pictures.coverage_grid import coverage_panel, coverage_table, coverage_words
from remission.atlas.pictures.percentile_strip import draw_percentile_strip, reading
from remission.atlas.pictures.run_chart import CAUTION, Run, change_words, run_panel, run_table, silence_words
from remission.atlas.pictures.therapy_mix import FINISHING, RECENT, mix_panels, mix_table, recent_words
from remission.atlas.place_words import FP10, HOMECARE, ISSUED, NEUTRAL, amount_words
from remission.exhibits.figure import Figure
from remission.exhibits.month_axis import month_words, months_words, under_each_other
from remission.exhibits.page import Block, Link, Page, Picture, Section
from remission.exhibits.site.shell import Later, joined
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import SIZES, Size
from remission.exhibits.wording import count, day_words

if TYPE_CHECKING:
    from remission.atlas.recipes.known import Known
    from remission.atlas.recipes.trusts import Neighbour, PlaceFacts, TrustParts
    from remission.inputs.provenance import Provenance

PATH, TITLE, PLACE = "trust/{code}.html", "Trust", None
# So many classes of therapy in the headline: the others stand beside the picture.
LARGEST = 3


def pages(known: Known) -> Iterator[Later]:
    """A page for every trust that ever issued an MS medicine."""
    return (Later(trust_page, partial(known.trusts.parts, code)) for code in known.views.monthly.codes)


def trust_page(parts: TrustParts) -> Page:
    """The page with all its sections; its CSV lie in a folder named by the code beside it."""
    place = parts.place
    return Page(
        path=PATH.format(code=place.code),
        title=place.name,
        provenance=parts.provenance,
        subtitle=f"{place.code} · {place.region} · {_area(place)}" if place.listed else UNLISTED,
        headlines=[_headline(parts), HOMECARE],
        in_short=[*parts.place.counted_twice, *_closed(place), TO_READING],
        sections=[*_sections(parts)],
        facts=parts.facts,
        trail=(Link("Map", "index.html"),),
        data_folder=place.code,
    )


# What explains the figures stands at the end; what somebody came for stands first.
TO_READING = Markup(
    '<a href="#reading">What the figures are, and what they cannot show</a> · '
    '<a href="#foi">What was asked, and a ready letter</a>'
)
UNLISTED = "A code in no list; place not known"


def _change(run: Run) -> Iterator[str]:
    said = change_words(run)
    caution = f" {CAUTION}" if run.chart.signal else ""
    yield f"Total of each month: {said[:1].lower()}{said[1:]}{caution}"


def _area(place: PlaceFacts) -> str:
    since = f" (since {month_words(place.icb_since)})" if place.icb_since else ""
    return f"{place.icb}{since}"


def _closed(place: PlaceFacts) -> Iterator[str]:
    if place.closed:
        yield f"This trust closed on {day_words(place.closed)}; its page shows it as it was."


def _headline(parts: TrustParts) -> str:
    """What was issued in the last 12 months, of how many months that were reported."""
    last = parts.mix.months.all[-RECENT:]
    cells = [cell for month, cell in parts.mix.cells.items() if month in last]
    if not cells:
        return f"Nothing was reported from {months_words(last[0], last[-1])}, so nothing is known of that year."
    total = amount_words(sum(sum(cell.values()) for cell in cells))
    of = "" if len(cells) == len(last) else f" in the {len(cells)} of {len(last)} months that were reported"
    of += ", of the medicines that the files hold" if parts.mix.recent_partly else ""
    return f"{total} patient-years issued in {months_words(last[0], last[-1])}{of}. {recent_words(parts.mix, LARGEST)}"


def _silence(parts: TrustParts) -> str:
    """Months that were not reported, or that are known in part only."""
    if not parts.mix.partly:
        return silence_words(parts.run)
    months = f"{len(parts.mix.partly)} of {count(len(parts.mix.months.all), 'month')}"
    return f"{months} known in part only: their files hold some medicines and not others, so no total of them is drawn."


def _sections(parts: TrustParts) -> Iterator[Section]:
    months = Picture.of(draw_trust_months(parts))
    folded = [run_table(parts.run, parts.provenance), coverage_table(parts.coverage, parts.provenance)]
    folded += [why_table(parts)] if parts.why.height else []
    said = [_silence(parts)]
    yield Section("months", "Month by month", [Block(before=said, picture=months, folded=folded)])
    strip = draw_percentile_strip(parts.place.name, parts.strips, parts.provenance)
    blocks = [
        Block(before=[NEUTRAL], picture=Picture.of(strip), tables=[strip.table]),
        Block("In sentences", [reading(one) for one in parts.strips]),
    ]
    yield Section("measures", "Among all trusts", blocks)
    starts = [starts_table(parts.starts, parts.provenance)] if parts.starts.height else []
    none = [] if starts else ["No such pack is seen in these data."]
    yield Section("starts", "Starts", [Block("", [STARTS, *none], None, starts)])
    yield Section("foi", "What the trust answered", [_answers(parts)])
    beside = [_neighbours(parts.neighbours), *_side_by_side(parts)]
    yield Section("beside", "Neighbours and peers", [Block("", beside)])
    yield Section("before", "What it was before", [Block("", [*_history(parts.place)])])
    yield Section("reading", "What the figures are", [Block("", [*_reading(parts)])])


def _reading(parts: TrustParts) -> Iterator[str]:
    """What explains the page: what the figures are, what they cannot show, and how the run of months was judged."""
    yield ISSUED
    yield coverage_words(parts.coverage)
    yield FP10
    yield from _change(parts.run)


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
        finishing=FINISHING,
    )


def _months_spec(parts: TrustParts, size: Size) -> dict[str, Any]:
    panels = [
        *mix_panels(parts.mix, size, axis=True),
        run_panel(parts.run, size, axis=True),
        coverage_panel(parts.coverage, size),
    ]
    return under_each_other(panels)


def why_table(parts: TrustParts) -> Table:
    """Why each therapy is seen or not in the newest month: what was asked of it, in order, until one thing decided."""
    columns = (
        shows("therapy", "Therapy"),
        shows("verdict", "In these data", words=True),
        shows("asked", "Why?", words=True),
    )
    month = month_words(parts.why["month"][0])
    caption = f"Why? {parts.place.name}, {month}: what was asked of each therapy, in order, until one thing decided."
    note = f"Any other month: remission atlas explain {parts.place.code} THERAPY MONTH"
    return Table("why", caption, parts.why, columns, parts.provenance, note)


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
        none = "No answer of this trust to a freedom-of-information request has been recorded."
        return Block("", [none, *_letter(parts)])
    said = (
        "Numbers of persons as the trust answered, beside patient-years issued in the same months. Small numbers are "
        "answered as a range; a refusal is shown as one."
    )
    return Block("", [said, HOMECARE, *_letter(parts)], None, [answers_table(parts.answers, parts.provenance)])


def _letter(parts: TrustParts) -> Iterator[str]:
    """The ready letter that asks what cannot be seen, folded away."""
    if parts.letter:
        fold = "<details><summary>A ready letter that asks what cannot be seen here</summary><pre>{}</pre></details>"
        yield Markup(fold).format(parts.letter)


def _neighbours(neighbours: Sequence[Neighbour]) -> str:
    if not neighbours:
        return "None recorded."
    return joined([trust_link("../", one.code, one.name) + Markup(" ({})").format(one.why) for one in neighbours], "; ")


def _side_by_side(parts: TrustParts) -> Iterator[str]:
    """The link that puts the trust beside its nearest."""
    codes = [parts.place.code, *(one.code for one in parts.neighbours)][:4]
    if len(codes) > 1:
        yield Markup('<a href="../compare.html#trusts={}">Side by side with the nearest</a>').format(",".join(codes))


def _history(place: PlaceFacts) -> Iterator[str]:
    if place.opened:
        yield f"Opened {day_words(place.opened)}."
    for one in place.predecessors:
        yield f"{one.name} ({one.code}): {one.kind}, {day_words(one.date)}. Source: {one.source} ({one.status})."
    for code, first, last in place.reported_as:
        yield f"Reported as {code} in {months_words(first, last)}."
    if len(place.reported_as) > 1:
        codes = count(len(place.reported_as), "code")
        sure = "no amount is seen to be counted twice." if not place.counted_twice else "some may be counted twice."
        yield f"The figures put {codes} together; {sure}"
    yield from place.counted_twice
    yield from place.notes
    if not (place.predecessors or place.notes or place.opened or place.reported_as):
        yield "No merger and no other code is recorded."
