"""What groups cohorts are put in: by what was given, when, to whom. What no source tells is a group of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from remission.studies.overlap import Entry
    from remission.studies.study import Arm, Said

NOT_TOLD = "not told"
# Transplant deaths fell after the first decade; meta-analyses before ours cut here.
LAST_OF_FIRST_ERA = 2006


class Grouping(NamedTuple):
    """One way to group: its words, the group of a cohort, and the order of groups, others after by name."""

    title: str
    of: Callable[[Entry], str]
    order: tuple[str, ...] = ()

    def sorted(self, groups: set[str]) -> list[str]:
        """Groups in order; what no source tells comes last."""
        known = {name: place for place, name in enumerate(self.order)}
        return sorted(groups, key=lambda name: (name == NOT_TOLD, known.get(name, len(known)), name))


def _by_part(part: Callable[[Arm], Said | None]) -> Callable[[Entry], str]:
    def group(entry: Entry) -> str:
        arm = entry.study.arm(entry.number.arm)
        said = part(arm) if arm else None
        # What nobody checked groups nobody: a table by it would show it as a fact.
        return said.kind or NOT_TOLD if said and said.is_showable else NOT_TOLD

    return group


def _era(entry: Entry) -> str:
    years = entry.study.years
    if (
        years is None
        or not years.is_showable
        or (years.first is None and (years.last or LAST_OF_FIRST_ERA + 1) > LAST_OF_FIRST_ERA)
    ):
        return NOT_TOLD
    if years.last is not None and years.last <= LAST_OF_FIRST_ERA:
        return f"up to {LAST_OF_FIRST_ERA}"
    after = years.first is not None and years.first > LAST_OF_FIRST_ERA
    return f"from {LAST_OF_FIRST_ERA + 1} on" if after else "in both"


def _course(entry: Entry) -> str:
    arm = entry.study.arm(entry.number.arm)
    course = entry.number.course or (arm.course if arm else "")
    if course and course != "mixed":
        return "all relapsing-remitting" if course in ("RRMS", "CIS") else "all progressive"
    share = entry.study.number("relapsing-remitting", entry.number.arm)
    if share is None or share.value is None:
        return NOT_TOLD
    ends = {100.0: "all relapsing-remitting", 0.0: "all progressive"}
    return ends.get(share.value, "mixed")


def _edss(entry: Entry) -> str:
    start = entry.study.number("edss-at-start", entry.number.arm, course=entry.number.course)
    if start is None or start.value is None:
        return NOT_TOLD
    return "under 4.0" if start.value < 4 else "4.0 to 5.5" if start.value < 6 else "6.0 or more"


GROUPINGS: Mapping[str, Grouping] = {
    "conditioning": Grouping("conditioning", _by_part(lambda arm: arm.conditioning)),
    "serotherapy": Grouping("serotherapy", _by_part(lambda arm: arm.serotherapy)),
    "graft": Grouping("graft", _by_part(lambda arm: arm.graft)),
    "mobilisation": Grouping("mobilisation", _by_part(lambda arm: arm.mobilisation)),
    "intensity": Grouping(
        "intensity, as a source calls it",
        _by_part(lambda arm: arm.intensity[0] if arm.intensity else None),
        ("low", "reduced", "intermediate", "high", "mixed"),
    ),
    "era": Grouping("years of treatment", _era, ("up to 2006", "in both", "from 2007 on")),
    "course": Grouping("course of MS", _course, ("all relapsing-remitting", "mixed", "all progressive")),
    "edss": Grouping("EDSS at the start", _edss, ("under 4.0", "4.0 to 5.5", "6.0 or more")),
}
