"""What changes with the studies: only what moved is told, before and after, and others may tell of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from remission.studies.difference import Told, difference
from remission.studies.load import Studies, load_studies
from remission.studies.telling import difference_data, difference_words

DAY = date(2026, 11, 30)
LIBRARY = load_studies()


def with_more_deaths() -> Studies:
    halt = LIBRARY.of_name("halt-ms")
    numbers = tuple(replace(one, events=3) if one.what == "transplant-deaths" else one for one in halt.numbers)
    return LIBRARY.with_study(replace(halt, numbers=numbers))


def test_the_same_studies_change_nothing() -> None:
    found = difference(LIBRARY, LIBRARY, DAY)
    assert (found.added, found.removed, found.changed, found.changes) == ((), (), (), ())
    assert list(difference_words(found)) == [f"No conclusions changed; {found.same} stay as they were (2026-11-30)."]


def test_one_moved_number_moves_what_rests_on_it_and_nothing_else() -> None:
    found = difference(LIBRARY, with_more_deaths(), DAY)
    assert found.changed == ("halt-ms",)
    touched = {one.told.name for one in found.changes}
    assert "hsct-mortality" in touched
    assert not {name for name in touched if "neda" in name}
    crude = next(one for one in found.changes if one.told.place == ("pooled number", "hsct-mortality", "crude"))
    assert crude.old is not None
    assert crude.new is not None
    assert (crude.old.says, crude.new.says) == ("0.60 % (0.33 to 0.98)", "0.72 % (0.43 to 1.13)")


def test_a_study_added_and_one_gone_are_named() -> None:
    found = difference(LIBRARY.without("uk-2025", "mist"), LIBRARY.without("mist", "halt-ms"), DAY)
    assert (found.added, found.removed) == (("uk-2025",), ("halt-ms",))
    assert list(difference_words(found))[:2] == ["New: uk-2025.", "Gone: halt-ms."]


def test_others_tell_of_what_they_conclude() -> None:
    def verdicts(studies: Studies) -> Iterator[Told]:
        yield Told("verdict", "five-to-ten", "", "outdated" if "uk-2025" in studies.by_name else "not testable")

    found = difference(LIBRARY.without("uk-2025"), LIBRARY, DAY, [verdicts])
    (verdict,) = (one for one in found.changes if one.told.kind == "verdict")
    assert verdict.row["old_says"] == "not testable"
    assert "  verdict, five-to-ten: not testable -> outdated" in list(difference_words(found))


def test_a_program_reads_every_change_as_a_row() -> None:
    data = difference_data(difference(LIBRARY, with_more_deaths(), DAY))
    assert data["on"] == "2026-11-30"
    row = next(one for one in data["changes"] if (one["name"], one["line"]) == ("hsct-mortality", "crude"))
    assert (row["on"], row["old_k"], row["new_k"]) == ("2026-11-30", 19, 19)
