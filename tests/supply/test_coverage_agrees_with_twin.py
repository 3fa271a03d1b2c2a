"""The fast coverage and its plain twin give every cell of random worlds the same reason, and reach every reason."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.coverage_worlds import World, random_world
from remission.supply.coverage.reasons import REASONS
from remission.supply.coverage.states import derive_coverage
from remission.supply.reference.coverage import PlainStock, plain_reasons

CASES = int(os.environ.get("REMISSION_FUZZ_CASES", "400"))
REACHED: Counter[str] = Counter()


def fast_reasons(world: World) -> dict[tuple[str, str, object], str]:
    found = derive_coverage(world.issued, world.submissions, world.supplies, world.rule, world.answers, world.extracts)
    names = list(REASONS)
    return {
        (code, therapy, month): names[found.reasons[c, t, m]]
        for c, code in enumerate(found.codes)
        for t, therapy in enumerate(found.therapies)
        for m, month in enumerate(found.months)
    }


@settings(max_examples=CASES)
@given(st.integers(0, 2**32))
def test_every_cell_has_the_reason_that_the_plain_twin_gives(seed: int) -> None:
    world = random_world(seed)
    known = (world.units, world.patient_years, world.rows, world.months, world.lacking, world.answered)
    stock = PlainStock(*known, world.extracts)
    plain = plain_reasons(stock, world.supplies, world.rule)
    assert fast_reasons(world) == plain
    REACHED.update(plain.values())


def test_the_worlds_reach_every_reason() -> None:
    for seed in range(0 if REACHED else 300):
        REACHED.update(fast_reasons(random_world(seed)).values())
    assert [name for name in REASONS if REACHED[name] < min(20, CASES / 50)] == []
