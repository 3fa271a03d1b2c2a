"""The pages of forms and records: every input has its words, every link its end, easy to read, and quick."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from made_up.every_answer import answered
from made_up.filled_form import Page
from reading_ease import school_grade
from remission.registry.forms.check import GONE
from remission.registry.forms.form import NO_VALUE, forms
from remission.registry.forms.standing import TOO_MUCH
from remission.web import clock
from remission.web.acts.telling import STOPPED, send_form
from remission.web.identities.models import Delegation
from remission.web.records.models import ConsentRow
from remission.web.roles import acting_for_self

HARDEST = 8.0
FEWEST_WORDS = 4
SHORT, LONG = forms()["short"], forms()["long"]
PARTS = [f"form/long/{section.name}/" for section in LONG.sections]
PAGES = ["", "told/", "form/short/", "form/long/", *PARTS]
# A median of this machine while nothing else runs is a fifth of it; the bound is what a person does not wait for.
MOST_SECONDS = 0.15


def tell_much(member: Any, relapses: int) -> int:
    """A record with every question answered and so many relapses besides; how many answers it holds."""
    acting = acting_for_self(member.account)
    assert acting is not None
    raw = {name: typed for name, typed, _, _ in answered(LONG, 0)}
    for number in range(100, 100 + relapses):
        raw |= {f"relapses.day/relapses-{number}": f"May {1990 + number % 30}",
                f"relapses.severity/relapses-{number}": "mild", f"relapses.steroids/relapses-{number}": "yes",
                f"relapses.recovery/relapses-{number}": "full"}  # fmt: skip
    checked = send_form(acting, "long", 1, raw)
    assert checked.troubles == ()
    return len(checked.accepted)


@pytest.fixture
def full(join: Callable[..., Any]) -> Any:
    member = join()
    tell_much(member, 3)
    return member


@pytest.mark.parametrize("path", PAGES)
def test_every_input_has_words_and_every_mark_its_end(full: Any, path: str) -> None:
    page = Page(full.client.get(f"/my/{path}").content.decode())
    assert len(page.ids) == len(set(page.ids))
    for _, given in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set((given.get(name) or "").split()) <= set(page.ids), given
        assert "style" not in given
        assert not any(key.startswith("on") for key in given)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    inputs = [one for tag in ("input", "select", "textarea") for one in page.of(tag)]
    labelled = {one.get("for") for one in page.of("label")}
    for one in inputs:
        within = one.get("type") in ("hidden", "radio", "checkbox")
        assert within or one.get("id") in labelled, one.get("name")


@pytest.mark.parametrize("form", [SHORT, LONG], ids=["short", "long"])
def test_every_question_can_be_left_open_without_a_script(full: Any, form: Any) -> None:
    for path in ["form/short/"] if form is SHORT else PARTS:
        page = Page(full.client.get(f"/my/{path}").content.decode())
        values: dict[str, set[str]] = {}
        for tag, given in page.elements:
            if tag == "input" and given.get("type") in ("radio", "checkbox"):
                values.setdefault(str(given["name"]), set()).add(str(given["value"]))
        for name, found in values.items():
            if name.endswith("?"):
                assert found == set(NO_VALUE)
            elif name != "out":
                assert set(NO_VALUE) | {""} <= found, name


def test_troubles_are_linked_described_and_marked(full: Any) -> None:
    body = {"version": "1", "do": "send", "relapses.day/relapses-7": "soon", "relapses.recovery/relapses-7": "so-so"}
    page = Page(full.client.post("/my/form/short/", body).content.decode())
    invalid = [given for _, given in page.elements if given.get("aria-invalid") == "true"]
    assert [one.get("id") or one.get("role") for one in invalid] == ["relapses.day/relapses-7", "radiogroup"]
    assert all("trouble-" in str(one["aria-describedby"]) for one in invalid)
    assert {"#relapses.day/relapses-7", "#relapses.recovery/relapses-7=0"} <= set(page.links)
    top = next(given for _, given in page.elements if given.get("id") == "troubles")
    assert "autofocus" in top
    assert top["tabindex"] == "-1"
    # What was folded is open where something in it is to be looked at.
    assert any("open" in given for given in page.of("details") if given.get("id") == "relapses-7")


def test_a_condition_is_said_in_words_and_nothing_is_hidden_without_a_script(full: Any) -> None:
    html = full.client.get("/my/form/long/stay/").content.decode()
    assert "Only if you said “Yes” to “Did you ask for a transplant before, and were you told no?”" in html
    assert not any("hidden" in given for _, given in Page(html).elements if given.get("type") != "hidden")


TEXT = re.compile(r"<(p|li|legend|label|h1|h2|h3|summary|button|dt)\b([^>]*)>(.*?)</\1>", re.DOTALL)


def texts(html: str) -> Iterator[str]:
    """Every text of a page; the choices of a question are held by the words of the forms, where lists are one text."""
    for _, given, inner in TEXT.findall(html):
        if 'class="choice' not in given:
            plain = unescape(re.sub(r"<[^>]+>", " ", inner.replace("</strong>", ". ")))
            yield " ".join(plain.split())


@pytest.mark.parametrize("path", PAGES)
def test_every_word_of_a_page_is_read_with_ease(full: Any, path: str) -> None:
    said = list(texts(full.client.get(f"/my/{path}").content.decode()))
    hard = [(round(school_grade(text), 1), text) for text in said if len(text.split()) >= FEWEST_WORDS]
    # What stands before a colon is a heading, and what stands behind it was told or is a name.
    assert [one for one in hard if one[0] > HARDEST and ":" not in one[1]] == []
    assert school_grade("\n".join(said)) <= HARDEST


def test_what_is_said_to_helpers_and_to_who_stopped_is_read_with_ease(
    full: Any, sign_in: Callable[..., Any], observatory: Any
) -> None:
    helper = sign_in("helper@example.org", factor=True)
    one = Delegation.objects.create(
        person_id=full.person_id, may="fill", delegate=helper.account, asked_at=clock.now(), taken_at=clock.now()
    )
    pages = [helper.client.get(f"/for/{one.name}/{path}") for path in ("", "told/", "form/death/")]
    ConsentRow.objects.update(ended_on=clock.today(), ending="stop")
    pages += [
        full.client.get("/my/"),
        full.client.get("/my/form/short/"),
        helper.client.get(f"/for/{one.name}/form/short/"),
    ]
    said = [text for page in pages for text in texts(page.content.decode())] + [STOPPED, GONE, TOO_MUCH]
    hard = [
        text for text in said if len(text.split()) >= FEWEST_WORDS and school_grade(text) > HARDEST and ":" not in text
    ]
    assert hard == []


def test_no_page_asks_the_database_more_often_for_more_answers(join: Callable[..., Any]) -> None:
    counted = []
    for email, relapses in (("few@example.org", 0), ("many@example.org", 45)):
        member = join(email)
        tell_much(member, relapses)
        counted.append({path: _queries(member.client, f"/my/{path}") for path in PAGES})
    assert counted[0] == counted[1]
    # Session, account, factor, membership, consents, answers, forms sent, drafts: and none for a question.
    assert max(counted[0].values()) <= 40


def _queries(client: Any, path: str) -> int:
    with CaptureQueriesContext(connections["default"]) as one, CaptureQueriesContext(connections["records"]) as other:
        assert client.get(path).status_code == 200
    return len(one) + len(other)


def test_pages_are_quick_with_two_hundred_answers(join: Callable[..., Any]) -> None:
    member = join()
    assert tell_much(member, 40) >= 200
    medians = {}
    for path in PAGES:
        spent = []
        for _ in range(5):
            # Time of this process: what others do on this machine is not counted.
            began = time.process_time()
            assert member.client.get(f"/my/{path}").status_code == 200
            spent.append(time.process_time() - began)
        medians[path] = statistics.median(spent)
    print({path: round(1000 * spent) for path, spent in medians.items()})
    assert max(medians.values()) < MOST_SECONDS, medians
