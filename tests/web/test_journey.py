"""A person's own journey: every date as it was told, what is not known never as none, and no word of what will be."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import override_settings

from made_up.journeys import traveller
from made_up.reading import grade, paragraphs_of
from made_up.registry_people import Somebody, day
from remission.evidence.recipes.card import main_number
from remission.studies.load import load_studies
from remission.studies.study import SHOWABLE
from remission.web.clock import now
from remission.web.identities.models import Delegation
from remission.web.instance import INVENTED, Instance
from remission.web.journey import studies
from remission.web.journey.page import picture_of
from remission.web.journey.studies import said_of, studies_section
from remission.web.journey.timeline import Timeline, timeline_of
from remission.web.journey.voice import HELPED, OWN, Voice
from remission.web.records.models import ConsentRow, PersonRow
from remission.web.records.writing import write_answers

TODAY = date(2026, 11, 30)
SVG = "{http://www.w3.org/2000/svg}"


def of(one: Somebody) -> Timeline:
    return timeline_of(one.person, one.answers, TODAY)


def drawn(one: Somebody) -> ElementTree.Element:
    return ElementTree.fromstring(picture_of(of(one)))


def words_in(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def marks(svg: ElementTree.Element, ink: str) -> list[dict[str, str]]:
    """The marks of one ink, without the samples of the key."""
    return [one.attrib for one in svg.iter(f"{SVG}rect") if one.get("stroke") == ink and not one.get("transform")]


RED, PURPLE = "#b8420f", "#7b3294"


def relapsed(when: str) -> Somebody:
    one = Somebody.of("P1", 1500)
    one.relapses(1500, when, "relapses-1")
    one.relapses(1500, "2010-01-01", "relapses-2")
    return one


@pytest.mark.parametrize(("when", "days"), [("2015", 364), ("2015-06", 29)])
def test_a_date_that_is_no_day_is_as_long_as_the_days_that_it_may_mean(when: str, days: int) -> None:
    svg = drawn(relapsed(when))
    long = marks(svg, RED)[1]
    years = 2027 - 2010
    pixels = days / 365.25 / years * (600 - 26 - 14)
    assert float(long["width"]) == pytest.approx(max(11, pixels), abs=0.3)


def test_an_exact_day_is_one_mark_in_the_place_of_that_day() -> None:
    svg = drawn(relapsed("2015-06-03"))
    mark = marks(svg, RED)[1]
    share = (date(2015, 6, 3) - date(2010, 1, 1)) / (date(2027, 1, 1) - date(2010, 1, 1))
    assert float(mark["x"]) + 5.5 == pytest.approx(26 + share * 560, abs=0.2)
    assert mark["width"] == "11"


def test_a_year_that_is_not_over_reaches_to_the_day_of_telling_and_no_farther() -> None:
    one = Somebody.of("P1", 1500)
    one.relapses(1500, f"{day(1500):%Y}", "relapses-1")
    assert of(one).relapses[0].when.last == day(1500)


def test_what_is_not_known_is_a_question_mark_and_never_none() -> None:
    one = Somebody.of("P1", 1500)
    one.tells(1600, "asked.relapses", "", "visit-1600", state="unknown")
    words = words_in(drawn(one))
    assert words.count("?") == 2
    assert "I was asked: not known, or not said" in words
    assert not any("none" in text for text in words)


def test_a_no_is_drawn_as_a_no_on_the_day_on_which_it_was_said() -> None:
    one = Somebody.of("P1", 1500)
    one.is_asked(1600)
    words = words_in(drawn(one))
    assert "I was asked: none since last time" in words
    assert "?" not in words


@pytest.mark.parametrize(
    ("counts", "look"),
    [
        ({"new_t2": "2"}, "new activity"),
        ({"new_t2": "0"}, "no new activity"),
        ({"new_t2": "0", "gd_lesions": "1"}, "new activity"),
        ({"new_t2": "0", "enlarging_t2": "?"}, "not known"),
        ({"new_t2": "?"}, "not known"),
        ({}, "not known"),
    ],
)
def test_a_scan_shows_nothing_new_only_where_that_was_told(counts: dict[str, str], look: str) -> None:
    one = Somebody.of("P1", 1500)
    one.tells(1500, "scans.day", "2020-03-02", "scans-1")
    for name, value in counts.items():
        told = value != "?"
        one.tells(1500, f"scans.{name}", value if told else "", "scans-1", state="told" if told else "unknown")
    assert of(one).scans[0].look == look
    filled = marks(drawn(one), PURPLE)[0]["fill"] == PURPLE
    assert filled == (look == "new activity")


def test_ladder_and_edss_are_drawn_each_on_an_axis_of_its_own() -> None:
    one = Somebody.of("P1", 1500)
    one.tells(1500, "walking.day", "2020-03-02", "walking-1")
    one.tells(1500, "walking.step", "9", "walking-1")
    words = words_in(drawn(one))
    assert any("ladder" in text for text in words)
    assert not any("EDSS" in text for text in words)
    one.scored(1500, "6.0")
    words = words_in(drawn(one))
    assert any("EDSS" in text for text in words)
    # 0, 3, 6, 9 of the ladder; 0, 5, 10 of the EDSS.
    assert [text for text in words if re.fullmatch(r"\d{1,2}", text)] == ["0", "3", "6", "9", "0", "5", "10"]


def test_day_zero_is_a_line_where_its_day_is_known_and_a_band_where_it_is_not() -> None:
    exact, month = Somebody.of("P1", 1500), Somebody.of("P1", 1500)
    exact.transplanted(1500, "2020-05-12")
    month.transplanted(1500, "2020-05")
    for one, bands in ((exact, 0), (month, 1)):
        svg = drawn(one)
        assert "Day zero" in words_in(svg)
        assert len([rect for rect in svg.iter(f"{SVG}rect") if rect.get("opacity")]) == bands


def test_day_zero_is_that_of_the_first_transplant() -> None:
    one = Somebody.of("P1", 1500)
    one.transplanted(1500, "2021-05-12", "transplant-2")
    one.transplanted(1500, "2020-05-12", "transplant-1")
    zero = of(one).day_zero
    assert zero is not None
    assert zero.first == date(2020, 5, 12)


def test_courses_of_one_therapy_share_a_row_unless_they_lie_on_each_other() -> None:
    def names(*starts: str) -> int:
        one = Somebody.of("P1", 1500)
        for at, start in enumerate(starts):
            one.tells(1500, "treatments.therapy", "alemtuzumab", f"therapies-{at}")
            one.tells(1500, "treatments.start_day", start, f"therapies-{at}")
        return words_in(drawn(one)).count("alemtuzumab")

    assert names("2010-03-01", "2013-03-01") == 1
    assert names("2010", "2010-03-01", "2023-03-01") == 2


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    one = Somebody.of("P1", 1500)
    first = one.tells(1500, "relapses.day", "2015-01-01", "relapses-1")
    one.tells(1510, "relapses.day", "2016-01-01", "relapses-1", replaces=first.answer_id)
    assert [event.when.first for event in of(one).relapses] == [date(2016, 1, 1)]


def test_every_date_of_the_picture_is_in_the_words_beside_it(told: Any) -> None:
    text = told.client.get("/my/journey/").content.decode()
    for words in ("2009 (only the year told)", "March 2012 (no day told)", "4 March 2019", "Stem cell transplant",
                  "from May 2018 (no day told); its end is not known", "still there on 9 February 2024",
                  "Walking, step 6", "EDSS 4.5", "You had none since the time before"):  # fmt: skip
        assert words in text, words
    assert text.count("<svg") == 2
    assert "I could walk to the shop again.\nThat was the best day." in text
    # A relapse without a date is lost neither from the page nor to the person.
    assert "Bad: I could not look after myself" in text


@pytest.fixture
def told(join: Callable[..., Any]) -> Any:
    """A member who told what the traveller tells."""
    member, one = join(), traveller()
    tell(member.person_id, one)
    return member


def tell(person_id: str, one: Somebody) -> None:
    """Put the answers of an invented person into the record of a member who joined as early as they."""
    PersonRow.objects.filter(person_id=person_id).update(registered_on=day(0))
    ConsentRow.objects.filter(person_id=person_id).update(given_on=day(0))
    write_answers([replace(answer, person_id=person_id) for answer in one.answers])


def test_two_answers_are_enough_for_a_picture_and_none_for_words(join: Callable[..., Any]) -> None:
    member = join()
    text = member.client.get("/my/journey/").content.decode()
    assert "<svg" not in text
    assert "A year is enough" in text
    one = Somebody.of("P1", 1500)
    one.tells(1500, "walking.day", "2020", "walking-1")
    one.tells(1500, "walking.step", "3", "walking-1")
    tell(member.person_id, one)
    text = member.client.get("/my/journey/").content.decode()
    assert "On it: 1 time you told how you walk." in text
    assert "<svg" in text


def test_the_picture_is_a_file_of_its_own_and_lies_on_no_disk(told: Any, observatory: Instance) -> None:
    before = set(observatory.folder.folder.rglob("*"))
    answer = told.client.get("/my/journey.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    svg = ElementTree.fromstring(answer.content)
    assert svg.tag == f"{SVG}svg"
    assert "style" not in {name for one in svg.iter() for name in one.attrib}
    assert set(observatory.folder.folder.rglob("*")) == before


@pytest.mark.parametrize("path", ["/my/journey.svg", "/my/journey/"])
def test_a_picture_from_a_demo_says_that_nobody_is_real_and_no_other_does(
    told: Any, observatory: Instance, path: str
) -> None:
    """In words that are seen, and in those that are heard; also where the picture is saved from the page."""
    for mode in ("demo", "serve"):
        with override_settings(REMISSION=replace(observatory, mode=mode)):
            svgs = re.findall(r"<svg.*?</svg>", told.client.get(path).content.decode(), re.DOTALL)
        assert svgs
        for svg in svgs:
            seen = " ".join(words_in(ElementTree.fromstring(svg)))
            heard = re.findall(r"<desc>(.*?)</desc>", svg)[0]
            assert [INVENTED in seen, INVENTED in heard] == [mode == "demo"] * 2, mode


def test_own_words_are_words_and_in_no_picture(join: Callable[..., Any]) -> None:
    member, one = join(), Somebody.of("P1", 1500)
    one.tells(1500, "registry.own_words", "<script>alert(1)</script>")
    one.tells(1500, "walking.day", "2020", "walking-1")
    one.tells(1500, "walking.step", "3", "walking-1")
    tell(member.person_id, one)
    text = member.client.get("/my/journey/").content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "alert" not in member.client.get("/my/journey.svg").content.decode()


def test_a_delegate_sees_it_and_a_stranger_finds_nothing(told: Any, sign_in: Callable[..., Any]) -> None:
    helper, stranger = sign_in("helper@example.org", factor=True), sign_in("other@example.org", factor=True)
    one = Delegation.objects.create(
        person_id=told.person_id, may="read", delegate=helper.account, asked_at=now(), taken_at=now()
    )
    for path in (f"/for/{one.name}/journey/", f"/for/{one.name}/journey.svg"):
        assert helper.client.get(path).status_code == 200
        assert stranger.client.get(path).status_code == 404


def sentences(voice: Voice) -> list[str]:
    """All that a voice says, in its order."""
    single = [said for said in vars(voice).values() if isinstance(said, str)]
    return single + [said for _, said in voice.asked]


@pytest.mark.parametrize("full", [True, False])
def test_a_helper_is_told_of_the_person_and_is_not_called_them(
    join: Callable[..., Any], sign_in: Callable[..., Any], full: bool
) -> None:
    """Wherever the person reads "you", their helper reads "the person", on the page and in the picture's words."""
    member, helper = join(), sign_in("helper@example.org", factor=True)
    if full:
        tell(member.person_id, traveller())
    tie = Delegation.objects.create(
        person_id=member.person_id, may="read", delegate=helper.account, asked_at=now(), taken_at=now()
    )
    for path in ("journey/", "journey.svg"):
        own, helped = (
            html.unescape(client.get(f"{base}{path}").content.decode())
            for client, base in ((member.client, "/my/"), (helper.client, f"/for/{tie.name}/"))
        )
        said = [(mine, theirs) for mine, theirs in zip(sentences(OWN), sentences(HELPED), strict=True) if mine in own]
        assert said or not full
        # The picture itself is the person's, in whose words it was told: its title stays.
        said = [pair for pair in said if pair != (OWN.title, HELPED.title)] if path == "journey.svg" else said
        assert [theirs for _, theirs in said if theirs not in helped] == []
        assert [mine for mine, _ in said if mine in helped and mine != OWN.title] == []
        assert f"<h1>{HELPED.title}</h1>" in helped or path == "journey.svg"


