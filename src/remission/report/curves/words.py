"""What is said of a curve: in the headlines, beside the curve, and where groups are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remission.exhibits.wording import EventWords, event_noun, event_words, p_words
from remission.report.sentences import (
    AS_RECORDED,
    compared_sentence,
    comparison_sentence,
    difference_sentence,
    headline,
    left_out_sentence,
    median_sentence,
    named,
    people_sentence,
    restricted_mean_sentence,
    slip_sentence,
)
from remission.stats.survival.kaplan_meier import early_risk_set

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.report.event_free import EventFree
    from remission.report.pictures.kaplan_meier import NamedCurve

Row = dict[str, Any]


def last_rows(result: EventFree) -> list[Row]:
    """The estimates, group by group, at the last chosen time that all groups reach; at the first if there is none.

    Headlines stand at one time, or readers would compare five years of one group with two of another.
    """
    rows: list[Row] = result.at_times.rows()
    shortest = min((one.curve.known_until for one in _deciding(result)), default=0)
    days = [row["at_days"] for row in rows]
    at = max((day for day in days if day <= shortest), default=min(days))
    return [row for row in rows if row["at_days"] == at]


def headline_of(result: EventFree, row: Row) -> str:
    """The estimate of one group at that time, and why it is not the last time that was chosen."""
    said = headline(result.outcome.endpoint.event_free, row, _event(result.outcome))
    wanted = max(result.at_times.frame["at_days"])
    # Nobody at risk is said by the headline itself.
    if row["at_days"] == wanted or row["value"] is None:
        return said
    short = [one.name for one in _deciding(result) if one.curve.known_until < wanted]
    return f"{said} {slip_sentence(short, wanted)}"


def people_of(outcome: Outcome) -> str:
    """How many people were followed and which events they had."""
    return people_sentence(outcome.spells, causes(outcome), _event(outcome))


def paragraph(result: EventFree, place: int, row: Row) -> str:
    """What the curve of one group says; `place` is that of the group, `row` its row of `last_rows`."""
    outcome = result.outcome
    event = _event(outcome)
    parts = [
        headline_of(result, row),
        people_sentence(result.spells[place], causes(outcome), event),
        median_sentence(result.median.rows()[place], event),
        restricted_mean_sentence(result.restricted_mean.rows()[place], event),
        *cautions(result.curves[place]),
    ]
    return named(row, " ".join(parts))


def cautions(one: NamedCurve) -> list[str]:
    """What late entry does to the start of a curve: nothing, or a sentence."""
    thin = early_risk_set(one.curve)
    return [f"Caution: {thin}"] if thin else []


def comparison_sentences(result: EventFree) -> list[str]:
    """How groups compare, which took part, and what such a comparison is not; nothing where people are not divided."""
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


def causes(outcome: Outcome) -> dict[str, str]:
    """The words of each cause that an event can have: of a composite, those of its parts."""
    parts = outcome.endpoint.parts or (outcome.endpoint,)
    return {part.name: event_noun(part.title) for part in parts}


def _deciding(result: EventFree) -> list[NamedCurve]:
    """The groups whose follow-up decides the time: those with anybody followed, people without a group only alone."""
    followed = [one for one in result.curves if one.curve.n]
    return [one for one in followed if one.name != result.unrecorded] or followed


def _event(outcome: Outcome) -> EventWords:
    return event_words(outcome.endpoint.title, outcome.endpoint.record.event_words)
