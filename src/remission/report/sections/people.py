"""Who was evaluated, treated and followed: the flow, follow-up, and people as they were on day zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remission.exhibits.page import Block, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import count, months
from remission.records.cohort import NO_PARTIAL_DATE, Cohort
from remission.report.curves.first_events import estimate_whole
from remission.report.pictures.flow import draw_flow
from remission.report.population import derive_baseline, derive_flow, estimate_time_known
from remission.report.sentences import named

if TYPE_CHECKING:
    from remission.report.asked import Asked

# First: what is said of people can be judged only by who they were.
PLACE = 10
Row = dict[str, Any]


def make_section(asked: Asked) -> Section:
    """The flow with what is known of follow-up, then the baseline."""
    cohort = asked.cohort
    steps = derive_flow(cohort, estimate_whole(asked).outcome)
    flow = asked.picture(draw_flow(steps, cohort.provenance))
    blocks = [Block(picture=flow, sentences=_follow_up(asked)), Block("On day zero", tables=[_baseline(asked)])]
    return Section("people", "Who was evaluated, treated and followed", blocks)


def _follow_up(asked: Asked) -> list[str]:
    cohort = asked.cohort
    cut = cohort.manifest.data_cut
    said = [f"Day zero: {cohort.manifest.day_zero}. Data cut: {'not given' if cut is None else cut}.", *_known(cohort)]
    rows: list[Row] = estimate_whole(asked).follow_up.rows()
    # The other row is the plain median of times, events and ends alike: it stands in the table and is not said.
    reverse = [row for row in rows if row["what"].endswith("median follow-up")]
    said += [named(row, _reverse(row)) for row in reverse]
    dates = [] if cohort.completed_dates == NO_PARTIAL_DATE else [f"Partial dates: {cohort.completed_dates}."]
    return [*said, f"When somebody was looking: {cohort.observed_rule}.", *dates]


def _known(cohort: Cohort) -> list[str]:
    """Follow-up whatever the endpoint: to the last day on which anything is known. Nothing where nothing is."""
    known: Row = estimate_time_known(cohort).rows()[0]
    if known["value"] is None:
        return []
    of = count(known["n"], "person")
    median = _months(known, "range ")
    unknown = int(known["denominator"] - known["n"])
    without = f"; {unknown:,} without a last day" if unknown else ""
    return [f"Follow-up to the last day on which anything is known: median {median}, in {of} who entered{without}."]


def _reverse(row: Row) -> str:
    if row["value"] is None:
        return "Median follow-up for this endpoint by reverse Kaplan-Meier: not reached."
    return f"Median follow-up for this endpoint by reverse Kaplan-Meier: {_months(row, '')}."


def _months(row: Row, word: str) -> str:
    if row["low"] is None and row["high"] is None:
        return f"{months(row['value'])} months (limits not estimable)"
    limits = [("not reached" if row[limit] is None else months(row[limit])) for limit in ("low", "high")]
    return f"{months(row['value'])} months ({word}{limits[0]} to {limits[1]})"


def _baseline(asked: Asked) -> Table:
    baseline = derive_baseline(asked.cohort, asked.group_by, texts=not asked.aggregates_only)
    columns = (
        Shown("Of those who entered", lambda row: ": ".join(filter(None, (row["what"], row["of"])))),
        *(shows(name) for name in baseline.groups),
    )
    # A row that is missing without a word would read as one that nobody thought of.
    missing = "; ".join(baseline.not_recorded)
    note = f"Not recorded in this cohort: {missing}." if missing else ""
    return Table(
        "baseline", "Persons who entered, on day zero.", baseline.frame, columns, asked.cohort.provenance, note
    )
