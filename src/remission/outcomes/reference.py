"""The plain twin: every rule of `docs/rules.md`, one subject at a time, in the order a person would go through it.

It was written before the fast engine and is kept as plain as possible, because it is used twice: as the oracle that
the engine must agree with, and as the source of explanations. Each decision leaves a step on a trail, which `explain`
narrates. It imports definitions and records only, so it shares no mistake with the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

from remission.outcomes.definitions import (
    Baseline,
    Censoring,
    Composite,
    Confirmation,
    Endpoint,
    Mri,
    Onset,
    Progression,
    Relapse,
)
from remission.records.people import Row, SubjectRecords
from remission.records.problems import InputProblems, Problem


@dataclass(frozen=True)
class Rows:
    """Names of the rows that decided, None where a row of that role played no part."""

    baseline_row: str | None = None
    onset_row: str | None = None
    confirmation_row: str | None = None
    relapse_row: str | None = None
    scan_row: str | None = None


@dataclass(frozen=True)
class Step:
    """One step of reasoning: what was noticed, on which day, in which row; narration turns it into a sentence."""

    code: str
    day: int | None = None
    row: str | None = None
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What the twin decided for one subject, with the trail of how; the fields are the columns of a spell."""

    name: str
    entry: int
    exit: int
    event: bool = False
    cause: str | None = None
    also: str | None = None
    reason: str | None = None
    last_free: int | None = None
    rows: Rows = Rows()
    trail: tuple[Step, ...] = ()
    parts: tuple[Decision, ...] = ()

    @property
    def followed(self) -> bool:
        """Was there any follow-up at all?"""
        return self.exit > self.entry

    @property
    def columns(self) -> dict[str, int | bool | str | None]:
        """The decision in the columns of a spell, for comparison with the engine's."""
        return {
            "entry_day": self.entry,
            "exit_day": self.exit,
            "event": self.event,
            "cause": self.cause,
            "also": self.also,
            "reason": self.reason,
            "last_free_day": self.last_free,
            **asdict(self.rows),
        }


@dataclass(frozen=True)
class _Watch:
    """When somebody was looking: from `entry` on; records after `last_usable` are not used."""

    entry: int
    last_usable: int


@dataclass(frozen=True)
class _Finding:
    """What a rule found in the records, before anybody asked whether observation had ended by then.

    `free` are the days of assessments that were negative; None when the event's own day is known (relapse, death).
    """

    trail: tuple[Step, ...]
    assessments: tuple[int, ...] = ()
    event: int | None = None
    onset: int | None = None
    pending: int | None = None
    free: tuple[int, ...] | None = None
    rows: Rows = Rows()
    no_baseline: bool = False


def decide(person: SubjectRecords, endpoint: Endpoint) -> Decision:
    """Decide one endpoint for one subject who entered, with the trail of why.

    Raises InputProblems when two scores of one day meet the same-day rule `error`.
    """
    if endpoint.composite is not None:
        return _compose([_decide_part(person, part) for part in endpoint.parts], endpoint, endpoint.composite)
    return _decide_part(person, endpoint)


def _decide_part(person: SubjectRecords, endpoint: Endpoint) -> Decision:
    watch = _watch(person, endpoint)
    if watch is None:
        step = Step("nobody-looked", about={"kind": endpoint.observed_kind})
        origin = endpoint.origin_day
        return Decision(endpoint.name, origin, origin, reason="no-follow-up", trail=(step,))
    finding = _find(person, endpoint, watch)
    end, reason = _end(person, endpoint, watch, finding)
    return _settle(endpoint, watch, finding, end, reason)


def _find(person: SubjectRecords, endpoint: Endpoint, watch: _Watch) -> _Finding:
    if endpoint.progression is not None:
        return _find_progression(person, endpoint.progression, watch)
    if endpoint.relapse is not None:
        return _find_relapse(person, endpoint.relapse, watch)
    if endpoint.mri is not None:
        return _find_mri(person, endpoint.mri, watch)
    return _find_death(person)


# ---------------------------------------------------------------- observation


def _watch(person: SubjectRecords, endpoint: Endpoint) -> _Watch | None:
    stretches = _stretches(person, endpoint.observed_kind)
    if not stretches:
        return None
    start, stop = next((one for one in stretches if one[1] > endpoint.origin_day), stretches[-1])
    cut = person.subject["cut_day"]
    return _Watch(max(endpoint.origin_day, start), stop if cut is None else min(stop, cut))


