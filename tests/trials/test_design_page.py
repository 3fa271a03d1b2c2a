"""The page of a planned trial: the answer first, everything simulated says so, and a program reads the same."""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from scipy.special import ndtr
from typer.testing import CliRunner

from made_up.command_line import run
from made_up.planned_trials import planned_trials
from remission.cli import command_line, simulate
from remission.exhibits import rendering
from remission.exhibits.page import Page, tables_of
from remission.simulation.trials import draws
from remission.simulation.trials.run import Standing
from remission.stats.group_sequential.conditional import conditional_powers, predictive_power
from remission.terminal import BAD_INPUT
from remission.trials.design.load import load_trial_design, trial_design_names
from remission.trials.design.planned import Planned, plan_trial
from remission.trials.design.records import Effect, Entry, GivingUp, Other
from remission.trials.design.report.page import design_page
from remission.trials.design.report.write import design_json, write_trial_design
from remission.trials.kinds.time_to_event.tables import ratio_at
from remission.trials.kinds.time_to_event.truths import truths_of_effect


@pytest.fixture(scope="module")
def every() -> dict[str, Planned]:
    return planned_trials()


def page_of(planned: Planned) -> Page:
    return design_page(planned, "remission simulate trial")


@pytest.mark.parametrize("name", trial_design_names())
def test_the_answer_says_how_many_people_and_what_power(every: dict[str, Planned], name: str) -> None:
    page = page_of(every[name])
    (answer,) = page.headlines
    people = sum(every[name].people)
    assert answer.startswith(f"{people} people")
    assert re.search(r"[\d.]+.% by formula.*simulated \(Monte-Carlo error [\d.]+\)", answer)
    assert page.in_short[0].startswith("SIMULATED: 500 trials for each truth")
    assert page.provenance.kind == "simulated"
    assert {table.provenance.kind for table in tables_of(page.sections)} == {"simulated"}


def test_three_looks_have_every_table(every: dict[str, Planned]) -> None:
    tables = {table.name: table for table in tables_of(page_of(every["hsct-against-therapy"]).sections)}
    assert set(tables) >= {
        "bounds", "calendar", "power", "characteristics", "conditional-power", "taken-for-true", "formulas",
    }  # fmt: skip
    bounds = tables["bounds"].frame
    assert bounds["z"].to_list() == pytest.approx([2.952, 2.357, 2.015], abs=2e-3)
    assert bounds["spent"].to_list()[-1] == pytest.approx(0.025)
    assert bounds["month"].is_sorted()
    assert tables["power"].frame["error"].null_count() <= 1


def test_where_one_may_give_up_the_bounds_and_how_often_stand_there() -> None:
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    giving_up = replace(design.time_to_event, futility=GivingUp(bounds=(0.0, 1.0)))
    planned = plan_trial(replace(design, time_to_event=giving_up), 200, seed=1, only_planned=True)
    tables = {table.name: table for table in tables_of(page_of(planned).sections)}
    assert tables["bounds"].frame["futility"].to_list() == [0.0, 1.0, None]
    assert "Gives up at: Look 1" in [one.full_header for one in tables["characteristics"].columns]
    # Nobody asks what is still to be hoped for of a trial that has given up.
    assert tables["conditional-power"].frame.filter(look=2)["z"].min() == 1.5


def test_predictive_power_stands_beside_conditional_power_and_names_its_prior(every: dict[str, Planned]) -> None:
    planned = every["hsct-against-therapy"]
    assert planned.plan is not None
    bounds = planned.plan.boundaries
    table = next(one for one in tables_of(page_of(planned).sections) if one.name == "conditional-power")
    assert table.columns[-1].header == "Predictive power (flat prior)"
    assert "The prior is flat" in table.note
    told = table.frame["predictive"].to_list()
    assert told == [predictive_power(bounds, *at) for at in table.frame.select("look", "z").iter_rows()]
    # Before the last look B(1) is normal around Z / sqrt t with variance (1 - t) / t, if the prior is flat.
    t, last = bounds.fractions[1], bounds.upper[2]
    late = table.frame.filter(look=2)
    by_hand = [float(ndtr((z - last * math.sqrt(t)) / math.sqrt(1 - t))) for z in late["z"]]
    assert late["predictive"].to_list() == pytest.approx(by_hand, abs=1e-8)
    # It doubts what conditional power takes for sure, on either side.
    for seen, predicted in late.select("estimate", "predictive").iter_rows():
        assert abs(predicted - 0.5) < abs(seen - 0.5)
        assert (predicted > 0.5) == (seen > 0.5)
    assert json.loads(design_json(planned))["tables"]["conditional-power"][0]["predictive"] == told[0]
    written = pl.read_csv(table.csv().encode(), comment_prefix="#")
    assert written["predictive"].to_list() == pytest.approx(told)


