"""Texts that want to be more than texts, put wherever somebody can write, and looked at wherever they are shown."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from email.utils import parseaddr
from html import escape
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.core.cache import cache
from django.core.validators import validate_email
from django.test import Client

from made_up.every_page import give_password
from made_up.full_house import tied
from made_up.headless_chromium import CHROMIUM, Tab, headless_chromium
from remission.web.identities.models import Account, Letter
from remission.web.identities.names import is_name
from remission.web.instance import Instance
from remission.web.mail.kinds import kinds
from remission.web.mail.letters import message_of, queue_letter
from remission.web.mail.tickets import make_ticket

pytestmark = pytest.mark.usefixtures("quick_hashes")
SCRIPT = "window.ran=1"
MARKUP = (
    f"<script>{SCRIPT}</script>", f"</script><script>{SCRIPT}</script>", f"<img src=x onerror={SCRIPT}>",
    f'" onmouseover="{SCRIPT}" autofocus onfocus="{SCRIPT}" x="', f"' onfocus='{SCRIPT}' autofocus x='",
    f"<svg/onload={SCRIPT}>", f"</textarea><script>{SCRIPT}</script>", f"</title></style></svg><svg onload={SCRIPT}>",
    f"--><script>{SCRIPT}</script><!--", f"]]><script>{SCRIPT}</script>",
    f"<iframe srcdoc='<script>{SCRIPT}</script>'>",
    f"<a href=javascript:{SCRIPT}>x</a>", "<base href=//evil.example><meta http-equiv=refresh content=0>",
    f"&lt;script&gt;{SCRIPT}&lt;/script&gt;", "<plaintext>", "<form action=//evil.example><button>",
)  # fmt: skip
TEMPLATES = (
    "{{ 7*7 }}",
    "{% include 'x' %}",
    "{{ request.session }}{# x #}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "%(x)s {x} %s",
)
ODD = ("null", "None undefined NaN", "a\x00b", "a\u202egnp.exe\u202c b", "\ufeffa\u200b\u2028b", "🦓" * 30, "w" * 6000)
LINKS = (
    f"javascript:{SCRIPT}",
    f"JaVaScRiPt&colon;{SCRIPT}",
    f"data:text/html,<script>{SCRIPT}</script>",
    "//evil.example/",
)
FORMULAS = ("=1+1", "+1+cmd|' /C calc'!A0", "-2+3+A1", "@SUM(1)", "\t=1+1 x", "＝1+1", "＋1+A1", "－2+A1", "＠SUM(1)")
BREAKS = ("x\r\nBcc: evil@example.org\r\n\r\n<b>", "x\nSet-Cookie: a=b", '"}],"a":[{"b":"', "\\u0022;\\n//")
# On a page or in a letter a template is as good as all of them, and so is a formula: neither looks at its neighbours.
CORPUS = (*MARKUP, " ".join(TEMPLATES), *ODD, *LINKS, " ".join(FORMULAS), *BREAKS)
# A text that is no name, address, day or number either, and is nothing but a text.
PLAIN, NAME, MUCH = "w0rd", "word", 1000
UNSEEN = "\x00\u202e\u202c\ufeff\u200b\u2028"
RUN = re.compile(r"\s*((javascript|vbscript)\s*:|data:text)", re.IGNORECASE)
# A cell that a spreadsheet would run; a number with its sign is none, nor is a lone dash.
RUNS = re.compile(r"[\s\ufeff]*[=+\-@＝＋－＠](?!\s*\d[\d.,]*$)(?!$)")
SHOWING = ("", "told/", "journey/", "helpers/", "form/short/", "form/long/words/", "form/long/stay/",
           "form/long/relapses/")  # fmt: skip
ADDRESSES = ("/account/login/?next={}", "/account/signup/?next={}", "/account/reauthenticate/?next={}", "/{}",
             "/for/{}/", "/visit/{}/", "/my/form/{}/", "/account/confirm-email/{}/")  # fmt: skip
HERE = "http://testserver/account/"
UNSENT = ("first_form", "heads", "visit", "visit_again")
PLACES = ("href", "src", "action", "formaction", "srcdoc", "content")


class _Structure(HTMLParser):
    """The tags of a page and the names of their attributes, in order, and where they lead."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.leads = list[tuple[str, ...]](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *sorted(name for name, _ in attrs)))
        self.leads += [value or "" for name, value in attrs if name in PLACES]

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment",))

    def handle_decl(self, decl: str) -> None:
        self.tags.append(("decl", decl))


def structure(html: str) -> _Structure:
    page = _Structure()
    page.feed(html)
    page.close()
    return page


