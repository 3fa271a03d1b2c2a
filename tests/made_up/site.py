"""A made-up site of the map for tests and the benchmark: what a recipe writes, with invented values of two years."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from made_up.atlas import DISTRICTS, MEASURES, SITE, SYNTHETIC, points, use
from made_up.map import INTERVALS, REASONS, WORDS, codes, days, rows, shown
from remission.atlas.map.areas import draw_hexagons
from remission.atlas.map.drawing import draw_map
from remission.atlas.map.index import Download, IndexShown, render_index, script_files
from remission.atlas.map.live import Choice, LiveShown, live_circles, live_data, live_drawings
from remission.atlas.map.scale import scale_of
from remission.atlas.map.shown import MapShown, in_short
from remission.atlas.pages.find import find_files
from remission.atlas.place_words import MeasureWords
from remission.exhibits.page import Picture
from remission.places.areas import ENGLAND
from remission.stats.estimates import Estimates

CHOICES = (
    Choice(MEASURES[0].name, MEASURES[0].title),
    Choice("growth", "Growth of treatment"),
    Choice("issued-per-expected", "Issued per person expected", boards=True),
    Choice("share-ocrelizumab", "Ocrelizumab: share", "Share of one therapy", "ocrelizumab"),
    Choice("share-dimethyl fumarate", "Dimethyl fumarate: share", "Share of one therapy", "dimethyl fumarate"),
    Choice("hospital-share-ocrelizumab", "Ocrelizumab: part", "Share of a part, one therapy", "ocrelizumab"),
)
GROWTH = scale_of([-0.4, -0.1, 0.2, 0.5, 0.9], "patient-years a year", signed=True)
WINDOWS = (3, 12)


def months(count: int) -> list[date]:
    """The last months, December 2024 the last."""
    return [date(at // 12, at % 12 + 1, 1) for at in range(2025 * 12 - count, 2025 * 12)]


def words_of(choice: Choice) -> MeasureWords:
    """The words of one choice."""
    return replace(WORDS, name=choice.name, title=choice.title)


def estimates(choice: Choice, window: int, last: Sequence[date]) -> list[dict[str, object]]:
    """Estimates of every month, moving a little from month to month; what is absent changes too."""
    made: list[dict[str, object]] = []
    for at, month in enumerate(last):
        for place, row in enumerate(rows(month, window, seed=5 + CHOICES.index(choice))):
            moved = row | {"what": choice.name}
            if choice.boards and row["population"] == "trust":
                moved |= {"value": None, "low": None, "high": None, "absent_reason": "not visible here"}
            if moved["value"] is not None:
                value = float(str(moved["value"])) * (0.8 + 0.2 * (at + 1) / len(last))
                moved |= {"value": value, "low": value * 0.9, "high": value * 1.05}
            if (place + at) % 41 == 7:
                moved |= {"value": None, "low": None, "high": None, "absent_reason": REASONS[at % len(REASONS)]}
            made.append(as_growth(moved) if choice.name == "growth" else moved)
    return made


def as_growth(row: dict[str, object]) -> dict[str, object]:
    """The same with values on both sides of 0."""
    moved = {name: float(str(row[name])) - 0.5 for name in ("value", "low", "high") if row[name] is not None}
    return row | moved | {"unit": "patient-years a year"}


def default_map(count: int = 24) -> MapShown:
    """The map of the default choice at the last month."""
    now = [
        row
        for row in estimates(CHOICES[0], 12, months(count))
        if row["to_day"] == days(date(2024, 12, 1), 12)["to_day"]
    ]
    return replace(shown(), estimates=Estimates.of(now))


def circles(window: int, last: Sequence[date]) -> pl.DataFrame:
    """Patient-years by month and trust."""
    whole = shown().volumes
    made = [(month, code, round(whole[code] * (0.9 + 0.1 * (at + 1) / len(last)) * window / 12, 1))
            for at, month in enumerate(last) for code in codes()]  # fmt: skip
    return pl.DataFrame(made, schema=["month", "code", "patient_years"], orient="row")


def index(count: int = 24) -> IndexShown:
    """The page of the default view."""
    now = default_map(count)
    downloads = [Download(f"figures/map.synthetic.{kind}", kind.upper(), kind) for kind in ("svg", "png")]
    downloads += [
        Download("tables/map.synthetic.csv", "CSV", "csv"),
        Download("data/map.parquet", "Parquet", "parquet"),
    ]
    return IndexShown(
        title="Which hospital issues which MS medicine", subtitle="England, by hospital trust and month",
        in_short=in_short(CHOICES[0].title, now.window, now.estimates.rows(), ENGLAND),
        beside=["A made-up sentence that holds for all views."],
        map=Picture.of(draw_map(now, SYNTHETIC)), hexagons=Picture.of(draw_hexagons(now, SYNTHETIC)), choices=CHOICES,
        default=CHOICES[0], windows=WINDOWS, window=12, months=[f"{month:%Y-%m}" for month in months(count)],
        pages=now.pages, downloads=downloads, notes=["A note."], provenance=SYNTHETIC,
    )  # fmt: skip


def write_site(folder: Path, count: int = 24) -> Path:
    """Everything that the page asks for, and a page for each trust."""
    now = default_map(count)
    files = dict(live_drawings(now, SYNTHETIC))
    for window in WINDOWS:
        # Circles are scaled to the largest of all months, the still map's to its own: here they are the same.
        files |= live_circles(circles(window, months(count)), window)
        for choice in CHOICES:
            held = Estimates.of(estimates(choice, window, months(count)))
            scale = GROWTH if choice.name == "growth" else now.scale
            files |= live_data(LiveShown(choice, words_of(choice), held, scale, window, INTERVALS, now.refused))
    (folder / "data").mkdir(parents=True)
    (folder / "trust").mkdir()
    for name, file in files.items():
        text = json.dumps(file, separators=(",", ":"), ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")
    for name, script in script_files().items():
        (folder / name).write_text(script, encoding="utf-8")
    for name, content in find_files(use(), points(), DISTRICTS, SYNTHETIC):
        (folder / name).write_text(str(content), encoding="utf-8")
    for code in codes():
        (folder / "trust" / f"{code}.html").write_text(f"<!doctype html><title>{code}</title>", encoding="utf-8")
    (folder / "index.html").write_text(render_index(index(count), SITE), encoding="utf-8")
    return folder
