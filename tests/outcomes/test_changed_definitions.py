"""A definition put together or changed in Python means what it says: values are used, or refused in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from made_up.agreement import compare, decided
from made_up.worlds import person, small
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.records import Censoring, Composite, Endpoint, Readings, ReadingWindow
from remission.outcomes.definitions.rules.death import Death
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.evaluation import evaluate, evaluate_days
from remission.outcomes.explain import explain
from remission.outcomes.readings import evaluate_readings
from remission.records.cohort import Cohort

RELAPSE = Endpoint("relapse", "Relapse", "Relapse-free", record=Relapse())
DEATH = Endpoint("death", "Death", "Survival", record=Death())
WHOLE = Endpoint("whole", "Both", "Free", record=Composite(("relapse", "death")), parts=(RELAPSE, DEATH))
NEW_THERAPY = Censoring(new_therapy="censors")


def treated() -> Cohort:
    """One person: a new therapy on day 100, a relapse on day 200, followed to day 360."""
    someone = person("0:2 180:2 360:2", relapses=(200,))
    someone["treatments"] = [{"therapy": "natalizumab", "start_day": 100, "lasted": None}]
    return small(someone)


def told(endpoint: Endpoint) -> tuple[int, bool, str | None]:
    outcome = evaluate(treated(), endpoint)
    compare(outcome, decided(treated(), endpoint) or [])
    row = outcome.spells.row(0, named=True)
    return row["exit_day"], row["event"], row["reason"]


def test_another_censoring_of_a_composite_is_that_of_its_parts() -> None:
    assert told(WHOLE) == (200, True, None)
    changed = replace(WHOLE, censoring=NEW_THERAPY)
    assert told(changed) == (100, False, "new-therapy")
    assert evaluate_days(treated(), changed).exit.tolist() == [100]
    assert "another therapy was started" in explain(treated(), "S0", changed).lines[-1]
    # Whatever the parts had of their own.
    apart = replace(WHOLE, parts=(replace(RELAPSE, censoring=NEW_THERAPY), DEATH))
    assert told(apart) == (100, False, "new-therapy")
    assert told(replace(apart, censoring=Censoring())) == (200, True, None)


def test_another_censoring_is_that_of_the_windows_too() -> None:
    read = replace(WHOLE, readings=Readings((ReadingWindow(0, 180),)))
    assert evaluate_readings(treated(), read).readings["status"].to_list() == ["yes"]
    changed = replace(read, censoring=NEW_THERAPY)
    assert evaluate_readings(treated(), changed).readings.select("status", "reason").rows() == [
        ("not assessable", "new-therapy")
    ]


def test_a_table_that_only_the_new_censoring_asks_for_must_have_been_collected() -> None:
    cohort = treated()
    without = replace(cohort, tables={name: frame for name, frame in cohort.tables.items() if name != "treatments"})
    with pytest.raises(InputProblems) as refused:
        evaluate(without, replace(WHOLE, censoring=NEW_THERAPY))
    assert "no table 'treatments'" in refused.value.report()


def test_another_origin_of_a_composite_is_that_of_its_parts() -> None:
    # The relapse of day 200 came before time runs.
    assert told(replace(WHOLE, origin_day=250)) == (250, False, "event-before-entry")
    # The therapy of day 100 is on by then.
    later = replace(WHOLE, origin_day=150, censoring=NEW_THERAPY)
    assert told(later) == (200, True, None)
    assert evaluate(treated(), later).spells["origin_day"].to_list() == [150]


REFUSED: list[tuple[Endpoint, str]] = [
    (replace(RELAPSE, title=" "), "title: found nothing; allowed: words"),
    (replace(RELAPSE, event_free="\u200b"), "event_free: found nothing; allowed: words"),
    (replace(WHOLE, parts=(RELAPSE, replace(DEATH, title=""))), "title: found nothing; allowed: words"),
    (replace(WHOLE, parts=(RELAPSE, RELAPSE)), "composite.parts: found 'relapse' twice; allowed: each part once"),
    (replace(WHOLE, record=Composite(("death",))), "parts: found relapse, death, where death are listed"),
    (replace(WHOLE, parts=()), "parts: found none, where relapse, death are listed"),
    (replace(RELAPSE, parts=(DEATH,)), "parts: found 1 in a relapse endpoint; allowed: parts of a composite only"),
    (
        replace(WHOLE, parts=(replace(RELAPSE, record=Relapse(events="all")), DEATH)),
        "composite.parts: found 'relapse', which recurs or has an origin of its own",
    ),
    (
        replace(WHOLE, record=Composite(("whole", "death")), parts=(WHOLE, DEATH)),
        "composite.parts: found the composite 'whole'",
    ),
    (replace(RELAPSE, origin_event="death"), "origin_event: found 'death' alone"),
    (
        replace(RELAPSE, origin=DEATH, origin_event="relapse-free"),
        "origin_event: found 'relapse-free', where the origin is 'death'; allowed: the name of the origin",
    ),
    (replace(RELAPSE, origin=DEATH), "origin_event: found an endpoint without its name"),
    (replace(RELAPSE, origin=DEATH, origin_event="death", origin_day=7), "origin_day: found 7 with origin_event"),
]


@pytest.mark.parametrize(("endpoint", "said"), REFUSED, ids=[said for _, said in REFUSED])
@pytest.mark.parametrize("ask", [evaluate, evaluate_days, lambda cohort, one: explain(cohort, "S0", one)])
def test_what_would_be_ignored_or_counted_twice_is_refused(ask: Any, endpoint: Endpoint, said: str) -> None:
    with pytest.raises(InputProblems) as found:
        ask(treated(), endpoint)
    assert said in found.value.report()
    assert all(problem.next_step for problem in found.value.problems)