def harmless(text: str) -> str:
    """One word in as many lines; with the same letters that cannot be seen, for they are refused and asked again."""
    word = NAME if is_name(text) else PLAIN
    return text if len(text) > MUCH else re.sub(rf"[^\r\n{UNSEEN}]+", word, text)


class Writer:
    """Somebody who writes one text into everything, and everybody who is shown it."""

    def __init__(self, join: Callable[..., Any], sign_in: Callable[..., Any], number: int) -> None:
        self.ann = join(f"ann{number}@example.org")
        self.helper = sign_in(f"bob{number}@example.org", factor=True)
        give_password(self.ann)

    def writes(self, text: str) -> Iterator[tuple[str, str]]:
        """Each page that takes or shows the text, by a name; the text goes in first."""
        ann, helper = self.ann.client, self.helper.client
        for path, typed in _forms(text):
            answer = ann.post(path, {"version": "1", "do": "send", **typed})
            if answer.status_code != 302:
                yield f"{path} again", answer.content.decode()
        asked = {"address": text, "called": text, "signed": text, "may": text}
        yield "ask again", ann.post("/my/helpers/ask/", asked).content.decode()
        for path, field in (("login", "login"), ("signup", "email"), ("password/reset", "email")):
            answer = Client().post(f"/account/{path}/", {field: text, "password": "x", "password1": "x"})
            yield path, answer.content.decode()
        yield "email", ann.post("/account/email/", {"action_add": "1", "email": text}).content.decode()
        yield "consent", ann.post("/my/consent/", {"research": text}).content.decode()
        tie = tied(self.ann, self.helper, "read", called=text, signed=text)
        waits = tied(self.ann, None, "read", invited="dora@example.org", called=text, signed=text)
        token = make_ticket("delegate", person_id=self.ann.person_id, about=waits, days=1)
        yield "invited", helper.get(f"/helper/{token}/").content.decode()
        yield "helping", helper.get("/for/").content.decode()
        for path in ("", "told/", "journey/"):
            yield f"for {path}", helper.get(f"/for/{tie}/{path}").content.decode()
        for path in ("", "told/", "journey/", "journey.svg", "helpers/", "looks/", "form/short/", "form/long/",
                     "form/long/stay/", "form/long/words/", "form/long/relapses/", "form/long/labs/"):  # fmt: skip
            yield path or "record", ann.get(f"/my/{path}").content.decode()


