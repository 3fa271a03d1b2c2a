"""What was planted in invented files, as tables to score a reader against: use, leaks, codes, submissions, rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.simulation.stock.files import Version
from remission.simulation.stock.plan import LEAKS, STYLES
from remission.simulation.stock.supply import USES, Line
from remission.simulation.stock.troubles import NONE, PARTLY, Rows
from remission.simulation.stock.world import ScmdOptions, World

if TYPE_CHECKING:
    from remission.simulation.stock.trusts import Flags, Floats, Ints

SENT = ("yes", "partly", "no")
OUTSOURCED = "infusions outsourced"
COURSES, COURSE_MONTHS = ("alemtuzumab", "cladribine"), 12


@dataclass(frozen=True)
class Truth:
    """What was planted.

    cells: one row a month, trust of today (ods_code) and therapy: patient_years_true (issued by any way),
        patient_years_issued (by the newest files), in_use (yes, no: does the trust treat anybody with it; of courses,
        has it issued any by any way within a year), visible (yes, partly, no: can the files show its supply), leak
        (why not; none), submitted (yes, partly, no).
    trusts: ods_code, service, hub, style, size (people on a therapy in January 2019), leak, leak_from,
        infusions_leak_from (first months).
    codes: ods_code of once, code_now, merged, switched (first month under the code of today), rebuilt.
    submissions: month, ods_code as reported, submitted.
    files: one row a file: its rows by kind (ms, apart, near, other) and how many have each trouble.
    """

    options: ScmdOptions
    cells: pl.DataFrame
    trusts: pl.DataFrame
    codes: pl.DataFrame
    submissions: pl.DataFrame
    files: pl.DataFrame


@dataclass(frozen=True)
class Written:
    """One file as it was written: its version, how much of what is in it, and its rows of MS therapies."""

    version: Version
    counts: dict[str, object]
    ms_rows: Rows

    @classmethod
    def of(cls, world: World, version: Version, rows: Rows, file: str) -> Written:
        """Counted, and without the rows of other medicines, which are too many to keep."""
        ms = sum(line.is_ms for line in world.lines)
        return cls(version, _counted(world, version, rows, file), rows.only(rows.product < ms))


def truth_of(world: World, written: list[Written]) -> Truth:
    """The truth of a world of which these files were written."""
    return Truth(
        world.options,
        _cells(world, _newest(written)),
        _trusts(world),
        _codes(world),
        _submissions(world),
        pl.DataFrame([one.counts for one in written]),
    )


def _newest(written: list[Written]) -> dict[date, Rows]:
    """Of each month the rows that count: finalised before provisional ones, then those fetched last."""
    # The last in order wins, as the reader of files must find out by itself.
    ranked = sorted(written, key=lambda one: (one.version.series != "provisional", one.version.fetched))
    return {one.version.month: one.ms_rows for one in ranked}


def _counted(world: World, version: Version, rows: Rows, file: str) -> dict[str, object]:
    kinds = np.array([*("ms" if line.is_ms else line.kind for line in world.lines), "other"])
    kind = kinds[np.minimum(rows.product, len(world.lines))]
    no_value = (world.names.products["unit"] == "no value").to_numpy()[rows.product]
    return {
        "file": file,
        "series": version.series,
        "month": version.month,
        "fetched": version.fetched,
        "rows": rows.product.size,
        **{name: int((kind == name).sum()) for name in ("ms", "apart", "near", "other")},
        "null_costs": int(rows.null_cost.sum()),
        "negatives": int(rows.negative.sum()),
        "part_vials": int(rows.part_vial.sum()),
        "no_value_units": int(no_value.sum()),
    }


def _cells(world: World, newest: dict[date, Rows]) -> pl.DataFrame:
    shape = world.people.shape
    trust, month, therapy = (places.ravel() for places in np.indices(shape))
    true, part = _truly_issued(world), world.shown.ravel()
    return pl.DataFrame(
        {
            "month": np.array(world.options.months, "datetime64[D]")[month],
            "ods_code": np.array(world.sites.trusts)[trust],
            "therapy": np.array([use.therapy for use in USES])[therapy],
            "patient_years_true": true.ravel(),
            "patient_years_issued": _issued(world, newest).ravel(),
            "in_use": np.where(_in_use(world, true).ravel(), "yes", "no"),
            "visible": np.select([part == 1, part > 0], ["yes", "partly"], "no"),
            "leak": np.where(part == 1, "none", _leaks(world).ravel()),
            "submitted": np.array(SENT)[_sent_by_trust(world)[trust, month]],
        }
    )


def _ms_lines(world: World) -> tuple[tuple[Line, ...], Floats, Ints]:
    """The lines of MS therapies, which come first: patient-years of one unit, and place of the therapy."""
    lines = tuple(line for line in world.lines if line.is_ms)
    years = np.array([1 / line.units_per_year if line.units_per_year else 0.0 for line in lines])
    therapies = [use.therapy for use in USES]
    return lines, years, np.array([therapies.index(line.therapy) for line in lines])


def _truly_issued(world: World) -> Floats:
    """Patient-years issued by any way, shape (trusts, months, therapies)."""
    lines, years, therapies = _ms_lines(world)
    found = np.zeros(world.people.shape)
    for place, therapy in enumerate(therapies):
        each = years[place] * lines[place].at_a_time
        np.add.at(found[:, :, therapy], world.sites.family, world.issued[:, :, place] * each)
    return found


def _in_use(world: World, true: Floats) -> Flags:
    """Whether each trust treats anybody; with courses, for so long as one lasts; shape as `true`."""
    lately = np.zeros(true.shape, dtype=bool)
    for ago in range(min(COURSE_MONTHS, true.shape[1])):
        # A course works on after it was issued: a month without an issue is no month without use.
        lately[:, ago:] |= true[:, : true.shape[1] - ago] > 0
    is_course = np.isin([use.therapy for use in USES], COURSES)
    return np.where(is_course, lately, world.people > 0)


def _issued(world: World, newest: dict[date, Rows]) -> Floats:
    """Patient-years in the files, shape (trusts, months, therapies)."""
    found, (_, years, therapy) = np.zeros(world.people.shape), _ms_lines(world)
    trust = _trust_of_reporter(world)
    for place, month in enumerate(world.options.months):
        rows = newest[month]
        units = rows.quantity / world.products.udfs_size[rows.product]
        where = trust[rows.reporter], therapy[rows.product]
        np.add.at(found[:, place], where, units * years[rows.product])
    return found


def _trust_of_reporter(world: World) -> Ints:
    codes, family = world.sites.codes, world.sites.family
    old = [int(family[codes.index(code)]) for code in world.sites.reporters[len(world.sites.trusts) :]]
    return np.array([*range(len(world.sites.trusts)), *old])


def _leaks(world: World) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
    """Why supply would not be in the files, shape (trusts, months, therapies)."""
    at_home = np.array([use.at_home for use in USES])
    kinds = np.array(LEAKS)[world.plan.leak]
    return np.broadcast_to(np.where(at_home, kinds[:, None, None], OUTSOURCED), world.people.shape)


def _sent_by_trust(world: World) -> Ints:
    """Place in `SENT` by trust of today and month: partly when only some of the codes it goes under sent a month."""
    shape = len(world.sites.trusts), len(world.options.months)
    total, whole, none = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    how = np.take_along_axis(world.sent, world.reported, axis=0)
    for found, counted in ((total, how >= 0), (whole, how == 0), (none, how == NONE)):
        np.add.at(found, world.sites.family, counted)
    return np.where(whole == total, 0, np.where(none == total, NONE, PARTLY))


def _trusts(world: World) -> pl.DataFrame:
    plan = world.plan
    return pl.DataFrame(
        {
            "ods_code": world.sites.trusts,
            "service": np.where(plan.service, "yes", "no"),
            "hub": np.where(plan.hub, "yes", "no"),
            "style": np.array(STYLES)[plan.style],
            "size": plan.size,
            "leak": np.array(LEAKS)[plan.leak],
            "leak_from": _months(world, plan.leak_from),
            "infusions_leak_from": _months(world, plan.outsourced_from),
        }
    )


def _months(world: World, places: Ints) -> pl.Series:
    """First days of months by place, also of those before the first; null after the last."""
    months = world.options.months
    begin = np.datetime64(months[0], "M")
    days = [(begin + int(place)).astype(object) if place < len(months) else None for place in places]
    return pl.Series(days, dtype=pl.Date)


def _codes(world: World) -> pl.DataFrame:
    sites = world.sites
    old = np.array([code not in sites.trusts for code in sites.codes], dtype=bool)
    return pl.DataFrame(
        {
            "ods_code": np.array(sites.codes)[old],
            "code_now": np.array(sites.trusts)[sites.family[old]],
            "merged": _months(world, sites.merged[old]),
            "switched": _months(world, sites.switched[old]),
            "rebuilt": np.where(sites.rebuilt[old], "yes", "no"),
        }
    )


def _submissions(world: World) -> pl.DataFrame:
    """Every code under which somebody stands in a month, and whether it sent that month."""
    months = np.broadcast_to(np.arange(len(world.options.months)), world.reported.shape)
    place = (
        pl.DataFrame({"month": months.ravel(), "reporter": world.reported.ravel()}).unique().sort("month", "reporter")
    )
    month, reporter = place["month"].to_numpy(), place["reporter"].to_numpy()
    return pl.DataFrame(
        {
            "month": np.array(world.options.months, "datetime64[D]")[month],
            "ods_code": np.array(world.sites.reporters)[reporter],
            "submitted": np.array(SENT)[world.sent[reporter, month]],
        }
    )
