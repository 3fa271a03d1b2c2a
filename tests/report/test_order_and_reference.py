"""The order of groups, the one that others are compared with, the times, and what a comparison leaves in files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from made_up.command_line import run
from made_up.small_report_cohort import tiny
from remission.inputs.problems import InputProblems
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort
from remission.report.adverse_events import derive_adverse_events
from remission.report.asked import Asked, ask
from remission.report.curves.block import curve_block
from remission.report.curves.first_events import estimate_whole
from remission.report.edss_change import estimate_edss_change
from remission.report.event_free import estimate_event_free
from remission.report.event_rates import estimate_how_often
from remission.report.groups import Grouping, label_groups
from remission.report.population import derive_baseline
from remission.report.sections.therapies import make_section as make_therapies
from remission.report.timelines import derive_timelines
from remission.report.write import write_report

THREE = "".join(f"S{n},{arm},yes,1200,completed,\n" for n, arm in enumerate(["A", "B", "C"] * 2))
TURNED = Grouping("arm", order=("C", "A"), reference="A")


def three(folder: Path) -> Cohort:
    visits = "".join(f"S{n},V{n}{day},{day},2.0\n" for n in range(6) for day in (0, 400))
    events = "".join(f"S{n},A{n},20,Infections,2\n" for n in range(6))
    relapses = "S0,R1,100\nS1,R2,200\nS2,R3,300\n"
    return tiny(folder, THREE, visits=visits, relapses=relapses, adverse_events=events, scans="")


def test_a_wrong_group_and_wrong_columns_are_told_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as told:
        write_report(
            load_cohort("two-arm"), "neda-3", tmp_path / "out", group_by="arrm", adjust=["agee"], subgroups=["sexx"],
            at_years=[0],
        )  # fmt: skip
    columns = {problem.column for problem in told.value.problems}
    assert columns == {"arrm", "agee", "sexx", "years"}
    assert list(tmp_path.iterdir()) == []


def test_subgroups_without_groups_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as told:
        write_report(load_cohort("two-arm"), "neda-3", tmp_path / "out", subgroups=["sex"])
    assert "with --group-by" in told.value.report()
    assert list(tmp_path.iterdir()) == []


def test_a_given_order_is_the_order_of_everything(tmp_path: Path) -> None:
    cohort, order = three(tmp_path), ["C", "A", "B"]
    asked = ask(cohort, "relapse-30d", group_by=TURNED)
    whole, rates = estimate_whole(asked), estimate_how_often(asked)
    assert rates is not None
    assert [one.name for one in whole.curves] == [name for name, _ in rates.counts] == order
    assert derive_baseline(cohort, TURNED).groups == ("All", *order)
    assert list(estimate_edss_change(cohort, TURNED).groups) == order
    assert [one.group for one in derive_adverse_events(cohort, TURNED) or []] == order
    assert derive_timelines(cohort, asked.outcome.first, TURNED).persons["group"].to_list() == [
        "C",
        "C",
        "A",
        "A",
        "B",
        "B",
    ]
    therapies = make_therapies(asked)
    assert therapies is None or [block.title for block in therapies.blocks][:3] == order


def test_every_group_is_compared_with_the_reference(tmp_path: Path) -> None:
    asked = ask(three(tmp_path), "relapse-30d", group_by=TURNED)
    whole, rates = estimate_whole(asked), estimate_how_often(asked)
    assert whole.comparison is not None
    assert rates is not None
    assert [(one["group"], one["against"]) for one in whole.comparison.differences.rows()] == [("C", "A"), ("B", "A")]
    assert [(one["group"], one["against"]) for one in rates.ratios.rows()] == [("C", "A"), ("B", "A")]


def test_turning_the_reference_turns_the_sign_and_keeps_the_p(tmp_path: Path) -> None:
    cohort = three(tmp_path)
    one, other = (
        estimate_event_free(evaluate(cohort, "relapse-free"), cohort=cohort, group_by=Grouping("arm", reference=name))
        for name in ("A", "B")
    )
    assert one.comparison is not None
    assert other.comparison is not None
    (ba,) = one.comparison.rows.filter(group="B", against="A").to_dicts()
    (ab,) = other.comparison.rows.filter(group="A", against="B").to_dicts()
    assert ba["value"] == -ab["value"] != 0
    assert (ba["low"], ba["p"]) == (pytest.approx(-ab["high"]), pytest.approx(ab["p"]))


@pytest.mark.parametrize(
    ("grouping", "said"),
    [
        (Grouping("arm", reference="D"), "found 'D'; allowed: A, B, C"),
        (Grouping("arm", order=("A", "Z", "Y")), "found 'Z'"),
        (Grouping("arm", order=("A", "B", "A")), "found A more than once"),
    ],
)
def test_names_that_are_no_group_are_refused(tmp_path: Path, grouping: Grouping, said: str) -> None:
    with pytest.raises(InputProblems) as raised:
        label_groups(three(tmp_path), grouping)
    assert said in raised.value.report()
    # All problems at once: both names of the second are told.
    assert len(raised.value.problems) == (2 if "Z" in said else 1)


def test_who_has_no_group_is_no_reference_and_may_be_ordered(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, THREE + "S9,,yes,1200,completed,\n", relapses="S0,R1,100\n")
    with pytest.raises(InputProblems):
        label_groups(cohort, Grouping("arm", reference="arm not recorded"))
    first = Grouping("arm", order=("arm not recorded",))
    result = estimate_event_free(evaluate(cohort, "relapse-free"), cohort=cohort, group_by=first)
    assert [one.name for one in result.curves] == ["arm not recorded", "A", "B", "C"]
    assert result.comparison is not None
    assert set(result.comparison.differences.frame["against"]) == {"A"}


def test_a_reference_that_nobody_followed_has_no_differences_and_is_said(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, THREE + "S9,D,yes,0,lost,\n", relapses="S0,R1,100\n")
    asked = ask(cohort, "relapse-free", group_by=Grouping("arm", reference="D"))
    result = estimate_whole(asked)
    assert result.comparison is not None
    assert result.comparison.differences.frame.is_empty()
    block = curve_block(asked, result, asked.outcome)
    assert "Not compared: D (1 person), because nobody in it was followed." in block.sentences


def two(folder: Path) -> Asked:
    people = "".join(f"S{n},{arm},yes,1200,completed,\n" for n, arm in enumerate("AABB"))
    cohort = tiny(folder, people, relapses="S0,R1,100\nS1,R2,200\nS2,R3,300\n")
    return ask(cohort, "relapse-free", group_by="arm")


def test_statistic_df_and_p_stand_in_the_csv(tmp_path: Path) -> None:
    # By hand. Day 100: 2 of 4 at risk in A, expected 1/2, variance 1/4; day 200: 1 of 3, 1/3, 2/9; day 300: 0 of 2.
    # O - E of A = 2 - 5/6 = 7/6; V = 17/36; (7/6)^2 / (17/36) = 49/17 = 2.88235; p of chi-squared on 1 = 0.08956.
    asked = two(tmp_path)
    (table,) = estimate_whole(asked).comparison_table
    log_rank, difference = table.frame.to_dicts()
    assert log_rank["statistic"] == pytest.approx(49 / 17)
    assert (log_rank["df"], log_rank["p"]) == (1, pytest.approx(0.08956, abs=1e-5))
    # Areas to day 1096: A (100 + 200) / 2 = 150, B (300 + 1096) / 2 = 698.
    assert difference["value"] == pytest.approx(698 - 150)
    # Greenwood, (area still to come)^2 * d / (n (n - d)): of A after day 100 50^2 / 2 = 1250, after 200 nothing; of B
    # after day 300 398^2 / 2 = 79202.
    assert difference["statistic"] == pytest.approx(548 / (1250 + 79202) ** 0.5)
    assert table.file_name == "comparison-relapse-free.simulated.csv"
    header = table.csv().splitlines()[0].split(",")
    assert {"statistic", "df", "p", "value", "low", "high", "against", "standing"} <= set(header)


def test_the_curves_picture_says_them_only_when_asked(tmp_path: Path) -> None:
    result = estimate_whole(two(tmp_path))
    for width in ("wide", "narrow"):
        drawn = json.dumps(result.draw(tests=True).specs[width], ensure_ascii=False)
        assert "Log-rank test: p\u00a0=\u00a00.090, chi-squared 2.88" in drawn
        assert "no p can be" in drawn
        assert "Log-rank" not in json.dumps(result.draw().specs[width])
    wide = json.dumps(result.draw(tests=True).specs["wide"], ensure_ascii=False)
    assert "B less A: restricted mean within 3\u00a0years: +1.50 years" in wide


def test_times_are_those_asked_for_in_order(tmp_path: Path) -> None:
    asked = ask(three(tmp_path), "relapse-free", at_years=(3, 1, 1))
    assert asked.choices.at_years == (1, 3)
    assert estimate_whole(asked).at_times.frame["at_days"].to_list() == [365, 1096]


@pytest.mark.parametrize("year", [0.0, -1.0, 101.0, float("nan")])
def test_times_that_are_none_are_refused(tmp_path: Path, year: float) -> None:
    with pytest.raises(InputProblems) as raised:
        ask(three(tmp_path), "relapse-free", at_years=(1, year))
    assert f"found {year:g}" in raised.value.report()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reference", "A"), "--group-by"),
        (("--order", "A,B"), "--group-by"),
        (("--at", "one"), "found one"),
        (("--at", "1;2"), "1,2,3"),
        (("--group-by", "arm", "--reference", "Nobody"), "found 'Nobody'"),
    ],
)
def test_the_command_line_refuses_in_words(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run("report", "two-arm", "-e", "relapse-free", "-o", str(tmp_path / "out"), *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()
