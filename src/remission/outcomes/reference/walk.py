"""The walk over a person's visits: `docs/rules.md`, "Progression", 5, step by step under the numbers of that page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from remission.outcomes.reference.chart import Chart, as_number, rows_of
from remission.outcomes.reference.measures import Value, Visit, badness, differs, smallest_event
from remission.outcomes.reference.minimums import missed_minimum
from remission.outcomes.reference.relations import Related, relapse_at_onset, relation_of
from remission.outcomes.reference.trail import Event

if TYPE_CHECKING:
    from remission.outcomes.definitions.changes import Direction
    from remission.outcomes.definitions.rules.progression import Progression

WAYS: tuple[Direction, ...] = ("improvement", "worsening")


@dataclass(frozen=True)
class Pending:
    """A change in the direction of the event that nobody could confirm or refute."""

    onset: Visit
    baseline: Visit


@dataclass
class Walk:
    """A walk over one person's visits: where the baseline is, where the search is, and what was found so far.

    `had` are the baselines with which a pass began, each a visit and its value; `events` are kept by their onset.
    """

    chart: Chart
    first: Visit
    baseline: Visit
    search: int
    had: list[tuple[Visit, Value]] = field(default_factory=list)
    events: dict[int, Event] = field(default_factory=dict)
    pending: Pending | None = None

    @property
    def rule(self) -> Progression:
        return self.chart.rule

    @property
    def value(self) -> Value:
        """The baseline value of this pass."""
        return self.had[-1][1]

    def go(self) -> None:
        while self._begin_pass():
            onset = self._next_onset()
            if onset is None:
                return
            if self._is_past_next_relapse(onset):
                self.search = onset.place
            elif self._judge(onset):
                return
            if not self._move_past_relapse():
                return

    # 5.1: the baseline

    def _begin_pass(self) -> bool:
        for visit in self.chart.visits[self.baseline.place :]:
            if not self.chart.is_unfit(visit):
                self._take(visit)
                return True
            self.chart.note("baseline-passed-over", visit)
        return False

    def _take(self, visit: Visit) -> None:
        value = visit.value
        if self.rule.baseline.never_better and self.had:
            value = max(value, self.value, key=lambda one: badness(self.rule.measure, one))
        if not self.had or self.had[-1][0] is not visit:
            self._tell_baseline(visit, value)
        self.baseline = visit
        self.had.append((visit, value))
        from_itself = self.rule.reaches is not None and visit is self.first
        self.search = max(self.search, visit.place if from_itself else visit.place + 1)

    def _tell_baseline(self, visit: Visit, value: Value) -> None:
        needed = smallest_event(self.rule, value)
        code = "baseline-moved" if self.had else "baseline"
        self.chart.note(code, visit, way=self.rule.direction, counts_as=as_number(value), needed=as_number(needed))

    # 5.2 and 5.3: the onset

    def _next_onset(self) -> Visit | None:
        for visit in self.chart.visits[self.search :]:
            way = self._way_of(visit)
            why_not = "no-change" if way is None else self._cannot_start(visit)
            self.chart.note(why_not or "onset", visit, way=way)
            if why_not is None:
                return visit
        return None

    def _way_of(self, visit: Visit) -> str | None:
        """The direction of the change that the visit shows, `small` for any other difference that is asked for."""
        for way in WAYS:
            if self.chart.changed(visit.value, self.value, way):
                return way
        return "small" if self.rule.baseline.sub_threshold != "none" and visit.value != self.value else None

    def _cannot_start(self, visit: Visit) -> str | None:
        early = visit.day < self.rule.onset.counts_from_day + self.chart.shift
        if early and visit is not self.baseline:
            return "too-early"
        return "onset-blocked" if self.chart.is_blocked(visit, self.rule.onset) else None

    def _is_past_next_relapse(self, onset: Visit) -> bool:
        days = self.rule.baseline.moves_after_relapse_days
        last = self._next_relapse_day()
        past = days is not None and last is not None and onset.day - last > days
        if past:
            self.chart.note("onset-after-relapse", onset)
        return past

    def _next_relapse_day(self) -> int | None:
        """The day of the first relapse after the baseline of this pass (its last day, when windows are to its end)."""
        day = self.had[-1][0].day
        return next((relapse.last for relapse in self.chart.relapses if relapse.first > day), None)

    # 5.4 and 5.5: what became of the onset

    def _judge(self, onset: Visit) -> bool:
        """Decide on one onset and move on; True when it is the event that ends the walk."""
        confirming = self.chart.confirming(onset)
        for way in WAYS:
            if self._is_confirmed(onset, confirming, way):
                return self._confirmed(onset, confirming, way)
            if self._is_confirmed_small(onset, confirming, way):
                self.chart.note("confirmed-small", confirming[0])
                self._move_to(self._moving_to(onset, confirming))
                return False
        if self._is_pending(onset, confirming):
            self.chart.note("pending", onset)
            self.pending = self.pending or Pending(onset, self.baseline)
        else:
            self._tell_nothing(onset, confirming)
        self.search = onset.place + 1
        return False

    def _shows(self, visit: Visit, way: Direction) -> bool:
        return self.chart.changed(visit.value, self.value, way)

    def _is_confirmed(self, onset: Visit, confirming: list[Visit], way: Direction) -> bool:
        asked = self.chart.asked(onset, confirming[0]) if confirming else []
        return bool(asked) and all(self._shows(visit, way) for visit in asked)

    def _is_confirmed_small(self, onset: Visit, confirming: list[Visit], way: Direction) -> bool:
        if not self._moves(way) or self.rule.baseline.sub_threshold not in ("any", way):
            return False
        asked = self.chart.asked(onset, confirming[0]) if confirming else []
        return bool(asked) and all(differs(self.rule, visit.value, self.value, way) for visit in asked)

    def _moves(self, way: Direction) -> bool:
        return self.rule.baseline.moves in ("roving", f"roving-{way}")

    def _moving_to(self, onset: Visit, confirming: list[Visit]) -> Visit:
        return onset if self.rule.baseline.moves_to == "onset" else confirming[0]

    def _move_to(self, visit: Visit) -> None:
        self.baseline = visit
        self.search = visit.place + 1
        self.pending = None

    def _confirmed(self, onset: Visit, confirming: list[Visit], way: Direction) -> bool:
        """A confirmed change: is it kept, is it the event, and where does the walk go on; True when it ends."""
        self.chart.note("confirmed", confirming[0], way=way)
        lost = next((visit for visit in self._later(confirming[0]) if not self._shows(visit, way)), None)
        counting = [visit for visit in confirming if lost is None or visit.day < lost.day]
        kept = self._is_kept(onset, lost, way)
        event = self._event(onset, counting, way) if kept else None
        if kept:
            self.pending = None
        if self._moves(way):
            self._move_to(self._moving_to(onset, confirming))
        else:
            self.search = (onset if event is None else self._moving_to(onset, confirming)).place + 1
        if event is None or way != self.rule.direction:
            return False
        self.events[onset.place] = event
        return self.rule.events == "first"

    def _later(self, visit: Visit) -> list[Visit]:
        return self.chart.visits[visit.place + 1 :]

    def _is_kept(self, onset: Visit, lost: Visit | None, way: Direction) -> bool:
        """Is the change sustained for as long as the definition asks?"""
        days = self.rule.confirmation.sustained_days
        if days == 0:
            return True
        against = lost
        if self.rule.confirmation.visits == "last":
            asked = self._visit_at_the_end_of(onset, days)
            against = None if self._shows(asked, way) else asked
        elif lost is not None and days is not None and lost.day - onset.day >= days:
            against = None
        if against is not None:
            self.chart.note("not-sustained", against, way=way)
        return against is None

    def _visit_at_the_end_of(self, onset: Visit, days: int | None) -> Visit:
        """The first visit so many days after the onset, the last usable visit when none is so late."""
        late = (visit for visit in self.chart.visits if days is not None and visit.day - onset.day >= days)
        return next(late, self.chart.visits[-1])

    def _event(self, onset: Visit, counting: list[Visit], way: Direction) -> Event | None:
        """The event that a kept change would be; None when what the definition asks of a worsening is not met."""
        day = onset.day if self.rule.event_date == "onset" else counting[0].day
        if way == "improvement":
            return Event(day, onset.day, rows_of(self.baseline, onset, counting[0]))
        why_not = missed_minimum(self.rule, self.baseline, onset, counting[0])
        if why_not is not None:
            self.chart.note(why_not, onset)
            return None
        related = self._related(onset, counting)
        if related is None:
            return None
        return Event(day, onset.day, rows_of(self.baseline, onset, counting[0], related.relapse), related.relation)

    def _related(self, onset: Visit, counting: list[Visit]) -> Related | None:
        """The relation of a kept worsening to relapses; None when it is one that does not count."""
        association = self.rule.relapse_association
        if association is None:
            return Related(None)
        related = relation_of(self.chart, association, self.baseline, onset, counting)
        self.chart.note("related", onset, relation=related.relation)
        return related if related.relation in association.counts else None

    # 5.5: pending, and nothing

    def _is_pending(self, onset: Visit, confirming: list[Visit]) -> bool:
        way, later = self.rule.direction, self._later(onset)
        if confirming or not self._shows(onset, way) or not all(self._shows(visit, way) for visit in later):
            return False
        if self.chart.visits[-1].day > self.chart.last_close(onset.day):
            return False
        association = self.rule.relapse_association
        if association is None or way == "improvement":
            return True
        near = relapse_at_onset(self.chart, association, onset) is not None
        return any((relation == "RAW") == near for relation in association.counts)

    def _tell_nothing(self, onset: Visit, confirming: list[Visit]) -> None:
        way = next((way for way in WAYS if self._shows(onset, way)), None)
        if way is None:
            self.chart.note("small-nothing", onset)
            return
        asked = self.chart.asked(onset, confirming[0]) if confirming else self._later(onset)
        fallen = next((visit for visit in asked if not self._shows(visit, way)), None)
        if fallen is not None:
            self.chart.note("not-held", fallen, way=way)
        elif self.chart.visits[-1].day > self.chart.last_close(onset.day):
            self.chart.note("window-missed", onset, way=way)
        else:
            self.chart.note("open-uncounted", onset, way=way)

    # 5.7: a relapse since the baseline

    def _move_past_relapse(self) -> bool:
        """Move the baseline behind a relapse that the search has left behind; False when the walk ends."""
        days = self.rule.baseline.moves_after_relapse_days
        if days is None:
            return True
        if self.search >= len(self.chart.visits):
            return True  # nothing is left to search: the next pass ends the walk
        here, since = self.chart.visits[self.search].day, self.baseline.day
        if not any(one.first > since and here - one.last > days for one in self.chart.relapses):
            return True
        after = self._next_relapse_day()
        assert after is not None  # a relapse after the moved baseline is after that of the pass as well
        target = next((one for one in self.chart.visits[self.baseline.place :] if one.day >= after), None)
        if target is None:
            return False
        self.chart.note("relapse-passed", target)
        self._move_to(target)
        return True
