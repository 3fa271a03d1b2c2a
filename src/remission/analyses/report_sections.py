"""The sections of a report, each from the recipes beside this file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from remission.analyses.adverse_events import derive_adverse_events
from remission.analyses.edss_change import EdssChange, estimate_edss_change
from remission.analyses.event_free import EventFree
from remission.analyses.planted_truth import compare_with_truth
from remission.analyses.population import derive_baseline, derive_flow, estimate_time_known
from remission.analyses.timelines import derive_timelines
from remission.exhibits.adverse_events import AdverseEvents, draw_adverse_events, grades_table
from remission.exhibits.definition_words import definition_table
from remission.exhibits.estimates_table import estimates_table
from remission.exhibits.figure import Figure
from remission.exhibits.flow import draw_flow
from remission.exhibits.page import Block, Picture, Section
from remission.exhibits.sentences import (
    comparison_sentence,
    difference_sentence,
    headline,
    median_sentence,
    people_sentence,
    restricted_mean_sentence,
)
from remission.exhibits.swimmer import draw_swimmer
from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import count, months, p_words, signed
from remission.outcomes.definitions import Endpoint
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort

Row = dict[str, Any]
AS_THE_WHOLE = "A component: its confidence level, type of interval and times are those of the whole."


@dataclass(frozen=True)
class ReportParts:
    """What the sections are made of; `write` turns a figure into files and a picture for the page."""

    cohort: Cohort
    whole: EventFree
    parts: tuple[EventFree, ...]
    group_by: str | None
    write: Callable[[Figure], Picture]


def sections(parts: ReportParts) -> list[Section]:
    """All sections, in order; one that rests on a table that was not collected says so."""
    return [
        Section("people", "Who was evaluated, treated and followed", _people(parts)),
        Section("endpoint", parts.whole.outcome.endpoint.event_free, [_curve(parts, parts.whole)]),
        *_components(parts),
        Section("timelines", "Timelines", [_timelines(parts)]),
        Section("edss", "Disability (EDSS)", _edss(parts)),
        Section("adverse-events", "Adverse events", _adverse_events(parts)),
        Section("definition", "The definition used", _definition(parts.whole.outcome)),
    ]


def headlines(whole: EventFree) -> list[str]:
    """What stands at the top of the page: the last estimate of each group."""
    return [_named(row, headline(whole.outcome.endpoint.event_free, row)) for row in _last_rows(whole)]


def in_short(whole: EventFree) -> list[str]:
    """What follows it: how many people had which event, and how the groups compare."""
    return [people_sentence(whole.outcome.spells, _causes(whole.outcome)), *_comparison(whole)]


def _last_rows(result: EventFree) -> list[Row]:
    """The estimate at the last of the chosen times that can be given, group by group."""
    rows = result.at_times.rows()
    names = [one.name or None for one in result.curves]
    return [_last_known([row for row in rows if row["group"] == name]) for name in names]


def _last_known(rows: Sequence[Row]) -> Row:
    known = [row for row in rows if row["value"] is not None]
    return (known or list(rows))[-1]


def _named(row: Row, sentence: str) -> str:
    return f"{row['group']}: {sentence}" if row["group"] else sentence


def _causes(outcome: Outcome) -> dict[str, str]:
    parts = outcome.endpoint.parts or (outcome.endpoint,)
    return {part.name: _short(part.title) for part in parts}


def _short(title: str) -> str:
    """A title inside a sentence: without what is in brackets, in lower case unless it is an abbreviation."""
    short = title.partition(" (")[0]
    return short if short[:2].isupper() else short[:1].lower() + short[1:]


def _comparison(result: EventFree) -> list[str]:
    if result.comparison is None:
        return []
    test = result.comparison.log_rank
    said = [comparison_sentence(test, p_words(test.p))]
    pairs = zip(result.comparison.differences.rows(), result.comparison.tests, strict=True)
    return said + [difference_sentence(row, p_words(one.p)) for row, one in pairs]


def _people(parts: ReportParts) -> list[Block]:
    cohort = parts.cohort
    flow = parts.write(draw_flow(derive_flow(cohort, parts.whole.outcome), cohort.provenance))
    return [
        Block(picture=flow, sentences=_follow_up(parts)),
        Block("On day zero", tables=[_baseline(parts)]),
    ]


def _follow_up(parts: ReportParts) -> list[str]:
    cohort = parts.cohort
    known: Row = estimate_time_known(cohort).rows()[0]
    cut = cohort.manifest.data_cut
    said = [f"Day zero: {cohort.manifest.day_zero}. Data cut: {'not given' if cut is None else cut}."]
    if known["value"] is not None:
        of = count(known["n"], "person")
        median = _months(known, "range ")
        said.append(f"Follow-up to the last day on which anything is known: median {median}, in {of} who entered.")
    rows: list[Row] = parts.whole.follow_up.rows()
    reverse = [row for row in rows if row["what"].endswith("median follow-up")]
    said += [_named(row, _reverse(row)) for row in reverse]
    return [*said, f"When somebody was looking: {cohort.observed_rule}."]


def _reverse(row: Row) -> str:
    if row["value"] is None:
        return "Median follow-up for this endpoint by reverse Kaplan-Meier: not reached."
    return f"Median follow-up for this endpoint by reverse Kaplan-Meier: {_months(row, '')}."


def _months(row: Row, word: str) -> str:
    if row["low"] is None and row["high"] is None:
        return f"{months(row['value'])} months (limits not estimable)"
    limits = [("not reached" if row[limit] is None else months(row[limit])) for limit in ("low", "high")]
    return f"{months(row['value'])} months ({word}{limits[0]} to {limits[1]})"


def _baseline(parts: ReportParts) -> Table:
    baseline = derive_baseline(parts.cohort, parts.group_by)
    columns = (
        shows("what", "Of those who entered"),
        shows("of", "Value", words=True),
        *(shows(name) for name in baseline.groups),
    )
    missing = "; ".join(words[:1].lower() + words[1:] for words in baseline.not_recorded)
    note = f"Not recorded in this cohort: {missing}." if missing else ""
    return Table(
        "baseline", "Persons who entered, on day zero.", baseline.frame, columns, parts.cohort.provenance, note
    )


def _curve(parts: ReportParts, result: EventFree, title: str = "") -> Block:
    """A curve with what it says: sentences, then the estimates."""
    outcome = result.outcome
    name, words = outcome.name, outcome.endpoint.event_free
    said = [_paragraph(result, place, row) for place, row in enumerate(_last_rows(result))]
    table = estimates_table(f"estimates-{name}", words, result.estimates, parts.cohort.provenance)
    truth = compare_with_truth(parts.cohort, result, parts.group_by) if result is parts.whole else None
    tables = [table, *([truth] if truth else [])]
    return Block(title, [*said, *_comparison(result)], parts.write(result.draw()), tables, [_endings(outcome)])


def _paragraph(result: EventFree, place: int, row: Row) -> str:
    """What the curve of one group says."""
    outcome = result.outcome
    parts = [
        headline(outcome.endpoint.event_free, row),
        people_sentence(result.spells[place], _causes(outcome)),
        median_sentence(result.median.rows()[place]),
        restricted_mean_sentence(result.restricted_mean.rows()[place]),
    ]
    return _named(row, " ".join(parts))


def _components(parts: ReportParts) -> Iterator[Section]:
    if parts.parts:
        blocks = [_curve(parts, part, part.outcome.endpoint.event_free) for part in parts.parts]
        yield Section("components", "Each component", blocks)


def _endings(outcome: Outcome) -> Table:
    """How everyone's time under this endpoint ended."""
    from_reason = pl.when("event").then(pl.lit("event: ") + pl.col("cause")).otherwise(pl.col("reason")).alias("ending")
    counted = (
        outcome.spells.group_by(from_reason).agg(persons=pl.len()).sort("persons", "ending", descending=[True, False])
    )
    columns = (shows("ending", "How it ended"), shows("persons", "Persons"))
    return Table(
        f"endings-{outcome.name}",
        f"{outcome.endpoint.event_free}: how each person's time ended.",
        counted,
        columns,
        outcome.provenance,
    )


