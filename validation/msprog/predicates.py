"""Where pymsprog 1.0.7 is known to differ from us, or to give no answer: conditions on what goes in.

Each looks at a person's visits and relapses and at the options, never at an answer of either side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from answers import Answer, Event
from options import OptionSet, as_progression, sides
from people import Person, Visit, tiny

from remission.outcomes.definitions.changes import Confirmation, Window

NO_MINIMUM = "ValueError: zero-size array"
OUT_OF_BOUNDS = "IndexError"


class Example(NamedTuple):
    """A person of a few visits, the options, what pymsprog 1.0.7 answered, and what `docs/rules.md` says."""

    person: Person
    one: OptionSet
    theirs: Answer
    ours: list[Event]


class Predicate(NamedTuple):
    """A reason to differ: when it can show, and a small example of it.

    `raises` is how the error begins that it may raise instead; with `differs` it may also answer otherwise.
    """

    name: str
    holds: Callable[[Person, OptionSet], bool]
    example: Example
    raises: str = ""
    differs: bool = True


def reason_for(person: Person, one: OptionSet, error: str, predicates: Sequence[Predicate]) -> str | None:
    """The first reason for which this person may be answered otherwise, or (with an error) not at all; None without."""
    for predicate in predicates:
        fits = bool(predicate.raises) and error.startswith(predicate.raises) if error else predicate.differs
        if fits and predicate.holds(person, one):
            return predicate.name
    return None


# ---------------------------------------------------------------- conditions


def takes_worse_for_small_improvement(person: Person, one: OptionSet) -> bool:
    """SDMT: a lower (or, for worsenings, a higher) value that is confirmed, where small changes move the baseline."""
    asked, moves = one.asked("sub_threshold_rebl"), one.asked("baseline")
    lower = asked in ("event", "improvement") and moves in ("roving", "roving_impr")
    higher = asked in ("event", "worsening") and moves in ("roving", "roving_wors")
    if one.measure != "sdmt":
        return False
    threes = ([_value(visit) for visit in visits] for visits in _with_confirmation(person, one))
    return any(
        (lower and later < before > last) or (higher and later > before < last) for before, later, last in threes
    )


def has_window_without_confirmation(person: Person, one: OptionSet) -> bool:
    """Several windows, an event that is passed over, and a visit with a later one in some window but not in all."""
    several = isinstance(one.asked("conf_days"), list) and len(one.asked("conf_days")) > 1
    skips = one.asked("event") in ("firstPIRA", "firstRAW") and one.asked("baseline") in ("fixed", "roving_impr")
    return several and (skips or one.asked("require_sust_days") > 0) and len(person.used) > 2


def rounds_one_fifth(person: Person, one: OptionSet) -> bool:
    """A timed test told in seconds: a change that is one fifth, or just is not, only in binary fractions."""
    if one.in_tenths or one.measure in ("edss", "sdmt"):
        return False
    values = [_value(visit) for visit in person.used]
    return any(
        (abs(later - before) >= before / 5) != (abs(round(10 * later) - round(10 * before)) * 5 >= round(10 * before))
        for before, later in combinations(values, 2)
    )


def has_nought(person: Person, one: OptionSet) -> bool:
    """A value of 0, one fifth of which is 0: to it no change at all is a change."""
    return one.measure != "edss" and any(_value(visit) == 0 for visit in person.used)


def overwrites_an_extreme(person: Person, one: OptionSet) -> bool:
    """`bl_geq` writes the old baseline value into the new visit; that visit or one near it turns extreme, or stops.

    The visit is lower than an earlier one, whose value it may be given.
    """
    if not (one.asked("bl_geq") and one.asked("relapse_rebl")) or one.asked("skip_local_extrema") == "none":
        return False
    values = [_value(visit) for visit in person.used]
    for at, value in enumerate(values):
        for higher in {earlier for earlier in values[:at] if earlier > value}:
            written = [*values[:at], higher, *values[at + 1 :]]
            near = range(at, min(at + 3, len(values)))
            if any(_is_extreme(written, i, one) != _is_extreme(values, i, one) for i in near):
                return True
    return False


def finds_out_of_order(person: Person, one: OptionSet) -> bool:
    """A change soon after a relapse, found before the baseline moves back to that relapse, and the first event asked.

    After the relapse there is a visit before the change; the change lies at most `relapse_assoc` days after it.
    """
    if not (one.asked("relapse_rebl") and one.asked("event") in ("first", "firstCDW", "firstCDI", "firstRAW")):
        return False
    days, reach = [visit.day for visit in person.used], sides(one.asked("relapse_assoc"))[0]
    return any(
        any(day < relapse for day in days)
        and any(relapse <= day < onset for day in days)
        and relapse < onset <= relapse + reach
        for relapse in person.relapses
        for onset in days
    )


def forgets_an_early_relapse(person: Person, one: OptionSet) -> bool:
    """A relapse more than `relapse_to_bl` days before the first visit, within reach of a window of a later one."""
    used, apart = person.used, one.asked("relapse_indep")
    if not used:
        return False
    windows = [sides(one.asked(key))[0] for key in ("relapse_assoc", "relapse_to_event", "relapse_to_conf")]
    reach = max(*windows, *(apart[key][0] or 0 for key in ("prec", "event", "conf")))
    begins = used[0].day - sides(one.asked("relapse_to_bl"))[0]
    return any(relapse < begins and used[0].day - relapse <= reach for relapse in person.relapses)


def _with_confirmation(person: Person, one: OptionSet) -> Iterator[tuple[Visit, ...]]:
    """Three visits in order of day of which the last is in a confirmation window of the second."""
    confirmation = as_progression(one, "worsening").confirmation
    windows: tuple[Confirmation | Window, ...] = (confirmation, *confirmation.further)
    for before, later, last in combinations(person.used, 3):
        for window in windows:
            days, late = last.day - later.day - (window.days or 0), window.tolerance_after_days
            if days >= -window.tolerance_before_days and (late is None or days <= late):
                yield before, later, last


def _is_extreme(values: Sequence[float], i: int, one: OptionSet) -> bool:
    if i == 0 or i == len(values) - 1 or (i > 1 and values[i - 2] == values[i]):
        return False
    near, value = (values[i - 1], values[i + 1]), values[i]
    least = 1e-9 if one.asked("skip_local_extrema") == "all" else 1.5 if value == 0 else 1.0 if value <= 5 else 0.5
    return all(other - value >= least for other in near) or all(value - other >= least for other in near)


def _value(visit: Visit) -> float:
    assert visit.value is not None
    return visit.value


# ---------------------------------------------------------------- each with its example

_ROVING = {"event": "multiple", "baseline": "roving", "RAW_PIRA": True}
_NO_ANSWER = "ValueError: zero-size array to reduction operation minimum which has no identity"


PREDICATES: tuple[Predicate, ...] = (
    Predicate(
        "SDMT: a lower value is taken for a small improvement",
        takes_worse_for_small_improvement,
        Example(
            tiny("0:60 90:40 180:40"),
            OptionSet("", "sdmt", {**_ROVING, "sub_threshold_rebl": "improvement"}),
            [],
            [Event("CDW", "PIRA", 90, 0, 180, 90)],
        ),
    ),
    Predicate(
        "several windows, an event passed over: raises",
        has_window_without_confirmation,
        Example(
            tiny("0:3 90:2 180:2 190:3 280:2"),
            OptionSet("", "edss", {**_ROVING, "conf_days": [84, 168], "require_sust_days": 180}),
            _NO_ANSWER,
            [],
        ),
        raises=NO_MINIMUM,
        differs=False,
    ),
    Predicate(
        "seconds in binary fractions: a change of just 20 %",
        rounds_one_fifth,
        Example(
            tiny("0:5.5 90:6.6 180:6.6"),
            OptionSet("", "t25fw", {}, in_tenths=False),
            [],
            [Event("CDW", "", 90, 0, 180, 90)],
        ),
    ),
    Predicate(
        "from a value of 0 no change is a change",
        has_nought,
        Example(tiny("0:0 90:0 180:0"), OptionSet("", "sdmt", _ROVING), [Event("CDI", "", 90, 0, 180, 90)], []),
    ),
    Predicate(
        "bl_geq writes over a visit that is then a local extreme",
        overwrites_an_extreme,
        Example(
            tiny("0:4 50:3.5 90:3 140:3.5 150:3 240:5 340:5", 100),
            OptionSet("", "edss", {**_ROVING, "relapse_rebl": True, "bl_geq": True, "skip_local_extrema": "strict"}),
            [Event("CDW", "PIRA", 240, 150, 340, 100)],
            [Event("CDW", "PIRA", 240, 140, 340, 100)],
        ),
    ),
    Predicate(
        "after a relapse: events found out of order, another one is told",
        finds_out_of_order,
        Example(
            tiny("0:5 130:3 140:5 150:4 240:4 330:4", 100),
            OptionSet("", "edss", {"relapse_rebl": True, "RAW_PIRA": True}),
            [Event("CDI", "", 150, 0, 240, 180)],
            [Event("CDW", "RAW", 140, 130, 240, 190)],
        ),
        raises=OUT_OF_BOUNDS,
    ),
    Predicate(
        "a relapse long before the first visit is not looked at",
        forgets_an_early_relapse,
        Example(
            tiny("0:2 20:3 110:3", -60),
            OptionSet("", "edss", _ROVING),
            [Event("CDW", "PIRA", 20, 0, 110, 90)],
            [Event("CDW", "RAW", 20, 0, 110, 90)],
        ),
    ),
)
