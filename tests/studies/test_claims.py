"""Claims: the verdict follows from the numbers by the rule of the file, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.studies import number, series
from remission.inputs.problems import InputProblems
from remission.inputs.provenance import Status
from remission.library.catalogue import library_files
from remission.studies.claims.check import check_claims
from remission.studies.claims.claim import Claim, Where
from remission.studies.claims.decide import NOT_KNOWN, Decision, decide_claim, decide_claims, outcome_of
from remission.studies.claims.load import load_claims, read_claims
from remission.studies.claims.numbers import TWO_LEVELS, Evidence, difference, measure, of_number
from remission.studies.claims.telling import verdicts
from remission.studies.load import Studies, load_studies
from remission.studies.pools import ask_pool
from remission.studies.study import Number, weakest


def claim(name: str) -> Claim:
    return next(one for one in load_claims() if one.name == name)


def decided(name: str, studies: Studies | None = None) -> Decision:
    return decide_claim(claim(name), Evidence(studies or load_studies(), ask_pool))


def changed(study: str, what: str, **fields: object) -> Studies:
    """The library with every number of one thing of one study changed."""
    studies = load_studies()
    found = studies.of_name(study)
    numbers = tuple(replace(one, **fields) if one.what == what else one for one in found.numbers)
    assert numbers != found.numbers
    return studies.with_study(replace(found, numbers=numbers))


@pytest.fixture(scope="module")
def every() -> dict[str, Decision]:
    decisions = decide_claims(load_claims(), Evidence(load_studies(), ask_pool))
    return {one.claim.name: one for one in decisions}


def test_there_are_24_and_an_interval_decides_at_least_ten_of_them(every: dict[str, Decision]) -> None:
    assert len(every) == len(library_files("claims", ".toml")) == 24
    assert sum(one.decided_by is not None for one in every.values()) >= 10


def test_where_no_interval_decides_the_reason_is_said(every: dict[str, Decision]) -> None:
    for name, one in every.items():
        if one.decided_by is None:
            by_value = [tested for tested in one.tested if tested.measured and tested.condition.by_value]
            assert one.claim.no_number or by_value, name


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("mortality-5-10", "outdated"),
        ("selected-500", "partly"),
        ("alem-p2-p3", "supported"),
        ("most-effective", "partly"),
        ("progression-nothing", "outdated"),
        ("nm-not-forever", "supported"),
        ("clinics-all-stages", "supported"),
        ("ablative-difference", "partly"),
        ("cns-not-cleared", "supported"),
        ("cancer-back", "not testable"),
        ("league-table", "not testable"),
        ("ocrelizumab-ppms", "supported"),
    ],
)
def test_the_verdicts_are_those_of_a_reader(every: dict[str, Decision], name: str, verdict: str) -> None:
    """Each was judged by hand from the papers before there was a rule."""
    assert every[name].verdict == verdict


def test_a_verdict_is_never_typed_where_a_number_decides() -> None:
    for path in library_files("claims", ".toml"):
        text = path.read_text(encoding="utf-8")
        assert not ("[judged]" in text and "[[conditions]]" in text), path.name


def test_a_study_that_is_no_longer_verified_leaves_the_number() -> None:
    before = decided("mortality-5-10")
    unread: Status = "unverified"
    after = decided("mortality-5-10", changed("moore-2019", "transplant-deaths", status=unread))
    first, then = (one.tested[0].measured for one in (before, after))
    assert first is not None
    assert then is not None
    assert then.row["studies"] == first.row["studies"] - 1
    assert "moore-2019" in first.studies
    assert "moore-2019" not in then.studies


def test_a_number_that_may_not_be_shown_decides_nothing() -> None:
    unread: Status = "unverified"
    after = decided("ocrelizumab-ppms", changed("oratorio", "progression-12w-hazard-ratio", status=unread))
    assert (after.verdict, after.tested[0].measured) == ("not testable", None)


@pytest.mark.parametrize(
    ("high", "verdict"),
    # The second reaches beyond no effect.
    [(0.9, "supported"), (1.02, "not testable")],
)
def test_one_moved_number_flips_a_verdict(high: float, verdict: str) -> None:
    assert (
        decided("ocrelizumab-ppms", changed("oratorio", "progression-12w-hazard-ratio", high=high)).verdict == verdict
    )


def test_every_answer_of_the_library_was_written_for_the_outcomes_of_today(every: dict[str, Decision]) -> None:
    for name, one in every.items():
        assert one.is_as_written, name
        assert len(one.claim.written_for) == len(one.claim.conditions), name


def test_deaths_in_a_large_series_would_open_the_claim_again() -> None:
    """27 of 364 are 7.4 %, with an interval that reaches beyond both ends of 5 to 10 %: still nothing speaks for it."""
    after = decided("mortality-5-10", changed("uk-2025", "transplant-deaths", events=27, value=7.4))
    assert [one.outcome for one in after.tested] == ["fails"] * 5 + ["open"]
    assert after.verdict == "not testable"


def test_what_a_number_is_compared_with_counts_like_the_number() -> None:
    before = decided("alem-p2-p3")
    assert "camms223-pooled" in before.studies
    assert before.standing == "secondary"
    later = date(2027, 3, 1)
    assert decided("alem-p2-p3", changed("camms223-pooled", "relapse-rate-ratio", date_read=later)).as_of == later


def test_the_end_of_a_trials_interval_is_read_and_never_typed() -> None:
    (bound,) = decided("selected-500").tested[0].bounds
    assert (bound.value, bound.limits, bound.row["level"], bound.end) == (0.502, None, 0.9, "low")
    moved = decided("selected-500", changed("halt-ms", "event-free", low=68.0))
    assert [one.outcome for one in moved.tested] == ["open", "fails"]
    bare = decided("selected-500", changed("halt-ms", "event-free", low=None, high=None))
    assert {one.outcome for one in bare.tested} == {"open"}


def test_a_difference_is_checked_as_little_and_leaves_out_as_much_as_its_two_numbers() -> None:
    evidence = Evidence(load_studies(), ask_pool)
    high, low = (
        measure(Where(pool="hsct-mortality-by-intensity", estimator="crude", group=group), evidence)
        for group in ("high", "low")
    )
    assert high is not None
    assert low is not None
    found = difference(high, low)
    names = {*high.left_out, *low.left_out}
    assert len(names) == found.row["studies_left_out"] == 2
    assert found.row["standing"] == weakest(str(one.row["standing"]) for one in (high, low)) == "secondary"
    assert (found.cohorts, found.second_hand) == (high.cohorts + low.cohorts, high.second_hand + low.second_hand)


def test_intervals_of_two_levels_give_a_difference_without_one() -> None:
    made = [number("neda", value=60.0, low=50.0, high=70.0, level=level) for level in (0.9, 0.9, 0.95)]
    first, same, other = (of_number(series("a", 50), one) for one in made)
    assert first is not None
    assert same is not None
    assert other is not None
    # Root of the sum of squares, as both ends lie a tenth away.
    assert difference(first, same).limits == pytest.approx((-(0.02**0.5), 0.02**0.5))
    assert difference(first, same).row["level"] == 0.9
    apart = difference(first, other)
    assert (apart.limits, apart.row["absent_reason"]) == (None, TWO_LEVELS)


def test_limits_from_a_standard_error_are_cut_only_where_shares_end() -> None:
    score, share = (
        of_number(series("a", 50), number(what, value=3.0, standard_error=2.0)) for what in ("edss-at-start", "neda")
    )
    assert score is not None
    assert share is not None
    assert score.limits == pytest.approx((3 - 1.96 * 2, 3 + 1.96 * 2), abs=1e-3)
    assert share.limits == pytest.approx((0.0, 0.03 + 1.96 * 0.02), abs=1e-3)


def test_studies_that_several_numbers_leave_out_are_counted_together() -> None:
    one = decided("mortality-5-10")
    assert one.tested[0].measured is not None
    first = replace(one.tested[0], measured=replace(one.tested[0].measured, left_out=("a", "b"), studies=("d",)))
    other = replace(one.tested[0], measured=replace(one.tested[0].measured, left_out=("b", "c", "d"), studies=()))
    assert replace(one, tested=(first, other)).left_out == 3


def test_a_change_tells_of_the_cohorts_of_the_number_that_decides() -> None:
    told = {one.name: one.k for one in verdicts(load_studies())}
    assert told["mortality-5-10"] == 19
    assert told["most-effective"] == 1
    assert told["league-table"] is None


def test_the_date_it_was_last_true_is_worked_out() -> None:
    assert decided("mortality-5-10").last_true.when == "2010"
    later = changed("uk-2025", "transplant-deaths", events=20, value=5.5)
    assert decided("mortality-5-10", later).last_true.study in ("uk-2025", "")
    assert decided("progression-nothing").last_true.when == "2017"
    studies = load_studies()
    silent = [replace(one, numbers=tuple(_less(one.numbers))) for one in studies.every]
    without = Studies(tuple(silent)).with_study(studies.of_name("uk-2025"))
    assert decided("mortality-5-10", without).last_true.when in (NOT_KNOWN, "")


def _less(numbers: tuple[Number, ...]) -> list[Number]:
    return [one for one in numbers if one.what != "transplant-deaths"]


@given(low=st.floats(-5, 5), width=st.floats(0, 5), least=st.floats(-5, 5), room=st.floats(0, 5))
def test_an_interval_holds_fails_or_is_open_as_its_points_do(
    low: float, width: float, least: float, room: float
) -> None:
    """The plain twin: ask each of many points of the interval whether it lies within the bounds."""
    high, most = low + width, least + room
    points = [low + width * step / 50 for step in range(51)] + [high]
    inside = [least <= min(max(one, low), high) <= most for one in points]
    outcome = outcome_of((low, high), (least, most))
    if outcome == "holds":
        assert all(inside)
    if outcome == "fails":
        assert not any(inside)
    if all(inside):
        assert outcome == "holds"
    if any(inside) and not all(inside):
        assert outcome == "open"


GOOD = """
name = "{name}"
kind = "claim"
words = "Said."
said_by = "a commenter"
said_in = "a page"
said_year = 2017
question = "Is it so?"
would_decide = "A number"
answer = "It is {{1}}."
reasoning = "Because."
would_change = "Another number."
"""


def wrong(tmp_path: Path, more: str) -> list[str]:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.format(name="mine") + more, encoding="utf-8")
    with pytest.raises(InputProblems) as found:
        read_claims((path,))
    return [str(one.column) for one in found.value.problems]


@pytest.mark.parametrize(
    ("more", "columns"),
    [
        ("", ["conditions"]),
        ('[judged]\nverdict = "supported"\nby = "me"\non = 2026-11-30\n', ["no_number"]),
        ('[[conditions]]\nsays = "x"\n', ["conditions[1].number"]),
        ('[[conditions]]\nsays = "x"\nnumber = { fact = "nope" }\nat_least = 1\n', ["conditions[1].number.fact"]),
        (
            '[[conditions]]\nsays = "x"\nnumber = { fact = "a", study = "b" }\n',
            ["conditions[1]", "conditions[1].number"],
        ),
        ('[rule]\nholds = "certain"\n', ["rule.holds"]),
        ('no_number = "none"\nwritten_for = ["holds"]\n', ["written_for"]),
        ('written_for = ["true"]\n[[conditions]]\nsays = "x"\nmissing = "none"\n', ["written_for"]),
        (
            '[[conditions]]\nsays = "x"\nmissing = "none"\n[judged]\nverdict = "partly"\nby = "me"\non = 2026-11-30\n',
            ["judged", "no_number"],
        ),
        (
            'no_number = "none"\n[[facts]]\nname = "a"\nsays = "b"\nstatus = "verified"\nsource = "c"\nlocus = "d"\n'
            "events = 5\ndenominator = 4\nvalue = 3\nlow = 4\n",
            ["facts[1].events", "facts[1].value"],
        ),
    ],
)
def test_all_that_is_wrong_with_a_claim_is_told_at_once(tmp_path: Path, more: str, columns: list[str]) -> None:
    assert wrong(tmp_path, more) == columns


def test_two_wrong_files_are_both_told(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.toml" for name in ("one", "two")]
    for path in files:
        path.write_text(GOOD.format(name="other"), encoding="utf-8")
    with pytest.raises(InputProblems) as found:
        read_claims(tuple(files))
    assert {one.file for one in found.value.problems} == {"one.toml", "two.toml"}
    assert {one.column for one in found.value.problems} == {"name", "conditions"}


def test_names_that_lead_nowhere_are_told_with_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    conditions = [
        'number = { study = "oratorioo", what = "needa" }\nat_least = 1\n',
        'number = { pool = "hsct-mortalty" }\nabove = { study = "uk-2025", what = "neda" }\n',
    ]
    text = "".join(f'[[conditions]]\nsays = "x"\n{one}' for one in conditions)
    path.write_text(GOOD.format(name="mine") + text, encoding="utf-8")
    problems = check_claims(load_studies(), [path])
    assert {str(one.column): one.next_step for one in problems} == {
        "conditions[1].number.study": "Did you mean oratorio?",
        "conditions[1].number.what": "Did you mean neda?",
        "conditions[2].number.pool": "Did you mean hsct-mortality?",
    }


def test_places_that_lead_nowhere_are_all_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    places = [
        '{ pool = "hsct-mortality", estimator = "crudest" }',
        '{ pool = "hsct-mortality", estimator = "crude", group = "without Mexico" }',
        '{ study = "silfverberg-2024", what = "neda", arm = "BEAM and ATGG" }',
        '{ study = "uk-2025", what = "neda", months = 61 }',
    ]
    text = "".join(f'[[conditions]]\nsays = "x"\nat_least = 1\nnumber = {one}\n' for one in places)
    good = GOOD.format(name="other").replace("{1}", "{9} and {1.low}")
    path.write_text(good + text, encoding="utf-8")
    problems = check_claims(load_studies(), [path])
    assert [str(one.column) for one in problems] == [
        "name",
        "answer",
        "answer",
        "conditions[1].number.estimator",
        "conditions[2].number.group",
        "conditions[3].number.arm",
        "conditions[4].number",
    ]
    assert problems[5].next_step == "Did you mean BEAM and ATG?"


def test_a_page_stands_behind_every_claim_and_nobody_is_named() -> None:
    for one in load_claims():
        assert one.said_by.startswith(("a ", "the ")), one.name
        assert one.said_year == 2017, one.name