def _timelines(parts: ReportParts) -> Block:
    timelines = derive_timelines(parts.cohort, parts.whole.outcome, parts.group_by)
    return Block(picture=parts.write(draw_swimmer(timelines, parts.whole.clock, parts.cohort.provenance)))


def _edss(parts: ReportParts) -> list[Block]:
    if not parts.cohort.collected("visits"):
        return [Block(sentences=["Not collected: this cohort lists no visits."])]
    change = estimate_edss_change(parts.cohort, parts.group_by)
    said = [sentence for place, row in enumerate(change.summary.rows()) for sentence in _change(change, place, row)]
    return [
        Block("Change among those who completed follow-up", said, parts.write(change.draw_change())),
        Block("Everyone", (), parts.write(change.draw_trajectories())),
    ]


def _change(change: EdssChange, place: int, row: Row) -> Iterator[str]:
    if row["value"] is None:
        yield _named(row, "Nobody completed follow-up with a score before and after, so no change can be given.")
        return
    spread = f"{signed(row['value'])} (quartiles {signed(row['low'])} to {signed(row['high'])})"
    of = f"{row['n']} of {count(row['denominator'], 'person')} who completed follow-up"
    yield _named(row, f"Median change in EDSS {spread}, in {of} and have a score before and after.")
    test = change.tests[place]
    if test is not None:
        yield _named(row, comparison_sentence(test, p_words(test.p)))


def _adverse_events(parts: ReportParts) -> list[Block]:
    groups = derive_adverse_events(parts.cohort, parts.group_by)
    if groups is None:
        return [Block(sentences=["Not collected: this cohort lists no adverse events. That is not the same as none."])]
    return [_adverse_events_of(parts, found) for found in groups]


def _adverse_events_of(parts: ReportParts, found: AdverseEvents) -> Block:
    entered, late = (count(found.at_risk[window], "person") for window in ("early", "late"))
    left_out = f" Left out: {count(found.before, 'event')} before day zero." if found.before else ""
    said = (
        f"Early: from day 0 to day 100, of {entered} who entered. Late: after day 100, of {late} still followed then."
    )
    figure = draw_adverse_events(found)
    return Block(found.group, [said + left_out], parts.write(figure), [figure.table, grades_table(found)])


def _definition(outcome: Outcome) -> list[Block]:
    return [_one_definition(one, outcome) for one in (outcome.endpoint, *outcome.endpoint.parts)]


def _one_definition(endpoint: Endpoint, outcome: Outcome) -> Block:
    part = endpoint is not outcome.endpoint
    table = definition_table(endpoint, outcome.provenance, part)
    return Block(endpoint.title, [endpoint.summary, *([AS_THE_WHOLE] if part else [])], tables=[table])