def test_where_the_trend_alone_gives_an_even_chance_so_does_predictive_power(every: dict[str, Planned]) -> None:
    plan = every["hsct-against-therapy"].plan
    assert plan is not None
    bounds = plan.boundaries
    even = bounds.upper[2] * math.sqrt(bounds.fractions[1])
    assert conditional_powers(bounds, 2, even, 0.0).estimate == pytest.approx(0.5, abs=1e-9)
    assert predictive_power(bounds, 2, even) == pytest.approx(0.5, abs=1e-9)


def test_a_small_arm_says_its_true_size(every: dict[str, Planned]) -> None:
    page = page_of(every["one-arm-24"])
    assert any("in 3.8\xa0% of trials, by exact computation; 5.0\xa0% was asked for" in one for one in page.in_short)
    assert any("variance of O - E taken as E" in str(fact) for fact in page.facts)


def test_a_changing_effect_is_said_before_the_tables(every: dict[str, Planned]) -> None:
    said = " ".join(page_of(every["late-effect"]).in_short)
    assert "by month 6 the average hazard ratio is 1.6" in said


def test_the_hazard_ratio_at_a_bound_is_that_of_its_z() -> None:
    assert ratio_at(0.0, 100, 0.5) == 1.0
    assert ratio_at(float("inf"), 100, 0.5) is None


def test_the_written_page_has_its_picture_tables_and_json(every: dict[str, Planned], tmp_path: Path) -> None:
    planned = every["free-at-two-years"]
    page = write_trial_design(planned, tmp_path / "out", command="remission simulate trial")
    text = html.unescape(page.read_text(encoding="utf-8"))
    assert "SIMULATED: no real person's data." in text
    assert len(re.findall(r"<svg", text)) == 2
    told = json.loads((tmp_path / "out" / "design.json").read_text(encoding="utf-8"))
    assert told == json.loads(design_json(planned, "remission simulate trial"))
    assert told["standing"] == "simulated"
    assert told["partial"] is False
    written = sorted((tmp_path / "out").rglob("power.simulated.csv"))
    assert len(written) == 1
    assert pl.read_csv(written[0], comment_prefix="#").height == len(planned.outlooks)


def test_a_partial_run_says_so_on_the_page_and_to_a_program() -> None:
    def end(_title: str, standing: Standing) -> None:
        raise KeyboardInterrupt

    planned = plan_trial(load_trial_design("one-arm-24"), 1_500, seed=1, progress=end)
    assert page_of(planned).in_short[0].startswith("SIMULATED, partial: 1,000 of 9,000 trials")
    assert json.loads(design_json(planned))["partial"] is True
    power = next(one for one in tables_of(page_of(planned).sections) if one.name == "power")
    assert "not simulated: the run was ended" in power.columns[3].text(power.frame.row(1, named=True))


def test_the_command_answers_in_words_or_for_a_program(tmp_path: Path) -> None:
    asked = ("simulate", "trial", "--design", "one-arm-24", "--trials", "200")
    said = run(*asked)
    assert said.returncode == 0
    assert said.stdout.startswith("24 people, followed for 5\xa0years each")
    told = json.loads(run(*asked, "--json").stdout)
    assert told["trials"] == {"asked": 1200, "done": 1200, "seed": 1}


