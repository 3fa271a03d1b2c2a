"""The page of every trust: what it issued, how that compares, what cannot be seen, what it was before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl

from remission.atlas.pictures.coverage_grid import PlaceCoverage
from remission.atlas.pictures.percentile_strip import Row, Strip, rows_by_measure, strips_from
from remission.atlas.pictures.run_chart import Run
from remission.atlas.pictures.therapy_mix import Mix
from remission.atlas.place_words import MeasureWords
from remission.atlas.recipes.answers import ANSWERS
from remission.atlas.recipes.codes import doubt_words, doubtful_of, verdict_words
from remission.atlas.recipes.last_year import withdrawn_before
from remission.exhibits.month_axis import Months
from remission.exhibits.page import Fact
from remission.foi.letters.letter import letter_to
from remission.inputs.provenance import Provenance
from remission.library.catalogue import therapies
from remission.places.centres import centres
from remission.places.peers import Place, distance_km, nearest, similar_size
from remission.stats.estimates import Estimates
from remission.stats.months.run_chart import RunCharts, run_chart
from remission.supply.coverage.extracts import shown_by_month
from remission.supply.explain import WHY, CoverageAccounts
from remission.supply.measures.definitions import library_measures
from remission.supply.views import ENGLAND, AtlasViews

# Classes as readers know them, in the order of the stack; the class of a therapy is that of the library.
CLASSES: dict[str, str] = {
    "interferon beta": "Interferons",
    "glatiramer": "Glatiramer",
    "pyrimidine synthesis inhibitor": "Teriflunomide",
    "fumarate": "Fumarates",
    "S1P receptor modulator": "S1P modulators",
    "purine analogue": "Cladribine",
    "anti-alpha4 integrin antibody": "Natalizumab",
    "anti-CD20 antibody": "Anti-CD20",
    "anti-CD52 antibody": "Alemtuzumab",
}
OTHER = "Other"
STRIPS = (
    "injectables-seen",
    "hospital-anti-cd20",
    "high-efficacy",
    "injectables",
    "subcutaneous-natalizumab",
    "diversity",
    "net-growth",
    "volume",
)
NEAREST, SIMILAR, PEERS = 3, 3, 10


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
    organisations is not `listed`: nothing is known of its place. `counted_twice` says which old codes may be, and when.
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
    counted_twice: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class TrustParts:
    """What a trust's page is made of.

    `starts` has columns therapy, units (null: not known), first, last (months) and reading, what the number can say.
    `answers` are answers to freedom-of-information requests, in the columns that `answers_table` names. `facts` say
    where each figure comes from. `why` says of each therapy, in the columns of `WHY`, what was asked of the newest
    month; `letter` is the request that would find out, empty where nobody can be asked.
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
    why: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=WHY))
    letter: str = ""


