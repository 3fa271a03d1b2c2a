"""Forms in a real browser, by thumb and by key: nothing inaccessible, saved as one writes, nothing moved sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from made_up.every_answer import answered
from made_up.headless_chromium import CHROMIUM, Tab
from made_up.looked_over import LookedOver, at_width
from remission.registry.forms.form import forms
from remission.web.acts.telling import draft_of, send_form
from remission.web.records.models import AnswerRow
from remission.web.roles import acting_for_self

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
PHONE, DESKTOP, ZOOMED = 390, 1200, 195
# A form that is to be looked at again says so to machines too.
LOGGED = "422"
PAGES = ("my/", "my/told/", "my/form/short/", "my/form/long/", "my/form/long/stay/", "my/form/long/relapses/",
         "my/form/long/labs/", "my/form/long/words/")  # fmt: skip
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
# What can be pressed and is seen, and lower or narrower than a thumb; links within a sentence are excepted, as by WCAG.
SMALL = """[...document.querySelectorAll('button, select, summary, .choice, a, input[type=text], textarea')]
  .filter(one => !one.matches('.unseen, .skip, p a, li a:not(nav a):not(.choices a), footer a')
    && one.getClientRects().length)
  .filter(one => one.getBoundingClientRect().height < 44)
  .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def member(join: Callable[..., Any]) -> Any:
    made = join()
    acting = acting_for_self(made.account)
    assert acting is not None
    send_form(acting, "long", 1, {name: typed for name, typed, _, _ in answered(forms()["long"], 0)})
    return made


@pytest.fixture
def signed_in(tab: Tab, member: Any, served_at: str) -> Tab:
    """The tab with the session of a member."""
    session = member.client.cookies["sessionid"].value
    tab.ask("Network.setCookie", name="sessionid", value=session, url=served_at)
    return tab


@pytest.fixture(scope="module")
def over() -> LookedOver:
    pytest.importorskip("axe_core_python")
    return LookedOver.by_axe()


def opened(tab: Tab, address: str, width: int = PHONE) -> None:
    tab.open(address, width=width)
    tab.wait_for(f"location.href.startsWith({address!r}) && document.readyState === 'complete'")


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(signed_in: Tab, served_at: str, over: LookedOver, path: str) -> None:
    opened(signed_in, served_at + path)
    signed_in.run(OPEN_ALL)
    assert over.serious(signed_in) == []
    at_width(signed_in, DESKTOP)
    assert over.serious_where_otherwise(signed_in) == []
    assert {urlsplit(one).hostname for one in signed_in.requests() if not one.startswith("data:")} == {"localhost"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_twice_its_size_and_a_thumb(signed_in: Tab, served_at: str, path: str) -> None:
    for width in (PHONE, ZOOMED):
        opened(signed_in, served_at + path, width)
        signed_in.run(OPEN_ALL)
        assert signed_in.run("document.documentElement.scrollWidth") <= width
    assert signed_in.run(SMALL) == []


def test_what_is_looked_at_again_has_the_focus_and_leads_to_its_input(
    signed_in: Tab, served_at: str, over: LookedOver
) -> None:
    opened(signed_in, f"{served_at}my/form/long/relapses/")
    signed_in.run(OPEN_ALL)
    signed_in.run("document.querySelector('input[type=text]').value = '03/05/2019'")
    signed_in.run("setTimeout(() => document.querySelector('.buttons button').click())")
    signed_in.wait_for("document.querySelector('#troubles') && document.readyState === 'complete'")
    assert signed_in.run("document.activeElement.id") == "troubles"
    assert over.serious(signed_in) == []
    signed_in.run("document.querySelector('#troubles a').click()")
    signed_in.wait_for("location.hash !== ''")
    assert signed_in.run("document.getElementById(decodeURIComponent(location.hash.slice(1))).value") == "03/05/2019"


def test_what_is_written_is_saved_while_it_is_written(signed_in: Tab, served_at: str, member: Any) -> None:
    opened(signed_in, f"{served_at}my/form/long/words/")
    signed_in.run(
        "(box => { box.value = 'Half a sentence'; box.dispatchEvent(new Event('input', {bubbles: true})); })"
        "(document.querySelector('textarea'))"
    )
    signed_in.wait_for("document.querySelector('[data-saved]').textContent.startsWith('Saved at ')")
    acting = acting_for_self(member.account)
    assert acting is not None
    assert draft_of(acting, "long")["registry.own_words"] == "Half a sentence"
    opened(signed_in, f"{served_at}my/form/long/words/?again")
    assert signed_in.run("document.querySelector('textarea').value") == "Half a sentence"


def test_who_was_signed_out_is_told_and_goes_on_after_signing_in_elsewhere(
    signed_in: Tab, served_at: str, member: Any
) -> None:
    def write(words: str) -> None:
        signed_in.run(
            f"(box => {{ box.value = {words!r}; box.dispatchEvent(new Event('input', {{bubbles: true}})); }})"
            "(document.querySelector('textarea'))"
        )

    opened(signed_in, f"{served_at}my/form/long/words/")
    member.client.logout()
    write("Before")
    signed_in.wait_for("document.querySelector('[data-saved] a')")
    assert "You are signed out" in signed_in.run("document.querySelector('[data-saved]').textContent")
    member.client.force_login(member.account)
    session = member.client.cookies["sessionid"].value
    signed_in.ask("Network.setCookie", name="sessionid", value=session, url=served_at)
    # Signing in gave a new token against forged forms: the page takes it by itself.
    signed_in.ask("Network.deleteCookies", name="csrftoken", url=served_at)
    signed_in.ask("Network.setCookie", name="csrftoken", value="a" * 32, url=served_at)
    write("And after")
    signed_in.wait_for("document.querySelector('[data-saved]').textContent.startsWith('Saved at ')")
    acting = acting_for_self(member.account)
    assert acting is not None
    assert draft_of(acting, "long")["registry.own_words"] == "And after"
    signed_in.events[:] = [one for one in signed_in.events if "403" not in str(one)]


def test_a_question_that_does_not_apply_is_hidden_only_while_it_is_empty(signed_in: Tab, served_at: str) -> None:
    opened(signed_in, f"{served_at}my/form/long/stay/")
    reason = "document.querySelector('[data-waits-for]').hidden"
    assert signed_in.run(reason) is False
    signed_in.run("document.querySelector('input[name=\"registry.refused_before\"][value=no]').click()")
    # Something is written there: to hide it would be to lose it from sight.
    assert signed_in.run(reason) is False
    signed_in.run("document.querySelector('[data-waits-for] input[value=\"\"]').click()")
    assert signed_in.run(reason) is True
    signed_in.run("document.querySelector('input[name=\"registry.refused_before\"][value=yes]').click()")
    assert signed_in.run(reason) is False


def test_the_key_enter_keeps_what_is_written_and_sends_nothing(signed_in: Tab, served_at: str, member: Any) -> None:
    before = AnswerRow.objects.count()
    opened(signed_in, f"{served_at}my/form/long/relapses/")
    signed_in.run(OPEN_ALL)
    signed_in.run("document.querySelector('input[type=text]').focus()")
    signed_in.press("Enter")
    signed_in.wait_for("location.search === '?saved=1' && document.readyState === 'complete'")
    assert "Saved." in signed_in.run("document.body.textContent")
    assert AnswerRow.objects.count() == before
