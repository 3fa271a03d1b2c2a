"""What is said of a curve: in the headlines, beside the curve, and where groups are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from remission.exhibits.wording import EventWords, event_noun, event_words, p_words
from remission.report.few_persons import exact_sentence
from remission.report.sentences import (
    AS_RECORDED,
    compared_sentence,
    comparison_sentence,
    difference_sentence,
    headline,
    left_out_sentence,
    median_sentence,
    named,
    nobody_followed,
    not_followed_sentence,
    people_sentence,
    restricted_mean_sentence,
    slip_sentence,
    thin_sentence,
)
from remission.stats.survival.kaplan_meier import early_risk_set

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.report.event_free import EventFree
    from remission.report.pictures.kaplan_meier import NamedCurve

Row = dict[str, Any]


def last_rows(result: EventFree) -> list[Row]:
    """The estimates, group by group, at the time of the headlines."""
    day = result.headline_day
    return [row for row in result.at_times.rows() if row["at_days"] == day]


def headline_of(result: EventFree, row: Row) -> str:
    """The estimate of one group at that time, and why it is not the last time that was chosen."""
    place = [one.name or None for one in result.curves].index(row["group"])
    curve, title, day = result.curves[place].curve, result.outcome.endpoint.event_free, row["at_days"]
    if not curve.n:
        return nobody_followed(result.outcome.not_followed(result.spells[place]))
    if row["value"] is not None and not curve.enough_at_risk(day):
        return f"{title}: {thin_sentence([('', row['at_risk'], curve.n)], day)}"
    said = headline(title, row, _event(result.outcome))
    # Nobody at risk is said by the headline itself.
    more = [] if row["value"] is None else [exact_sentence(curve, row), *_why_then(result, day)]
    return " ".join(filter(None, [said, *more]))


def _why_then(result: EventFree, day: int) -> Iterator[str]:
    """Which groups keep the headlines from standing at the last chosen time."""
    wanted = max(result.at_times.frame["at_days"])
    if day == wanted:
        return
    short = [one for one in result.deciding if one.curve.known_until < wanted]
    thin = [one for one in result.too_thin(wanted) if one not in short]
    if short:
        yield slip_sentence([one.name for one in short], wanted)
    if thin:
        yield thin_sentence([(one.name, one.curve.at_risk_on([wanted]).item(), one.curve.n) for one in thin], wanted)


def people_of(outcome: Outcome) -> str:
    """How many people were followed and which events they had."""
    return people_sentence(outcome.spells, causes(outcome), _event(outcome))


def paragraph(result: EventFree, place: int, row: Row) -> str:
    """What the curve of one group says; `place` is that of the group, `row` its row of `last_rows`."""
    outcome, spells = result.outcome, result.spells[place]
    event, left = _event(outcome), outcome.not_followed(spells)
    if not result.curves[place].curve.n:
        return named(row, nobody_followed(left))
    parts = [
        headline_of(result, row),
        people_sentence(spells, causes(outcome), event),
        not_followed_sentence(left, spells.height),
        median_sentence(result.median.rows()[place], event),
        restricted_mean_sentence(result.restricted_mean.rows()[place], event),
        *cautions(result.curves[place]),
    ]
    return named(row, " ".join(filter(None, parts)))


def cautions(one: NamedCurve) -> list[str]:
    """What late entry does to the start of a curve: nothing, or a sentence."""
    thin = early_risk_set(one.curve)
    return [f"Caution: {thin}"] if thin else []


def comparison_sentences(result: EventFree) -> list[str]:
    """How groups compare, which took part, and what such a comparison is not; nothing where people are not divided."""
    if result.comparison is None:
        return []
    found = result.comparison
    return [
        comparison_sentence(found.log_rank, p_words(found.log_rank.p)),
        *result.too_few,
        *difference_sentences(result),
        *([compared_sentence(found.compared)] if len(found.compared) > 1 else []),
        *(left_out_sentence(one.group, one.persons, one.why) for one in found.left_out),
        AS_RECORDED,
    ]


def difference_sentences(result: EventFree) -> list[str]:
    """How much longer each group stayed free of the event than the reference; nothing where people are not divided."""
    if result.comparison is None:
        return []
    event = _event(result.outcome)
    pairs = zip(result.comparison.differences.rows(), result.comparison.tests, strict=True)
    return [difference_sentence(row, p_words(one.p), event) for row, one in pairs]


def causes(outcome: Outcome) -> dict[str, str]:
    """The words of each cause that an event can have: of a composite, those of its parts."""
    parts = outcome.endpoint.parts or (outcome.endpoint,)
    return {part.name: event_noun(part.title) for part in parts}


def _event(outcome: Outcome) -> EventWords:
    return event_words(outcome.endpoint.title, outcome.endpoint.record.event_words)
