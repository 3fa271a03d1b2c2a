"""The page of virtual people: each published number beside the fit, what was missed and what is made up is said."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from made_up.headless_chromium import CHROMIUM, headless_chromium
from remission.exhibits.page import tables_of
from remission.inputs.provenance import STANDING_WORDS
from remission.library.catalogue import LIBRARY
from remission.simulation.course.calibrate import load_targets
from remission.simulation.course.load import design_names, load_cohort_design
from remission.site.known import know_site
from remission.site.pages import plan_a_trial, virtual_people
from remission.site.shell import render_site_page, site_style
from remission.studies.load import load_studies
from remission.trials.pages.near_published import unit_of
from remission.trials.pages.virtual_people import answer, missed_words, virtual_people_page

PAGE = virtual_people_page()
EVERY = [one for name in design_names() for one in load_targets(name)]
TABLES = {one.name: one for one in tables_of(PAGE.sections)}


def test_every_target_stands_in_one_table_with_what_was_printed_and_what_came() -> None:
    for name in design_names():
        for one in load_targets(name):
            table = TABLES[f"{'fitted' if one.parameter else 'beside'}-{name}"]
            (row,) = [
                row
                for row in table.frame.iter_rows(named=True)
                if row["source"] == one.source and f"at {one.months:g} months" in row["what"]
                and row["printed"].startswith(f"{one.value:g}")
            ]  # fmt: skip
            assert row["simulated"].startswith(f"{one.fitted:g}")
            assert row["status"] == one.status
            assert row["note"] == one.note
            if not one.parameter:
                assert row["agrees"] == ("yes" if one.agrees else "no")
                assert row["note"]


def test_the_first_sentence_says_how_far_the_virtual_people_can_be_believed() -> None:
    fitted, beside = ([one for one in EVERY if bool(one.parameter) is which] for which in (True, False))
    assert all(one.agrees for one in fitted)
    out = sum(one.agrees for one in beside)
    assert list(PAGE.headlines) == [
        f"The virtual people give all {len(fitted)} published numbers that they were fitted to. Of {len(beside)} "
        f"others {out} come out within chance, and {len(beside) - out} do not."
    ]


def test_a_fitted_number_that_does_not_come_out_is_not_counted_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(one for one in EVERY if one.parameter)
    changed = [replace(first, fitted=first.value + 50), *(one for one in EVERY if one is not first)]
    monkeypatch.setattr("remission.trials.pages.virtual_people._targets", lambda: changed)
    fitted = sum(bool(one.parameter) for one in EVERY)
    assert answer().startswith(f"The virtual people give {fitted - 1} of {fitted} published numbers")


def test_what_the_virtual_people_miss_is_said_above_all_tables() -> None:
    said = missed_words()
    assert said in PAGE.in_short
    assert said.startswith("Outside of chance lie those of ")
    missed = {one.study for one in EVERY if not one.parameter and not one.agrees}
    assert missed == {"silfverberg-2023", "burt-2021", "freedoms", "affirm"}
    assert all(name in said for name in ("Silfverberg 2023", "Burt 2021", "FREEDOMS 2010", "AFFIRM 2006"))
    assert "MIST" not in said


def test_how_much_is_assumed_is_said_above_all_tables() -> None:
    courses = [load_cohort_design(name).course.parameters.values() for name in design_names()]
    assumed = sorted({sum(one.status == "assumed" for one in course) for course in courses})
    (said,) = [one for one in PAGE.in_short if "assumed" in one]
    assert f"{' or '.join(map(str, assumed))} of the {len(courses[0])} of each course" in said


def test_every_share_and_every_rate_stands_in_a_picture_that_comes_before_all_tables() -> None:
    assert PAGE.picture_first
    blocks = PAGE.sections[0].blocks
    pictures = [block.picture.figure for block in blocks if block.picture]
    assert len(pictures) == len(blocks)
    for figure, unit in zip(pictures, ("%", "relapses a year"), strict=True):
        shown = sorted((one for one in EVERY if unit_of(one) == unit), key=lambda one: not one.parameter)
        assert len(shown) > 2
        assert [one["words"] for one in figure.specs["wide"]["datasets"]["words"] if "printed," in one["words"]][
            1:
        ] == [f"{one.value:g} printed, {one.fitted:g} simulated" for one in shown]
        table = list(figure.table.frame.iter_rows(named=True))
        assert [(row["fitted"], row["agrees"]) for row in table] == [(bool(one.parameter), one.agrees) for one in shown]
        assert all(0 <= row["low"] < row["high"] <= (100 if unit == "%" else 1) for row in table)
    rest = sum(unit_of(one) not in ("%", "relapses a year") for one in EVERY)
    assert blocks[-1].sentences[0].startswith(f"{rest} more numbers of other units")


def test_a_note_of_a_fitted_number_stands_under_its_table_and_not_in_a_cell() -> None:
    for name in design_names():
        table = TABLES[f"fitted-{name}"]
        cells = [cell for row in table.rows() for cell in row]
        for one in load_targets(name):
            if one.parameter and one.note:
                assert one.note in table.note
                assert not [cell for cell in cells if one.note in cell]


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_every_column_is_seen_without_moving_on_a_desk_and_on_a_phone(tmp_path: Path) -> None:
    site = know_site(load_studies(), date(2026, 11, 30)).site
    file = tmp_path / "trials" / "page.html"
    file.parent.mkdir()
    file.write_text(render_site_page(PAGE, site), encoding="utf-8")
    (tmp_path / "site.css").write_text(site_style(), encoding="utf-8")
    with headless_chromium("--allow-file-access-from-files") as tab:
        for width in (390, 900, 1200):
            tab.open(file.as_uri(), width=width, height=900)
            tab.wait_for(f"location.href === {file.as_uri()!r} && document.readyState === 'complete'")
            tab.run("document.querySelectorAll('details').forEach(one => { one.open = true })")
            boxes = tab.run("[...document.querySelectorAll('.scroll')].map(one => [one.scrollWidth, one.clientWidth])")
            assert len(boxes) == len(TABLES)
            # The control: without its style a table would never be cut.
            assert tab.run("getComputedStyle(document.querySelector('.scroll')).overflowX") == "auto"
            assert all(0 < inner <= outer for inner, outer in boxes)
            # A picture is seen before anybody scrolls: on a phone at least where it begins.
            assert tab.run("document.querySelector('figure').getBoundingClientRect().top") < 0.95 * 900


def test_every_assumed_number_says_why_it_was_chosen() -> None:
    for name in design_names():
        rows = {row["number"]: row for row in TABLES[f"assumed-{name}"].frame.iter_rows(named=True)}
        course = {key.removeprefix("course: "): row["why"] for key, row in rows.items() if key.startswith("course: ")}
        parameters = load_cohort_design(name).course.parameters
        assert course == {key: one.source for key, one in parameters.items() if one.status == "assumed"}
        # Of the arms too: as many as the file of the design has.
        design = (LIBRARY / "cohort_designs" / f"{name}.toml").read_text(encoding="utf-8")
        assert len(rows) - len(course) == design.count('status = "assumed"')


def test_the_page_says_that_it_is_simulated_and_the_trials_lead_to_it() -> None:
    known = know_site(load_studies(), date(2026, 11, 30))
    text = html.unescape(render_site_page(PAGE, known.site))
    assert STANDING_WORDS["simulated"] in text
    assert {table.provenance.kind for table in TABLES.values()} == {"simulated"}
    (making,) = plan_a_trial.pages(known)
    plans = render_site_page(making(), known.site)
    assert f'href="{virtual_people.PATH}"' in plans
    assert f'href="../{plan_a_trial.PATH}"' in text