def test_each_voice_has_a_word_of_its_own_for_everything() -> None:
    assert not set(sentences(OWN)) & set(sentences(HELPED))
    assert [said for said in sentences(HELPED) if re.search(r"\byour?\b", said)] == [HELPED.title, HELPED.sheet]


def test_the_page_is_made_in_less_than_the_time_of_a_page(told: Any) -> None:
    told.client.get("/my/journey/")
    took = []
    for _ in range(5):
        start = time.process_time()
        told.client.get("/my/journey/")
        took.append(time.process_time() - start)
    assert min(took) < 0.15


def test_the_page_is_easy_to_read(told: Any) -> None:
    assert grade(paragraphs_of(told.client.get("/my/journey/").content.decode().split('id="studies"')[0])) <= 8


# ---------------------------------------------------------------- what studies say


def test_only_numbers_that_may_be_shown_are_said_of_the_treatment_that_was_named() -> None:
    every = {arm.therapy for study in load_studies().every for arm in study.arms if arm.therapy}
    for therapy in every:
        for said in said_of(therapy):
            study = load_studies().of_name(said.name)
            arms = {arm.name for arm in study.arms if arm.therapy == therapy}
            assert "never shown as fact" not in said.says
            shown = [one for one in study.numbers if one.status in SHOWABLE]
            assert shown, said.name
            number = main_number(study)
            if number is not None and number.arm and not {number.arm, number.against} & arms:
                assert any(arm in said.says for arm in arms) or len(study.arms) == 1, (therapy, said)


