"""A person's timeline drawn: disability over treatments over events, over the years of the calendar.

Drawn here and not by the renderer of the other pictures: that one costs a worker 60 MB and 0.4 s at its first picture,
and what makes this picture honest is its own (a date is as long as the days that it may mean). Inks, letters and sizes
are those of the drawing kit. No picture of anybody lies on a disk or in a cache: it is drawn when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from remission.exhibits.rendering import finish
from remission.exhibits.tables import environment
from remission.exhibits.theme import (
    ANY_GRADE,
    BLUE,
    FONT,
    GREEN,
    INK,
    MUTED,
    PAPER,
    PURPLE,
    SIZES,
    THERAPY_FILLS,
    UNTREATED,
    VERMILION,
    Width,
)
from remission.registry.day_zero import HSCT
from remission.registry.schema import HIGHEST_STEP
from remission.registry.values import Told
from remission.web.journey.key import explained
from remission.web.journey.sheet import MARK, RIGHT, Sheet, Value
from remission.web.journey.words import name_of

if TYPE_CHECKING:
    from remission.web.journey.timeline import Event, Look, Score, Stretch, Timeline

ROOM = "remission.web"
TITLE = "My journey"
HIGHEST_EDSS = 10
BAR, ROW, PANEL = 12, 20, 80
# What is drawn after a bar whose end is not known, in pixels.
OPEN = 42
# More side effects than these are in the table alone: a picture of thirty rows is taken to no clinic.
MOST_HARMS = 8
DAY_ZERO_FILL = THERAPY_FILLS[0]


def draw_journey(timeline: Timeline, width: Width, description: str, notice: str = "") -> str:
    """The picture as an SVG that stands alone, wide or narrow; `notice` is what must be said of it first."""
    spans = timeline.spans()
    first = min((one.first for one in spans), default=timeline.today)
    sheet = Sheet(SIZES[width], date(first.year, 1, 1), date(timeline.today.year + 1, 1, 1))
    sheet.y = 2
    sheet.lines(TITLE, font_weight="bold", font_size=sheet.size.words + 5)
    if notice:
        # In the picture and not beside it: it is a file that leaves the page on which the same is said.
        sheet.lines(notice, font_weight="bold", fill=VERMILION)
    sheet.y += 2
    sheet.lines("As I told it. A long mark: I told a month or a year, and it may be any day of it.", fill=MUTED)
    top = sheet.y + (8 if timeline.day_zero is None else sheet.size.words + 8)
    sheet.y = top - 4
    _panels(sheet, timeline)
    _treatments(sheet, timeline)
    _events(sheet, timeline)
    _harms(sheet, timeline.harms)
    grid = Sheet(sheet.size, sheet.first, sheet.last)
    _years(grid, sheet, top)
    _zero(grid, timeline.day_zero, top, sheet.y)
    _key(sheet, timeline)
    drawn = environment(ROOM).get_template("journey.svg.jinja").render(
        width=sheet.width, height=round(sheet.y + 8), font=FONT, paper=PAPER, shapes=[*grid.shapes, *sheet.shapes]
    )  # fmt: skip
    return finish(drawn, name=f"journey-{width}", title=TITLE, description=f"{notice} {description}".strip())


def _panels(sheet: Sheet, timeline: Timeline) -> None:
    """The ladder and the EDSS, each on an axis of its own: neither is turned into the other."""
    if timeline.walking:
        _panel(
            sheet, "How I walk, on the ladder of this registry. Up is worse.", timeline.walking, HIGHEST_STEP, 3, BLUE
        )
    if timeline.edss:
        _panel(sheet, "EDSS, as I was told it. Up is worse.", timeline.edss, HIGHEST_EDSS, 5, GREEN)


def _panel(sheet: Sheet, words: str, scores: Sequence[Score], most: int, step: int, ink: str) -> None:
    sheet.heading(words)
    top, tall = sheet.y + MARK / 2, PANEL
    heights = [round(top + tall * (1 - one.value / most), 1) for one in scores]
    for value in range(0, most + 1, step):
        y = round(top + tall * (1 - value / most), 1)
        sheet.line(sheet.left, y, sheet.width - RIGHT, y)
        sheet.text(sheet.left - 8, y + 4, str(value), text_anchor="end", fill=MUTED)
    middles = [(sheet.x(one.when.first) + sheet.x(one.when.last)) / 2 for one in scores]
    if len(scores) > 1:
        points = " ".join(f"{x:.1f},{y}" for x, y in zip(middles, heights, strict=True))
        sheet.add("polyline", points=points, fill="none", stroke=ink, stroke_width=1, opacity=0.5)
    for one, y in zip(scores, heights, strict=True):
        sheet.pill(one.when, y, ink, ink)
    sheet.y = top + tall + MARK


def _treatments(sheet: Sheet, timeline: Timeline) -> None:
    if not timeline.treatments:
        return
    sheet.heading("Treatments")
    others = list(dict.fromkeys(one.what for one in timeline.treatments if one.what != HSCT))
    inks = dict(zip(others, (*THERAPY_FILLS[1:], *[UNTREATED] * len(others)), strict=False))
    for row in _rows(sheet, timeline.treatments):
        _row(sheet, row, inks.get(row[0].what, DAY_ZERO_FILL))


def _harms(sheet: Sheet, harms: Sequence[Stretch]) -> None:
    if not harms:
        return
    sheet.heading("Side effects and harms")
    rows = _rows(sheet, harms)
    for row in rows[:MOST_HARMS]:
        _row(sheet, row, ANY_GRADE)
    if more := sum(map(len, rows[MOST_HARMS:])):
        sheet.lines(f"and {more} more in the table.", fill=MUTED)


def _rows(sheet: Sheet, stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches in rows: those of one name share a row as long as they do not lie on each other."""
    rows: list[list[Stretch]] = []
    for one in stretches:
        fits = (row for row in rows if row[0].what == one.what and _right(sheet, row[-1]) < sheet.x(one.begins.first))
        found = next(fits, None)
        if found is None:
            rows.append([one])
        else:
            found.append(one)
    return rows


