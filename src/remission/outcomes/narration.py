"""The twin's trail in sentences: why this person was or was not counted, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from remission.outcomes.definitions.records import REASON_WORDS, Endpoint
from remission.outcomes.readings import READING_REASON_WORDS

if TYPE_CHECKING:
    from remission.outcomes.definitions.units import Measure
    from remission.outcomes.reference import Decision, Step
    from remission.outcomes.reference.competing import Ending
    from remission.outcomes.reference.readings import Reading

# Steps that every rule can take; a rule brings the sentences of its own. The twin knows codes and says no words.
SENTENCES: dict[str, str] = {
    "no-origin": "The event at which time would begin did not come, so nothing is asked of this person.",
    "nobody-looked": "Nobody was looking ({kind}: not observed), so nothing can be said.",
    "observation-ended": "Observation of this part ended: {reason}.",
}
_NAMES: dict[Measure, str] = {
    "edss": "EDSS",
    "t25fw": "timed walk",
    "nhpt": "peg test",
    "nhpt_dominant": "peg test (dominant hand)",
    "nhpt_other": "peg test (other hand)",
    "sdmt": "SDMT",
}
_BECAUSE = {
    "died": "the person died before it could be confirmed",
    "ended": "the visits ended before it could be confirmed",
}


def narrate(decision: Decision, endpoint: Endpoint) -> list[str]:
    """Why one person was or was not counted, a line a step; a composite tells its parts first.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> from remission.outcomes.reference import decide
    >>> from remission.records.people import subject_records
    >>> person = next(subject_records(load_cohort("halt-ms"), ["R05"]))
    >>> narrate(decide(person, load_endpoint("halt-ms-relapse")), load_endpoint("halt-ms-relapse"))[-1]
    'In all: Relapse (HALT-MS) on day 822, after 822 days at risk.'
    """
    return list(_lines(decision, endpoint))


def _lines(decision: Decision, endpoint: Endpoint) -> Iterator[str]:
    titles = {part.name: part.title for part in (endpoint, *endpoint.parts)}
    sentences = {**SENTENCES, **endpoint.record.sentences}
    for part, definition in zip(decision.parts, endpoint.parts, strict=True):
        yield f"{definition.title}:"
        yield from (f"  {line}" for line in _lines(part, definition))
    yield from (_sentence(step, sentences) for step in decision.trail)
    for number, episode in enumerate((decision, *decision.later), start=1):
        which = f"Episode {number}" if decision.later else "In all"
        yield f"{which}: {_verdict(episode, titles)}"


def _sentence(step: Step, sentences: Mapping[str, str]) -> str:
    about = dict(step.about)
    # Set on every step, for `format` asks for all names in a sentence and most steps have neither.
    about["reason"] = REASON_WORDS.get(about.get("reason", ""), "")
    about["because"] = _BECAUSE.get(about.get("because", ""), "")
    if "measure" in about:
        about |= _words_of_change(about["measure"], about)
    where = "" if step.day is None else f"Day {step.day}" + (f" (row {step.row})" if step.row else "") + ": "
    return where + sentences[step.code].format(**about)


def _words_of_change(measure: Measure, about: dict[str, Any]) -> dict[str, str]:
    """Values in the words of their measure; a change is a rise or a fall of the value, as one would see it."""
    # For the SDMT lower is worse, so there a worsening is a fall.
    goes_up = (about.get("way", "worsening") == "worsening") != (measure == "sdmt")
    change = {None: "change", "small": "small difference"}.get(about.get("way"), "rise" if goes_up else "fall")
    needed, counts_as = about.get("needed"), about.get("counts_as")
    limit = "from here no change is the event"
    # None from a test that could not be done: nothing is worse than that.
    if needed is not None:
        way = "more" if goes_up else "less"
        # A share of nothing is nothing, and a change is always a difference.
        bound = f"{way} than" if needed == counts_as else f"{_in_unit(measure, needed)} or {way}"
        limit = f"{bound} that is a {change}" if needed == counts_as else f"{bound} is a {change}"
    # `never_better` can hold an older value than the visit shows, and then both must be told.
    another = "" if counts_as == about["value"] else f", counted as {_in_unit(measure, counts_as)}"
    value = f"{_NAMES[measure]} {_in_unit(measure, about['value'])}"
    return {"value": value, "change": change, "needed": limit, "counts_as": another}


def _in_unit(measure: Measure, value: float | None) -> str:
    if value is None:
        return "unable"
    if measure == "edss":
        return f"{value:.1f}"
    return f"{value:g}" if measure == "sdmt" else f"{value:g} s"


def _verdict(decision: Decision, titles: dict[str, str]) -> str:
    at_risk = decision.exit - decision.entry
    if decision.event:
        also = [titles[name] for name in (decision.also or "").split(", ") if name]
        same_day = f" (the same day: {', '.join(also)})" if also else ""
        title = titles[decision.cause or decision.name]
        return f"{title} on day {decision.exit}{same_day}, after {at_risk} days at risk."
    why = REASON_WORDS[decision.reason or "unknown"]
    # Not "free for 0 days": nobody looked, so nothing was free.
    if at_risk == 0:
        return f"not assessable: {why}. Counted in the flow and in no risk set."
    return f"free of it for {at_risk} days, up to day {decision.exit}; then no longer counted: {why}."


# What becomes of a death before the event, by the twin's word for it.
DEATHS = {
    "competes": "it competes with the event",
    "later": "longer than late_death_days after anybody looked, so it does not compete",
    "left": "follow-up had ended before it, so it does not compete",
    "open": "a change was open that nobody could confirm or refute, so it does not compete",
    "not asked": "the event cannot be asked of this person, so it does not compete",
}


def narrate_ending(ending: Ending, death_day: int | None) -> list[str]:
    """What becomes of a death without the event where the definition says that death competes; else nothing.

    >>> from remission.outcomes.reference.competing import Ending
    >>> narrate_ending(Ending(441, "death", 41, "competes"), 441)
    ['Death on day 441 without the event, 41 days after anybody looked: it competes with the event.']
    """
    if ending.death is None:
        return []
    unseen = f", {ending.unseen} days after anybody looked" if ending.unseen else ""
    return [f"Death on day {death_day} without the event{unseen}: {DEATHS[ending.death]}."]


def narrate_readings(readings: Sequence[Reading], endpoint: Endpoint) -> list[str]:
    """The status in each window, a line a window."""
    titles = {part.name: part.title for part in (endpoint, *endpoint.parts)}
    return [f"Days {one.from_day + 1} to {one.to_day}: {_status(one, titles)}" for one in readings]


def _status(reading: Reading, titles: dict[str, str]) -> str:
    if reading.status == "yes":
        return "free of it, and observed to the end."
    if reading.status == "no":
        also = "".join(f", {titles[name]}" for name in (reading.also or "").split(", ") if name)
        return f"not free: {titles[reading.cause or '']} on day {reading.event_day}{also}."
    part = titles[reading.unassessed or ""]
    return f"not assessable ({part}): {READING_REASON_WORDS[reading.reason or 'unknown']}."
