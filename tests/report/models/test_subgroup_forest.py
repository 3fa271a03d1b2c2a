"""The ratio within subgroups and of components: by the models they are, with the interaction as the only test."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from made_up.command_line import run
from made_up.model_cohort import trial
from remission.exhibits.page import Picture, Section
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report.asked import Asked, ask
from remission.report.models.covariates import Asking
from remission.report.models.subgroups import check_subgroups, estimate_components, estimate_subgroups
from remission.report.models.subgroups_words import compared, subgroups_answer, without_single_persons
from remission.report.pictures.hazard_forest import ForestLine, ForestPlan, draw_hazard_forest
from remission.report.sections.subgroups import make_section
from remission.report.write import write_report
from remission.stats.regression.chi_squared import ChiSquared
from remission.stats.regression.cox import cox


@cache
def two_arm() -> Cohort:
    return load_cohort("two-arm")


def quiet(asked: Asked) -> Asked:
    return replace(asked, picture=lambda figure: Picture(figure, "", ""))


@cache
def people() -> tuple[pl.DataFrame, dict[str, int]]:
    """Two groups of which b does better in women only, and a centre with two persons."""
    rng = np.random.default_rng(5)
    rows, relapses = [], {}
    for at in range(240):
        arm, sex = "ab"[at % 2], ("female", "male")[at // 2 % 2]
        rate = 1 / 300 if (arm, sex) != ("b", "female") else 1 / 3000
        day, last = int(rng.exponential(1 / rate)) + 1, 730
        rows.append((f"P{at:03}", arm, sex, round(20 + 30 * rng.random(), 1), "tiny" if at < 2 else "large", last))
        if day <= last:
            relapses[f"P{at:03}"] = day
    schema = ["subject_id", "arm", "sex", "age_years", "centre", "last_day"]
    return pl.DataFrame(rows, schema=schema, orient="row"), relapses


def asked_of(**about: object) -> Asked:
    subjects, relapses = people()
    return quiet(ask(trial(subjects, relapses), "relapse-free", group_by="arm", **about))  # type: ignore[arg-type]


def words(section: Section | None) -> str:
    assert section is not None
    said = (one for block in section.blocks for one in (*block.before, *block.sentences))
    return " ".join(said).replace("\xa0", " ")


def test_the_ratio_of_a_subgroup_is_that_of_its_people_and_the_interaction_is_of_the_products() -> None:
    found = estimate_subgroups(asked_of(subgroups=["sex"]))
    assert found is not None
    subjects, relapses = people()
    event = subjects["subject_id"].is_in(list(relapses)).to_numpy()
    last = np.asarray([relapses.get(name, 730) for name in subjects["subject_id"]])
    b, male = ((subjects[name] == level).cast(pl.Float64).to_numpy() for name, level in (("arm", "b"), ("sex", "male")))
    whole, *rows = found.rows
    assert (whole.name, whole.counts[1], whole.against_counts[1]) == ("All", 120, 120)
    assert [row.name for row in rows] == ["female", "male"]
    for row, mine in zip(rows, (male == 0, male == 1), strict=True):
        fit = cox(last[mine], event[mine], {"b": b[mine]})
        assert row.value == pytest.approx(math.exp(fit.coefficients[0]))
        assert row.counts == (int(event[mine & (b == 1)].sum()), int((mine & (b == 1)).sum()))
    without = cox(last, event, {"b": b, "male": male})
    with_them = cox(last, event, {"b": b, "male": male, "both": b * male})
    gain = 2 * (with_them.log_likelihood - without.log_likelihood)
    test = found.test_of("Sex")
    assert test is not None
    assert (test.statistic, test.df) == (pytest.approx(gain), 1)
    assert test.p == pytest.approx(ChiSquared.of(gain, 1, "").p)
    assert test.p < 0.001
    assert subgroups_answer(found)[0].replace("\xa0", " ") == (
        "The hazard ratio differs by Sex (p < 0.001), of 1 interaction tested: were there no difference at all, that "
        "would be so in 5 of 100 trials."
    )


def test_a_number_is_cut_at_its_median_and_said_so() -> None:
    found = estimate_subgroups(asked_of(subgroups=["age_years"]))
    assert found is not None
    ages = people()[0]["age_years"].sort()
    assert [row.name for row in found.rows[1:]] == [f"up to {ages[119]:g} (median)", f"over {ages[119]:g}"]
    assert sum(row.counts[1] + row.against_counts[1] for row in found.rows[1:]) == 240
    assert "which another cohort would have elsewhere" in words(make_section(asked_of(subgroups=["age_years"])))


def test_a_subgroup_with_too_few_events_says_so() -> None:
    found = estimate_subgroups(asked_of(subgroups=["centre"]))
    assert found is not None
    (tiny,) = [row for row in found.rows if row.name == "tiny"]
    assert (tiny.value, tiny.why) == (None, "too few events for a ratio (under 10)")
    assert tiny.counts[1] == tiny.against_counts[1] == 1
    # A group of one person in it would tell of that person.
    shown = without_single_persons(found)
    assert "tiny" not in [row.name for row in shown.rows]
    assert shown.said[-1] == "1 row in which a group is one person is not shown."
    section = make_section(replace(asked_of(subgroups=["centre"]), aggregates_only=True))
    assert section is not None
    picture = section.blocks[0].picture
    assert picture is not None
    assert "tiny" not in picture.figure.table.csv()


def test_what_is_held_alike_is_said_and_needs_events_of_its_own() -> None:
    found = estimate_subgroups(asked_of(subgroups=["sex"], adjust=["age_years", "sex"]))
    assert found is not None
    assert found.adjusted_for == "age_years, sex"
    test = found.test_of("Sex")
    assert test is not None
    assert test.method.endswith("adjusted for age and sex")
    # The level of the subgroup stands once among the columns, though sex is held alike too.
    assert test.p < 0.001


def test_a_number_that_is_held_alike_and_cut_into_its_values_stands_once_in_the_interaction() -> None:
    subjects, relapses = people()
    counted = subjects.with_columns(x_before=pl.Series([at // 2 % 3 for at in range(240)]))
    asked = [
        quiet(ask(trial(one, relapses), "relapse-free", group_by="arm", adjust=["x_before"], subgroups=["x_before"]))
        for one in (counted.with_columns(pl.col("x_before").cast(pl.String)), counted)
    ]
    of_texts, of_numbers = (found.tests[0].result for found in map(estimate_subgroups, asked) if found)
    assert of_numbers.df == 2
    assert of_numbers.statistic == pytest.approx(of_texts.statistic)


def test_a_subgroup_is_called_by_what_its_column_means() -> None:
    subjects, relapses = people()
    cohort = trial(subjects.with_columns(x_pen=pl.col("sex")), relapses)
    meant = tuple(replace(one, meaning="Way of injection") for one in cohort.manifest.covariates)
    named = replace(cohort, manifest=replace(cohort.manifest, covariates=meant))
    found = estimate_subgroups(quiet(ask(named, "relapse-free", group_by="arm", subgroups=["x_pen"])))
    assert found is not None
    assert found.tests[0].what == "interaction with Way of injection"


def test_the_usual_subgroups_are_those_that_a_cohort_has() -> None:
    found = estimate_subgroups(asked_of())
    assert found is not None
    assert list(dict.fromkeys(row.part for row in found.rows)) == ["", "Sex", "Age"]
    assert estimate_subgroups(quiet(ask(two_arm(), "relapse-free"))) is None


def test_what_nobody_knows_on_day_zero_is_no_subgroup(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as raised:
        check_subgroups(two_arm(), ["death_day", "shoe_size", "arm"], "arm")
    assert {problem.found for problem in raised.value.problems} == {
        "'death_day', which is not known as of day zero",
        "no column 'shoe_size'",
        "the groups in --subgroups",
    }
    assert "--adjust" not in raised.value.report()
    with pytest.raises(InputProblems):
        write_report(two_arm(), "relapse-free", tmp_path / "out", group_by="arm", subgroups=["shoe_size"])
    assert not (tmp_path / "out").exists()


def test_a_text_of_many_values_is_no_subgroup_and_another_option_is_not_advised() -> None:
    subjects, relapses = people()
    many = subjects.with_columns(country=pl.format("land {}", pl.int_range(pl.len()) % 20))
    with pytest.raises(InputProblems) as raised:
        check_subgroups(trial(many, relapses), ["country"], "arm")
    assert "at most 12 to compare within" in raised.value.report()
    assert not any(option in raised.value.report() for option in ("--strata", "--adjust"))


def test_what_everybody_has_alike_is_no_subgroup_and_does_not_vanish_in_silence() -> None:
    subjects, relapses = people()
    alike = trial(subjects.with_columns(country=pl.lit("here")), relapses)
    with pytest.raises(InputProblems, match="one value in everybody"):
        check_subgroups(alike, ["country"], "arm")
    Asking(alike, ("country",), (), "arm").check()


def test_a_report_tells_of_all_columns_at_once(tmp_path: Path) -> None:
    asked = {"group_by": "arm", "adjust": ["shoe"], "strata": ["hat"], "subgroups": ["sock"]}
    with pytest.raises(InputProblems) as raised:
        write_report(two_arm(), "relapse-free", tmp_path / "out", **asked)  # type: ignore[arg-type]
    assert {problem.column for problem in raised.value.problems} == {"shoe", "hat", "sock"}


def test_why_no_interaction_can_be_tested_is_the_reason_that_there_is() -> None:
    subjects, relapses = people()
    twice = subjects.with_columns(country=pl.col("arm"))
    found = estimate_subgroups(quiet(ask(trial(twice, relapses), "relapse-free", group_by="arm", adjust=["country"])))
    assert found is not None
    said = subgroups_answer(found)[0]
    assert "leave one of them out" in said
    assert "too few" not in said


def test_components_stand_under_the_whole() -> None:
    asked = quiet(ask(two_arm(), "neda-3", group_by="arm"))
    found = estimate_components(asked)
    assert found is not None
    assert [row.name for row in found.rows] == [
        "The whole", "Disability progression confirmed after 12 weeks", "Relapse", "MRI activity"
    ]  # fmt: skip
    assert all(row.value is not None for row in found.rows)
    said = words(make_section(asked))
    assert "HSCT against Best available therapy: the whole 0.31 (" in said
    assert "people go on being followed for it after another component" in said
    assert estimate_components(quiet(ask(two_arm(), "relapse-free", group_by="arm"))) is None


def test_a_comparison_gets_ratios_with_their_population() -> None:
    found = compared(quiet(ask(two_arm(), "neda-3", group_by="arm")))
    assert found is not None
    # A frame of COLUMNS, without the whole, which stands in other rows of a comparison.
    assert found.estimates.frame["population"].to_list()[:2] == ["Sex: female", "Sex: male"]
    assert "All" not in found.estimates.frame["population"].to_list()
    assert found.said[0].startswith("Nothing here tells that the hazard ratio differs between subgroups")
    assert [one.what for one in found.tests][:2] == ["interaction with Sex", "interaction with Age"]


def plan(*lines: ForestLine) -> ForestPlan:
    return ForestPlan("forest", "Forest", "", 0.95, lines, {})


def line(value: float | None, low: float | None = None, high: float | None = None, why: str = "") -> ForestLine:
    return ForestLine("Sex", "female", "b", "a", (3, 10), (5, 10), value, low, high, why)


def test_squares_are_as_large_as_what_they_rest_on_and_1_is_on_the_axis() -> None:
    figure = draw_hazard_forest(plan(line(0.5, 0.4, 0.625), line(0.5, 0.1, 2.5)), two_arm().provenance)
    for spec in figure.specs.values():
        data = spec["datasets"]
        assert data["squares"][0]["size"] > data["squares"][1]["size"]
        assert "1" in [tick["words"] for tick in data["ticks"]]
        (one,) = [tick["x"] for tick in data["ticks"] if tick["words"] == "1"]
        assert data["reference"][0]["x"] == one
        written = " ".join(row["words"] for row in data["words"])
        assert "fewer events in b" in written
        assert "fewer events in a" in written


def test_a_row_without_a_ratio_has_words_and_no_mark() -> None:
    figure = draw_hazard_forest(plan(line(None, why="too few events for a ratio")), two_arm().provenance)
    for spec in figure.specs.values():
        data = spec["datasets"]
        assert data["squares"] == data["intervals"] == []
        assert "too few events for a ratio" in " ".join(row["words"] for row in data["words"])
    assert figure.table.rows()[0][-1] == "too few events for a ratio"


def test_an_interval_beyond_the_axis_ends_in_an_arrow() -> None:
    figure = draw_hazard_forest(plan(line(0.5, 0.001, 400.0)), two_arm().provenance)
    shapes = [row["shape"] for row in figure.specs["wide"]["datasets"]["arrows"]]
    assert shapes == ["triangle-left", "triangle-right"]


def test_the_command_takes_subgroups_only_of_groups(tmp_path: Path) -> None:
    done = run("report", "two-arm", "-e", "relapse-free", "--subgroups", "sex", "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "--subgroups is for the hazard ratios of the groups of --group-by" in " ".join(
        done.stderr.replace("│", " ").split()
    )


def test_both_commands_know_the_groups_by_the_same_two_names(tmp_path: Path) -> None:
    for command in ("report", "compare"):
        for option in ("--by", "--group-by"):
            done = run(command, "two-arm", "-e", "relapse-free", option, "nothing", "-o", str(tmp_path / "out"))
            assert done.returncode == 2
            assert "found no column 'nothing' to group by" in done.stderr