def _stretches(person: SubjectRecords, kind: str) -> list[tuple[int, int]]:
    rows = sorted((row["from_day"], row["to_day"]) for row in person.rows("observed") if row["kind"] == kind)
    merged: list[tuple[int, int]] = []
    for start, stop in rows:
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


def _end(person: SubjectRecords, endpoint: Endpoint, watch: _Watch, finding: _Finding) -> tuple[int, str]:
    """The day on which observation ends, and why."""
    subject, censoring = person.subject, endpoint.censoring or Censoring()
    kind_end = watch.last_usable
    if endpoint.rule in ("progression", "mri"):  # without a score or a scan nobody knows
        kind_end = max(finding.assessments, default=watch.entry)
    whole = subject["last_day"] is None or kind_end >= subject["last_day"]
    candidates = [
        (subject["cut_day"], "data-cut"),
        (None if endpoint.rule == "death" else subject["death_day"], "died"),
        (_new_therapy(person, endpoint.origin_day) if censoring.new_therapy == "censors" else None, "new-therapy"),
        (_gap(person, endpoint, watch, finding, kind_end), "gap"),
        (kind_end, (subject["end_reason"] or "unknown") if whole else "not-observed"),
    ]
    known = [(day, why) for day, why in candidates if day is not None]
    return min(known, key=lambda one: one[0])  # min keeps the first of equals: the order above decides ties


def _new_therapy(person: SubjectRecords, origin: int) -> int | None:
    rows = person.rows("treatments")
    earlier = [row for row in rows if row["start_day"] <= origin]
    on = {row["therapy"] for row in earlier if row["end_day"] is None or row["end_day"] >= origin}
    return min(
        (row["start_day"] for row in rows if row["start_day"] > origin and row["therapy"] not in on), default=None
    )


def _gap(person: SubjectRecords, endpoint: Endpoint, watch: _Watch, finding: _Finding, end: int) -> int | None:
    longest = (endpoint.censoring or Censoring()).gap_days
    if longest is None or endpoint.rule == "death":
        return None
    days = list(finding.assessments)
    if endpoint.rule == "relapse":
        if "visits" not in person.tables:
            return None
        days = [row["day"] for row in person.rows("visits")]
    looked = [watch.entry, *sorted(day for day in days if watch.entry < day <= end), max(end, watch.entry)]
    return next((before for before, after in pairwise(looked) if after - before > longest), None)


# ---------------------------------------------------------------- progression


@dataclass(frozen=True)
class _Search:
    """What is being looked for after a baseline: scores from `needed` half-points on, among the `later` visits."""

    rule: Progression
    needed: int
    later: list[Row]
    relapses: list[int]
    trail: list[Step]

    def note(self, code: str, row: Row) -> None:
        """Leave a step about one visit on the trail."""
        self.trail.append(Step(code, row["day"], row["row_id"], {"edss": row["edss"]}))

    def rises(self, row: Row) -> bool:
        return _half(row["edss"]) >= self.needed


def _find_progression(person: SubjectRecords, rule: Progression, watch: _Watch) -> _Finding:
    scores = _usable_scores(person, rule, watch)
    assessments = tuple(row["day"] for row in scores)
    relapses = [row["day"] for row in person.tables.get("relapses", ()) if row["day"] <= watch.last_usable]
    baseline, trail = _baseline(scores, rule, relapses)
    if baseline is None:
        return _Finding(tuple(trail), assessments, no_baseline=True)
    needed = _half(baseline["edss"]) + _threshold(rule, _half(baseline["edss"]))
    about = {"edss": baseline["edss"], "needed": needed / 2}
    trail.append(Step("baseline", baseline["day"], baseline["row_id"], about))
    later = [row for row in scores if row["day"] > baseline["day"]]
    search = _Search(rule, needed, later, relapses, trail)
    free = (baseline["day"], *(row["day"] for row in later if not search.rises(row)))
    finding = _try_onsets(search, _Finding((), assessments, free=free, rows=Rows(baseline["row_id"])))
    return replace(_resolve_pending(person, search, finding), trail=tuple(trail))


def _half(edss: float) -> int:
    return round(2 * edss)


def _threshold(rule: Progression, baseline: int) -> int:
    return next(_half(row.rise) for row in reversed(rule.thresholds) if baseline >= _half(row.baseline_from))


