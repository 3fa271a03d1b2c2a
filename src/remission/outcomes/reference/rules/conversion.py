"""Conversion: `docs/rules.md`, the section of this name, step by step under the numbers of that page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.outcomes.definitions.rules.conversion import SYSTEMS
from remission.outcomes.reference.trail import Finding, Rows, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.conversion import Conversion
    from remission.records.people import Row, SubjectRecords

PYRAMIDAL = SYSTEMS[0]


@dataclass(frozen=True)
class Visit:
    """A visit with an EDSS: its place from the first with functional systems on, and the days since a relapse."""

    place: int
    row: Row
    since_relapse: int | None

    @property
    def day(self) -> int:
        day: int = self.row["day"]
        return day

    @property
    def edss(self) -> float:
        edss: float = self.row["edss"]
        return edss

    @property
    def has_systems(self) -> bool:
        return _has_systems(self.row)


def find_conversion(person: SubjectRecords, rule: Conversion, watch: Watch) -> Finding:
    rows = [row for row in person.rows("visits") if row["edss"] is not None and row["day"] <= watch.last_usable]
    rows.sort(key=lambda row: row["day"])  # file order within a day
    days = tuple(row["day"] for row in rows)
    first = next((place for place, row in enumerate(rows) if _has_systems(row)), len(rows))
    relapses = sorted(row["day"] for row in person.rows("relapses") if row["day"] <= watch.last_usable)
    visits = [Visit(place, row, _since(relapses, row["day"])) for place, row in enumerate(rows[first:])]
    # 2: the first baseline
    away = [visit for visit in visits if _is_away(visit, rule)]
    if not away:
        return Finding((Step("conversion-no-baseline"),), days, no_baseline=True)
    begin = next(visit.place for visit in visits if visit.day == away[0].day)
    search = Search(rule, visits, away[0], begin)
    onset = search.go() if len(visits) >= 3 else None
    baseline = away[0].row["row_id"]
    trail = tuple(search.trail)
    if onset is None:
        return Finding(trail, days, free=days, rows=Rows(baseline), baseline_row=baseline)
    confirming = search.confirming(onset)
    assert confirming is not None
    found = Rows(search.baseline.row["row_id"], onset.row["row_id"], confirming.row["row_id"])
    free = tuple(day for day in days if day < onset.day)
    return Finding(trail, days, onset.day, onset.day, free=free, rows=found, baseline_row=baseline)


def _has_systems(row: Row) -> bool:
    return any(row[name] is not None for name in SYSTEMS)


def _since(relapses: list[int], day: int) -> int | None:
    return min((day - relapse for relapse in relapses if relapse <= day), default=None)


def _is_away(visit: Visit, rule: Conversion) -> bool:
    return visit.since_relapse is None or visit.since_relapse > rule.after_relapse_days


class Search:
    """A search through one person's visits: the baseline, and the place from which it looks."""

    def __init__(self, rule: Conversion, visits: list[Visit], first: Visit, start: int) -> None:
        self.rule, self.visits, self.first, self.baseline, self.start = rule, visits, first, first, start
        self.pyramidal: int | None = first.row[PYRAMIDAL]
        self.trail = [self._step("conversion-baseline", first)]

    def _step(self, code: str, visit: Visit) -> Step:
        return Step(code, visit.day, visit.row["row_id"], {"edss": visit.edss})

    def go(self) -> Visit | None:
        """The onset of conversion, None without one."""
        seen: set[tuple[int, int, int | None]] = set()
        while (self.start, self.baseline.place, self.pyramidal) not in seen:
            # Where the search has come back to, it would find the same again.
            seen.add((self.start, self.baseline.place, self.pyramidal))
            ahead = len(self.visits) - self.start
            lasting = self._first_lasting() if ahead > 1 or len(seen) == 1 else None
            if lasting is None:
                self.trail.append(Step("conversion-nothing"))
                return None
            if self._moves_behind_relapse(lasting):
                continue
            why_not = self._why_not(lasting)
            self.trail.append(self._step(why_not or "conversion", lasting))
            if why_not is None:
                return lasting
            self._go_on(lasting)
        return None

    # 3: what lasts

    def _rises(self) -> dict[int, bool]:
        """Whether each visit ahead counts as risen: single ones without a rise count, two in a row do not."""
        ahead = self.visits[self.start :]
        plain = [self._is_risen(visit) for visit in ahead]
        counted = {}
        for place, visit in enumerate(ahead):
            if plain[place]:
                counted[visit.place] = True
                continue
            before = place
            while before > 0 and not plain[before - 1]:
                before -= 1
            after = place
            while after + 1 < len(ahead) and not plain[after + 1]:
                after += 1
            counted[visit.place] = after == before
        return counted

    def _is_risen(self, visit: Visit) -> bool:
        return self._is_rise(visit.edss, self.baseline.edss) and visit.edss >= self.rule.minimum_edss

    def _is_rise(self, edss: float, base: float) -> bool:
        row = next(row for row in reversed(self.rule.thresholds) if base >= row.baseline_from)
        assert row.change is not None
        return edss - base >= row.change

    def _risen_for(self, visit: Visit) -> int:
        """Days from a visit to the last one away from relapses before the rise ends."""
        rises = self._rises()
        if not rises[visit.place]:
            return 0
        end = next((place for place in range(visit.place, len(self.visits)) if not rises[place]), len(self.visits))
        away = [one for one in self.visits[self.start : end] if _is_away(one, self.rule)]
        return away[-1].day - visit.day if away else 0

    def _better_for(self, visit: Visit) -> int:
        """Days from a visit to the last one in a row that is better than the baseline."""
        last = None
        for one in self.visits[visit.place :]:
            if one.edss >= self.baseline.edss:
                break
            last = one
        return 0 if last is None else last.day - visit.day

    def _first_lasting(self) -> Visit | None:
        return next((visit for visit in self.visits[self.start :] if self._lasts(visit)), None)

    def _lasts(self, visit: Visit) -> bool:
        rule = self.rule
        return self._risen_for(visit) >= rule.lasts_days or self._better_for(visit) >= rule.improvement_days

    # 4: relapses that left something behind

    def _moves_behind_relapse(self, lasting: Visit) -> bool:
        before = [one for one in self.visits[self.start : lasting.place] if one.day != self.baseline.day]
        left = [place for place, one in enumerate(before) if self._left_something(one)]
        if not left:
            return False
        later = before[left[-1] + 1 :]
        held = (one for one in later if one.has_systems and self._held_for(one, later) >= self.rule.held_days)
        self._take(next(held, lasting), "conversion-baseline-relapse")
        return True

    def _left_something(self, visit: Visit) -> bool:
        rule, base = self.rule, self.baseline.edss
        if visit.place == 0 or not self._relapse_before(visit):
            return False
        risen = visit.edss - base >= 0.5 and visit.edss - self.visits[visit.place - 1].edss >= 0.5
        return risen and visit.edss >= rule.relapse_matters_from and base < rule.relapse_matters_below

    def _relapse_before(self, visit: Visit) -> bool:
        """Has a relapse begun since the visit before, or on its day?"""
        if visit.since_relapse is None:
            return False
        gap = visit.day - self.visits[visit.place - 1].day if visit.place else 0
        return visit.since_relapse <= gap

    def _held_for(self, visit: Visit, later: list[Visit]) -> int:
        """Days for which the scores that follow differ from this one by less than counts."""
        last = visit
        for one in later:
            if one.place <= visit.place:
                continue
            if abs(one.edss - visit.edss) >= self._step_of(visit):
                break
            last = one
        return last.day - visit.day

    def _step_of(self, visit: Visit) -> float:
        # The step from 0 by the score itself, the others by the baseline: as the package asks.
        base = visit.edss if visit.edss == 0 else max(self.baseline.edss, 1.0)
        row = next(row for row in reversed(self.rule.thresholds) if base >= row.baseline_from)
        assert row.change is not None
        return row.change

    def _take(self, visit: Visit, code: str) -> None:
        self.trail.append(self._step(code, visit))
        self._look_from(self._after(visit.day), visit)

    def _look_from(self, start: int, baseline: Visit) -> None:
        self.start, self.baseline, self.pyramidal = start, baseline, baseline.row[PYRAMIDAL]

    def _after(self, day: int) -> int:
        return next((one.place for one in self.visits if one.day > day), len(self.visits))

    # 5: what is asked of a rise

    def confirming(self, onset: Visit) -> Visit | None:
        """The first visit so many days after an onset."""
        return next((one for one in self.visits if one.day - onset.day >= self.rule.lasts_days), None)

    def _why_not(self, onset: Visit) -> str | None:
        rule = self.rule
        risen_for = self._risen_for(onset)
        if not self._rises()[onset.place] or risen_for < rule.lasts_days or risen_for + onset.day < self.visits[-1].day:
            return "conversion-short"
        if self._relapse_before(onset):
            return "conversion-relapse"
        confirming = self.confirming(onset)
        asked = [one for one in self.visits if confirming and onset.day < one.day and one.place <= confirming.place]
        if min(one.edss for one in (onset, *asked)) < rule.minimum_edss:
            return "conversion-minimum"
        if self._pyramidal(onset) < rule.minimum_pyramidal:
            return "conversion-pyramidal"
        return None if self._leads(onset) else "conversion-system"

    def _pyramidal(self, onset: Visit) -> int:
        score = onset.row[PYRAMIDAL]
        known = 0 if score is None else score
        return max(known, 2) if onset.edss >= self.rule.pyramidal_taken_from else known

    def _difference(self, visit: Visit, name: str) -> int | None:
        """A score less that of the baseline; a pyramidal one that is missing counts as worse by one."""
        now, then = visit.row[name], self.pyramidal if name == PYRAMIDAL else self.baseline.row[name]
        if now is None or then is None:
            return 1 if name == PYRAMIDAL else None
        difference: int = now - then
        return difference

    def _leads(self, onset: Visit) -> bool:
        """Does one of the systems that rose most stay away from its baseline score for long enough?"""
        risen = {name: self._difference(onset, name) or 0 for name in SYSTEMS}
        most = max(risen.values())
        if most <= 0:
            return False
        return any(self._away_for(onset, name) >= self.rule.lasts_days for name in SYSTEMS if risen[name] == most)

    def _away_for(self, onset: Visit, name: str) -> int:
        last = onset
        for one in self.visits[onset.place :]:
            if self._difference(one, name) == 0:
                break
            last = one
        return last.day - onset.day

    # 6: where the search goes on

    def _go_on(self, lasting: Visit) -> None:
        rises = self._rises()[lasting.place]
        until = lasting.day + self._risen_for(lasting)
        better = lasting.edss < self.baseline.edss
        if rises and until < self.visits[-1].day:
            self._look_from(self._after(until), self.first)
        elif better or (rises and self._relapse_before(lasting)):
            self._take(lasting, "conversion-baseline-better")
            self._find_systems(lasting)
        else:
            self._look_from(self._after(lasting.day), self.first)

    def _find_systems(self, lasting: Visit) -> None:
        """A baseline without functional systems hands on to the next visit that has some; with some, its pyramidal
        score is the one that was asked of it as an onset."""
        if lasting.has_systems:
            self.pyramidal = self._pyramidal(lasting)
            return
        start = self.start
        while len(self.visits) - start > 1 and not self.visits[start].has_systems:
            start += 1
        if start < len(self.visits):
            self._look_from(start, self.visits[start])
