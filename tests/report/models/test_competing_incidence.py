"""Where death competes: the answer by hand, what Kaplan-Meier would make of it, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import remission
from made_up.small_report_cohort import tiny
from remission.exhibits.figure import Figure
from remission.exhibits.page import Picture, Section
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report.asked import Asked, ask
from remission.report.curves.planted_truth import defined_name
from remission.report.frame.framing import frame_page
from remission.report.models.competing import cumulative_incidence, estimate_competing
from remission.report.models.competing_words import cautions_of, compared, headlines_of
from remission.report.models.hazard_ratios import estimate_hazard_ratios_by_group
from remission.report.sections.competing import make_section
from remission.report.sections.endpoint import DEATHS_CENSORED
from remission.report.sections.endpoint import make_section as endpoint_section

CDP = "Disability progression confirmed after 24 weeks"
COMPETES = load_changed_endpoint("relapse-free", {"estimation.death": "competes"})
# Relapses on days 100 and 300, deaths on days 200 and 400, of five; nobody is left after day 500.
PEOPLE = """\
S1,a,yes,900,completed,
S2,a,yes,200,died,200
S3,a,yes,900,completed,
S4,a,yes,400,died,400
S5,a,yes,500,completed,
"""
RELAPSES = "S1,R1,100\nS3,R2,300\n"


def people(folder: Path, groups: str = "aaaaa") -> Cohort:
    rows = "".join(
        f"{row.replace(',a,', f',{group},')}\n" for row, group in zip(PEOPLE.splitlines(), groups, strict=True)
    )
    return tiny(folder, rows, relapses=RELAPSES)


def asked_of(cohort: Cohort, **about: object) -> Asked:
    asked = ask(cohort, COMPETES, at_years=[1.0], **about)  # type: ignore[arg-type]
    return replace(asked, picture=lambda figure: Picture(figure, "", ""))


def words(section: Section | None) -> str:
    assert section is not None
    return " ".join(one for block in section.blocks for one in (*block.before, *block.sentences)).replace("\xa0", " ")


def test_incidences_by_hand(tmp_path: Path) -> None:
    cohort = people(tmp_path)
    found = cumulative_incidence(evaluate(cohort, "relapse-free"), cohort, at_years=[1.0, 1.2])
    # One of five on day 100, then one of three who are left on day 300: 1/5 + 3/5 x 1/3.
    assert found.event.frame["value"].to_list() == pytest.approx([0.4, 0.4])
    # One of four on day 200, one of two on day 400: 4/5 x 1/4, and 2/5 x 1/2 more.
    assert found.death.frame["value"].to_list() == pytest.approx([0.2, 0.4])
    # 1 - 4/5 x 2/3, as if nobody had died.
    assert found.too_high.frame["value"].to_list() == pytest.approx([1 - 8 / 15] * 2)


def test_who_is_in_the_ratios_of_a_death_and_in_no_other_is_counted() -> None:
    competes = load_changed_endpoint("cdp-24w", {"estimation.death": "competes"})
    asked = ask(load_cohort("hsct-500"), competes, group_by="arm")
    found, ratios = estimate_competing(asked), estimate_hazard_ratios_by_group(asked)
    assert found is not None
    assert found.ratios is not None
    assert ratios is not None
    assert ratios.shown is not None
    more = found.ratios.estimates.frame["n"][0] - ratios.shown.design.people.height
    assert more == 3
    said = "3 persons of whom nothing but the death is known count in these ratios, and in none that censor deaths."
    assert said in found.ratios.said


def test_the_answer_comes_first_and_kaplan_meier_is_a_caution(tmp_path: Path) -> None:
    asked = asked_of(people(tmp_path))
    section = make_section(asked)
    said = words(section)
    assert said.startswith("By 1 year 40.0 % (95 % interval ")
    assert "had a relapse, and 20.0 % (" in said
    assert "One less Kaplan-Meier, which censors deaths as the curve of those free of the event does, would" in said
    assert "would say 46.7 % (6.7 percentage points more) by 1 year" in said
    # At the top of the page too, where otherwise a curve that censors deaths would stand.
    assert frame_page(asked).headlines[0].startswith("By 1\xa0year 40.0\xa0%")


def test_without_the_definition_saying_so_there_is_no_section(tmp_path: Path) -> None:
    cohort = people(tmp_path)
    assert make_section(ask(cohort, "relapse-free")) is None
    assert compared(ask(cohort, "relapse-free", group_by="arm")) is None


def test_what_nobody_saw_before_a_death_is_said_and_bounded(tmp_path: Path) -> None:
    visits = (
        "S1,V1,0,2\nS1,V2,800,2\nS2,V3,0,2\nS2,V4,150,2\nS3,V5,0,2\nS3,V6,800,2\nS4,V7,0,2\nS5,V8,0,2\nS5,V9,500,2\n"
    )
    cohort = tiny(tmp_path, PEOPLE, visits=visits, relapses=RELAPSES)
    endpoint = load_changed_endpoint("cdp-24w", {"estimation.death": "competes", "estimation.late_death_days": 100})
    found = cumulative_incidence(evaluate(cohort, endpoint), cohort, at_years=[1.0])
    _, first, second = cautions_of(found)
    assert first.startswith("2 persons died without the event, and 1 of these deaths competes with it. 1 came longer ")
    assert "A death that competes came up to 50 days after anybody had last looked." in second
    # The death of one of four in the risk set: S4 was never seen again, and came too late to compete.
    assert second.replace("\xa0", " ").endswith("its share by 1 year would be 25.0 %.")
    # Of one person the longest time is that person's, and stays at home where no person may be told of.
    assert "up to 100 days" in cautions_of(found, aggregates_only=True)[2]


def test_who_died_before_anybody_looked_again_is_said_where_the_numbers_differ(tmp_path: Path) -> None:
    seen = "S1,V1,0,2\nS1,V2,800,2\nS2,V3,0,2\nS2,V4,150,2\nS3,V5,0,2\nS3,V6,800,2\nS4,V7,0,2\nS5,V8,0,2\nS5,V9,500,2\n"
    cohort = tiny(tmp_path, PEOPLE, visits=seen, relapses=RELAPSES)
    changes = {"estimation.death": "competes", "estimation.late_death_days": 1000}
    asked = replace(
        ask(cohort, load_changed_endpoint("cdp-24w", changes), at_years=[1.0]), picture=lambda one: Picture(one, "", "")
    )
    # S2 was seen once more and is in the curve; S4 never was, and is among those who died.
    assert "1 of them died before anybody looked again: among the 5 persons here, and not among the 4" in words(
        make_section(asked)
    )
    assert any(
        "Not counted: 1 of 5 persons who entered" in one and "1 of these died before anybody looked again" in one
        for one in frame_page(asked).in_short
    )
    assert endpoint_section(asked).blocks[0].sentences[0] == DEATHS_CENSORED
    plain = replace(ask(cohort, "cdp-24w", at_years=[1.0]), picture=lambda one: Picture(one, "", ""))
    assert DEATHS_CENSORED not in endpoint_section(plain).blocks[0].sentences
    assert not any("looked again" in one for one in frame_page(plain).in_short)


def test_groups_are_compared_kind_by_kind() -> None:
    cohort = load_cohort("two-arm")
    endpoint = load_changed_endpoint("cdp-24w", {"estimation.death": "competes"})
    asked = replace(
        ask(cohort, endpoint, group_by="arm", adjust=["age_years"]), picture=lambda one: Picture(one, "", "")
    )
    found = compared(asked)
    assert found is not None
    assert found.said[0].replace("\xa0", " ") == (
        "By 5 years 23.3 % in Best available therapy and 5.3 % in HSCT had disability progression confirmed after 24 "
        "weeks (Gray's test p = 0.001), and nobody in Best available therapy and 1.0 % in HSCT had died without it "
        "(p = 0.317)."
    )
    assert found.estimates.frame.select("what", "against", "adjusted_for", "n").rows() == [
        (f"{CDP}: cause-specific hazard ratio", "Best available therapy", None, 197),
        (f"{CDP}: subdistribution hazard ratio", "Best available therapy", None, 196),
        (f"{CDP}: cause-specific hazard ratio", "Best available therapy", "age_years", 197),
        (f"{CDP}: subdistribution hazard ratio", "Best available therapy", "age_years", 196),
    ]
    assert [one.what for one in found.tests[:2]] == ["Gray's test of the event", "Gray's test of death without it"]
    said = words(make_section(asked))
    # One person came late; one died, which is no model.
    assert "1 person who came under observation after time began is left out of them." in said
    assert f"Death before {CDP[:1].lower()}{CDP[1:]}: cause-specific hazard ratio not estimable:" in said
    assert "nan" not in said.lower()


def test_a_death_that_is_a_part_cannot_compete() -> None:
    cohort = load_cohort("halt-ms")
    with pytest.raises(InputProblems):
        cumulative_incidence(evaluate(cohort, "halt-ms-efs"), cohort)


def test_of_whom_nobody_died_and_nobody_had_it(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, "S1,a,yes,900,completed,\nS2,b,yes,900,completed,\n", relapses="")
    said = words(make_section(asked_of(cohort, group_by="arm")))
    assert "a: By 1 year nobody had a relapse, and nobody had died without it (1 still at risk)." in said
    assert "Nobody died without the event while death could compete" in said
    assert "One less Kaplan-Meier" not in said
    assert "Fewer than 5 persons in a and b: no p can be relied on." in said


def test_of_whom_nobody_entered(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, "S1,a,no,,,\n", relapses="")
    assert "nobody was followed" in words(make_section(asked_of(cohort)))


def test_the_picture_stacks_and_its_table_has_the_limits(tmp_path: Path) -> None:
    section = make_section(asked_of(people(tmp_path, "aabba"), group_by="arm"))
    assert section is not None
    picture = section.blocks[0].picture
    assert picture is not None
    figure: Figure = picture.figure
    areas = pl.DataFrame(figure.specs["wide"]["datasets"]["areas0"])
    assert areas.filter(pl.col("kind") == "death").select((pl.col("low") <= pl.col("high")).all()).item()
    headers = [column.header for column in figure.table.columns]
    assert headers == [
        "Time",
        "Group",
        "At risk",
        "Had the event",
        "Died without it",
        "Free of both",
        "One less Kaplan-Meier",
    ]
    # CSV: both incidences with their limits.
    assert {"value", "low", "high", "method"} <= set(figure.table.marked().columns)
    assert figure.svg("narrow").startswith("<svg")


def test_it_is_at_the_front_door(tmp_path: Path) -> None:
    cohort = people(tmp_path)
    found = remission.cumulative_incidence(remission.evaluate(cohort, "relapse-free"), cohort)
    assert found.to_polars().height == found.estimates.frame.height
    assert "death competes" in repr(found)
    assert headlines_of(found)


def test_areas_end_where_too_few_are_at_risk(tmp_path: Path) -> None:
    # Of ten, nine leave on day 500; the last one dies on day 900 and would lift the area to the top.
    rows = "".join(f"S{at},a,yes,500,completed,\n" for at in range(9)) + "S9,a,yes,900,died,900\n"
    cohort = tiny(tmp_path, rows, relapses="S0,R1,100\n")
    found = cumulative_incidence(evaluate(cohort, "relapse-free"), cohort)
    (group,) = found.groups
    assert group.incidence.days.tolist() == [100, 900]
    assert group.drawn_until == 100
    section = make_section(asked_of(cohort))
    assert section is not None
    picture = section.blocks[0].picture
    assert picture is not None
    assert max(row["high"] for row in picture.figure.specs["wide"]["datasets"]["areas0"]) == pytest.approx(0.1)


@pytest.fixture(scope="module")
def registry() -> Asked:
    endpoint = load_changed_endpoint("cdp-24w", {"estimation.death": "competes"})
    asked = ask(load_cohort("hsct-500"), endpoint, group_by="arm", adjust=["age_years"], strata=["centre"])
    return replace(asked, picture=lambda figure: Picture(figure, "", ""))


def test_the_planted_truth_stands_beside_an_endpoint_of_which_only_death_was_changed(registry: Asked) -> None:
    section = make_section(registry)
    assert section is not None
    (truths,) = [block.tables for block in section.blocks if block.title == "Beside the planted truth"]
    assert [one.name for one in truths] == ["truth-cumulative-incidence-cdp-24w"], "one table has all of them"
    assert {what.partition(":")[0] for what in truths[0].frame["what"]} == {"The event", "Death without it"}
    assert set(truths[0].frame["inside"]) == {"yes"}
    changed = load_changed_endpoint("cdp-24w", {"progression.baseline.after_relapse_days": 0})
    assert defined_name(changed) == "cdp-24w-changed"


def test_the_subdistribution_has_no_strata_and_says_so(registry: Asked) -> None:
    found = compared(registry)
    assert found is not None
    held = dict(
        found.estimates.frame.filter(pl.col("adjusted_for").is_not_null()).select("what", "adjusted_for").rows()
    )
    assert held[f"{CDP}: cause-specific hazard ratio"] == "age_years, strata of centre"
    assert held[f"{CDP}: subdistribution hazard ratio"] == "age_years"
    assert "The subdistribution ratios know no strata: centre is held alike in the others alone." in found.said