def _usable_scores(person: SubjectRecords, rule: Progression, watch: _Watch) -> list[Row]:
    by_day: dict[int, list[Row]] = {}
    for row in person.rows("visits"):
        rater = row["rater"] or "not recorded"
        if row["edss"] is not None and rater in rule.raters and row["day"] <= watch.last_usable:
            by_day.setdefault(row["day"], []).append(row)
    return [_one_of_day(by_day[day], rule) for day in sorted(by_day)]


def _one_of_day(rows: list[Row], rule: Progression) -> Row:
    if len(rows) > 1 and rule.same_day == "error":
        raise InputProblems([_same_day_problem(row) for row in rows])
    if rule.same_day == "worst":
        return max(rows, key=lambda row: _half(row["edss"]))
    if rule.same_day == "best":
        return min(rows, key=lambda row: _half(row["edss"]))
    return rows[-1] if rule.same_day == "last" else rows[0]


def _same_day_problem(row: Row) -> Problem:
    return Problem(
        "visits",
        None,
        "day",
        f"row_id {row['row_id']} shares its day with another score",
        "one score a day",
        "Correct the records, or choose a same_day rule in the endpoint.",
    )


def _blocked(day: int, relapses: Iterable[int], window: Baseline | Onset | Confirmation) -> bool:
    return any(
        0 <= day - relapse < window.after_relapse_days or 0 <= relapse - day < window.before_relapse_days
        for relapse in relapses
    )


def _baseline(scores: list[Row], rule: Progression, relapses: list[int]) -> tuple[Row | None, list[Step]]:
    window, trail = rule.baseline, []
    usable = []
    for row in scores:
        if row["day"] > window.to_day or (window.from_day is not None and row["day"] < window.from_day):
            continue
        if _blocked(row["day"], relapses, window):
            trail.append(Step("baseline-blocked", row["day"], row["row_id"], {"edss": row["edss"]}))
        else:
            usable.append(row)
    if not usable:
        return None, [*trail, Step("no-baseline")]
    return (usable[-1] if window.choose == "last" else usable[0]), trail


def _try_onsets(search: _Search, finding: _Finding) -> _Finding:
    for place, row in enumerate(search.later):
        why_not = _cannot_start(search, row)
        search.note(why_not or "onset", row)
        tried = None if why_not else _confirm(search, finding, place)
        if tried is not None:
            return tried
    return finding


def _cannot_start(search: _Search, row: Row) -> str | None:
    onset = search.rule.onset
    if not search.rises(row):
        return "no-rise"
    if row["day"] < onset.counts_from_day:
        return "too-early"
    return "onset-blocked" if _blocked(row["day"], search.relapses, onset) else None


def _confirm(search: _Search, finding: _Finding, place: int) -> _Finding | None:
    """The finding with its event or its pending rise; None when this onset came to nothing."""
    onset, after, window = search.later[place], search.later[place + 1 :], search.rule.confirmation
    found = replace(finding, onset=onset["day"], rows=replace(finding.rows, onset_row=onset["row_id"]))
    if window.days is None:
        return replace(found, event=onset["day"])
    confirming = _confirming_visit(search, onset["day"], after)
    fallen = next((row for row in _asked(after, confirming, window) if not search.rises(row)), None)
    if fallen is not None:
        search.note("not-held", fallen)
        return None
    if confirming is not None:
        search.note("confirmed", confirming)
        event = onset["day"] if search.rule.event_date == "onset" else confirming["day"]
        return replace(found, event=event, rows=replace(found.rows, confirmation_row=confirming["row_id"]))
    if after and after[-1]["day"] > _closes(onset["day"], window):
        search.note("window-missed", onset)
        return None
    search.note("pending", onset)
    return replace(found, pending=onset["day"])


def _confirming_visit(search: _Search, onset: int, after: list[Row]) -> Row | None:
    """The first visit in the window that a relapse does not block: it decides, whatever it shows."""
    window = search.rule.confirmation
    opens = max(onset + (window.days or 0) - window.tolerance_before_days, onset + 1)
    inside = (row for row in after if opens <= row["day"] <= _closes(onset, window))
    return next((row for row in inside if not _blocked(row["day"], search.relapses, window)), None)


def _asked(after: list[Row], confirming: Row | None, window: Confirmation) -> list[Row]:
    """The visits that must show the rise; with nobody to confirm it, all later ones, or the rise is refuted."""
    if confirming is None:
        return after
    if window.visits == "last":
        return [confirming]
    return [row for row in after if row["day"] <= confirming["day"]]