def _forms(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    yield "/my/form/long/words/", {"registry.own_words": text}
    yield "/my/form/long/stay/", {"registry.centre_words": text, "registry.refused_words": text}
    yield "/my/form/long/relapses/", {"relapses.day/relapses-1": text, "relapses.severity/relapses-1": text}
    yield "/my/form/long/labs/", {"labs.day/labs-1": text, "labs.value/labs-1": text, "labs.test/labs-1": text}
    yield "/my/form/short/", {"registry.own_words": text, "walking.day/walking-1": text}


@pytest.fixture
def write(
    observatory: Instance, join: Callable[..., Any], sign_in: Callable[..., Any]
) -> Callable[[str], tuple[Writer, dict[str, str]]]:
    """Lets somebody new write a text everywhere; they, and the pages."""
    numbers = iter(range(1000))

    def written(text: str) -> tuple[Writer, dict[str, str]]:
        # Who tries so often to sign in is sent away, which is not what is tried here.
        cache.clear()
        one = Writer(join, sign_in, next(numbers))
        return one, dict(one.writes(text))

    return written


def faults(write: Callable[[str], tuple[Writer, dict[str, str]]], text: str, like: dict[str, str]) -> Iterator[str]:
    """Where a text became more than a text."""
    pages = write(text)[1]
    yield from (f"{name}: only one of the two texts is asked again" for name in pages.keys() ^ like.keys())
    for name in pages.keys() & like.keys():
        page = structure(pages[name])
        if page.tags != structure(like[name]).tags:
            yield f"{name}: other tags"
        yield from (f"{name}: leads to {lead}" for lead in page.leads if RUN.match(lead))


def test_a_text_is_a_text_on_every_page(write: Callable[[str], tuple[Writer, dict[str, str]]]) -> None:
    plain, found = dict[str, dict[str, str]](), dict[str, list[str]]()
    for text in CORPUS:
        like = harmless(text)
        if like not in plain:
            plain[like] = write(like)[1]
        if said := list(faults(write, text, plain[like])):
            found[text] = said
    assert [f"{text[:40]!r}: {one}" for text, said in found.items() for one in said] == []


def of_a_passkey(member: Any, text: str) -> Iterator[tuple[str, str]]:
    """Each page that takes or shows the name of a passkey; once as its form lets it in, once as it may lie there."""
    key = Authenticator.objects.get(user=member.account, type=Authenticator.Type.WEBAUTHN)
    base = f"/account/2fa/webauthn/keys/{key.pk}"
    answer = member.client.post(f"{base}/edit/", {"name": text})
    yield "named", answer.content.decode()
    yield "asked", member.client.get("/account/2fa/webauthn/").content.decode()
    key.refresh_from_db()
    key.wrap().name = text
    key.save()
    for path in ("/account/2fa/webauthn/", f"{base}/edit/", f"{base}/remove/"):
        yield path, member.client.get(path).content.decode()


def of_a_duty(host: Any, auditor: Any, text: str) -> Iterator[tuple[str, str]]:
    """Each page of a host and of an auditor that takes a text; what is said of it stands on the page after it."""
    for field in ("email", "end"):
        yield field, host.client.post("/host/auditors/", {field: text}, follow=True).content.decode()
    for path in ("/audit/records/?before={}", "/audit/{}/"):
        yield path, auditor.client.get(path.format(quote(text, safe=""))).content.decode()


@pytest.mark.parametrize("whose", ["passkey", "duty"])
def test_a_text_is_a_text_on_pages_of_passkeys_and_of_duties(
    observatory: Instance, sign_in: Callable[..., Any], whose: str
) -> None:
    ann, host = sign_in(factor=True), sign_in("host@example.org", duty="host")
    auditor = sign_in("auditor@example.org", duty="auditor")
    for member in (ann, host):
        give_password(member)
    WebAuthn.add(ann.account, "phone", {})

    def shown(text: str) -> dict[str, str]:
        return dict(of_a_passkey(ann, text) if whose == "passkey" else of_a_duty(host, auditor, text))

    # Where a name is refused or is none, the page asks again: as it does for nothing, for too much, and for no letter.
    like = [shown(text) for text in (PLAIN, "", "w" * MUCH, "a\x00b")]
    plain = {name: [structure(pages[name]).tags for pages in like] for name in like[0]}
    assert whose != "passkey" or sum(PLAIN in page for page in like[0].values()) > 2
    found = list[str]()
    for text in (one for one in CORPUS if len(one) <= MUCH):
        for name, page in shown(text).items():
            seen = structure(page)
            if seen.tags not in plain[name]:
                found.append(f"{text[:40]!r}: {name}: other tags")
            found += [f"{text[:40]!r}: {name}: leads to {lead}" for lead in seen.leads if RUN.match(lead)]
    assert found == []


# Of what no text of a person can name (a day of the audit, a visit, a form) there is no letter at all.
@pytest.mark.parametrize(("kind", "is_sent"), [(one, one not in UNSENT) for one in sorted({*kinds()} - {"helper"})])
def test_no_letter_of_any_kind_is_made_other_by_a_text(
    observatory: Instance, join: Callable[..., Any], kind: str, is_sent: bool
) -> None:
    """What a letter is about and the address that it goes to: each is a text that somebody typed or could."""
    shapes = set[tuple[str, ...]]()
    hostile = f'"<svg/onload={SCRIPT}>"@example.org'
    for number, address in enumerate(("word@example.org", hostile)):
        ann = join(address)
        for text in CORPUS:
            queue_letter(kind, account=ann.account, opens=text)
            message = message_of(Letter.objects.latest("made_at"))
            # Nothing to be said of what is not there: then no letter is sent, whatever the text.
            if message is None:
                continue
            written = message.message()
            shapes.add(tuple(written.keys()))
            assert parseaddr(written["To"])[1] in (address, address.replace('"', "")), number
            assert not {"Bcc", "Set-Cookie"} & set(written.keys())
            assert written.get_content_type() == "text/plain"
            assert SCRIPT not in written["Subject"]
    assert len(shapes) == is_sent


def test_a_text_that_is_more_than_a_text_is_found() -> None:
    page = "<!doctype html><p>{}</p><input value='{}'><textarea>{}</textarea>"
    noticed = [one for one in MARKUP if structure(page.format(one, one, one)).tags
               != structure(page.format(PLAIN, PLAIN, PLAIN)).tags]  # fmt: skip
    assert len(noticed) > len(MARKUP) - 3
    assert [lead for lead in structure(f"<a href='{LINKS[0]}'>x</a>").leads if RUN.match(lead)] == [LINKS[0]]


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_that_wants_to_be_more_leads_nowhere(
    observatory: Instance, sign_in: Callable[..., Any], path: str
) -> None:
    for client in (Client(), sign_in().client):
        for text in CORPUS:
            if len(text) > MUCH:
                continue
            answer = client.get(path.format(quote(text, safe="")))
            assert not RUN.match(answer.headers.get("Location", ""))
            assert urlsplit(urljoin(HERE, answer.headers.get("Location", ""))).netloc == urlsplit(HERE).netloc
            assert not {"Bcc", "Set-Cookie: a=b"} & set(answer.headers)
            leads = structure(answer.content.decode()).leads
            assert not [lead for lead in leads if RUN.match(lead) or lead.startswith("//")], text
            assert "ran=1>" not in answer.content.decode(), text


@pytest.mark.parametrize("text", [*FORMULAS, *BREAKS, MARKUP[0]])
def test_what_is_taken_away_is_the_text_and_is_run_by_nothing(
    observatory: Instance, join: Callable[..., Any], text: str
) -> None:
    ann = join()
    give_password(ann)
    ann.client.post("/my/form/long/words/", {"version": "1", "do": "send", "registry.own_words": text})
    with zipfile.ZipFile(io.BytesIO(ann.client.get("/my/data/my-data.zip").content)) as packed:
        held = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith((".csv", ".json"))}
    tables = [csv.reader(io.StringIO(table)) for name, table in held.items() if name.endswith(".csv")]
    assert not [cell for rows in tables for row in rows for cell in row if RUNS.match(cell)]
    answers = json.loads(held["my-data/answers.json"])["answers"]
    assert [one["value"] for one in answers] == [text.replace("\r\n", "\n").strip()]


