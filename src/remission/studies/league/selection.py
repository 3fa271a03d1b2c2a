"""Nobody twice: a trial and what pools or extends it never stand in one network, and arms of one trial are tied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from remission.studies.overlap import overlaps_of

if TYPE_CHECKING:
    from remission.studies.league.compared import Compared
    from remission.studies.load import Studies
    from remission.studies.study import Study


def parts_or_whole(rows: Sequence[Compared], studies: Studies) -> list[Compared]:
    """Of what others pooled, its parts where all of them have a usable row, else the whole and none of its parts."""
    usable = {row.study.name for row in rows if row.used}
    out: dict[str, str] = {}
    for study in studies.every:
        if study.kind != "pooled by others" or study.name not in usable:
            continue
        parts = [one.study for one in study.overlaps if one.relation == "contains"]
        if parts and usable >= set(parts):
            titles = ", ".join(studies.of_name(one).title for one in parts)
            out[study.name] = f"its people are in {titles}, which are used"
        else:
            out |= dict.fromkeys(parts, f"its people are in {study.title}, which is used: of its parts not all can be")
    return _without(rows, out)


def nobody_twice(rows: Sequence[Compared], studies: Studies) -> list[Compared]:
    """Of two studies that may still share people, the one with fewer is left out, with how they share them."""
    graph = overlaps_of(studies)
    used = {row.study.name: row.study for row in rows if row.used}
    out: dict[str, str] = {}
    # The largest first: what it shuts out is smaller.
    for name in sorted(used, key=lambda one: (-_people(used[one]), one)):
        ties = [other for other in graph.get(name, {}) if other in used and other not in out and name not in out]
        for other in ties:
            out[other] = graph[other][name].to(used[name].title)
    return _without(rows, out)


def _people(study: Study) -> int:
    return sum(study.people(arm.name) or 0 for arm in study.arms)


def _without(rows: Sequence[Compared], out: dict[str, str]) -> list[Compared]:
    return [
        replace(row, used=False, why=out[row.study.name]) if row.used and row.study.name in out else row for row in rows
    ]
