"""What logs show of a person: names of rows and never a day or a value, whichever record is shown there."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from datetime import date
from pathlib import Path

import pytest

import remission.registry
from made_up.registry_people import Somebody, day
from remission.registry.day_zero import day_zero
from remission.registry.drafts import Draft
from remission.registry.forms.check import Accepted, Checked, Trouble
from remission.registry.forms.telling import Telling
from remission.registry.rows import LeftOut, Row, rows_of
from remission.registry.schedule import visits
from remission.registry.values import told
from remission.registry.watched import Stretch

# Of nobody: the wording of a consent, a count of many, an owner's terms.
OF_NOBODY = {"ConsentText", "Version", "QuarterCounts", "Instrument"}
WHEN = date(1987, 6, 5)


def records() -> list[type]:
    """Every dataclass and named tuple of the registry."""
    found = {}
    for module in pkgutil.walk_packages(remission.registry.__path__, "remission.registry."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if isinstance(one, type) and one.__module__.startswith("remission.registry"):
                found[name] = one
    return [one for one in found.values() if dataclasses.is_dataclass(one) or hasattr(one, "_fields")]


def shown_days(kind: type) -> list[str]:
    """The fields with a date that it shows; none where its own words say what is shown of it."""
    # One that has none of its own shows its kind and nothing else.
    if "__repr__" not in vars(kind):
        return []
    if Path(vars(kind)["__repr__"].__code__.co_filename).is_relative_to(Path(remission.registry.__path__[0])):
        return []
    if not dataclasses.is_dataclass(kind):
        return [name for name, held in kind.__annotations__.items() if "date" in str(held)]
    return [one.name for one in dataclasses.fields(kind) if one.repr and "date" in str(one.type)]


@pytest.mark.parametrize(
    "kind", [one for one in records() if one.__name__ not in OF_NOBODY], ids=lambda one: one.__name__
)
def test_no_record_of_a_person_shows_a_day(kind: type) -> None:
    assert shown_days(kind) == []


def test_what_holds_a_day_or_a_value_shows_neither() -> None:
    one = Somebody.of("P1", (WHEN - day(0)).days)
    one.transplanted((WHEN - day(0)).days, WHEN.isoformat())
    one.stops((WHEN - day(0)).days)
    rows, _ = rows_of(one.answers, {}, own_words=False)
    zero = day_zero(one.person, rows, undated=False)
    stretch = Stretch("P1", "clinic", 1, WHEN, WHEN)
    every = [
        one.person, one.person.consents[0], *one.answers, *rows, zero, stretch,
        Draft(one.person, tuple(rows), zero, (stretch,)), told(WHEN.isoformat()), next(visits(WHEN, WHEN)),
        Telling("P1", WHEN, WHEN, "1"), Accepted("a.b", "1987", "told", ""),
        Trouble("a.b", "", "1987"), Checked((), (), {"a.b": "1987"}), LeftOut("A1", "P1", "a.b", "later"),
        Row("P1", "visits", "visit-1", {"day": one.answers[-1]}),
    ]  # fmt: skip
    for record in every:
        assert "1987" not in repr(record), type(record)
        assert "hsct" not in repr(record), type(record)