def _closes(onset: int, confirmation: Confirmation) -> float:
    if confirmation.days is None or confirmation.tolerance_after_days is None:
        return float("inf")
    return onset + confirmation.days + confirmation.tolerance_after_days


def _resolve_pending(person: SubjectRecords, search: _Search, finding: _Finding) -> _Finding:
    if finding.pending is None:
        return finding
    rule = search.rule
    death, cut = person.subject["death_day"], person.subject["cut_day"]
    known = death is not None and (cut is None or death <= cut)
    died = known and death <= _closes(finding.pending, rule.confirmation)
    treated_as = rule.unconfirmed_before_death if died else rule.unconfirmed_at_end
    about = {"because": "died" if died else "ended"}
    search.trail.append(Step(f"pending-{treated_as}", finding.pending, about=about))
    if treated_as == "event":
        return replace(finding, event=finding.pending, pending=None)
    kept = finding.pending if treated_as == "censored" else None
    return replace(finding, onset=None, pending=kept, rows=Rows(finding.rows.baseline_row))


# ---------------------------------------------------------------- relapses, MRI, death


def _find_relapse(person: SubjectRecords, rule: Relapse, watch: _Watch) -> _Finding:
    trail = []
    for row in sorted(person.rows("relapses"), key=lambda row: row["day"]):  # a stable sort: file order within a day
        if row["day"] > watch.last_usable:
            break
        why_not = _relapse_does_not_count(row, rule)
        trail.append(Step(why_not or "relapse", row["day"], row["row_id"]))
        if why_not is None:
            return _Finding(tuple(trail), event=row["day"], onset=row["day"], rows=Rows(relapse_row=row["row_id"]))
    return _Finding((*trail, Step("no-relapse")))


def _relapse_does_not_count(row: Row, rule: Relapse) -> str | None:
    end_day = row["end_day"]
    if row["day"] < rule.counts_from_day:
        return "relapse-too-early"
    if rule.confirmed == "confirmed only" and row["confirmed"] != "yes":
        return "relapse-not-confirmed"
    if rule.fever == "without fever" and row["fever"] == "yes":
        return "relapse-with-fever"
    if end_day is None:
        unknown = rule.minimum_days > 0 and rule.duration_unknown == "does not count"
        return "relapse-duration-unknown" if unknown else None
    return "relapse-too-short" if end_day - row["day"] < rule.minimum_days else None


def _find_mri(person: SubjectRecords, rule: Mri, watch: _Watch) -> _Finding:
    used = [(row, _lesions(row, rule)) for row in sorted(person.rows("scans"), key=lambda row: row["day"])]
    used = [(row, count) for row, count in used if row["day"] <= watch.last_usable and count is not None]
    days = tuple(row["day"] for row, _ in used)
    active = [row for row, count in used if _is_active(row, count, rule)]
    free = tuple(row["day"] for row, count in used if not _is_active(row, count, rule))
    trail = [
        Step(
            f"scan-{'active' if _is_active(row, count, rule) else 'quiet'}",
            row["day"],
            row["row_id"],
            {"lesions": count},
        )
        for row, count in used
    ]
    if not active:
        return _Finding(tuple(trail), days, free=free)
    first = active[0]
    until = [step for step in trail if step.day is not None and step.day <= first["day"]]
    rows = Rows(scan_row=first["row_id"])
    return _Finding(tuple(until), days, event=first["day"], onset=first["day"], free=free, rows=rows)


def _lesions(row: Row, rule: Mri) -> int | None:
    """Lesions counted on a scan by this rule; None when the scan cannot be used."""
    counts: list[int] = [row[name] for name in rule.lesions if row[name] is not None]
    region = row["region"] or "not recorded"
    if not counts or region not in rule.regions or row["usable"] == "no":
        return None
    lesions = sum(counts) if rule.combine == "sum" else max(counts)
    partly = len(counts) < len(rule.lesions) and rule.not_counted == "not assessable"
    return None if partly and not _is_active(row, lesions, rule) else lesions


def _is_active(row: Row, lesions: int | None, rule: Mri) -> bool:
    counts = row["day"] >= rule.counts_from_day and row["reference"] != "yes"
    return counts and lesions is not None and lesions >= rule.minimum


