"""People's own records as a cohort that the outcomes engine evaluates and a narration tells of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from made_up.registry_people import Somebody, day, everything
from remission.inputs.problems import InputProblems
from remission.outcomes.definitions.settings import load_changed_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.explain import explain
from remission.outcomes.load import check_cohort, load_cohort
from remission.records.files.write import write_cohort
from remission.records.schema import ABSENT_CODES
from remission.registry.answers import Answer, State
from remission.registry.cohort import RegistryCohort, build_cohort
from remission.registry.consent import Scope
from remission.registry.rows import OWN_WORDS, REPLACED

ON = 1500
# Without shrinking: each try is a whole cohort, and a failing one is small already.
FAST = [Phase.explicit, Phase.reuse, Phase.generate]


def built(*people: Somebody, scope: Scope = "research", on: int = ON) -> RegistryCohort:
    return build_cohort(*everything(people), scope=scope, on=day(on))


def why(found: RegistryCohort, answer: Answer) -> str:
    return next(one.why for one in found.left_out if one.answer_id == answer.answer_id)


def spell(found: RegistryCohort, endpoint: str) -> dict[str, object]:
    return evaluate(found.cohort, endpoint).spells.row(0, named=True)


def transplanted() -> Somebody:
    """Registered a year after a transplant on day 100 of 2020, and asked three times since."""
    one = Somebody.of("P1", 465)
    one.transplanted(465, day(100).isoformat())
    one.tells(465, "registry.birth_year", "1985")
    one.tells(465, "registry.treatment_country", "MX")
    one.scored(465, "4", 90)
    one.scored(465, "3.5")
    for on in (465, 650, 830):
        one.is_asked(on)
    return one


def test_scope_has_no_default_and_contact_is_none_of_records() -> None:
    with pytest.raises(TypeError, match="scope"):
        build_cohort([], [], on=day(0))  # type: ignore[call-arg]
    with pytest.raises(InputProblems, match="build_cohort"):
        build_cohort([], [], scope="contact", on=day(0))


def test_only_those_whose_consent_covers_the_scope_now() -> None:
    people = [Somebody.of("P1"), Somebody.of("P2", scopes=["aggregates"]), Somebody.of("P3"), Somebody.of("P4")]
    for one in people:
        one.tells(one.person.registered_on.day - 1, "subjects.sex", "other")
    people[2].stops(10)
    people[3].stops(10, erase=True)
    people[3].agrees_again(11)
    found = built(*people)
    assert found.cohort.subjects["subject_id"].to_list() == ["P1"]
    assert why(found, people[1].answers[0]) == "the person's consent does not cover research now"
    assert why(found, people[3].answers[0]) == "the person asked for everything to be erased"
    assert built(*people, scope="aggregates").cohort.subjects["subject_id"].to_list() == ["P1", "P2"]


def test_what_was_told_before_stopping_does_not_come_back() -> None:
    one = Somebody.of("P1")
    sex = one.tells(0, "subjects.sex", "male")
    one.is_asked(100)
    one.stops(200)
    one.agrees_again(300)
    one.tells(300, "subjects.course", "RRMS", version="2")
    one.tells(400, "asked.relapses", "no", "visit-400", version="2")
    found = built(one)
    assert why(found, sex) == "told under a consent that was stopped"
    assert found.cohort.subjects["sex"].to_list() == [None]
    # And the answer on day 400 reaches back to the day of stopping only, before which nothing is known any more.
    assert found.cohort.tables["observed"].select("from_day", "to_day").rows() == [(200, 400)]


def test_a_stop_takes_back_what_was_told_under_the_consent_that_was_replaced_too() -> None:
    one = Somebody.of("P1")
    sex = one.tells(0, "subjects.sex", "male")
    one.agrees_again(50)
    one.stops(200)
    one.agrees_again(300)
    one.tells(300, "subjects.course", "RRMS", version=one.person.consents[-1].version)
    found = built(one)
    assert why(found, sex) == "told under a consent that was stopped"
    assert found.cohort.subjects["sex"].to_list() == [None]


def test_what_was_told_under_a_replaced_consent_stays() -> None:
    one = Somebody.of("P1")
    one.tells(0, "subjects.sex", "male")
    one.agrees_again(50)
    assert built(one).cohort.subjects["sex"].to_list() == ["male"]


def test_an_answer_told_under_no_consent_is_refused_without_its_value() -> None:
    one = Somebody.of("P1", 10)
    one.tells(5, "subjects.sex", "male")
    with pytest.raises(InputProblems) as refused:
        built(one)
    assert "not active" in refused.value.report()
    assert "male" not in refused.value.report()


def test_day_zero_is_the_transplant_and_a_late_entrant_enters_at_registering() -> None:
    found = built(transplanted())
    subject = found.cohort.subjects.row(0, named=True)
    assert (subject["x_day_zero_is"], subject["country"], subject["age_years"]) == ("transplant", "Mexico", 34.8)
    spells = spell(found, "relapse-free")
    assert (spells["entry_day"], spells["exit_day"], spells["event"]) == (365, 730, False)
    assert found.own["registry"]["registered_day"].to_list() == [365]


def test_a_relapse_before_registering_is_told_and_makes_no_time_at_risk() -> None:
    one = transplanted()
    one.relapses(465, day(250).isoformat(), "relapse-1")
    found = built(one)
    assert found.cohort.tables["relapses"]["day"].to_list() == [150]
    assert found.cohort.tables["observed"].filter(pl.col("kind") == "relapses")["from_day"].min() == 365
    assert spell(found, "relapse-free")["reason"] == "event-before-entry"
    # As an episode that may come again it is followed from registering on.
    assert spell(found, "relapse-30d")["entry_day"] == 365


def test_no_name_of_a_row_holds_a_day() -> None:
    one = transplanted()
    one.relapses(465, day(250).isoformat(), "relapse-1")
    tables = built(one).cohort.tables
    names = [name for frame in tables.values() if "row_id" in frame.columns for name in frame["row_id"].to_list()]
    assert [name for name in names if re.search(r"\d{4}-\d{2}", name)] == []
    # Asked on the day of registering, which makes no time, and twice since: two stretches.
    observed = tables["observed"]["row_id"].to_list()
    assert sorted(observed) == ["P1:observed:clinic:1", "P1:observed:relapses:1", "P1:observed:relapses:2"]


def begun_before(start: int, therapy: str, end: int | None, name: str = "P1") -> Somebody:
    """Somebody who registered on day 100 and told of a therapy."""
    one = Somebody.of(name, 100)
    one.treated(100, therapy, day(start), None if end is None else day(end))
    return one


def test_a_continuous_therapy_that_had_ended_is_not_on_at_registering() -> None:
    ended, ends_that_day = begun_before(10, "natalizumab", 60), begun_before(10, "natalizumab", 100, "P2")
    # A course works on for years, whatever its last day was.
    course = begun_before(10, "alemtuzumab", 15, "P3")
    found = built(ended, ends_that_day, course).own["registry"]
    assert found["day_zero_is"].to_list() == ["registration", "start of therapy", "start of therapy"]


def test_a_therapy_that_goes_on_is_day_zero_also_before_a_later_one_that_had_ended() -> None:
    one = begun_before(10, "interferon beta-1a im", None)
    one.treated(100, "natalizumab", day(40), day(60))
    treatments = built(one).cohort.tables["treatments"]
    assert treatments.filter(pl.col("start_day") == 0)["therapy"].to_list() == ["interferon beta-1a im"]


def test_a_relapse_after_registering_is_an_event() -> None:
    one = transplanted()
    one.is_asked(1000, "yes")
    one.relapses(1000, day(900).isoformat(), "relapse-1")
    spells = spell(built(one), "relapse-free")
    assert (spells["event"], spells["exit_day"]) == (True, 800)
    story = explain(built(one).cohort, "P1", "relapse-free")
    assert story.differences == ()
    assert "on day 800" in story.lines[-1]


def test_a_relapse_of_which_the_day_is_not_known_ends_the_watch_before_it() -> None:
    one = transplanted()
    one.is_asked(1000, "yes")
    lost = one.tells(1000, "relapses.day", episode="relapse-1", state="unknown")
    found = built(one)
    assert why(found, lost) == "one relapse, without day"
    assert spell(found, "relapse-free")["exit_day"] == 730
    silent = transplanted()
    silent.is_asked(1000, "yes")
    assert spell(built(silent), "relapse-free")["exit_day"] == 730


def test_an_asking_that_was_not_answered_makes_no_time() -> None:
    one = transplanted()
    one.tells(1000, "asked.relapses", episode="visit-1000", state="declined")
    one.is_asked(1200)
    stretches = built(one).cohort.tables["observed"].filter(pl.col("kind") == "relapses")
    assert stretches.select("from_day", "to_day").rows() == [(365, 550), (550, 730), (900, 1100)]


def test_worsening_told_by_the_person_is_evaluated_and_narrated() -> None:
    one = Somebody.of("P1", 60)
    one.transplanted(110, day(100).isoformat())
    for on, edss in ((90, "3.5"), (280, "3.5"), (500, "5"), (700, "5.5")):
        one.scored(on, edss)
    one.is_asked(700)
    found = built(one)
    assert found.cohort.tables["visits"]["rater"].unique().to_list() == ["self"]
    # As it stands the endpoint asks for scores of clinicians, and says so; who wants those of the people says it.
    assert spell(found, "cdp-24w")["reason"] == "no-baseline"
    told = load_changed_endpoint("cdp-24w", {"progression.raters": ["self"]})
    spells = evaluate(found.cohort, told).spells.row(0, named=True)
    assert (spells["event"], spells["onset_row"]) == (True, "P1:visits:visit-500")
    assert explain(found.cohort, "P1", told).differences == ()


def test_survival_is_never_estimated_from_what_people_tell() -> None:
    one = transplanted()
    one.tells(1000, "registry.death_day", day(700).isoformat(), teller="delegate")
    one.tells(1000, "asked.relapses", "no", "visit-1000", teller="delegate")
    found = built(one)
    assert "death_day" not in found.cohort.subjects.columns
    assert spell(found, "death")["reason"] == "no-follow-up"
    assert found.own["registry"]["death_day"].to_list() == [600]
    # Nor is anything observed after it.
    assert spell(found, "relapse-free")["exit_day"] == 600
    assert found.own["registry"]["told_by"].to_list() == ["both"]


def test_a_transplant_without_a_day_keeps_its_person_out_of_those_without_one() -> None:
    one = Somebody.of("P1", 500)
    one.tells(500, "treatments.therapy", "hsct", "transplant-1")
    one.tells(500, "treatments.start_day", episode="transplant-1", state="unknown")
    one.tells(500, "treatments.therapy", "natalizumab", "therapy-1")
    one.tells(500, "treatments.start_day", "2020", "therapy-1")
    subject = built(one).cohort.subjects.row(0, named=True)
    assert (subject["entered"], subject["not_entered_reason"]) == ("no", "a transplant without a day")


def test_without_a_transplant_the_therapy_on_at_registering_is_day_zero() -> None:
    one = Somebody.of("P1", 500)
    for number, (therapy, start) in enumerate(
        [("natalizumab", 100), ("ocrelizumab", 300), ("methylprednisolone", 400), ("cladribine", 600)]
    ):
        one.tells(700, "treatments.therapy", therapy, f"therapy-{number}")
        one.tells(700, "treatments.start_day", day(start).isoformat(), f"therapy-{number}")
    found = built(one)
    assert found.cohort.subjects["x_day_zero_is"].to_list() == ["start of therapy"]
    assert found.cohort.tables["treatments"]["start_day"].to_list() == [-200, 0, 100, 300]


def test_without_either_it_is_registering() -> None:
    one = Somebody.of("P1", 500)
    one.is_asked(600)
    found = built(one)
    assert found.cohort.subjects["x_day_zero_is"].to_list() == ["registration"]
    assert found.own["registry"]["registered_day"].to_list() == [0]


def test_a_day_zero_told_as_a_month_is_its_middle_and_says_so() -> None:
    one = Somebody.of("P1", 500)
    one.transplanted(500, "2020-03")
    found = built(one)
    assert found.own["registry"]["day_zero_precision"].to_list() == ["month"]
    assert found.own["registry"]["registered_day"].to_list() == [500 - 74]
    late = Somebody.of("P1", 70)
    late.transplanted(70, "2020-03")
    # The middle of March had not come when it was told on the eleventh.
    assert built(late).own["registry"]["registered_day"].to_list() == [0]


@pytest.mark.parametrize("state", ABSENT_CODES)
def test_the_four_absences_stand_beside_their_cells(state: State) -> None:
    one = transplanted()
    one.tells(465, "treatments.graft", episode="transplant-1", state=state)
    one.tells(465, "subjects.sex", state=state)
    one.tells(465, "registry.who_paid", state=state)
    found = built(one)
    assert found.cohort.tables["treatments"]["graft_absent"].to_list() == [state]
    assert found.cohort.subjects["sex_absent"].to_list() == [state]
    assert found.own["registry"]["who_paid_absent"].to_list() == [state]


def test_a_corrected_answer_takes_the_place_of_the_first_and_keeps_its_row() -> None:
    one = transplanted()
    first = one.tells(465, "subjects.sex", "male")
    one.tells(600, "subjects.sex", "female", replaces=first.answer_id)
    found = built(one)
    assert found.cohort.subjects["sex"].to_list() == ["female"]
    assert why(found, first) == REPLACED


def test_nothing_in_own_words_is_in_a_cohort_or_beside_it() -> None:
    one = transplanted()
    words = [one.tells(465, f"registry.{name}", "canary words") for name in ("own_words", "centre_words")]
    found = built(one)
    assert {why(found, answer) for answer in words} == {OWN_WORDS}
    tables = [*found.cohort.tables.values(), *found.own.values()]
    assert not any("canary" in frame.write_csv() for frame in tables)


def test_one_persons_slip_leaves_out_a_row_and_not_the_cohort() -> None:
    one, two = transplanted(), Somebody.of("P2", 500)
    slip = one.tells(650, "relapses.day", day(600).isoformat(), "relapse-1")
    one.tells(650, "relapses.end_day", day(590).isoformat(), "relapse-1")
    future = one.tells(650, "scans.day", day(651).isoformat(), "scan-1")
    two.tells(500, "subjects.sex", "male")
    found = built(one, two)
    assert found.cohort.subjects.height == 2
    assert "day or later" in why(found, slip)
    assert day(590).isoformat() not in why(found, slip)
    assert why(found, future) == "a day after the day on which it was told"
    # The relapse came, and nobody knows when.
    assert spell(found, "relapse-free")["entry_day"] == 550


def test_what_is_written_passes_the_check_and_comes_back(tmp_path: Path) -> None:
    found = built(transplanted())
    write_cohort(found.cohort, tmp_path)
    assert [one for one in check_cohort(tmp_path) if one.severity == "error"] == []
    again = load_cohort(tmp_path)
    assert again.manifest.kind == "observed"
    for name, frame in found.cohort.tables.items():
        assert again.tables[name].select(sorted(frame.columns)).equals(frame.select(sorted(frame.columns))), name


VALUES = {
    "relapses.day": ("2019", "2020-06", "2021-02-03", "2023-01-01"),
    "relapses.end_day": ("2020-01-01", "2021"),
    "scans.day": ("2021-05", "2022-01-05"),
    "treatments.therapy": ("hsct", "natalizumab", "methylprednisolone"),
    "treatments.start_day": ("2018", "2020-03", "2022-09-09"),
    "treatments.end_day": ("2019-01-01", "2022"),
    "visits.day": ("2021-01-01", "2022-02-02"),
    "visits.edss": ("0", "6.5"),
    "registry.birth_year": ("1950", "2021"),
    "registry.own_words": ("words",),
    "subjects.sex": ("male", "female"),
    "subjects.onset_day": ("2001", "2022-12"),
    "asked.relapses": ("yes", "no"),
    "walking.step": ("0", "9"),
    "walking.day": ("2021-03-03",),
    "adverse_events.day": ("2020-02",),
    "adverse_events.ctcae_grade": ("1", "5"),
    "labs.analyte": ("TSH",),
    "labs.day": ("2022",),
}


def test_a_cohort_of_nobody_is_refused_in_words() -> None:
    with pytest.raises(InputProblems) as refused:
        built(Somebody.of("P1"))
    assert "nobody who told anything and whose consent covers research" in refused.value.report()


@st.composite
def crowds(draw: st.DrawFn) -> list[Somebody]:
    """A few people who tell anything, right or not, in any order."""
    # One of whom something is always there, for a cohort of nobody is refused.
    people = [Somebody.of("S")]
    people[0].tells(0, "subjects.sex", "other")
    for name in range(draw(st.integers(1, 3))):
        one = Somebody.of(f"P{name}", draw(st.integers(0, 900)))
        registered = (one.person.registered_on - day(0)).days
        for _ in range(draw(st.integers(0, 12))):
            what = draw(st.sampled_from(sorted(VALUES)))
            state = draw(st.sampled_from(["told", "told", "told", "unknown"]))
            episode = "" if what.split(".")[0] in ("subjects", "registry") else draw(st.sampled_from(["1", "2"]))
            value = draw(st.sampled_from(VALUES[what])) if state == "told" else ""
            one.tells(registered + draw(st.integers(0, 500)), what, value, episode, state=state)
        if draw(st.integers(0, 4)) == 0:
            one.stops(registered + 600, erase=draw(st.booleans()))
        people.append(one)
    return people


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40, deadline=None, phases=FAST)
@given(crowds())
def test_answers_in_are_answers_placed_and_answers_explained(people: Sequence[Somebody]) -> None:
    _, answers = everything(people)
    found = built(*people)
    placed, left = list(found.placed), [one.answer_id for one in found.left_out]
    assert sorted([*placed, *left]) == sorted(one.answer_id for one in answers)
    assert all(one.why for one in found.left_out)
    # Nobody is observed before registering, whatever they tell of earlier days.
    entered = found.own["registry"].select("subject_id", "registered_day")
    watched = found.cohort.tables["observed"].join(entered, on="subject_id")
    assert (watched["from_day"] >= watched["registered_day"]).all()
    assert set(watched["kind"]) <= {"relapses", "clinic", "mri"}
    if found.cohort.collected("relapses"):
        evaluate(found.cohort, "relapse-30d")


def test_answers_of_nobody_and_a_person_twice_are_refused() -> None:
    one = transplanted()
    people, answers = everything([one])
    with pytest.raises(InputProblems, match="answer P1-A1"):
        build_cohort([], [answers[0]], scope="research", on=day(ON))
    with pytest.raises(InputProblems, match="people"):
        build_cohort([*people, *people], [], scope="research", on=day(ON))
    twice = replace(people[0], consents=(*people[0].consents, replace(people[0].consents[0], consent_id="C2")))
    with pytest.raises(InputProblems, match="consent"):
        build_cohort([twice], [], scope="research", on=day(ON))