def test_a_number_that_nobody_read_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    study = load_studies().of_name("expand")
    unread = replace(study, numbers=tuple(replace(one, status="unverified") for one in study.numbers))
    changed = load_studies().with_study(unread)
    monkeypatch.setattr(studies, "load_studies", lambda: changed)
    said_of.cache_clear()
    try:
        assert said_of("siponimod") == ()
    finally:
        said_of.cache_clear()


def test_a_treatment_without_a_study_is_said_to_have_none() -> None:
    section = studies_section(["azathioprine"], None)
    assert section is not None
    assert "no study of it" in section.blocks[1].sentences[0]


def test_nothing_is_foretold_or_advised() -> None:
    section = studies_section(["hsct", "ocrelizumab"], None)
    assert section is not None
    assert "does not say what will happen to you" in section.blocks[0].sentences[1]
    assert studies_section([], None) is None


def test_studies_come_by_year_and_are_linked_where_the_site_has_their_page(tmp_path: Path) -> None:
    said = said_of("hsct")
    assert [one.year or 0 for one in said] == sorted(one.year or 0 for one in said)
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "halt-ms.html").write_text("x", encoding="utf-8")
    section = studies_section(["hsct"], tmp_path)
    assert section is not None
    table = section.blocks[1].folded[0].html()
    assert '<a href="/study/halt-ms.html">' in table
    assert "/study/uk-2025.html" not in table
