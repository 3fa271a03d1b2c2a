"""A section of the report is one file and its test: dropped in it stands on the page, taken away it is gone."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from made_up.small_report_cohort import tiny
from remission.exhibits.figure import Figure
from remission.exhibits.page import Picture
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report import sections
from remission.report.asked import ask
from remission.report.curves.first_events import estimate_parts, estimate_whole
from remission.report.event_rates import estimate_how_often
from remission.report.page_sections import find_sections, make_sections
from remission.report.window_status import estimate_windows
from remission.report.write import write_report

SOURCE = Path(__file__).parents[2] / "src" / "remission"
# What somebody touches who adds a section: CONTRIBUTING says how many.
TOUCHED = ("src/remission/report/sections/NAME.py", "tests/report/test_NAME.py")

HAND_GRIP = '''
"""A section that nobody but its own file knows of."""
from remission.exhibits.page import Block, Section
from remission.exhibits.tables import Table, shows

PLACE = 85

def make_section(asked):
    counted = asked.cohort.subjects.group_by("arm").len("persons").sort("arm")
    columns = (shows("arm", "Arm"), shows("persons", "Persons"))
    table = Table("hand-grip", "Hand grip by arm.", counted, columns, asked.cohort.provenance)
    return Section("hand-grip", "Strength of the hand", [Block(sentences=["Nobody let go."], tables=[table])])
'''
Drop = Callable[[str, str], Path]


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drop]:
    """Lays a file beside the sections that are there; afterwards the folder is as it was."""
    folder = tmp_path / "dropped"
    folder.mkdir()
    monkeypatch.setattr(sections, "__path__", [*sections.__path__, str(folder)])
    dropped: list[str] = []

    def lay(name: str, text: str) -> Path:
        dropped.append(name)
        path = folder / f"{name}.py"
        path.write_text(text)
        return path

    yield lay
    for name in dropped:
        sys.modules.pop(f"{sections.__name__}.{name}", None)
        vars(sections).pop(name, None)


@pytest.fixture
def cohort(tmp_path: Path) -> Cohort:
    return tiny(tmp_path / "cohort", "S1,a,yes,900,completed,\nS2,b,yes,800,died,800\n")


@pytest.fixture(scope="module")
def two_arm() -> Cohort:
    return load_cohort("two-arm")


def undrawn(figure: Figure) -> Picture:
    return Picture(figure, "", "")


def anchors(page: str) -> list[str]:
    return re.findall(r'<section id="([^"]+)"', page)


def links(page: str) -> list[str]:
    return re.findall(r'<li><a href="#([^"]+)"', page)


def test_dropped_in_it_is_on_the_page_and_taken_away_it_is_gone(tmp_path: Path, cohort: Cohort, drop: Drop) -> None:
    out = tmp_path / "out"
    before = write_report(cohort, "death", out).read_text(encoding="utf-8")
    file = drop("hand_grip", HAND_GRIP)
    page = write_report(cohort, "death", out).read_text(encoding="utf-8")
    for order in (anchors(page), links(page)):
        place = order.index("hand-grip")
        assert order[place - 1 : place + 2] == ["edss", "hand-grip", "adverse-events"]
    assert "Strength of the hand" in page
    assert "Nobody let go." in page
    assert (out / "tables" / "hand-grip.simulated.csv").read_text().splitlines()[1].startswith("a,1")
    file.unlink()
    after = write_report(cohort, "death", out).read_text(encoding="utf-8")
    assert after == before
    assert not (out / "tables" / "hand-grip.simulated.csv").exists()


def test_nobody_else_names_a_section() -> None:
    outside = [path for path in SOURCE.rglob("*.py") if path.parent != SOURCE / "report" / "sections"]
    naming = re.compile(r"remission\.report\.sections\.\w|from remission\.report\.sections import")
    assert [str(path) for path in outside if naming.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(("place", "after"), [(5, None), (33, "endpoint"), (105, "definition")])
def test_it_stands_at_its_place(drop: Drop, place: int, after: str | None) -> None:
    drop("hand_grip", HAND_GRIP.replace("85", str(place)))
    order = list(find_sections())
    at = order.index("hand_grip")
    assert (order[at - 1] if at else None) == after


def test_a_section_with_nothing_to_say_is_left_out(cohort: Cohort, drop: Drop) -> None:
    drop("hand_grip", "PLACE = 85\n\ndef make_section(asked):\n    return None\n")
    asked = replace(ask(cohort, "death"), picture=undrawn)
    assert "hand-grip" not in [section.name for section in make_sections(asked)]


def test_two_sections_of_one_place_are_an_error(drop: Drop) -> None:
    taken = find_sections()["edss"].PLACE
    drop("hand_grip", HAND_GRIP.replace("85", str(taken)))
    with pytest.raises(
        ValueError, match=rf"sections/\w+\.py and sections/\w+\.py both stand at PLACE {taken}: move one"
    ):
        find_sections()


def test_a_section_that_was_copied_with_its_anchor_is_an_error(cohort: Cohort, drop: Drop) -> None:
    drop("grip_of_both_hands", HAND_GRIP)
    asked = replace(ask(cohort, "death"), picture=undrawn)
    with pytest.raises(ValueError, match="makes the section 'hand-grip': its anchor is 'grip-of-both-hands'"):
        make_sections(asked)


@pytest.mark.parametrize("name", list(find_sections()))
def test_every_section_says_what_it_is_in_its_own_file(name: str) -> None:
    one = find_sections()[name]
    assert isinstance(one.PLACE, int)
    assert one.__doc__
    assert one.make_section.__doc__


def test_what_sections_share_is_estimated_once(two_arm: Cohort) -> None:
    asked = ask(two_arm, "neda-3-rebaselined", group_by="arm")
    drawn = replace(asked, picture=undrawn)
    for estimate in (estimate_whole, estimate_parts, estimate_windows):
        assert estimate(asked) is estimate(drawn)
        assert estimate(asked) is not estimate(ask(two_arm, "neda-3-rebaselined", group_by="arm"))
    assert estimate_how_often(asked) is None


def test_a_section_is_made_without_a_folder(cohort: Cohort) -> None:
    made = find_sections()["timelines"].make_section(ask(cohort, "death"))
    assert made is not None
    picture = made.blocks[0].picture
    assert picture is not None
    assert picture.wide.startswith("<svg")


def test_what_cannot_be_estimated_leaves_no_folder(tmp_path: Path, cohort: Cohort) -> None:
    with pytest.raises(InputProblems) as raised:
        write_report(cohort, "death", tmp_path / "out", group_by="shoe_size")
    assert [problem.found for problem in raised.value.problems] == ["no column 'shoe_size' to group by"]
    assert not (tmp_path / "out").exists()
