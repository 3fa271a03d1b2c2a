"""A small made-up atlas for the tests of its exhibits: deterministic, plausible, and no real hospital's figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from remission.atlas.page_files import page_files
from remission.atlas.page_shell import OGL
from remission.atlas.pages.about import AboutParts, about_page
from remission.atlas.pages.coverage import CoverageParts, coverage_page
from remission.atlas.pages.deserts import deserts_page
from remission.atlas.pages.find import find_page
from remission.atlas.pages.foi import RequestsParts, foi_page
from remission.atlas.pages.measure import measure_page
from remission.atlas.pages.measures import measures_page
from remission.atlas.pages.trust import trust_page
from remission.atlas.pictures.coverage_grid import PlaceCoverage
from remission.atlas.pictures.decile_chart import Deciles
from remission.atlas.pictures.funnel_plot import FunnelPlot
from remission.atlas.pictures.interval_list import Compared
from remission.atlas.pictures.percentile_strip import Strip, strips_of
from remission.atlas.pictures.run_chart import Run, run_of
from remission.atlas.pictures.therapy_mix import Mix
from remission.atlas.place_words import STATES, MeasureWords
from remission.atlas.recipes.answers import ANSWERS, REQUESTS
from remission.atlas.recipes.last_year import USE
from remission.atlas.recipes.measures import MeasureParts
from remission.atlas.recipes.rests_on import DataSource
from remission.atlas.recipes.trusts import Neighbour, PlaceFacts, Predecessor, TrustParts
from remission.exhibits.month_axis import Months
from remission.exhibits.page import Fact, Page
from remission.exhibits.site.page_files import navigation_of
from remission.exhibits.site.shell import Site
from remission.inputs.provenance import Provenance
from remission.stats.estimates import Estimates
from remission.stats.months.funnel import funnel_of

SYNTHETIC = Provenance("made-up-atlas", "synthetic", "0" * 64)
PUBLISHED = Provenance("made-up-atlas", "observed", "0" * 64)
# What all pages of a site share, made on a day of the tests.
SITE = Site(navigation_of(page_files()), date(2026, 11, 2))
MONTHS = Months(date(2019, 1, 1), date(2025, 9, 1))
# Nobody reported anything in these.
SILENT = (date(2020, 4, 1), date(2020, 5, 1), date(2020, 6, 1), date(2023, 2, 1))
PLACE = "Eastport University Hospitals"

CLASSES = {
    "anti-CD20": ("ocrelizumab", "ofatumumab", "ublituximab"),
    "natalizumab": ("natalizumab",),
    "S1P modulators": ("fingolimod", "siponimod", "ponesimod", "ozanimod"),
    "fumarates": ("dimethyl fumarate", "diroximel fumarate"),
    "teriflunomide": ("teriflunomide",),
    "cladribine": ("cladribine",),
    "alemtuzumab": ("alemtuzumab",),
    "interferon beta": (
        "interferon beta-1a im",
        "interferon beta-1a sc",
        "interferon beta-1b",
        "peginterferon beta-1a",
    ),
    "glatiramer acetate": ("glatiramer acetate",),
}
THERAPIES = tuple(therapy for therapies in CLASSES.values() for therapy in therapies)
HIDDEN = {*CLASSES["interferon beta"], "glatiramer acetate", "ofatumumab"}
NEVER = {"ublituximab", "ponesimod", "diroximel fumarate"}


def mix() -> Mix:
    """Seven years of one place: a growing anti-CD20 class, a shrinking fumarate, gaps where nobody reported."""
    chance = np.random.default_rng(7)
    size = {"anti-CD20": (2, 24), "natalizumab": (12, 11), "S1P modulators": (8, 5), "fumarates": (9, 4),
            "teriflunomide": (3, 2), "cladribine": (1, 3), "alemtuzumab": (2, 0), "interferon beta": (1.2, 0.1),
            "glatiramer acetate": (0, 0)}  # fmt: skip
    rows = []
    for at, month in enumerate(MONTHS.all):
        if month in SILENT:
            continue
        for group, (first, last) in size.items():
            middle = first + (last - first) * at / len(MONTHS.all)
            made = round(float(max(middle * chance.normal(1, 0.15), 0)), 3)
            if made:
                rows.append({"month": month, "group": group, "patient_years": made})
    return Mix(PLACE, pl.DataFrame(rows), tuple(CLASSES), MONTHS)


def state(therapy: str, month: date) -> tuple[str, str | None]:
    """The planted state of a therapy in a month."""
    if month in SILENT:
        return "not reported", "no row of any medicine in this month"
    if therapy in HIDDEN and month >= date(2021, 3, 1):
        return "not visible", "homecare is usual for this medicine"
    if therapy in NEVER:
        return "not used", None
    return "used", None


def coverage() -> PlaceCoverage:
    """The states of all therapies of one place."""
    rows = []
    for therapy in THERAPIES:
        for month in MONTHS.all:
            said, why = state(therapy, month)
            rows.append({"month": month, "therapy": therapy, "state": said, "reason": why})
    sent = pl.DataFrame(
        {"month": MONTHS.all, "rows": [None if month in SILENT else 1500 + month.month for month in MONTHS.all]}
    )
    return PlaceCoverage(PLACE, pl.DataFrame(rows), sent, THERAPIES, MONTHS)


MEASURES = (
    MeasureWords(
        "share-high-efficacy",
        "Share by high-efficacy therapies",
        "How much of what is issued are therapies of high efficacy?",
        "Early use of high-efficacy therapies is debated; the share shows what a trust issues now.",
        "patient-years of therapies of the tier “high”",
        "patient-years of all therapies with a tier",
        "ratio of sums over 12 months; intervals from month-to-month variation and the range of units a year",
        sources=("ABN guideline 2015, doi:10.1136/practneurol-2015-001139 (secondary)",),
    ),
    MeasureWords(
        "share-injectables",
        "Share by self-injected therapies",
        "How much of what is issued do people inject themselves?",
        "Most reach people by homecare, so a low share says little by itself.",
        "patient-years of self-injected therapies",
        "patient-years of all therapies",
        "ratio of sums over 12 months; intervals from month-to-month variation and the range of units a year",
        cautions=("Homecare hides much of it.",),
    ),
    MeasureWords(
        "diversity",
        "Diversity of the mix",
        "Over how many therapies is the mix spread?",
        "A single number for the breadth of the mix.",
        "exponential of the entropy of the shares",
        "patient-years of all therapies",
        "exponential of Shannon's entropy; intervals from month-to-month variation",
    ),
)
TRUSTS = tuple(f"RX{chr(65 + at // 10)}{at % 10}" for at in range(60))
HERE, PEERS = TRUSTS[7], (TRUSTS[3], TRUSTS[20], TRUSTS[41])
NAMES = {code: f"{town} Hospitals NHS Trust" for code, town in zip(TRUSTS, (
    f"{first}{last}" for first in ("East", "West", "North", "South", "Mid", "Upper") for last in
    ("port", "ham", "ford", "bury", "field", "wick", "ton", "mere", "cliff", "dale")), strict=True)}  # fmt: skip
FIRST_DAY = (date(2024, 10, 1) - date(1970, 1, 1)).days
LAST_DAY = (date(2025, 9, 30) - date(1970, 1, 1)).days


def row(
    words: MeasureWords, code: str, level: str, share: tuple[float, float, float], size: float
) -> dict[str, object]:
    """One made-up estimate of the last window."""
    value, low, high = share
    unit = "equally common therapies" if words.name == "diversity" else "proportion"
    part = value * size if unit == "proportion" else None
    return {"what": words.name, "study": "atlas", "group": code, "population": level, "from_day": FIRST_DAY,
            "to_day": LAST_DAY, "value": value, "low": low, "high": high, "level": 0.95, "scale": "logit",
            "unit": unit, "method": words.method, "n": 12, "numerator": part, "denominator": size,
            "standing": "synthetic"}  # fmt: skip


def estimates(to_day: int = LAST_DAY) -> Estimates:
    """All measures of the last window: England, trusts with and without a figure."""
    chance = np.random.default_rng(11)
    rows: list[dict[str, object]] = []
    for place, words in enumerate(MEASURES):
        middle = (0.55, 0.12, 6.0)[place]
        rows.append(row(words, "England", "nation", (middle, middle * 0.98, middle * 1.02), 9000.0))
        for code in TRUSTS:
            size = float(np.exp(chance.normal(4.3, 0.9)))
            value = float(middle * np.exp(chance.normal(0, 0.25)))
            value = min(value, 0.97) if place < 2 else value
            half = float(1.1 / np.sqrt(size)) * value
            top = min(value + half, 0.995) if place < 2 else value + half
            rows.append(row(words, code, "trust", (value, max(value - half, 0.0), top), size))
    for one in rows:
        one |= {"to_day": to_day, "from_day": to_day - (LAST_DAY - FIRST_DAY)}
        if one["what"] == "share-injectables" and one["group"] in TRUSTS[:8]:
            one |= {"value": None, "low": None, "high": None, "numerator": None, "absent_reason": "not visible here"}
    return Estimates.of(rows)


def strips() -> list[Strip]:
    """The strips of one trust."""
    return strips_of(estimates(), MEASURES, HERE, PEERS, "England")


def run() -> Run:
    """Total patient-years of the place, with one planted change."""
    total = mix().frame.group_by("month").agg(value=pl.col("patient_years").sum()).sort("month")
    lifted = total.with_columns(
        pl.when(pl.col("month") >= date(2024, 2, 1)).then(pl.col("value") + 8).otherwise("value")
    )
    made = run_of(PLACE, "All MS therapies", "patient-years", lifted, MONTHS)
    return replace(made, notes=((date(2021, 3, 1), "homecare"), (date(2030, 1, 1), "later")))


def over_time() -> Deciles:
    """The first measure in every month of four years."""
    parts = []
    for at, month in enumerate(Months(date(2022, 1, 1), date(2025, 9, 1)).all):
        day = (month - date(1970, 1, 1)).days + 27
        grown = pl.col("value") * (0.7 + 0.3 * at / 44), pl.col("low") * (0.7 + 0.3 * at / 44)
        frame = estimates(day).frame.filter(pl.col("what") == MEASURES[0].name)
        parts.append(Estimates(frame.with_columns(*grown, pl.col("high") * (0.7 + 0.3 * at / 44))))
    return Deciles(MEASURES[0], Estimates.together(parts), "England", "England")


def funnel() -> FunnelPlot:
    """A funnel of the first measure, its limits from the statistics."""
    rows = estimates().frame.filter(pl.col("what") == MEASURES[0].name, pl.col("population") == "trust")
    found = funnel_of(rows["value"].to_numpy(), rows["denominator"].to_numpy(), sigma=0.5)
    return FunnelPlot(MEASURES[0], estimates(), found, rows["group"].to_list(), NAMES, HERE)


PLACE_FACTS = PlaceFacts(
    HERE,
    PLACE,
    "London",
    "Riverside ICB",
    icb_since=date(2026, 4, 1),
    opened=date(2017, 10, 1),
    predecessors=(
        Predecessor(
            "RXY", "Eastport General Hospital NHS Trust", date(2020, 7, 1), "merger", "ODS successors", "verified"
        ),
    ),
    reported_as=(("RXY", date(2019, 1, 1), date(2020, 7, 1)), (HERE, date(2020, 7, 1), date(2025, 9, 1))),
    notes=("In July 2020 both codes were reported.",),
)
FACTS = (
    Fact("Issued medicines", "made-up rows in the shape of the Secondary Care Medicines Data"),
    Fact("Patient-years", "quantity / units a year of treatment, products.csv"),
)


def starts() -> pl.DataFrame:
    """Starting packs of three therapies, one of which is not known."""
    reading = "indicator: also used to step up again"
    rows = [
        {"therapy": "siponimod", "units": 14, "reading": reading},
        {"therapy": "dimethyl fumarate", "units": 9, "reading": reading},
        {"therapy": "peginterferon beta-1a", "units": None, "reading": "not visible here (homecare)"},
    ]
    return pl.DataFrame(rows).with_columns(first=pl.lit(date(2024, 10, 1)), last=pl.lit(MONTHS.last))


def answers() -> pl.DataFrame:
    """An answer, a small number, a refusal and something that is not held."""
    window: dict[str, object] = {
        "period_start": date(2024, 10, 1),
        "period_end": date(2025, 9, 30),
        "counted": "ever in period",
    }
    rows: list[dict[str, object]] = [
        {**window, "therapy": "ocrelizumab", "state": "answered", "patients_low": 212, "patients_high": 212,
         "issued_per_year": 198.4, "words": "issued and patients agree"},
        {**window, "therapy": "alemtuzumab", "state": "answered", "patients_low": 0, "patients_high": 4,
         "issued_per_year": 0.0, "words": "the counts are too wide to tell"},
        {"therapy": None, "state": "refused", "act": "FOIA", "section": "12", "reason": "would cost too much"},
        {"therapy": "cladribine", "state": "not held", "words": "not recorded by drug"},
    ]  # fmt: skip
    return pl.DataFrame([{field: row.get(field) for field in ANSWERS} for row in rows], schema=ANSWERS)


def trust_parts(provenance: Provenance = SYNTHETIC) -> TrustParts:
    """All parts of one trust's page."""
    near = tuple(
        Neighbour(code, NAMES[code], why)
        for code, why in zip(PEERS, ("nearest, 12 km", "similar size", "same kind"), strict=True)
    )
    return TrustParts(PLACE_FACTS, mix(), run(), coverage(), strips(), near, starts(), answers(), FACTS, provenance)


