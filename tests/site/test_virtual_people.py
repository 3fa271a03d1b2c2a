"""The page of virtual people: each published number beside the fit, what was missed and what is made up is said."""

from __future__ import annotations

import html
from datetime import date

from remission.exhibits.page import tables_of
from remission.inputs.provenance import STANDING_WORDS
from remission.library.catalogue import LIBRARY
from remission.simulation.course.calibrate import load_targets
from remission.simulation.course.load import design_names, load_plan
from remission.site.known import know_site
from remission.site.pages import plan_a_trial, virtual_people
from remission.site.shell import render_site_page
from remission.studies.load import load_studies
from remission.trials.pages.virtual_people import missed_words, virtual_people_page

PAGE = virtual_people_page()
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


def test_what_the_virtual_people_miss_is_said_above_all_tables() -> None:
    said = missed_words()
    assert said in PAGE.in_short
    every = [one for name in design_names() for one in load_targets(name) if not one.parameter]
    missed = [one for one in every if not one.agrees]
    assert said.startswith(f"Of {len(every)} further published numbers")
    assert f"{len(missed)} lie outside of chance" in said
    assert "Silfverberg 2023" in said
    assert "AFFIRM 2006" in said
    assert "MIST" not in said


def test_every_assumed_number_says_why_it_was_chosen() -> None:
    for name in design_names():
        rows = {row["number"]: row for row in TABLES[f"assumed-{name}"].frame.iter_rows(named=True)}
        course = {key.removeprefix("course: "): row["why"] for key, row in rows.items() if key.startswith("course: ")}
        parameters = load_plan(name).course.parameters
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