def _find_death(person: SubjectRecords) -> _Finding:
    death = person.subject["death_day"]
    step = Step("alive") if death is None else Step("death", death)
    return _Finding((step,), event=death, onset=death)


# ---------------------------------------------------------------- from finding to decision


def _settle(endpoint: Endpoint, watch: _Watch, finding: _Finding, end: int, reason: str) -> Decision:
    entry, event = watch.entry, finding.event
    trail = (*finding.trail, Step("observation-ended", end, about={"reason": reason}))
    nothing = Decision(endpoint.name, entry, entry, rows=Rows(finding.rows.baseline_row), trail=trail)
    if finding.no_baseline:
        return replace(nothing, reason="no-baseline")
    if event is not None and event <= entry:
        return replace(nothing, reason="event-before-entry")
    if end <= entry:
        return replace(nothing, reason="no-follow-up")
    if event is not None and finding.onset is not None and event <= end:
        free = _last_free(finding, entry, event, before=finding.onset)
        return replace(nothing, exit=event, event=True, cause=endpoint.name, last_free=free, rows=finding.rows)
    if finding.pending is not None and finding.pending <= end:
        left = max(day for day in finding.free or () if day < finding.pending)
        return replace(nothing, exit=max(left, entry), reason="unconfirmed-rise", last_free=left)
    return replace(nothing, exit=end, reason=reason, last_free=_last_free(finding, entry, end, before=end + 1))


def _last_free(finding: _Finding, entry: int, exit_day: int, before: int) -> int | None:
    if finding.free is None:
        return exit_day
    nothing = None if finding.rows.baseline_row is not None else entry
    return max((day for day in finding.free if day < before), default=nothing)


def _compose(parts: list[Decision], endpoint: Endpoint, rule: Composite) -> Decision:
    whole = _count_late_death(_earliest(parts, endpoint, rule), parts, endpoint, rule)
    if rule.stop_at_first_failure and whole.event:
        parts = [_stop(part, whole.exit) for part in parts]
    return replace(whole, parts=tuple(parts))


def _earliest(parts: list[Decision], endpoint: Endpoint, rule: Composite) -> Decision:
    every = rule.observation == "all parts"
    asked = parts if every else [part for part in parts if part.followed] or parts
    entry = max(part.entry for part in asked) if every else min(part.entry for part in asked)
    events = [part for part in asked if part.event]
    exit_day = min((part.exit for part in (asked if every else events)), default=max(part.exit for part in asked))
    nothing = Decision(endpoint.name, entry, entry)
    if any(part.reason == "event-before-entry" for part in parts) or any(part.exit <= entry for part in events):
        return replace(nothing, reason="event-before-entry")
    if exit_day <= entry or not any(part.followed for part in parts):
        return replace(nothing, reason=next((part.reason for part in parts if not part.followed), "no-follow-up"))
    free = None if any(part.last_free is None for part in asked) else min(part.last_free or 0 for part in asked)
    whole = replace(nothing, exit=exit_day, last_free=free)
    causes = [part for part in events if part.exit == exit_day]
    if not causes:
        return replace(whole, reason=next(part.reason for part in asked if part.exit == exit_day))
    also = ", ".join(part.name for part in causes[1:]) or None
    return replace(whole, event=True, cause=causes[0].name, also=also, rows=causes[0].rows)


def _count_late_death(whole: Decision, parts: list[Decision], endpoint: Endpoint, rule: Composite) -> Decision:
    """A death soon enough after the other parts were last observed is the event, even of somebody never seen again."""
    rules = {part.name: part.rule for part in endpoint.parts}
    death = next((part for part in parts if rules[part.name] == "death" and part.event), None)
    if death is None or whole.event or whole.reason == "event-before-entry" or rule.observation == "any part":
        return whole
    late = death.exit - whole.exit
    if late <= 0 or (rule.late_death_days is not None and late > rule.late_death_days):
        return whole
    return replace(whole, exit=death.exit, event=True, cause=death.name, reason=None, rows=death.rows)


def _stop(part: Decision, first_failure: int) -> Decision:
    if part.exit <= first_failure or not part.followed:
        return part
    free = None if part.last_free is None else min(part.last_free, first_failure)
    left = max(first_failure, part.entry)
    stopped = replace(part, exit=left, event=False, cause=None, reason="first-failure", last_free=free)
    return replace(stopped, rows=Rows(part.rows.baseline_row))
