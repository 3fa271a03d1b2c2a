"""The observatory in a real browser, on a phone: nothing inaccessible, nothing from elsewhere, a person's whole way."""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.backends.db import SessionStore

from made_up.every_page import every_page, people
from made_up.full_house import House
from made_up.headless_chromium import CHROMIUM, Tab
from made_up.letters_out import letters, link_in
from made_up.looked_over import LookedOver, at_width
from remission.web.identities.models import Account
from remission.web.instance import Instance
from remission.web.mail.sending import send_waiting
from remission.web.records.models import PersonRow

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"), pytest.mark.usefixtures("quick_hashes"),
]  # fmt: skip
PHONE, DESKTOP, ZOOMED, THUMB, FAR = 390, 1200, 320, 44, 300
# What is not there, gone or not allowed says so to machines too.
LOGGED = r"status of 4\d\d"
PASSWORD = "a long and quiet password"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
# What can be pressed and is seen, and lower than a thumb; a radio or a box is as large as the label around it.
SMALL = f"""[...document.querySelectorAll('button, select, summary, textarea, .choice, nav a, .choices a, a.button,'
    + 'input:not([type=hidden], [type=radio], [type=checkbox])')]
  .filter(one => one.getClientRects().length && !one.matches('.unseen'))
  .filter(one => one.getBoundingClientRect().height < {THUMB - 0.5})
  .map(one => one.outerHTML.slice(0, 120))"""
