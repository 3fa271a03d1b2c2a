"""The sections of a report, each from the recipes beside this file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from remission.exhibits.figure import Figure
from remission.exhibits.page import Block, Picture, Section
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.wording import EventWords, count, event_noun, event_words, months, p_words, signed
from remission.outcomes.changes import derive_changes
from remission.outcomes.definitions.records import REASON_WORDS, Endpoint, Estimation
from remission.outcomes.epochs import carry_overs, derive_epochs
from remission.outcomes.outcome import Outcome
from remission.records.cohort import NO_PARTIAL_DATE, Cohort
from remission.report.adverse_events import derive_adverse_events
from remission.report.definitions.words import definition_table
from remission.report.edss_change import EdssChange, estimate_edss_change
from remission.report.event_free import EventFree
from remission.report.event_rates import EventRates, derive_therapy_counts
from remission.report.groups import GROUP, label_groups
from remission.report.pictures.adverse_events import AdverseEvents, draw_adverse_events, grades_table, left_out_words
from remission.report.pictures.estimates_table import estimates_table
from remission.report.pictures.event_kinds import derive_event_kinds, event_kinds_table, kinds_sentences, therapy_table
from remission.report.pictures.event_rates import (
    decimals,
    draw_event_rates,
    headline_rates,
    rate_sentence,
    ratio_sentence,
    times_table,
    why_headline,
)
from remission.report.pictures.flow import draw_flow
from remission.report.pictures.kaplan_meier import NamedCurve
from remission.report.pictures.swimmer import draw_swimmer
from remission.report.pictures.window_status import WindowStatus, draw_window_status, share_sentence, why_table
from remission.report.planted_truth import compare_with_truth
from remission.report.population import derive_baseline, derive_flow, estimate_time_known
from remission.report.sentences import (
    AS_RECORDED,
    compared_sentence,
    comparison_sentence,
    difference_sentence,
    headline,
    left_out_sentence,
    median_sentence,
    nobody_followed,
    people_sentence,
    restricted_mean_sentence,
    slip_sentence,
)
from remission.report.timelines import derive_timelines
from remission.stats.survival.kaplan_meier import early_risk_set

Row = dict[str, Any]
AS_THE_WHOLE = "A component: its confidence level, type of interval and times are those of the whole."


@dataclass(frozen=True)
class ReportParts:
    """What the sections are made of; `write` turns a figure into files and a picture for the page.

    `outcome` has every episode of an endpoint that recurs, where `whole` is of the first; `rates` are of one that
    recurs, `windows` of one that is read in windows of time.
    """

    cohort: Cohort
    outcome: Outcome
    whole: EventFree
    parts: tuple[EventFree, ...]
    rates: EventRates | None
    windows: WindowStatus | None
    group_by: str | None
    write: Callable[[Figure], Picture]


def sections(parts: ReportParts) -> list[Section]:
    """All sections, in order; one that rests on a table that was not collected says so."""
    return [
        Section("people", "Who was evaluated, treated and followed", _people(parts)),
        *_how_often(parts),
        Section("endpoint", parts.whole.outcome.endpoint.event_free, [_curve(parts, parts.whole)]),
        *_windows(parts),
        *_components(parts),
        *_therapies(parts),
        Section("timelines", "Timelines", [_timelines(parts)]),
        Section("edss", "Disability (EDSS)", _edss(parts)),
        Section("adverse-events", "Adverse events", _adverse_events(parts)),
        Section("definition", "The definition used", _definition(parts.whole, parts.outcome)),
    ]


def headlines(whole: EventFree, rates: EventRates | None = None) -> list[str]:
    """What stands at the top of the page: how often, of an endpoint that recurs; else the last estimate of the curves.

    That is the last that all groups reach. Of people whom nobody followed it says so.
    """
    if not any(one.curve.n for one in whole.curves):
        return [nobody_followed(whole.outcome.spells.height)]
    if rates is not None:
        return _rate_sentences(rates)
    return [_named(row, _headline(whole, row)) for row in _last_rows(whole)]


def in_short(whole: EventFree, rates: EventRates | None = None, windows: WindowStatus | None = None) -> list[str]:
    """What follows it: how many people had which event, how groups compare, and the status in the longest window."""
    if not any(one.curve.n for one in whole.curves):
        return []
    outcome = whole.outcome
    cautions = [_named({"group": one.name or None}, said) for one in whole.curves for said in _caution(one)]
    said = [people_sentence(outcome.spells, _causes(outcome), _event(outcome)), *cautions]
    said += _longest_window(windows)
    return [*said, *_ratios(rates), AS_RECORDED] if rates and rates.tests else [*said, *_comparison(whole)]


def _longest_window(windows: WindowStatus | None) -> list[str]:
    if windows is None:
        return []
    rows: list[Row] = windows.counts.to_dicts()
    longest = max((row["to_day"] - row["from_day"] for row in rows), default=0)
    return [share_sentence(row, windows.level) for row in rows if row["to_day"] - row["from_day"] == longest]


def _caution(one: NamedCurve) -> list[str]:
    """What late entry does to the start of a curve: nothing, or a sentence."""
    thin = early_risk_set(one.curve)
    return [f"Caution: {thin}"] if thin else []


def _headline(result: EventFree, row: Row) -> str:
    said = headline(result.outcome.endpoint.event_free, row, _event(result.outcome))
    wanted = max(result.at_times.frame["at_days"])
    if row["at_days"] == wanted or row["value"] is None:
        return said
    short = [one.name for one in _deciding(result) if one.curve.last_day < wanted]
    return f"{said} {slip_sentence(short, wanted)}"


def _event(outcome: Outcome) -> EventWords:
    return event_words(outcome.endpoint.title, outcome.endpoint.rule)


def _last_rows(result: EventFree) -> list[Row]:
    """The estimates, group by group, at the last chosen time that all groups reach; at the first if there is none."""
    rows: list[Row] = result.at_times.rows()
    shortest = min((one.curve.last_day for one in _deciding(result)), default=0)
    days = [row["at_days"] for row in rows]
    at = max((day for day in days if day <= shortest), default=min(days))
    return [row for row in rows if row["at_days"] == at]


def _deciding(result: EventFree) -> list[NamedCurve]:
    """The groups whose follow-up decides the time: those with anybody followed, people without a group only alone."""
    followed = [one for one in result.curves if one.curve.n]
    return [one for one in followed if one.name != result.unrecorded] or followed


def _named(row: Row, sentence: str) -> str:
    return f"{row['group']}: {sentence}" if row["group"] else sentence


def _causes(outcome: Outcome) -> dict[str, str]:
    parts = outcome.endpoint.parts or (outcome.endpoint,)
    return {part.name: event_noun(part.title) for part in parts}


def _comparison(result: EventFree) -> list[str]:
    if result.comparison is None:
        return []
    found, event = result.comparison, _event(result.outcome)
    pairs = zip(found.differences.rows(), found.tests, strict=True)
    return [
        comparison_sentence(found.log_rank, p_words(found.log_rank.p)),
        *(difference_sentence(row, p_words(one.p), event) for row, one in pairs),
        *([compared_sentence(found.compared)] if len(found.compared) > 1 else []),
        *(left_out_sentence(one.group, one.persons, one.why) for one in found.left_out),
        AS_RECORDED,
    ]


def _how_often(parts: ReportParts) -> Iterator[Section]:
    """Rates of an endpoint that recurs; nothing for one that ends with its first event."""
    found, endpoint, provenance = parts.rates, parts.outcome.endpoint, parts.cohort.provenance
    if found is None:
        return
    said = [*_rate_sentences(found), why_headline(found.rates), *_ratios(found)]
    said += [AS_RECORDED] if found.tests else []
    figure = draw_event_rates(endpoint.name, endpoint.title, found.estimates, provenance)
    times = times_table(endpoint.name, endpoint.title, dict(found.counts), provenance)
    block = Block("", [one for one in said if one], parts.write(figure), [figure.table], [times])
    yield Section("how-often", "How often", [block])


def _rate_sentences(found: EventRates) -> list[str]:
    rows = headline_rates(found.rates)
    title = found.outcome.endpoint.title.partition(" (")[0]
    return [_named(row, rate_sentence(title, row, decimals(rows))) for row in rows]


def _ratios(found: EventRates | None) -> list[str]:
    if found is None or len(found.counts) < 2:
        return []
    pairs = zip(found.ratios.rows(), found.tests, strict=True)
    return [
        *(ratio_sentence(row, one, p_words(one.p)) for row, one in pairs),
        *(left_out_sentence(one.group, one.persons, one.why) for one in found.left_out),
    ]


def _windows(parts: ReportParts) -> Iterator[Section]:
    """The status in each window of an endpoint that is read in windows."""
    found = parts.windows
    if found is None:
        return
    figure = draw_window_status(found)
    said = [share_sentence(row, found.level) for row in found.counts.to_dicts()]
    blocks = [Block("", said, parts.write(figure), [figure.table], [why_table(found)])]
    yield Section("windows", "Status in each window", blocks)


def _kinds(parts: ReportParts, outcome: Outcome) -> tuple[list[str], list[Table]]:
    """What became of every change that a progression saw; nothing for other rules."""
    endpoint = outcome.endpoint
    if endpoint.progression is None:
        return [], []
    kinds = derive_event_kinds(outcome, derive_changes(parts.cohort, endpoint))
    return kinds_sentences(endpoint, kinds), [event_kinds_table(endpoint, kinds, outcome.provenance)]


def _therapies(parts: ReportParts) -> Iterator[Section]:
    """What was on when the event came; an event that is itself the start of a therapy is not asked."""
    endpoint, cohort = parts.outcome.endpoint, parts.cohort
    if not cohort.collected("treatments") or endpoint.rule == "therapy":
        return
    starts = [part.name for part in endpoint.parts if part.rule == "therapy"]
    epochs = derive_epochs(cohort)
    counts = {
        group: derive_therapy_counts(replace(parts.outcome, spells=spells), epochs, starts)
        for group, spells in _by_group(parts)
    }
    courses = [one for name, one in carry_overs().items() if name in epochs.filter(kind="course")["therapy"]]
    carried = "; ".join(f"{one.therapy} {one.days:,} days ({one.status})" for one in courses)
    lasts = f", a course for so long after its last day: {carried}" if carried else ""
    note = (
        f"A therapy works from its first to its last recorded day{lasts}; a procedure until another therapy begins. "
        "What was on is no reason for the event: therapies are chosen for reasons, and "
        "are on for different times."
    )
    said = ["On the day of the event, as recorded, beside the time people were observed on each therapy."]
    table = therapy_table(endpoint.name, endpoint.title, counts, cohort.provenance, note)
    yield Section("therapies", "What was on when the event came", [Block("", said, tables=[table])])


def _by_group(parts: ReportParts) -> list[tuple[str, pl.DataFrame]]:
    spells = parts.outcome.spells
    if parts.group_by is None:
        return [("", spells)]
    labels = label_groups(parts.cohort, parts.group_by)
    labelled = spells.join(labels, on="subject_id", how="left", maintain_order="left")
    groups = labelled[GROUP].unique().sort().to_list()
    return [(group, labelled.filter(pl.col(GROUP) == group).drop(GROUP)) for group in groups] or [("", spells)]


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
        unknown = int(known["denominator"] - known["n"])
        without = f"; {unknown:,} without a last day" if unknown else ""
        said.append(
            f"Follow-up to the last day on which anything is known: median {median}, in {of} who entered{without}."
        )
    rows: list[Row] = parts.whole.follow_up.rows()
    reverse = [row for row in rows if row["what"].endswith("median follow-up")]
    said += [_named(row, _reverse(row)) for row in reverse]
    dates = [] if cohort.completed_dates == NO_PARTIAL_DATE else [f"Partial dates: {cohort.completed_dates}."]
    return [*said, f"When somebody was looking: {cohort.observed_rule}.", *dates]


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
        Shown("Of those who entered", lambda row: ": ".join(filter(None, (row["what"], row["of"])))),
        *(shows(name) for name in baseline.groups),
    )
    missing = "; ".join(baseline.not_recorded)
    note = f"Not recorded in this cohort: {missing}." if missing else ""
    return Table(
        "baseline", "Persons who entered, on day zero.", baseline.frame, columns, parts.cohort.provenance, note
    )


def _curve(parts: ReportParts, result: EventFree, title: str = "") -> Block:
    """A curve with what it says: sentences, then the estimates."""
    outcome = result.outcome
    kinds_said, kinds = _kinds(parts, parts.outcome if result is parts.whole else outcome)
    name, words = outcome.name, outcome.endpoint.event_free
    said = [_paragraph(result, place, row) for place, row in enumerate(_last_rows(result))]
    table = estimates_table(f"estimates-{name}", words, result.estimates, parts.cohort.provenance)
    truth = compare_with_truth(parts.cohort, result, parts.group_by) if result is parts.whole else None
    tables = [table, *kinds, *([truth] if truth else [])]
    return Block(
        title, [*said, *kinds_said, *_comparison(result)], parts.write(result.draw()), tables, [_endings(outcome)]
    )


def _paragraph(result: EventFree, place: int, row: Row) -> str:
    """What the curve of one group says."""
    outcome = result.outcome
    event = _event(outcome)
    parts = [
        _headline(result, row),
        people_sentence(result.spells[place], _causes(outcome), event),
        median_sentence(result.median.rows()[place], event),
        restricted_mean_sentence(result.restricted_mean.rows()[place], event),
        *_caution(result.curves[place]),
    ]
    return _named(row, " ".join(parts))


def _components(parts: ReportParts) -> Iterator[Section]:
    if parts.parts:
        blocks = [_curve(parts, part, part.outcome.endpoint.event_free) for part in parts.parts]
        yield Section("components", "Each component", blocks)


def _endings(outcome: Outcome) -> Table:
    """How everyone's time under this endpoint ended."""
    happened = pl.lit("event: ") + pl.col("cause").replace(_causes(outcome))
    from_reason = pl.when("event").then(happened).otherwise(pl.col("reason").replace(REASON_WORDS)).alias("ending")
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
    groups = derive_adverse_events(parts.cohort, parts.group_by, parts.whole.level)
    if groups is None:
        return [Block(sentences=["Not collected: this cohort lists no adverse events. That is not the same as none."])]
    return [_adverse_events_of(parts, found) for found in groups]


def _adverse_events_of(parts: ReportParts, found: AdverseEvents) -> Block:
    entered, late = (count(found.at_risk[window], "person") for window in ("early", "late"))
    left_out = f" {left_out_words(found)}".rstrip()
    said = (
        f"Early: from day 0 to day 100, of {entered} who entered. Late: after day 100, of {late} still followed then."
    )
    figure = draw_adverse_events(found)
    return Block(found.group, [said + left_out], parts.write(figure), [figure.table, grades_table(found)])


def _definition(whole: EventFree, outcome: Outcome) -> list[Block]:
    used = replace(outcome.endpoint.estimation, level=whole.level, interval=whole.interval)
    parts = [_one_definition(one, outcome, None) for one in outcome.endpoint.parts]
    return [_one_definition(outcome.endpoint, outcome, used), *parts]


def _one_definition(endpoint: Endpoint, outcome: Outcome, used: Estimation | None) -> Block:
    part = used is None
    table = definition_table(endpoint, outcome.provenance, part, used)
    return Block(endpoint.title, [endpoint.summary, *([AS_THE_WHOLE] if part else [])], tables=[table])
