"""The twin's trail in sentences: why this person was or was not counted, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from remission.outcomes.definitions import REASON_WORDS, Endpoint
from remission.outcomes.reference import Decision, Step

SENTENCES: dict[str, str] = {
    "nobody-looked": "Nobody was looking ({kind} is not observed), so nothing can be said.",
    "no-baseline": "No usable score in the baseline window: progression cannot be assessed.",
    "baseline-blocked": "EDSS {edss:.1f}: too close to a relapse to be the baseline.",
    "baseline": "EDSS {edss:.1f} is the baseline; {needed:.1f} or more is a rise.",
    "no-rise": "EDSS {edss:.1f}: no rise.",
    "too-early": "EDSS {edss:.1f}: a rise, but before the first day that counts.",
    "onset-blocked": "EDSS {edss:.1f}: a rise, but too close to a relapse to start a progression.",
    "onset": "EDSS {edss:.1f}: a rise begins here.",
    "confirmed": "EDSS {edss:.1f}: the rise is confirmed at this visit.",
    "not-held": "EDSS {edss:.1f}: the rise did not hold, so it is not confirmed.",
    "window-missed": "No usable visit in the confirmation window, though visits went on: the rise is not confirmed.",
    "pending": "No later visit could confirm or refute the rise.",
    "pending-event": "By the definition an unconfirmed rise counts as an event here: {because}.",
    "pending-ignored": "By the definition an unconfirmed rise does not count here: {because}.",
    "pending-censored": "By the definition observation ends before an unconfirmed rise: {because}.",
    "relapse": "A relapse that counts.",
    "relapse-too-early": "A relapse before the first day that counts.",
    "relapse-not-confirmed": "A relapse that is not recorded as confirmed: it does not count.",
    "relapse-with-fever": "A relapse with fever or infection: it does not count.",
    "relapse-duration-unknown": "A relapse without an end day: it does not count.",
    "relapse-too-short": "A relapse that was too short to count.",
    "no-relapse": "No relapse that counts.",
    "scan-active": "A scan with {lesions} lesion(s): enough to count.",
    "scan-quiet": "A scan with {lesions} lesion(s): not an event.",
    "alive": "Not known to have died.",
    "death": "Death.",
    "observation-ended": "Observation of this part ended: {reason}.",
}
_BECAUSE = {"died": "the person died before it could be confirmed", "ended": "the visits ended before it could be"}


def narrate(decision: Decision, endpoint: Endpoint) -> list[str]:
    """Why one person was or was not counted, a line a step; a composite tells its parts first.

    >>> from remission.analyses.load import load_cohort
    >>> from remission.outcomes.endpoint_files import load_endpoint
    >>> from remission.outcomes.reference import decide
    >>> from remission.records.people import subject_records
    >>> person = next(subject_records(load_cohort("halt-ms"), ["R05"]))
    >>> narrate(decide(person, load_endpoint("halt-ms-relapse")), load_endpoint("halt-ms-relapse"))[-1]
    'In all: Relapse (HALT-MS) on day 822, after 822 days at risk.'
    """
    return list(_lines(decision, endpoint))


def _lines(decision: Decision, endpoint: Endpoint) -> Iterator[str]:
    titles = {part.name: part.title for part in (endpoint, *endpoint.parts)}
    for part, definition in zip(decision.parts, endpoint.parts, strict=True):
        yield f"{definition.title}:"
        yield from (f"  {line}" for line in _lines(part, definition))
    yield from (_sentence(step) for step in decision.trail)
    yield f"In all: {_verdict(decision, titles)}"


def _sentence(step: Step) -> str:
    about = dict(step.about)
    about["reason"] = REASON_WORDS.get(about.get("reason", ""), "")
    about["because"] = _BECAUSE.get(about.get("because", ""), "")
    where = "" if step.day is None else f"Day {step.day}" + (f" (row {step.row})" if step.row else "") + ": "
    return where + SENTENCES[step.code].format(**about)


def _verdict(decision: Decision, titles: dict[str, str]) -> str:
    at_risk = decision.exit - decision.entry
    if decision.event:
        also = [titles[name] for name in (decision.also or "").split(", ") if name]
        same_day = f" (the same day: {', '.join(also)})" if also else ""
        title = titles[decision.cause or decision.name]
        return f"{title} on day {decision.exit}{same_day}, after {at_risk} days at risk."
    why = REASON_WORDS[decision.reason or "unknown"]
    if at_risk == 0:
        return f"not assessable: {why}. Counted in the flow and in no risk set."
    return f"free of it for {at_risk} days, up to day {decision.exit}; then no longer counted: {why}."
