"""A trial with several arms and one control: its rows lean on one arm, so they err together, or one of them stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from remission.studies.league.bases import with_rates
from remission.studies.league.compared import ArmRate, Compared

if TYPE_CHECKING:
    from remission.studies.league.nodes import NodeSet


def tie_arms(rows: Sequence[Compared], nodes: NodeSet) -> list[Compared]:
    """Rows of one trial put together where they are one treatment, and kept beside each other where that is possible.

    What two rows of a trial share is the variance of their control's own rate. Where that is not known, one row stays:
    that of the treatment which most trials have, then the narrower one, then the first.
    """
    found = list(rows)
    for study in dict.fromkeys(row.study.name for row in rows if row.used):
        found = _one_treatment(found, study, nodes)
    trials = Counter(name for row in found if row.used for name in {row.treatment, row.comparator})
    for study in dict.fromkeys(row.study.name for row in found if row.used):
        found = _one_control(found, study, trials)
    return found


def _places(rows: Sequence[Compared], study: str) -> list[int]:
    return [place for place, row in enumerate(rows) if row.used and row.study.name == study]


def _one_treatment(rows: list[Compared], study: str, nodes: NodeSet) -> list[Compared]:
    """Doses of one treatment against one control: one row."""
    places = _places(rows, study)
    found = list(rows)
    for treatment in {rows[place].treatment for place in places}:
        alike = [place for place in places if rows[place].treatment == treatment]
        if len(alike) < 2:
            continue
        first, *others = sorted(alike, key=lambda place: _held(rows[place], nodes))
        together = _together([rows[place] for place in (first, *others)])
        for place in others:
            why = f"the same treatment in this set of nodes as {rows[first].arm} of this trial, "
            why += (
                "and counted in that row"
                if together
                else "which is used: what both share with the control is not known"
            )
            found[place] = replace(rows[place], used=False, why=why)
        found[first] = together or rows[first]
    return found


def _held(row: Compared, nodes: NodeSet) -> int:
    arm = row.study.arm(row.arm)
    node = next(one for one in nodes.nodes if one.name == row.treatment)
    assert arm is not None
    return node.place(arm) or 0


def _together(rows: Sequence[Compared]) -> Compared | None:
    """One row of several counted arms: their relapses over their person-years; None where they were not counted."""
    arms = [row.one for row in rows if row.one is not None and row.one.person_years is not None]
    other = rows[0].other
    if len(arms) < len(rows) or other is None:
        return None
    years = [one.person_years or 0.0 for one in arms]
    events = [one.rate * year for one, year in zip(arms, years, strict=True)]
    # The factor by which counting is widened, from any of them.
    factor = arms[0].variance * events[0]
    numbers = tuple(number for one in arms for number in one.numbers)
    name = " and ".join(one.arm for one in arms)
    merged = ArmRate(name, sum(events) / sum(years), factor / sum(events), "Poisson", numbers, sum(years))
    said = f"{len(arms)} arms put together by their person-years; {rows[0].method}"
    return with_rates(replace(rows[0], arm=name), merged, other, said)


def _one_control(rows: list[Compared], study: str, trials: Counter[str]) -> list[Compared]:
    """Several treatments against one control: all where their covariance is known, else one."""
    places = _places(rows, study)
    shared = {rows[place].shared for place in places}
    if len(places) < 2 or (len(shared) == 1 and None not in shared):
        return rows
    kept = min(places, key=lambda place: (-trials[rows[place].treatment], rows[place].error or 0.0, place))
    why = f"shares its control with {rows[kept].arm}, which is used; how much both err together is not known"
    return [replace(row, used=False, why=why) if place in places and place != kept else row
            for place, row in enumerate(rows)]  # fmt: skip
