"""The page of what lies beyond follow-up: the spread first, then the curve, free so far, people leaving, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import polars as pl

from remission.comparison.beyond.free_so_far import estimate_free_so_far
from remission.comparison.beyond.held import held_words
from remission.comparison.beyond.leaving import part_of_leaving
from remission.comparison.beyond.picture import draw
from remission.exhibits.page import TABLES, Block, Fact, Page, Section
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import NBSP, count, listed, percent
from remission.records.cohort import NotCollected
from remission.report.definitions.words import unverified_values
from remission.report.frame.facts import provenance_facts
from remission.report.sentences import rests_on
from remission.stats.horizons import days_to_years
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.comparison.beyond.extrapolate import Beyond

# A spread below that many points is called narrow, or a reader would see a difference where there is none to see.
NARROW = 0.1
CAUTION = (
    "Nobody was seen there. Each line rests on an assumption that these records cannot check; how far the lines lie "
    "apart is what is not known, and the truth may lie outside of all of them."
)
METHOD = (
    "Shapes are fitted to everybody by maximum likelihood; limits are by the delta method on the log cumulative "
    "hazard. A shape without a best fit is not drawn, and named with its reason."
)
SO_FAR = (
    "People who are still free after some years are not those who began: whoever had the event early is no longer "
    "among them. The rows are of those still free, and of nobody else."
)
PARTS = (
    "The mean of those seen moves for three reasons: people change, people with other scores are not seen again, and "
    "people come back. Only the first is a change of anybody. The three add up to the change of the mean."
)


def answer(found: Beyond) -> str:
    """The spread at the last year that was asked, in a sentence."""
    year = found.at_years[-1]
    low, high = found.spread(year)
    seen = f"was seen up to {found.seen_until:.1f}{NBSP}years"
    shapes = count(len(found.shapes), "shape")
    if year <= found.seen_until:
        return f"{found.asked.outcome.endpoint.event_free} {seen}: at {year:g}{NBSP}years nothing must be guessed."
    apart = "agree within a few points, which is no proof" if high - low < NARROW else "lie that far apart"
    return (
        f"{found.asked.outcome.endpoint.event_free} {seen}. At {year:g}{NBSP}years nobody knows: {shapes} that fit "
        f"what was seen say {percent(low, 0)} to {percent(high, 0)}, and {apart}."
    )


def in_short(found: Beyond) -> list[str]:
    """Until when the curve is firm, and the caution."""
    said = [CAUTION]
    if found.firm_until < found.seen_until - 0.05:
        said.insert(
            0, f"From {found.firm_until:.1f}{NBSP}years on too few people are left for the curve itself to be firm."
        )
    return said


def beyond_page(found: Beyond, command: str = "") -> Page:
    """The page; `command` is said to have made it."""
    asked = found.asked
    endpoint, manifest = asked.outcome.endpoint, asked.cohort.manifest
    return Page(
        title=manifest.title,
        subtitle=f"{endpoint.title}: what lies beyond follow-up",
        provenance=asked.cohort.provenance,
        sources=asked.cohort.provenance.sources,
        note=manifest.note,
        headlines=[answer(found)],
        in_short=in_short(found),
        rests_on=rests_on(unverified_values(endpoint, asked.choices)),
        sections=list(_sections(found)),
        facts=[*provenance_facts(asked.cohort, found.event_free, command), *_facts(found)],
        data_folder=TABLES,
        picture_first=True,
    )


def _facts(found: Beyond) -> Iterator[Fact]:
    p = found.sufficient.p
    told = found.sufficient.method if p != p else f"{found.sufficient.method} p {p:.2g}"
    yield Fact("Is insufficient follow-up rejected?", told)
    if found.background:
        yield Fact("Background mortality", f"{found.background}: shapes are of what comes on top of it")
    yield Fact("Average of shapes", found.average.title if found.average else "none: it is made only when asked for")


def _sections(found: Beyond) -> Iterator[Section]:
    picture = found.asked.picture(draw(found))
    refused = [_refused(found)] if found.refused else []
    yield Section("shapes", "Seen, and not seen", [Block("", [held_words(), METHOD], picture, refused)])
    yield Section("free-so-far", "Free so far, then?", [Block("", [SO_FAR], None, [free_so_far_table(found)])])
    if (table := _leaving_table(found)) is not None:
        yield Section("leaving", "How much of the mean is people leaving?", [Block("", [PARTS], None, [table])])


def _refused(found: Beyond) -> Table:
    frame = pl.DataFrame([{"shape": one.title, "why": one.why} for one in found.refused])
    columns = (shows("shape", "Shape", words=True), shows("why", "Why it is not drawn", words=True))
    return Table("refused", "Shapes that are not drawn.", frame, columns, found.asked.outcome.provenance)


def free_so_far_table(found: Beyond) -> Table:
    """Of those still free after some years, how many still are later."""
    frame = estimate_free_so_far(found.event_free).frame
    columns = (
        Shown("Free for", lambda row: _years(row["from_day"])),
        Shown("People then", lambda row: f"{row['at_risk']:g}"),
        Shown("Years more", lambda row: _years(row["at_days"] - row["from_day"])),
        Shown("Still free", _share),
    )
    kept = frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
    return Table("free-so-far", "Of those still free so far, the share that stays so.", frame, columns,
                 found.asked.outcome.provenance, raw=kept)  # fmt: skip


def _share(row: Row) -> str:
    if row["value"] is None:
        return str(row["absent_reason"])
    if row["low"] is None:
        return f"{percent(row['value'], 0)} (nobody had the event: no limits)"
    return f"{percent(row['value'], 0)} ({100 * row['low']:.0f} to {100 * row['high']:.0f})"


def _years(days: int) -> str:
    return f"{days_to_years(days):.0f}"


def _leaving_table(found: Beyond) -> Table | None:
    """None where no visits were collected, or the EDSS was not."""
    try:
        leaving = part_of_leaving(found.asked.cohort, range(int(found.seen_until) + 1))
    except NotCollected:
        return None
    if leaving.frame.height < 2:
        return None
    columns = (
        Shown("Year", lambda row: f"{row['year']:g}"),
        Shown("Seen", lambda row: f"{row['seen']:,}"),
        Shown("Not seen again", lambda row: "–" if row["left"] is None else f"{row['left']:,}"),
        Shown("Mean EDSS", lambda row: text_half_up(row["mean"], 2)),
        *(Shown(title, _moved(name)) for name, title in MOVES.items()),
    )
    note = f"Visits within half a year of each year. {_told(leaving.frame)}"
    caption = "Mean EDSS of those seen, and why it moved since the year before."
    return Table("leaving", caption, leaving.frame, columns, found.asked.outcome.provenance, note)


MOVES = {"changed": "People changed", "by_leaving": "People left", "by_coming": "People came back"}


def _moved(name: str) -> Callable[[Row], str]:
    return lambda row: "–" if row[name] is None else f"{row[name]:+.2f}".replace("-", "−")


def _told(frame: pl.DataFrame) -> str:
    """Years in which the mean fell, and would not have without those who left."""
    turned = [
        f"{row['year']:g}"
        for row in frame.to_dicts()
        if row["changed"] is not None and row["changed"] + row["by_leaving"] < 0 <= row["changed"]
    ]
    if not turned:
        return "In no year did the mean get better only because people left."
    return f"In year {listed(turned)} the mean got better only because people with worse scores were not seen again."