def _right(sheet: Sheet, one: Stretch) -> float:
    """Where a bar ends, with what is drawn after it."""
    end = one.ends.last if one.ends else one.lasts
    open_ = one.what != HSCT and end is None
    last = sheet.x(max(one.begins.last, end) if end else one.begins.last)
    return max(last, sheet.x(one.begins.first) + MARK) + (OPEN if open_ else MARK)


def _row(sheet: Sheet, row: Sequence[Stretch], fill: str) -> None:
    """The bars of one row, with their name above the first."""
    words, wide = name_of(row[0].what), 0.55 * sheet.size.words * len(name_of(row[0].what))
    sheet.y += sheet.size.words + 3
    # Near the right edge the name ends with the picture, and is not cut.
    most = max(sheet.left, sheet.width - RIGHT - wide)
    sheet.text(min(sheet.x(row[0].begins.first), most), sheet.y, words)
    for one in row:
        _bar(sheet, one, sheet.y + 4, fill)
    sheet.y += 4 + BAR


def _bar(sheet: Sheet, one: Stretch, top: float, fill: str) -> None:
    """A bar: pale where it may not have begun or may have ended, open where nobody told its end."""
    begin = sheet.x(one.begins.first)
    sure = sheet.x(one.begins.last)
    end = one.ends or (Told(one.lasts, one.lasts, "day") if one.lasts else None)
    box: dict[str, Value] = {"y": top, "height": BAR, "stroke": INK}
    if end is None or one.what == HSCT:
        dash = "" if one.begins.precision == "day" else "3 2"
        sheet.pill(one.begins, top + BAR / 2, fill, INK, round_=False, dash=dash)
        if one.what != HSCT:
            at = max(sure, begin + MARK) + 4
            sheet.line(at, top + BAR / 2, at + 22, top + BAR / 2, MUTED, stroke_dasharray="2 3", stroke_width=2)
            sheet.text(at + 26, top + BAR - 1, "?", fill=MUTED)
        return
    last = sheet.x(end.last)
    if last - begin <= MARK:
        sheet.pill(Told(one.begins.first, end.last, one.begins.precision), top + BAR / 2, fill, INK, round_=False)
    else:
        for left, right in ((begin, min(sure, last)), (max(sheet.x(end.first), begin), last)):
            if right - left > 1:
                sheet.add("rect", x=left, width=round(right - left, 1), fill=PAPER, stroke_dasharray="3 2", **box)
        if (inner := sheet.x(end.first) - sure) > 0:
            sheet.add("rect", x=sure, width=round(inner, 1), fill=fill, **box)
    if one.lasts is not None:
        middle = top + BAR / 2
        sheet.add("path", d=f"M{last + 2},{middle - 5}l7,5l-7,5Z", fill=INK)


