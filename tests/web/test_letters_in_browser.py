"""A letter's link on a phone, in a real browser: a button, an empty form, thanks; and nothing of an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from made_up.headless_chromium import CHROMIUM, Tab
from remission.web.identities.models import NoMail
from remission.web.mail.tickets import make_ticket
from remission.web.records.models import AnswerRow

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
PHONE, LEAST = 390, 44


def pressed(tab: Tab, words: str, then: str) -> None:
    """Press the button with these words; the page that comes has others in its title."""
    tab.run(f"[...document.querySelectorAll('main button')].find(one => one.innerText.trim() === {words!r}).click()")
    tab.wait_for(f"document.querySelector('h1')?.innerText === {then!r} && document.readyState === 'complete'")


def small(tab: Tab) -> list[str]:
    """What can be pressed and is smaller than a thumb; links within words are as high as a line."""
    script = (
        "[...document.querySelectorAll('main button, main a.button, main select, main input:not([type=hidden])')]"
        ".filter(one => one.offsetParent && !one.closest('label') && one.getBoundingClientRect().height < LEAST)"
        ".map(one => one.outerHTML)"
    )
    return list(tab.run(script.replace("LEAST", str(LEAST))))


def test_a_form_is_opened_from_a_letter_and_sent_on_a_phone(tab: Tab, served_at: str, join: Callable[..., Any]) -> None:
    member = join()
    token = make_ticket("visit", account=member.account, person_id=member.person_id, about="day-100 short", days=30)
    tab.open(f"{served_at}visit/{token}/", width=PHONE)
    tab.wait_for("document.querySelector('main button') && document.readyState === 'complete'")
    assert small(tab) == []
    pressed(tab, "Open the form", "How are you now?")
    assert small(tab) == []
    assert tab.run("document.documentElement.scrollWidth <= window.innerWidth")
    # The address of the form holds no token, so nobody who looks on or goes back finds one.
    assert tab.run("location.pathname") == "/visit/form/"
    tab.run("document.querySelector('[name=\"registry.own_words\"]').value = 'all is well'")
    pressed(tab, "Send", "Thank you")
    assert AnswerRow.objects.filter(field="registry.own_words").count() == 1


def test_letters_are_stopped_by_one_press(tab: Tab, served_at: str, join: Callable[..., Any]) -> None:
    token = make_ticket("stop", account=join().account, days=400)
    tab.open(f"{served_at}stop/{token}/", width=PHONE)
    tab.wait_for("document.querySelector('main button') && document.readyState === 'complete'")
    assert not NoMail.objects.exists()
    pressed(tab, "No more letters", "No more letters about forms")
    assert NoMail.objects.get().why == "asked"