def test_where_nothing_can_be_drawn_the_page_and_the_command_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "_address_space", lambda: rendering.RESERVED_BYTES - 1)
    words = ("simulate", "trial", "--design", "one-arm-24", "--trials", "100")
    drawn, printed = run(*words, "-o", str(tmp_path / "out")), run(*words)
    assert drawn.stderr.startswith("Tables only, no pictures: an address space")
    assert printed.stderr == ""
    assert "Tables only: this report was made with an address space" in (tmp_path / "out/index.html").read_text("utf-8")


def test_a_wrong_design_ends_with_its_problems_and_no_page(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('name = "wrong"\ntitle = "W"\nquestion = "?"\nalpha = 2.0\n', encoding="utf-8")
    done = run("simulate", "trial", "--design", str(wrong), "-o", str(tmp_path / "out"))
    assert done.returncode == BAD_INPUT
    assert "alpha" in done.stderr
    assert "one of time_to_event, rates, one_arm, shares" in done.stderr
    assert not (tmp_path / "out").exists()


def test_whoever_waits_long_is_told_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    now = iter([0.0, 1.0, 9.0, 20.0])
    tell = simulate.Telling(lambda: next(now))
    tell("as designed (1 of 6)", Standing(4_096, 1_000_000, 182.0))
    # A second later nobody needs it again; and a short run is not told at all.
    tell("as designed (1 of 6)", Standing(8_192, 1_000_000, 181.0))
    tell("as designed (2 of 6)", Standing(4_096, 1_000_000, 125.0))
    tell("as designed (3 of 6)", Standing(4_096, 5_000, 1.0))
    assert capsys.readouterr().err.splitlines() == [
        "as designed (1 of 6): 4,096 of 1,000,000 trials, about 3 minutes left",
        "as designed (2 of 6): 4,096 of 1,000,000 trials, about 2 minutes left",
    ]


def test_ctrl_c_before_the_first_block_says_that_nothing_was_drawn_and_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    asked = ["simulate", "trial", "--design", "one-arm-24", "--trials", "1500", "-o", str(tmp_path / "out")]
    with monkeypatch.context() as patch:
        patch.setattr(draws, "_played", end)
        done = CliRunner().invoke(command_line(), asked)
    assert done.exit_code == 130
    assert not done.stdout
    assert "nothing is simulated yet, so there is no report, and nothing was written" in done.stderr
    assert "--trials 1000" in done.stderr
    assert not (tmp_path / "out").exists()
    # After it the run is kept, and there is nothing of the kind to say.
    monkeypatch.setattr(simulate.Telling, "__call__", end)
    done = CliRunner().invoke(command_line(), asked)
    assert done.exit_code == 0
    assert "partial: 1,000 of 9,000 trials" in done.stdout
    assert not done.stderr


def test_a_test_with_weights_has_the_plain_log_rank_test_beside_it(every: dict[str, Planned]) -> None:
    planned = every["late-effect"]
    said = next(one for one in page_of(planned).in_short if one.startswith("The plain log-rank test"))
    # By a design of its own, whose only test is the plain one: the same people, the same events.
    design = planned.design
    assert design.time_to_event is not None
    alone = replace(design, time_to_event=replace(design.time_to_event, weights=((0.0, 0.0),)))
    played = plan_trial(alone, planned.asked, seed=1, only_planned=True).first.played
    assert played is not None
    assert f"{100 * played.value:.1f}\xa0% simulated" in said
    # Schoenfeld's own formula takes arms to stay as large as they began: the early risk makes that untrue here.
    assert planned.first.plain == pytest.approx(0.36, abs=0.02)
    power = next(one for one in tables_of(page_of(planned).sections) if one.name == "power")
    assert power.frame["plain"].null_count() == 0
    assert [one.full_header for one in power.columns[-2:]] == [
        "Plain log-rank test: by formula", "Plain log-rank test: simulated",
    ]  # fmt: skip
    other = next(one for one in tables_of(page_of(every["hsct-against-therapy"]).sections) if one.name == "power")
    assert "plain" not in other.frame.columns


def test_a_run_that_was_ended_before_the_plain_test_says_so() -> None:
    def end(title: str, _standing: Standing) -> None:
        if "plain" in title:
            raise KeyboardInterrupt

    planned = plan_trial(load_trial_design("late-effect"), 5_000, seed=1, progress=end, only_planned=True)
    assert planned.done == planned.wanted
    assert planned.partial
    assert page_of(planned).in_short[0].startswith("SIMULATED, partial: all 5,000 trials")
    assert json.loads(design_json(planned))["partial"] is True


def with_events(**changed: object) -> Planned:
    """The design of three looks with something else in it, played a little under its own truth."""
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    return plan_trial(
        replace(design, time_to_event=replace(design.time_to_event, **changed)),  # type: ignore[arg-type]
        200, seed=1, only_planned=True,
    )  # fmt: skip


@pytest.mark.parametrize("changed", [{"spent": (0.0, 0.0, 0.025)}, {"fractions": (0.01, 0.5, 1.0)}])
def test_a_look_that_cannot_stop_has_no_bound_on_the_page_nor_for_a_program(changed: dict[str, object]) -> None:
    planned = with_events(**changed)
    bounds = json.loads(design_json(planned))["tables"]["bounds"]
    assert bounds[0]["z"] is None
    assert bounds[-1]["z"] == pytest.approx(1.96, abs=0.05)
    table = next(one for one in tables_of(page_of(planned).sections) if one.name == "bounds")
    assert "A dash: too little is spent by then" in table.note


def test_where_there_is_no_gain_the_answer_does_not_say_that_one_is_shown() -> None:
    one = replace(design_effect(), ratio=1.5)
    (answer,) = page_of(with_events(power=None, events=150, effect=(one,))).headlines
    assert "would call the treated better, at a hazard ratio of 1.5 and so without any gain to show" in answer
    assert "power" not in answer


def test_a_truth_of_ones_own_is_told_by_what_it_is_and_not_by_its_title() -> None:
    design, one = load_trial_design("hsct-against-therapy"), replace(design_effect(), ratio=1.0)
    assert design.time_to_event is not None
    late = Other("no effect for half a year", (one, replace(one, from_month=6, ratio=0.2)))
    both = replace(design.time_to_event, truths=(0.9, 1.0), others=(late, Other("what a doubter expects", (one,))))
    told = truths_of_effect(both)
    assert [truth.null for truth in told] == [False, False, True, False, True]


def test_a_ratio_near_0_is_not_said_to_be_0() -> None:
    one = replace(design_effect(), ratio=0.001)
    (answer,) = page_of(with_events(power=None, events=20, effect=(one,))).headlines
    assert "show a hazard ratio of 0.001 with" in answer


def design_effect() -> Effect:
    """The effect of the design of three looks."""
    design = load_trial_design("hsct-against-therapy")
    assert design.time_to_event is not None
    return design.time_to_event.effect[0]


def test_an_early_look_is_told_of_before_the_trial_ends() -> None:
    design = load_trial_design("late-effect")
    assert design.time_to_event is not None
    late = replace(design, time_to_event=replace(design.time_to_event, watched_months=(119.0,)))
    said = " ".join(page_of(plan_trial(late, 200, seed=1, only_planned=True)).in_short)
    assert "by month 12 the average hazard ratio is 1.3" in said


def test_a_change_that_comes_after_the_end_is_not_said_to_be_seen() -> None:
    later = replace(design_effect(), from_month=100, ratio=0.5)
    said = " ".join(
        page_of(with_events(power=None, events=150, effect=(replace(later, from_month=0, ratio=0.8), later))).in_short
    )
    assert (
        "by the last look the average hazard ratio is 0.8, as it is by month 12: what changes later is not seen" in said
    )
    assert "another trial" not in said


def test_a_month_that_is_watched_keeps_the_name_of_what_comes_in_it() -> None:
    planned = with_events(watched_months=(24.0,), accrual=(Entry(0, 500 / 24, "assumed"),))
    (calendar,) = (table for table in tables_of(page_of(planned).sections) if table.name == "calendar")
    assert calendar.frame.filter(pl.col("month") == 24)["what"].to_list() == ["everybody is in"]


def test_where_no_z_that_is_told_lets_a_trial_go_on_nothing_is_told() -> None:
    planned = with_events(fractions=(0.5, 1.0), power=None, events=160, futility=GivingUp(bounds=(2.0,)))
    assert "conditional-power" not in {table.name for table in tables_of(page_of(planned).sections)}