def _events(sheet: Sheet, timeline: Timeline) -> None:
    """Relapses and scans; a day on which somebody was asked and said no is drawn, and so is one who did not know."""
    lanes = (("Relapses", timeline.relapses, "relapses"), ("MRI scans", timeline.scans, "scans"))
    if timeline.first_sign:
        sheet.heading("First sign of MS")
        sheet.pill(timeline.first_sign, sheet.y + ROW / 2, INK, INK)
        sheet.y += ROW
    for words, events, about in lanes:
        asked = [one for one in timeline.asked if one.about == about and one.said != "yes"]
        if events or asked:
            sheet.heading(words)
            sheet.y = _lane(sheet, events, about)
            for one in asked:
                _asked(sheet, one.on, one.said)
            sheet.y += ROW if asked else 0


def _lane(sheet: Sheet, events: Sequence[Event], about: str) -> float:
    """Marks side by side; those that would lie on each other go into a row below."""
    ends: list[float] = []
    for one in events:
        begin, end = sheet.x(one.when.first) - MARK / 2, sheet.x(one.when.last) + MARK / 2
        row = next((at for at, taken in enumerate(ends) if taken < begin), len(ends))
        ends[row : row + 1] = [end + 2]
        middle = sheet.y + ROW / 2 + row * (MARK + 5)
        if about == "relapses":
            sheet.pill(one.when, middle, VERMILION, VERMILION)
        else:
            sheet.pill(one.when, middle, **_scan(one.look))  # type: ignore[arg-type]
    return sheet.y + (ROW + (len(ends) - 1) * (MARK + 5) if ends else 0)


def _scan(look: Look) -> dict[str, str | bool]:
    fill = PURPLE if look == "new activity" else PAPER
    return {"fill": fill, "ink": PURPLE, "round_": False, "dash": "2 2" if look == "not known" else ""}


def _asked(sheet: Sheet, on: date, said: str) -> None:
    x, middle = sheet.x(on), sheet.y + ROW / 2
    if said == "no":
        sheet.line(x, middle - 5, x, middle + 5, MUTED, stroke_width=2)
    else:
        sheet.text(x, middle + 5, "?", text_anchor="middle", fill=MUTED)


def _years(grid: Sheet, sheet: Sheet, top: float) -> None:
    """Lines of years behind everything, and the years below."""
    years = range(sheet.first.year, sheet.last.year + 1)
    fits = max(1, int((sheet.width - sheet.left) / (3.6 * sheet.size.words)))
    step = next((one for one in (1, 2, 5, 10, 20) if len(years) / one <= fits), 50)
    sheet.y += sheet.size.words + 10
    for year in years:
        if year % step == 0:
            x = grid.x(date(year, 1, 1))
            grid.line(x, top, x, sheet.y - sheet.size.words)
            anchor = "start" if x < 20 else "end" if x > sheet.width - 20 else "middle"
            grid.text(x, sheet.y, str(year), text_anchor=anchor)


def _zero(grid: Sheet, zero: Told | None, top: float, bottom: float) -> None:
    """Day zero through everything: a line, or a band as wide as the days that it may be."""
    if zero is None:
        return
    bottom -= grid.size.words + 2
    begin, end = grid.x(zero.first), grid.x(zero.last + timedelta(days=1))
    if zero.precision != "day":
        grid.add("rect", x=begin, y=top, width=round(max(3, end - begin), 1), height=round(bottom - top, 1),
                 fill=DAY_ZERO_FILL, opacity=0.35)  # fmt: skip
    else:
        grid.line(begin, top, begin, bottom, INK, stroke_width=1.5, stroke_dasharray="5 3")
    at_right = begin > grid.width - 90
    grid.text(end if at_right else begin, top - 3, "Day zero", text_anchor="end" if at_right else "start")


def _key(sheet: Sheet, timeline: Timeline) -> None:
    """What the marks mean, of those that are there."""
    sheet.y += 12
    columns = 2 if sheet.size.wide else 1
    for place, (shape, words) in enumerate(explained(timeline)):
        sheet.y += ROW if place % columns == 0 else 0
        left = place % columns * sheet.width / 2
        sheet.shapes.append(shape.at(left + 14, sheet.y - 5))
        sheet.text(left + 34, sheet.y, words)