def test_a_cell_that_would_run_is_found() -> None:
    assert [one for one in FORMULAS if not RUNS.match(one)] == []
    assert [one for one in ("-2", "+1.5", "-", "'=1+1", "w0rd", "2009") if RUNS.match(one)] == []


def test_a_letter_has_the_headers_of_a_letter_and_the_text_in_its_words(
    observatory: Instance, join: Callable[..., Any]
) -> None:
    ann, shapes = join(), set[tuple[str, ...]]()
    for text in (PLAIN, *CORPUS):
        waits = tied(ann, None, "read", invited="dora@example.org", called=text, signed=text)
        queue_letter("helper", address="dora@example.org", opens=waits)
        message = message_of(Letter.objects.latest("made_at"))
        assert message is not None
        written = message.message()
        shapes.add(tuple(written.keys()))
        assert written["To"] == "dora@example.org"
        assert not {"Bcc", "Set-Cookie"} & set(written.keys())
        assert text not in written["Subject"]
        assert written.get_content_type() == "text/plain"
    assert len(shapes) == 1


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_no_page_runs_any_of_it_in_a_browser(
    write: Callable[[str], tuple[Writer, dict[str, str]]], served_at: str
) -> None:
    everything = " ".join(one for one in (*MARKUP, *TEMPLATES, *LINKS, *FORMULAS) if len(one) < MUCH)
    one, _ = write(everything)
    pages = {"helper": ["for/"], "ann": [f"my/{path}" for path in SHOWING]}
    with headless_chromium() as tab:
        for who, paths in pages.items():
            cookie = getattr(one, who).client.cookies["sessionid"].value
            tab.ask("Network.setCookie", name="sessionid", value=cookie, url=served_at)
            for path in paths:
                shows_all(tab, f"{served_at}{path}")
        assert tab.troubles() == []
        # And what does run is noticed: the policy of the page stops it, and the browser says so.
        tab.run(f"document.querySelector('main').insertAdjacentHTML('beforeend', {json.dumps(MARKUP[2])})")
        tab.wait_for("true")
        tab.run("new Promise(done => setTimeout(done, 300))")
        assert [said for said in tab.troubles() if "Content Security Policy" in said]


def shows_all(tab: Tab, address: str) -> None:
    """Open a page and touch everything on it."""
    tab.open(address, width=1200)
    tab.wait_for(f"location.href === {address!r} && document.readyState === 'complete'")
    tab.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    tab.run("document.querySelectorAll('main *').forEach(one => ['mouseover', 'focus', 'load', 'error']"
            ".forEach(kind => one.dispatchEvent(new Event(kind))))")  # fmt: skip
    assert tab.run("window.ran") is None, address
    assert "window.ran=1" in tab.run("document.documentElement.outerHTML"), address


def test_an_address_that_is_one_and_wants_to_be_more_is_shown_as_an_address(
    observatory: Instance, sign_in: Callable[..., Any]
) -> None:
    hostile = f'"<svg/onload={SCRIPT}>"@example.org'
    validate_email(hostile)
    shown = 0
    for path in ("/account/", "/account/email/", "/account/confirm-email/", "/my/consent/"):
        pages = []
        for address in ("word@example.org", hostile):
            member = Account.objects.filter(email=address).first() or sign_in(address).account
            client = Client()
            client.force_login(member)
            give_password(SimpleNamespace(client=client))
            pages.append(client.get(path).content.decode())
        assert structure(pages[0]).tags == structure(pages[1]).tags, path
        shown += escape(hostile) in pages[1]
    assert shown > 1
