"""Death, vectorised: the day is known by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.outcomes.finding import Finding
from remission.records.segments import NEVER, SubjectIndex

if TYPE_CHECKING:
    from remission.outcomes.definitions.rules.death import Death
    from remission.outcomes.watch import Watch


def find_death(index: SubjectIndex, _rule: Death, watch: Watch) -> Finding:
    """Every subject's day of death."""
    # Nothing to look for, nothing to confirm: the day is known by itself.
    death = index.days("death_day")
    nothing = np.full(index.count, NEVER, np.int32)
    return Finding(death, death, nothing, np.zeros(index.count, np.bool_), watch.last_usable, {})