def measure_parts() -> MeasureParts:
    """All parts of the first measure's page."""
    return MeasureParts(MEASURES[0], estimates(), over_time(), funnel(), NAMES, TRUSTS, FACTS, SYNTHETIC)


def compared() -> list[Compared]:
    """The two shares, every trust against England."""
    found = []
    for words, england in zip(MEASURES[:2], (0.55, 0.12), strict=True):
        rows = estimates().frame.filter(pl.col("what") == words.name, pl.col("population") == "trust").to_dicts()
        found.append(Compared(words, [{**one, "name": NAMES[one["group"]]} for one in rows], england, TRUSTS))
    return found


REGIONS = ("London", "Midlands", "North West", "South West")


def use() -> pl.DataFrame:
    """Which trust used which therapy in the last 12 months."""
    states = ("used", "used", "not used", "not visible", "used", "not reported")
    rows = [
        {"therapy": therapy, "code": code, "name": NAMES[code], "region": REGIONS[at % 4],
         "state": states[(at // 2 + place) % 6], "months_reported": 12}
        for place, therapy in enumerate(("cladribine", "natalizumab", "ocrelizumab")) for at, code in enumerate(TRUSTS)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=USE)


def points() -> pl.DataFrame:
    """Points of the trusts; the last has none."""
    chance = np.random.default_rng(3)
    rows = {"code": TRUSTS, "latitude": 50.5 + 4.5 * chance.random(60), "longitude": -3 + 3.5 * chance.random(60)}
    last = pl.col("code") == TRUSTS[-1]
    return pl.DataFrame(rows).with_columns(pl.when(~last).then(pl.col("latitude", "longitude")))


DISTRICTS = pl.DataFrame({"district": ["E1", "LS9", "SW1A"], "latitude": [51.517, 53.796, 51.504],
                          "longitude": [-0.058, -1.511, -0.135]})  # fmt: skip


def coverage_parts() -> CoverageParts:
    """All parts of the page of coverage."""
    chance = np.random.default_rng(5)
    rows = [
        {"code": code, "name": NAMES[code], "state": said, "cells": int(cells)}
        for code in TRUSTS
        for said, cells in zip(STATES, chance.multinomial(216, (0.55, 0.15, 0.25, 0.05)), strict=True)
    ]  # fmt: skip
    sent = [
        {"month": month, "code": code, "name": NAMES[code], "rows": 1200}
        for at, code in enumerate(TRUSTS) for place, month in enumerate(MONTHS.all) if (at + place) % 29
    ]  # fmt: skip
    confusion = pl.DataFrame([
        {"planted": planted, "decided": decided, "cells": 9000 if planted == decided else 40}
        for planted in STATES for decided in STATES if (planted, decided) != ("not reported", "used")
    ])  # fmt: skip
    rule = ("A month in which a trust reported no medicine at all is not reported.",
            "Issued in the month, or supplied long enough before: used.")  # fmt: skip
    window = "October 2024 to September 2025"
    states = pl.DataFrame(rows)
    return CoverageParts(
        states, pl.DataFrame(sent), window, rule, MONTHS, confusion, TRUSTS, FACTS, SYNTHETIC, revised()
    )


def revised() -> pl.DataFrame:
    """Two months of which a provisional and a final file are known."""
    months = [date(2025, 3, 1), date(2025, 4, 1)]
    return pl.DataFrame(
        {"month": months, "compared": [900, 100], "changed": [90, 35], "trusts": [40, 12], "unknown": [3, 0]}
    )


def requests() -> pl.DataFrame:
    """One request in each state."""
    what = [("sent", None, None), ("due", None, None), ("overdue", None, None), ("answered", None, "answered in full"),
            ("refused", "14", "vexatious"), ("not held", None, "not recorded by drug")]  # fmt: skip
    rows = [
        {"code": TRUSTS[at], "name": NAMES[TRUSTS[at]], "sent": date(2025, 9, at + 1), "due": date(2025, 9, at + 25),
         "state": said, "act": "FOIA", "section": section, "reason": why}
        for at, (said, section, why) in enumerate(what)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=REQUESTS)


def about_parts(provenance: Provenance = SYNTHETIC) -> AboutParts:
    """All parts of the about page."""
    sources = (DataSource("Secondary Care Medicines Data", "issues by month", "OGL v3", OGL, "2026-11-28"),
               DataSource("Natural Earth", "outline", "public domain", "Made with Natural Earth."))  # fmt: skip
    return AboutParts(sources, "0.1.0", "28 November 2026", True, FACTS, provenance)


def request_parts() -> RequestsParts:
    """All parts of the page of requests."""
    return RequestsParts(requests(), SITE.day, SYNTHETIC, TRUSTS, FACTS)


def pages() -> dict[str, Page]:
    """Every kind of page once, by its path."""
    made = (
        trust_page(trust_parts()),
        measure_page(measure_parts()),
        measures_page(MEASURES, estimates(), "England", SYNTHETIC),
        deserts_page(compared(), SYNTHETIC, FACTS),
        find_page(use(), "October 2024 to September 2025", SYNTHETIC, FACTS),
        coverage_page(coverage_parts()),
        foi_page(request_parts()),
        about_page(about_parts()),
    )
    return {page.path: page for page in made}