@dataclass(frozen=True, eq=False)
class TrustSheets:
    """Everything that the pages of all trusts share, computed once; `parts` is what one page is made of."""

    views: AtlasViews
    latest: Estimates
    words: Mapping[str, MeasureWords]
    facts: Sequence[Fact]
    answers: Mapping[str, pl.DataFrame]
    accounts: CoverageAccounts
    day: date

    @property
    def months(self) -> Months:
        """The months that every picture spans."""
        return Months(self.views.months[0], self.views.months[-1])

    @cached_property
    def mixes(self) -> Mapping[str, pl.DataFrame]:
        """Patient-years by month and class of each trust, null where it did not report."""
        classes = {name: CLASSES.get(one.group, OTHER) for name, one in therapies().items()}
        group = pl.col("therapy").replace_strict(classes, default=OTHER)
        issued = self.views.as_now.with_columns(group=group).group_by("code", "month", "group")
        totals = issued.agg(pl.col("patient_years").sum())
        reported = self._reported.filter("reported").select("code", "month")
        # From the reports: a month with a report and no row is a true 0, one without a report is a gap.
        full = reported.join(totals, on=["code", "month"], how="left")
        return _by_code(full.with_columns(pl.col("group").fill_null(OTHER), pl.col("patient_years").fill_null(0.0)))

    @cached_property
    def _reported(self) -> pl.DataFrame:
        """Whether each trust reported in each month."""
        monthly = self.views.monthly
        codes, months = np.meshgrid(np.arange(len(monthly.codes)), np.arange(len(monthly.months)), indexing="ij")
        return pl.DataFrame(
            {
                "code": pl.Series(monthly.codes).gather(codes.ravel()),
                "month": pl.Series(monthly.months).gather(months.ravel()),
                # A month with an amount in a unit that nobody can turn into patient-years is not known either.
                "reported": (monthly.reported & ~monthly.unknown.any(axis=1)).ravel(),
            }
        )

    @cached_property
    def _totals(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        monthly = self.views.monthly
        return np.where(monthly.whole, monthly.patient_years[0].sum(axis=1), np.nan)

    @cached_property
    def _runs(self) -> RunCharts:
        # All trusts at once: the rules of a run chart are arrays, and a page takes one row of them.
        return run_chart(self._totals)

    @cached_property
    def _coverage(self) -> Mapping[str, pl.DataFrame]:
        return _by_code(self.views.coverage.frame)

    @cached_property
    def _submitted(self) -> Mapping[str, pl.DataFrame]:
        return _by_code(self.views.submissions)

    @cached_property
    def _places(self) -> Sequence[Place]:
        nodes = {row["code"]: row for row in self.views.organisations.nodes.iter_rows(named=True)}
        sizes = np.nansum(self._totals[:, -12:], axis=1)
        return [
            Place(code, nodes.get(code, {}).get("latitude"), nodes.get(code, {}).get("longitude"), float(size))
            for code, size in zip(self.views.monthly.codes, sizes, strict=True)
        ]

    @cached_property
    def _parents(self) -> Mapping[str, Mapping[str, str]]:
        last = self.views.months[-1]
        return {level: dict(self.views.organisations.parents(level, last).iter_rows()) for level in ("icb", "region")}

    def parts(self, code: str) -> TrustParts:
        """What the page of one trust is made of."""
        name = self.name_of(code)
        peers = similar_size(self._places, code, PEERS)
        return TrustParts(
            place=self._place(code, name),
            mix=self.mix_of(code),
            run=self._run(code, name),
            coverage=self._place_coverage(code, name),
            strips=self._strips(code, peers),
            neighbours=list(self._neighbours(code, peers)),
            starts=self._starts(code),
            answers=self.answers.get(code, pl.DataFrame(schema=ANSWERS)),
            facts=self.facts,
            provenance=self.views.atlas.provenance,
            why=self.accounts.newest(code, self.shown),
            letter=letter_to(code, self.day),
        )

    def name_of(self, code: str) -> str:
        """What a trust is called; a code in no list is shown as it is: it may be a trust that we do not know yet."""
        return self.views.names.get(code, f"Code {code}, in no list")

    def mix_of(self, code: str) -> Mix:
        """What one trust issued by class, month by month."""
        partly = frozenset(shown_by_month(self.views.atlas.extracts))
        return Mix(self.name_of(code), self.mixes.get(code, _NO_MIX), self.classes, self.months, partly)

    @property
    def classes(self) -> Sequence[str]:
        """The classes of therapies in the order of the stack."""
        return (*CLASSES.values(), OTHER)

    def _run(self, code: str, name: str) -> Run:
        at = self.views.monthly.codes.index(code)
        frame = pl.DataFrame({"month": self.views.months, "value": self._totals[at]}).with_columns(
            pl.col("value").fill_nan(None)
        )
        notes = [(day, f"{old} joined") for old, day in self._joined(code)]
        return Run(name, "All therapies", "patient-years a month", frame, self.months, _chart_of(self._runs, at), notes)

    def _joined(self, code: str) -> Iterator[tuple[str, date]]:
        for row in self.views.organisations.predecessors(code).iter_rows(named=True):
            # Only mergers that took the whole of a trust within these months: a part that moved has no date in its
            # series.
            if row["date"] is not None and row["takes_total"] == "yes" and self.months.first <= row["date"]:
                yield self.views.names.get(row["predecessor"], row["predecessor"]), row["date"]

    def _place_coverage(self, code: str, name: str) -> PlaceCoverage:
        return PlaceCoverage(name, self._coverage[code], self._submitted[code], self.shown, self.months)

    @cached_property
    def shown(self) -> Sequence[str]:
        """The therapies that were not withdrawn before the first month."""
        gone = withdrawn_before(self.months.first)
        return [one for one in self.views.monthly.therapies if one not in gone]

    def _strips(self, code: str, peers: Sequence[str]) -> list[Strip]:
        measures = [self.words[name] for name in STRIPS if name in self.words]
        return strips_from(self._compared, measures, code, peers, ENGLAND)

    @cached_property
    def _compared(self) -> Mapping[str, Sequence[Row]]:
        """What strips are drawn from."""
        compared = pl.col("what").is_in(STRIPS) & ((pl.col("population") == "trust") | (pl.col("group") == ENGLAND))
        return rows_by_measure(Estimates(self.latest.frame.filter(compared)))

    def _neighbours(self, code: str, peers: Sequence[str]) -> Iterator[Neighbour]:
        places = {place.code: place for place in self._places}
        near = nearest(self._places, code, NEAREST)
        for one in near:
            km = distance_km(places[code], places[one])
            yield Neighbour(one, self.views.names.get(one, one), f"nearest, {km:.0f} km")
        # Peers that are neighbours already are not named twice.
        for one in [peer for peer in peers if peer not in near][:SIMILAR]:
            yield Neighbour(one, self.views.names.get(one, one), "similar amount issued")

    def _starts(self, code: str) -> pl.DataFrame:
        measures = {name: one for name, one in library_measures().items() if one.kind == "starts"}
        rows = self.latest.frame.filter(pl.col("group") == code, pl.col("what").is_in(list(measures)))
        said = [
            {
                "therapy": measures[row["what"]].therapy,
                "units": None if row["value"] is None else round(row["numerator"]),
                "first": _month(row["from_day"]),
                "last": _month(row["to_day"]),
                "reading": therapies()[measures[row["what"]].therapy or ""].starts,
            }
            for row in rows.iter_rows(named=True)
        ]
        schema = {"therapy": pl.String, "units": pl.Int64, "first": pl.Date, "last": pl.Date, "reading": pl.String}
        return pl.DataFrame(said, schema=schema)

    def _place(self, code: str, name: str) -> PlaceFacts:
        nodes = self.views.organisations.nodes.filter(pl.col("code") == code).to_dicts()
        node = nodes[0] if nodes else {"opened": None, "closed": None}
        names = self.views.names
        icb = self._parents["icb"].get(code)
        return PlaceFacts(
            code=code,
            name=name,
            region=names.get(self._parents["region"].get(code, ""), "region not known"),
            icb=names.get(icb or "", "care board not known since its area was split"),
            opened=node["opened"],
            closed=node["closed"],
            predecessors=list(self._predecessors(code)),
            reported_as=self._reported_as(code),
            notes=list(self._notes(code, known=bool(nodes))),
            listed=bool(nodes),
            counted_twice=[doubt_words(row) for row in self._doubtful.iter_rows(named=True) if row["code"] == code],
        )

    @cached_property
    def _doubtful(self) -> pl.DataFrame:
        return doubtful_of(self.views)

    def _predecessors(self, code: str) -> Iterator[Predecessor]:
        for row in self.views.organisations.predecessors(code).iter_rows(named=True):
            if row["date"] is not None:
                old = row["predecessor"]
                name = self.views.names.get(old, old)
                yield Predecessor(old, name, row["date"], row["kind"], row["source"], row["status"])

    def _reported_as(self, code: str) -> list[tuple[str, date, date]]:
        spans = self._spans.get(code)
        return [] if spans is None else list(spans.select("ods_code", "first", "last").iter_rows())

    @cached_property
    def _spans(self) -> Mapping[str, pl.DataFrame]:
        spans = self.views.as_now.group_by("code", "ods_code").agg(
            first=pl.col("month").min(), last=pl.col("month").max()
        )
        return _by_code(spans.sort("first", "ods_code"))

    def _notes(self, code: str, *, known: bool) -> Iterator[str]:
        if not known:
            yield "This code is in none of our lists of organisations; it is shown as it was reported."
        for one in centres():
            if one.code == code:
                yield f"{one.what}: {one.says}. Source: {one.source}."
        for row in self.views.recoding.filter(pl.col("code") == code).group_by("predecessor", "verdict").agg(
            months=pl.len(), dropped=pl.col("rows_dropped").sum()
        ).sort("predecessor", "verdict").iter_rows(named=True):  # fmt: skip
            yield verdict_words(row)


_NO_MIX = pl.DataFrame(schema={"month": pl.Date, "group": pl.String, "patient_years": pl.Float64})


def _chart_of(charts: RunCharts, at: int) -> RunCharts:
    """The chart of one of several series."""
    return RunCharts(*(getattr(charts, part.name)[at] for part in fields(charts)))


def _by_code(frame: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    return {str(code): part for (code,), part in frame.partition_by("code", as_dict=True).items()}


def _month(day: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).replace(day=1)