# What goes beyond the right edge of the page.
WIDE = """[...document.querySelectorAll('main *')].filter(one =>
  one.getBoundingClientRect().right > document.documentElement.clientWidth + 1
  && !one.closest('.unseen, .figure, .scrolled')).slice(0, 3).map(one => one.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def over() -> LookedOver:
    pytest.importorskip("axe_core_python")
    return LookedOver.by_axe()


@pytest.fixture
def house(observatory: Instance, join: Callable[..., Any], sign_in: Callable[..., Any]) -> House:
    return people(join, sign_in)


def opened(tab: Tab, address: str, width: int = PHONE) -> None:
    tab.open(address, width=width)
    tab.wait_for(f"location.href.startsWith({address!r}) && document.readyState === 'complete'")


def become(tab: Tab, client: Any, served_at: str) -> None:
    """Be in the session of a test client."""
    tab.ask("Network.clearBrowserCookies")
    if "sessionid" in client.cookies:
        tab.ask("Network.setCookie", name="sessionid", value=client.cookies["sessionid"].value, url=served_at)


def faults_of(tab: Tab, over: LookedOver) -> Iterator[str]:
    """What is wrong with the page that is open, on a desk, on a phone, and at twice its size on a small one."""
    at_width(tab, PHONE)
    if tab.run("document.querySelector('h1').getBoundingClientRect().top") > FAR:
        yield "on a phone one scrolls before one sees what page it is"
    tab.run(OPEN_ALL)
    yield from (f"{PHONE}: {one}" for one in over.serious(tab))
    yield from (f"small: {one}" for one in tab.run(SMALL))
    at_width(tab, ZOOMED)
    if tab.run("document.documentElement.scrollWidth") > ZOOMED:
        yield f"wider than {ZOOMED}: {tab.run(WIDE)}"
    at_width(tab, DESKTOP)
    yield from (f"{DESKTOP}: {one}" for one in over.serious_where_otherwise(tab))


def test_every_page_of_everybody_is_whole_for_everybody(
    tab: Tab, house: House, served_at: str, over: LookedOver
) -> None:
    pages = {(one.who, one.path): one.client for one in every_page(house)}
    found: dict[str, list[str]] = {}
    for (who, path), client in pages.items():
        become(tab, client, served_at)
        tab.open(served_at + path.lstrip("/"), width=PHONE)
        tab.wait_for(f"location.pathname === {path.split('?')[0]!r} && document.readyState === 'complete'")
        if faults := list(faults_of(tab, over)):
            found[f"{who} at {path}"] = faults
    assert found == {}
    assert len(pages) > 70
    print(f"{len(pages)} pages")


def test_a_page_that_is_not_whole_is_found(tab: Tab, served_at: str, over: LookedOver) -> None:
    opened(tab, served_at + "take-part/")
    assert list(faults_of(tab, over)) == []
    tab.run("""document.querySelector('main').insertAdjacentHTML('beforeend',
      '<button class="bad"></button><input type="text"><p id="wide">wide</p>')""")
    tab.run("document.querySelector('.bad').setAttribute('height', 1)")
    tab.run("Object.assign(document.querySelector('.bad').style, {height: '20px', minHeight: '0', padding: '0'})")
    tab.run("document.querySelector('#wide').style.width = '2000px'")
    said = " ".join(faults_of(tab, over))
    for fault in ("button-name", "label", "small: <button", "wider than"):
        assert fault in said


# ---------------------------------------------------------------- by key alone


FOCUS = """(one => ({name: one.name || one.textContent.trim(), id: one.id, tag: one.tagName,
  seen: one !== document.body && one.getBoundingClientRect().width > 1,
  ring: [one, one.closest('label')].some(it => it && getComputedStyle(it).outlineStyle !== 'none'
    && parseFloat(getComputedStyle(it).outlineWidth) >= 2)}))(document.activeElement)"""
# What the key Tab should come to: everything that can be used, of a group of radios the one that is chosen.
USABLE = """[...document.querySelectorAll('main :is(a[href], button, input, select, textarea, summary)')]
  .filter(one => one.getClientRects().length && one.tabIndex >= 0 && one.type !== 'hidden' && !one.disabled)
  .filter(one => one.type !== 'radio' || one.checked)
  .map(one => one.name || one.textContent.trim())"""


def test_the_key_tab_comes_to_everything_in_its_order_and_shows_where_it_is(
    tab: Tab, house: House, served_at: str
) -> None:
    become(tab, house.members["ann"].client, served_at)
    opened(tab, f"{served_at}my/form/short/", DESKTOP)
    tab.run(OPEN_ALL)
    wanted = tab.run(USABLE)
    assert len(wanted) > 15
    reached, unseen = list[str](), list[str]()
    for _ in range(len(wanted) + 20):
        tab.press("Tab")
        at = tab.run(FOCUS)
        reached.append(at["name"])
        unseen += [at["name"]] * (at["seen"] and not at["ring"])
    # After the menu of the page, and before its foot.
    first = reached.index(wanted[0])
    assert reached[first : first + len(wanted)] == wanted
    assert unseen == []


# ---------------------------------------------------------------- somebody's whole way, on a phone


class Phone:
    """Somebody with a phone, who reads letters, types and presses."""

    def __init__(self, tab: Tab, served_at: str, observatory: Instance) -> None:
        self.tab, self.at, self.observatory = tab, served_at, observatory

    def goes(self, path: str, then: str = "") -> None:
        """Open an address, and be led to another where that is said."""
        self.tab.open(self.at + path.lstrip("/"), width=PHONE, height=844)
        self.arrives(then or path.partition("?")[0])

    def arrives(self, path: str) -> None:
        try:
            self.tab.wait_for(f"location.pathname === {path!r} && document.readyState === 'complete'")
        except TimeoutError:
            here = self.tab.run("location.pathname + ' ' + document.querySelector('main').textContent")
            raise AssertionError(f"not {path} but {here[:600]}") from None

    def types(self, name: str, text: str) -> None:
        self.tab.run(f"document.querySelector('main [name=\"{name}\"]').value = {json.dumps(text)}")

    def picks(self, name: str, value: str) -> None:
        chosen = f'main [name^="{name}"][value="{value}"]'
        self.tab.run(f"document.querySelector({json.dumps(chosen)}).click()")

    def presses(self, words: str, then: str) -> None:
        """Press the button or link that says these words; a new page is another, wherever it lies."""
        self.tab.run("window.before = true")
        self.tab.run(
            "setTimeout(() => [...document.querySelectorAll('main button, main a')]"
            f".find(one => one.textContent.trim() === {words!r}).click())"
        )
        self.tab.wait_for("window.before === undefined && document.readyState === 'complete'")
        self.arrives(then)

    def reads(self) -> str:
        """The words of the page, those in folds too."""
        return str(self.tab.run("document.querySelector('main').textContent"))

    def letter(self, to: str) -> str:
        """Where the link in the last letter to somebody leads."""
        send_waiting()
        return link_in([one for one in letters(self.observatory) if one["To"] == to][-1])

    def signs_up(self, address: str, then: str) -> None:
        self.types("email", address)
        self.types("password1", PASSWORD)
        self.tab.run("document.querySelector('main [name=adult]').click()")
        self.presses("Make an account", "/account/confirm-email/")
        self.goes(self.letter(address))
        self.presses("It is mine", then)

    def gives_password(self, then: str) -> None:
        self.types("password", PASSWORD)
        self.presses("Go on", then)

    def cookie(self) -> str:
        cookies = self.tab.ask("Network.getCookies", urls=[self.at])["cookies"]
        return str(next(one["value"] for one in cookies if one["name"] == "sessionid"))

    def takes_up(self, cookie: str = "") -> None:
        """Another phone: nobody is signed in, or whoever this session is of."""
        self.tab.ask("Network.clearBrowserCookies")
        if cookie:
            self.tab.ask("Network.setCookie", name="sessionid", value=cookie, url=self.at)


def lets_time_go(cookie: str) -> None:
    """As if the password had been given a day ago."""
    session = SessionStore(session_key=cookie)
    session.pop("account_authentication_methods", None)
    session.save()


def test_the_whole_way_of_a_person_and_a_helper(
    tab: Tab, served_at: str, observatory: Instance, tmp_path: Path
) -> None:
    phone = Phone(tab, served_at, observatory)
    tab.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    # From the door to a record.
    phone.goes("/take-part/")
    phone.presses("Begin", "/account/signup/")
    phone.signs_up("ann@example.org", "/my/consent/")
    for scope in ("research", "aggregates", "contact"):
        phone.picks(scope, "yes")
    phone.picks("adult", "yes")
    phone.presses("Begin my record", "/my/")
    # The short form, the record, the journey.
    phone.goes("/my/form/short/")
    phone.picks("walking.step/", "3")
    phone.types("registry.own_words", "I walked to the shop.")
    phone.presses("Send", "/my/told/")
    assert "I walked to the shop." in phone.reads()
    phone.goes("/my/")
    assert "I walked to the shop." in phone.reads()
    phone.goes("/my/journey/")
    assert "I walked to the shop." in phone.reads()
    # A copy of it, for which the password is asked again.
    ann = phone.cookie()
    lets_time_go(ann)
    phone.goes("/my/data/")
    phone.presses("Get all my data (ZIP)", "/account/reauthenticate/")
    phone.gives_password("/my/data/file/")
    until = time.monotonic() + 30
    while not (packed := [*tmp_path.glob("*.zip")]) and time.monotonic() < until:
        time.sleep(0.1)
    with zipfile.ZipFile(packed[0]) as archive:
        assert "I walked to the shop." in archive.read("my-data/answers.json").decode()
    # Somebody is asked to help.
    phone.goes("/my/helpers/")
    phone.presses("Ask somebody to help", "/my/helpers/ask/")
    for name, text in (("address", "bob@example.org"), ("called", "Bob"), ("signed", "Ann")):
        phone.types(name, text)
    phone.picks("may", "fill")
    phone.presses("Send the letter", "/my/helpers/")
    asked = phone.letter("bob@example.org")
    # On another phone they make an account, with a second factor, and say yes.
    phone.takes_up()
    phone.goes(asked)
    assert "Ann asks you to help" in phone.reads()
    phone.presses("Make an account", "/account/signup/")
    phone.signs_up("bob@example.org", asked)
    phone.presses("Set up the second step", "/account/2fa/")
    set_up_app(phone)
    phone.goes(asked)
    phone.presses("Yes, I help", "/for/")
    phone.presses(
        "Open the record", tab.run("new URL(document.querySelector('a.button[href^=\"/for/\"]').href).pathname")
    )
    base = tab.run("location.pathname")
    assert "I walked to the shop." in phone.reads()
    phone.goes(f"{base}form/short/")
    phone.types("registry.own_words", "Bob writes this for Ann.")
    phone.presses("Send", f"{base}told/")
    # The person sees all that they did, and then has everything erased.
    phone.takes_up(ann)
    phone.goes("/my/looks/")
    assert re.search(r"Bob.* looked at your record", phone.reads())
    phone.goes("/my/")
    assert "Bob writes this for Ann." in phone.reads()
    lets_time_go(ann)
    phone.goes("/my/stop/")
    phone.presses("Stop and erase", "/account/reauthenticate/")
    phone.gives_password("/erased/")
    assert [one.email for one in Account.objects.all()] == ["bob@example.org"]
    assert not PersonRow.objects.exists()


def set_up_app(phone: Phone) -> None:
    """Recovery codes kept, and an app that shows codes added."""
    phone.goes("/account/2fa/totp/activate/", "/account/reauthenticate/")
    phone.gives_password("/account/2fa/recovery-codes/")
    phone.tab.run("document.querySelector('main [name=kept]').click()")
    phone.presses("Go on", "/account/2fa/totp/activate/")
    secret = phone.tab.run("document.querySelector('.secret').textContent")
    phone.types("code", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    phone.presses("Add the app", "/account/2fa/")
