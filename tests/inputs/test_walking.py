"""What lies in a folder is found and nothing else; a source that lacks what it must offer is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module, invalidate_caches
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.inputs.fetching import OFFERED, Asking, sources_in
from remission.inputs.walking import modules_in

Make = Callable[..., ModuleType]
WHOLE = "TITLE = LICENCE = 'x'\ndef fetch(): ...\ndef tidy(): ...\n"
NUMBER = count()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """A maker of packages, each of some files by their names; what was imported of them is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def make(**files: str) -> ModuleType:
        name = f"walked_{next(NUMBER)}"
        (tmp_path / name).mkdir()
        for file, text in {"__init__": "", **files}.items():
            (tmp_path / name / f"{file}.py").write_text(text, encoding="utf-8")
        invalidate_caches()
        made.append(name)
        return import_module(name)

    yield make
    for name in [one for one in sys.modules if one.split(".")[0] in made]:
        del sys.modules[name]


def test_files_are_found_in_order_and_none_is_imported(package: Make) -> None:
    one = package(zebra="raise RuntimeError", ape="raise RuntimeError")
    assert modules_in(one) == {"ape": f"{one.__name__}.ape", "zebra": f"{one.__name__}.zebra"}
    assert not [name for name in sys.modules if name.startswith(f"{one.__name__}.")]


def test_what_is_no_module_is_not_found_and_a_file_may_come_and_go(package: Make) -> None:
    one = package(ape="")
    folder = Path(one.__path__[0])
    (folder / "notes.txt").write_text("")
    (folder / "not-a-name.toml").write_text("")
    assert list(modules_in(one)) == ["ape"]
    (folder / "bee.py").write_text("")
    invalidate_caches()
    assert list(modules_in(one)) == ["ape", "bee"]
    (folder / "ape.py").unlink()
    invalidate_caches()
    assert list(modules_in(one)) == ["bee"]


def test_two_files_of_one_name_are_refused_and_both_are_named(package: Make) -> None:
    one, two = package(ape="", bee=""), package(bee="")
    assert modules_in() == modules_in(package()) == {}
    with pytest.raises(ValueError, match=f"called bee: {one.__name__}.bee and {two.__name__}.bee"):
        modules_in(one, two)


@pytest.mark.parametrize("lacking", OFFERED)
def test_a_source_must_offer_everything_and_what_it_lacks_is_named(package: Make, lacking: str) -> None:
    good = package(whole=WHOLE)
    assert list(sources_in(good)) == ["whole"]
    with pytest.raises(TypeError, match=f"bad is no source: it has no {lacking}$"):
        sources_in(good, package(bad=f"{WHOLE}del {lacking}\n"))


def test_all_that_a_source_lacks_is_named_at_once(package: Make) -> None:
    with pytest.raises(TypeError, match="it has no TITLE, LICENCE, fetch, tidy"):
        sources_in(package(empty=""))
    # Who walks for something more may ask for it.
    with pytest.raises(TypeError, match="it has no CITATION"):
        sources_in(package(whole=WHOLE), offered=(*OFFERED, "CITATION"))


DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


@settings(max_examples=200)
@given(st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_month_is_asked_for_by_plain_numbers_of_months(since: date | None, until: date | None, day: date) -> None:
    def number(one: date) -> int:
        return 12 * one.year + one.month

    plain = (since is None or number(day) >= number(since)) and (until is None or number(day) <= number(until))
    assert Asking(date(2027, 1, 1), since=since, until=until).covers(day.replace(day=1)) == plain


@pytest.mark.parametrize(
    ("since", "until", "month", "asked"),
    [
        (date(2024, 2, 29), None, date(2024, 2, 1), True),
        (date(2024, 2, 29), None, date(2024, 1, 1), False),
        (None, date(2024, 2, 1), date(2024, 2, 1), True),
        (None, date(2024, 1, 31), date(2024, 2, 1), False),
        (date(2024, 3, 31), date(2024, 3, 1), date(2024, 3, 1), True),
        (date(2024, 4, 1), date(2024, 3, 1), date(2024, 3, 1), False),
    ],
)
def test_both_ends_are_asked_for_by_their_month(
    since: date | None, until: date | None, month: date, asked: bool
) -> None:
    assert Asking(date(2027, 1, 1), since=since, until=until).covers(month) == asked
