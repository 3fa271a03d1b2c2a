"""Death: `docs/rules.md`, the section of this name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.outcomes.reference.trail import Finding, Step, Watch

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.death import Death
    from remission.records.people import SubjectRecords


def find_death(person: SubjectRecords, _rule: Death, _watch: Watch) -> Finding:
    death = person.subject["death_day"]
    step = Step("alive") if death is None else Step("death", death)
    return Finding((step,), event=death, onset=death)
