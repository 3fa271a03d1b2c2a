"""The walk over visits, option by option: tiny worlds whose answer is worked by hand in the comment beside it.

Unless a test says otherwise a change is 1.0 points, confirmed from 60 to 120 days after its onset.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from made_up.agreement import compare
from made_up.random_worlds import Person
from made_up.worlds import person, small
from remission.outcomes import walk
from remission.outcomes.definitions.changes import Baseline, Confirmation, Onset, RelapseAssociation, Threshold, Window
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.evaluation import evaluate
from remission.outcomes.reference import Decision, decide
from remission.records.people import subject_records

NINETY = Confirmation(90, 30, 30)
STEP = (Threshold(0.0, 1.0),)
TWENTY_PERCENT = (Threshold(0.0, percent=20.0),)


def rule(**options: Any) -> Progression:
    confirmation = replace(NINETY, **options.pop("confirmation", {}))
    baseline = Baseline(**options.pop("baseline", {}))
    return Progression(options.pop("thresholds", STEP), confirmation, baseline=baseline, **options)


def endpoint(**options: Any) -> Endpoint:
    return Endpoint("p", "Progression", "Free", record=rule(**options))


def decided(someone: Person, asked: Endpoint) -> Decision:
    """The twin's decision, which must be the engine's too."""
    cohort = small(someone)
    (records,) = subject_records(cohort)
    decision = decide(records, asked)
    compare(evaluate(cohort, asked), [decision])
    return decision


def days(visits: str | Person, **options: Any) -> list[int]:
    """Days of the events."""
    someone = person(visits) if isinstance(visits, str) else visits
    first = decided(someone, endpoint(**options))
    return [spell.exit for spell in (first, *first.later) if spell.event]


def with_columns(someone: Person, **columns: list[Any]) -> Person:
    """The person with more columns of the visits, a value a visit."""
    for name, values in columns.items():
        for row, value in zip(someone["visits"], values, strict=True):
            row[name] = value
    return someone


def measured(column: str, visits: str) -> Person:
    """Visits as `day:value` of another measure than EDSS; `x` is a test that could not be done."""
    pairs = [one.split(":") for one in visits.split()]
    someone = person(" ".join(f"{day}:0" for day, _ in pairs))
    values = [None if value == "x" else float(value) for _, value in pairs]
    unable = ["yes" if value == "x" else None for _, value in pairs]
    if column == "sdmt_correct":
        return with_columns(someone, sdmt_correct=[None if value is None else int(value) for value in values])
    return with_columns(someone, **{column: values, f"{column.split('_')[0]}_unable": unable})


def ended(someone: Person, **last_days: int) -> Person:
    """The person whose relapses lasted to these days, in order."""
    for row, last in zip(someone["relapses"], last_days.values(), strict=True):
        row["lasted"] = last - row["day"]
    return someone


# ---------------------------------------------------------------- measures and thresholds


@pytest.mark.parametrize(("later", "event"), [(6.6, True), (6.599, False)])
def test_a_fifth_of_the_baseline_is_counted_exactly(later: float, event: bool) -> None:
    # 20 % of 5.5 s is 1.1 s, so 6.6 s is met exactly; as floats 6.6 - 5.5 is less than 1.1.
    found = days(measured("t25fw_seconds", f"0:5.5 90:{later} 180:7.5"), measure="t25fw", thresholds=TWENTY_PERCENT)
    assert (found == [90]) is event


def test_the_mean_of_both_hands_needs_both() -> None:
    # Means: 20.0, then (20 + 28) / 2 = 24.0 = 20 % more; without the other hand that visit has no value.
    someone = measured("nhpt_dominant_seconds", "0:20 90:20 180:20")
    with_columns(someone, nhpt_other_seconds=[20.0, 28.0, 28.0])
    assert days(someone, measure="nhpt", thresholds=TWENTY_PERCENT) == [90]
    someone["visits"][1]["nhpt_other_seconds"] = None
    assert days(someone, measure="nhpt", thresholds=TWENTY_PERCENT) == []  # 180 is left without confirmation


def test_fewer_symbols_are_worse() -> None:
    # 45 - 4 = 41.
    fall = {"measure": "sdmt", "thresholds": (Threshold(0.0, 4.0),)}
    assert days(measured("sdmt_correct", "0:45 90:41 180:41"), **fall) == [90]
    assert days(measured("sdmt_correct", "0:45 90:42 180:42"), **fall) == []
    assert days(measured("sdmt_correct", "0:45 90:49 180:49"), **fall) == []
    assert days(measured("sdmt_correct", "0:45 90:49 180:49"), **fall, direction="improvement") == [90]


def test_unable_is_worse_than_any_time_and_nothing_is_worse_than_unable() -> None:
    walk = {"measure": "t25fw", "thresholds": TWENTY_PERCENT}
    assert days(measured("t25fw_seconds", "0:170 90:x 180:x"), **walk) == [90]
    assert days(measured("t25fw_seconds", "0:x 90:x 180:x"), **walk) == []
    assert days(measured("t25fw_seconds", "0:x 90:179 180:179"), **walk, direction="improvement") == [90]


def test_improvement_can_have_thresholds_of_its_own() -> None:
    # 3.0 to 2.5 is half a point: too little by `thresholds`, enough by `improvement`.
    better = {"direction": "improvement", "improvement": (Threshold(0.0, 0.5),)}
    assert days("0:3 90:2.5 180:2.5", direction="improvement") == []
    assert days("0:3 90:2.5 180:2.5", **better) == [90]


def test_a_milestone_is_reached_whatever_the_baseline() -> None:
    assert days("0:3 90:3.5 180:4 270:4", thresholds=(), reaches=4.0) == [180]
    someone = measured("sdmt_correct", "0:50 90:41 180:40 270:39")
    assert days(someone, measure="sdmt", thresholds=(), reaches=40.0) == [180]


def test_who_has_reached_it_at_baseline_is_not_at_risk() -> None:
    # Onset is the baseline visit, day 0, confirmed on day 90: the event is on the entry.
    assert decided(person("0:4 90:4 180:4"), endpoint(thresholds=(), reaches=4.0)).reason == "event-before-entry"


# ---------------------------------------------------------------- the baseline


def test_a_moving_baseline_goes_down_with_a_confirmed_improvement() -> None:
    # 4 falls to 3, confirmed on day 180; from 3 the 4 of day 270 is a rise, confirmed on day 360.
    visits = "0:4 90:3 180:3 270:4 360:4"
    assert days(visits) == []
    assert days(visits, baseline={"moves": "roving"}) == [270]
    assert days(visits, baseline={"moves": "roving-improvement"}) == [270]
    assert days(visits, baseline={"moves": "roving-worsening"}) == []


def test_each_confirmed_rise_is_an_episode_from_a_baseline_that_moves_up() -> None:
    # 2 to 3 (day 60, confirmed on 120 and 180); from 3 to 4 (day 240, confirmed on 300).
    visits = "0:2 60:3 120:3 180:3 240:4 300:4 360:4"
    assert days(visits, events="all", baseline={"moves": "roving"}) == [60, 240]
    first = decided(person(visits), endpoint(events="all", baseline={"moves": "roving"}))
    last_free = [(spell.entry, spell.exit, spell.last_free) for spell in (first, *first.later)]
    # Free in the second episode: days 120 and 180, from the baseline of day 120; after it: days 300 and 360.
    assert last_free == [(0, 60, 0), (60, 240, 180), (240, 360, 360)]


def test_the_baseline_moves_to_the_onset_or_to_the_confirmation() -> None:
    # Onset 3 on day 90, confirmed by 4 on day 180. From the onset 4 is another rise (day 180, confirmed on 270);
    # from the confirmation it is none.
    visits = "0:2 90:3 180:4 270:4"
    assert days(visits, events="all", baseline={"moves": "roving", "moves_to": "onset"}) == [90, 180]
    assert days(visits, events="all", baseline={"moves": "roving", "moves_to": "confirmation"}) == [90]


@pytest.mark.parametrize(
    ("moves_with", "found"), [("none", []), ("any", [180]), ("improvement", [180]), ("worsening", [])]
)
def test_a_confirmed_change_too_small_to_count_can_move_the_baseline(moves_with: str, found: list[int]) -> None:
    # 3 to 2.5 is small, confirmed on day 120; from 2.5 the 3.5 of day 180 is a rise of 1.0. From 3 it is half a point.
    visits = "0:3 60:2.5 120:2.5 180:3.5 240:3.5"
    assert days(visits, baseline={"moves": "roving", "sub_threshold": moves_with}) == found


def test_a_baseline_that_moves_can_be_kept_from_getting_better() -> None:
    # As in the roving test, but the baseline counts as 4 still.
    assert days("0:4 90:3 180:3 270:4 360:4", baseline={"moves": "roving", "never_better": True}) == []


def test_the_baseline_moves_behind_a_relapse() -> None:
    # Relapse on day 30, visit on day 60: more than 20 days after it, so the baseline moves to day 60 (3.0).
    # From 2.0 the visit of day 60 would be a rise; from 3.0 only day 180 (4.0) is, confirmed on day 270.
    someone = person("0:2 60:3 120:3 180:4 270:4", relapses=(30,))
    assert days(someone) == [60]
    assert days(someone, baseline={"moves_after_relapse_days": 20}) == [180]
    assert days(someone, baseline={"moves_after_relapse_days": 30}) == [60]  # 30 days are not more than 30


@pytest.mark.parametrize(("kind", "baseline"), [("kept", "v1"), ("skipped beyond threshold", "v1"), ("skipped", "v0")])
def test_a_lone_dip_is_no_baseline(kind: str, baseline: str) -> None:
    # Day 0 (2.5) dips half a point below both neighbours (3.0): a difference, but no change of 1.0.
    asked = endpoint(baseline={"local_extremes": kind})
    assert decided(person("-60:3 0:2.5 90:3 180:3"), asked).rows.baseline_row == baseline


def test_a_dip_back_to_the_value_two_visits_before_is_none() -> None:
    # 2.5, 3, 2.5, 3: the 2.5 of day 0 is a dip, but the value of two visits before.
    asked = endpoint(baseline={"local_extremes": "skipped"})
    assert decided(person("-90:2.5 -60:3 0:2.5 90:3"), asked).rows.baseline_row == "v2"


# ---------------------------------------------------------------- confirmation


@pytest.mark.parametrize(("day", "event"), [(269, False), (270, True), (300, True), (301, False)])
def test_a_further_window_confirms_from_its_first_to_its_last_day(day: int, event: bool) -> None:
    # Onset on day 90; the second window is 90 + 200 - 20 = 270 to 90 + 200 + 10 = 300.
    assert bool(days(f"0:2 90:3 {day}:3", confirmation={"further": (Window(200, 20, 10),)})) is event


def test_only_a_planned_visit_confirms() -> None:
    # Day 180 is recorded as unplanned, so day 200 confirms; the row that nobody marked counts as planned.
    someone = with_columns(person("0:2 90:3 180:3 200:3"), scheduled=[None, None, "no", None])
    assert decided(someone, endpoint(confirmation={"scheduled_only": True})).rows.confirmation_row == "v3"
    assert decided(someone, endpoint()).rows.confirmation_row == "v2"


@pytest.mark.parametrize(("sustained", "found"), [(0, [90]), (160, [90]), (161, []), (None, [])])
def test_a_change_must_be_sustained(sustained: int | None, found: list[int]) -> None:
    # Confirmed on day 180, lost on day 250: 160 days after the onset.
    assert days("0:2 90:3 180:3 250:2 300:2", confirmation={"sustained_days": sustained}) == found


@pytest.mark.parametrize(("sustained", "found"), [(160, []), (161, [90]), (None, [90])])
def test_with_the_last_visit_only_that_one_is_asked_whether_it_is_sustained(sustained: Any, found: list[int]) -> None:
    # Day 250 (2.0) is the first visit 160 days after the onset; 161 days after it the first is day 300 (3.0).
    confirmation = {"sustained_days": sustained, "visits": "last"}
    assert days("0:2 90:3 180:3 250:2 300:3", confirmation=confirmation)[:1] == found


# ---------------------------------------------------------------- minimums


def test_a_worsening_may_have_to_reach_a_value() -> None:
    # 3.0 is a rise from 2.0, but below 4.0; the search goes on after it and finds 4.0 on day 180.
    assert days("0:2 90:3 180:4 270:4", minimum_value=4.0) == [180]


def test_onset_and_confirmation_may_need_a_pyramidal_score() -> None:
    visits = "0:2 90:3 180:3"
    for pyramidal, found in (([0, 2, 2], [90]), ([0, 2, 1], []), ([0, None, 2], [])):
        assert days(with_columns(person(visits), fs_pyramidal=pyramidal), minimum_pyramidal=2) == found


def test_the_leading_system_must_worsen_and_stay_so() -> None:
    visits, asked = "0:2 90:3 180:3", {"leading_system": "must worsen"}
    leads = {"fs_sensory": [1, 3, 2], "fs_pyramidal": [2, 2, 2]}
    assert days(with_columns(person(visits), **leads), **asked) == [90]  # sensory leads: 1, 3, 2
    back = {"fs_sensory": [1, 3, 1], "fs_pyramidal": [2, 2, 2]}
    assert days(with_columns(person(visits), **back), **asked) == []  # it leads, but was 1 again
    other = {"fs_sensory": [1, 2, 2], "fs_pyramidal": [3, 3, 3]}
    assert days(with_columns(person(visits), **other), **asked) == []  # pyramidal leads, and stayed at 3
    assert days(person(visits), **asked) == []  # nothing was recorded


# ---------------------------------------------------------------- relapses

WINDOWS = RelapseAssociation(
    30, 10, "baseline", 0, 0, 50, 20, 40, 15, relapse_during_confirmation="a class of its own",
    counts=("PIRA", "PIRA with a relapse during confirmation", "RAW", "undefined"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("relapse", "relation", "row"),
    [
        # Onset on day 100, confirmed on day 200.
        (69, "undefined", "r0"),  # 31 days before the onset, within the 50 of its window
        (70, "RAW", "r0"),  # 30 days before the onset
        (100, "RAW", "r0"),
        (110, "RAW", "r0"),  # 10 days after it
        (111, "undefined", "r0"),  # within the 20 days after the onset
        (49, "PIRA", None),  # 51 days before the onset
        (50, "undefined", "r0"),
        (120, "undefined", "r0"),
        (121, "PIRA with a relapse during confirmation", None),
        (159, "PIRA with a relapse during confirmation", None),  # 41 days before the confirmation
        (160, "undefined", "r0"),
        (215, "undefined", "r0"),  # 15 days after the confirmation
        (216, "PIRA", None),
    ],
)
def test_the_relation_of_a_worsening_to_a_relapse(relapse: int, relation: str, row: str | None) -> None:
    found = decided(person("0:2 100:3 200:3", relapses=(relapse,)), endpoint(relapse_association=WINDOWS))
    assert (found.exit, found.relation, found.rows.relapse_row) == (100, relation, row)


def test_a_relapse_during_confirmation_can_be_as_the_others() -> None:
    plain = replace(WINDOWS, relapse_during_confirmation="as the others")
    assert decided(person("0:2 100:3 200:3", relapses=(130,)), endpoint(relapse_association=plain)).relation == "PIRA"


@pytest.mark.parametrize(
    ("relapse", "relation"), [(1, "undefined"), (59, "undefined"), (199, "undefined"), (-1, "PIRA")]
)
def test_open_windows_join_from_the_visit_before_to_the_confirmation(relapse: int, relation: str) -> None:
    # All ends open: one window from day 0 (the baseline) to day 200.
    joined = replace(
        WINDOWS, raw_after_days=0, raw_before_days=0, preceding_after_days=None, onset_before_days=None,
        onset_after_days=None, confirmation_before_days=None, confirmation_after_days=0,
    )  # fmt: skip
    someone = person("0:2 60:2 100:3 200:3", relapses=(relapse,))
    assert decided(someone, endpoint(relapse_association=joined)).relation == relation


@pytest.mark.parametrize(("preceding", "day"), [("baseline", 0), ("last visit", 80), ("last lower visit", 40)])
def test_the_visit_before_the_worsening(preceding: str, day: int) -> None:
    # Onset 3.0 on day 100: the baseline is day 0, the last visit day 80 (2.5), the last lower one day 40.
    only = RelapseAssociation(
        0, 0, preceding, 5, 5, 0, 0, 0, 0, counts=("PIRA", "undefined"),  # type: ignore[arg-type]
    )  # fmt: skip
    for at in (0, 40, 80):
        someone = person("0:2 40:2 80:2.5 100:3 200:3", relapses=(at + 5,))
        expected = "undefined" if at == day else "PIRA"
        assert decided(someone, endpoint(relapse_association=only)).relation == expected


def test_a_later_confirming_visit_can_make_it_independent() -> None:
    # The relapse on day 170 is within 40 days before day 190 and not before day 215: both confirm, the second is clear.
    asked = endpoint(relapse_association=replace(WINDOWS, relapse_during_confirmation="as the others"))
    assert decided(person("0:2 100:3 190:3 215:3", relapses=(170,)), asked).relation == "PIRA"
    assert decided(person("0:2 100:3 190:3 215:2", relapses=(170,)), asked).relation == "undefined"  # lost on day 215


def test_a_worsening_whose_relation_does_not_count_is_passed_by() -> None:
    # Day 60 is RAW. Under a fixed baseline the search goes on after it: day 120, confirmed on day 180, is PIRA.
    someone = person("0:2 60:3 120:3 180:3 240:3", relapses=(40,))
    asked = replace(WINDOWS, counts=("PIRA",), confirmation_before_days=20, onset_before_days=50)
    assert days(someone, relapse_association=asked) == [120]
    assert days(someone, relapse_association=asked, baseline={"moves": "roving"}) == []  # the baseline is 3.0 by then


def test_a_relapse_can_last_to_its_end() -> None:
    # Day 60 to 75. Onset on day 100: 40 days after its first day, 25 after its last.
    someone = ended(person("0:2 100:3 200:3", relapses=(60,)), first=75)
    assert decided(someone, endpoint(relapse_association=WINDOWS)).relation == "undefined"
    assert decided(someone, endpoint(relapse_association=WINDOWS, relapses_last="to their end")).relation == "RAW"


# ---------------------------------------------------------------- pending, episodes, origin


def test_a_change_nobody_could_confirm_leaves_the_status_unconfirmed() -> None:
    for treated_as, event in (("ignored", False), ("censored", False), ("event", True)):
        found = decided(person("0:2 60:2 300:3"), endpoint(unconfirmed_at_end=treated_as))
        assert (found.event, found.status) == (event, "unconfirmed")
    assert decided(person("0:2 60:2 300:2"), endpoint()).status is None
    assert decided(person("0:2 90:3 180:3"), endpoint()).status == "confirmed"
    assert decided(person("90:2 180:3"), endpoint()).status == "not assessable"


def test_an_unconfirmed_change_must_be_of_a_relation_that_counts() -> None:
    asked = {"unconfirmed_at_end": "event", "relapse_association": replace(WINDOWS, counts=("PIRA",))}
    assert days(person("0:2 60:2 300:3", relapses=(250,)), **asked) == [300]  # 50 days before: not RAW
    assert days(person("0:2 60:2 300:3", relapses=(270,)), **asked) == []  # 30 days before: RAW, which does not count
    asked["relapse_association"] = replace(WINDOWS, counts=("RAW",))
    found = decided(person("0:2 60:2 300:3", relapses=(270,)), endpoint(**asked))
    assert (found.exit, found.relation, found.rows.relapse_row) == (300, "RAW", "r0")


def test_an_event_before_entry_excludes_nobody_from_recurrent_events() -> None:
    someone = person("-90:2 -60:3 30:3 120:4 210:4")
    asked = {"baseline": {"from_day": None, "choose": "first", "moves": "roving"}, "onset": Onset(-365)}
    assert decided(someone, endpoint(**asked)).reason == "event-before-entry"
    assert days(someone, **asked, events="all") == [120]


def test_time_can_begin_at_another_event() -> None:
    # The relapse on day 100 is the origin: the baseline is the last visit up to then (day 90, 3.0), not day 0 (2.0).
    begins = Endpoint("r", "Relapse", "Free", record=Relapse())
    asked = replace(endpoint(), origin_event="r", origin=begins)
    found = decided(person("0:2 90:3 180:4 270:4", relapses=(100,)), asked)
    assert (found.origin, found.entry, found.exit, found.rows.baseline_row) == (100, 100, 180, "v1")
    nobody = decided(person("0:2 90:3 180:4 270:4"), asked)
    assert (nobody.origin, nobody.entry, nobody.exit, nobody.reason) == (0, 0, 0, "no-origin")


@pytest.mark.parametrize("rows", [1, 2, 16])
def test_whose_changes_do_not_fit_into_the_log_is_walked_again(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rise of a point is confirmed 60 days later, and the baseline moves up with it: days 30, 120, 210."""
    monkeypatch.setattr(walk, "FIRST_LOG", rows)
    visits = "0:2 30:3 90:3 120:4 180:4 210:5 270:5"
    assert days(visits, events="all", baseline={"moves": "roving"}) == [30, 120, 210]
