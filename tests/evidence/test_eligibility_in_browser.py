"""The form of "Who takes whom?" in a browser: it answers, sends nothing, keeps nothing, and prints one sheet."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from made_up.headless_chromium import CHROMIUM, Tab, headless_chromium
from made_up.looked_over import LookedOver
from remission.evidence.pages.eligibility import PATH, eligibility_files, eligibility_page
from remission.evidence.recipes.eligibility.asking import REFUSAL
from remission.evidence.recipes.known import know
from remission.exhibits.page import Page
from remission.exhibits.site.serve import site_server
from remission.exhibits.site.shell import Site, files_of
from remission.inputs.writing import write_new_folder
from remission.site.shell import STYLE, render_site_page, served, site_style
from remission.studies.criteria.check import judge_all
from remission.studies.criteria.facts import vocabulary
from remission.studies.criteria.telling import PURPOSE

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
DAY = date(2026, 11, 30)
WIDTHS = (390, 1200)
READY = "document.readyState === 'complete' && document.getElementById('who')"
# A box to tick is as large as its label.
SMALL = """[...document.querySelectorAll('#who :is(input, select, button)')].filter(one => {
  const {height, width} = (one.closest('label') ?? one).getBoundingClientRect();
  return one.checkVisibility() && (height < 44 || width < 44);
}).map(one => one.id)"""
FILL = (
    "((name, value) => {{ const field = document.getElementById(`who-fact-${{name}}`); field.value = value;"
    " field.dispatchEvent(new Event('input', {{bubbles: true}})); }})({name!r}, {value!r})"
)
TALLY = "document.getElementById('who-tally').textContent"
KEPT = """({local: localStorage.length, session: sessionStorage.length, cookie: document.cookie, hash: location.hash,
  query: location.search, back: history.length, state: history.state})"""
NOTHING = {"local": 0, "session": 0, "cookie": "", "hash": "", "query": "", "state": None}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with its tables, its script and the style of the site."""
    folder = tmp_path_factory.mktemp("eligibility") / "site"

    def render(page: Page) -> str:
        return render_site_page(page, Site((), DAY))

    with write_new_folder(folder) as site:
        made = [
            *files_of(eligibility_page(know(DAY)), render),
            *eligibility_files(),
            (STYLE, site_style()),
            ("index.html", ""),
        ]
        for name, content in made:
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(content), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with site_server(folder, 0, served()) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{PATH}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with headless_chromium("--allow-file-access-from-files") as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab, address: str) -> Iterator[Tab]:
    """The page, freshly opened, in which nothing may have gone wrong by the end of the test."""
    open_page(browser, address)
    yield browser
    assert browser.troubles() == []


def open_page(tab: Tab, address: str, width: int = 1200) -> None:
    tab.open("about:blank")
    tab.events.clear()
    tab.open(address, width=width)
    tab.wait_for(f"location.href === {address!r} && {READY}")


def put_in(tab: Tab, **facts: object) -> None:
    """Type or pick facts one after the other, as a person does."""
    for name, value in facts.items():
        tab.run(FILL.format(name=name, value=str(value)))


def press(tab: Tab, button: str) -> None:
    tab.run(f"document.getElementById('who-{button}').click()")


def says(fact: str) -> str:
    return vocabulary().by_name[fact].says


def shown(tab: Tab, name: str) -> str:
    return str(tab.run(f"document.getElementById('who-set-{name}').innerText"))


def pages_of_paper(tab: Tab) -> int:
    paper = tab.ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"]
    return len(re.findall(rb"/Type\s*/Page\b", base64.b64decode(paper)))


def tally_of(facts: dict[str, object]) -> str:
    values = [one.value for one in judge_all(facts)]  # type: ignore[arg-type]
    no, unknown, met = (values.count(value) for value in ("not met", "unknown", "met"))  # type: ignore[arg-type]
    return f"Not met {no}, not known {unknown}, met {met}."


def test_nothing_is_known_at_first_and_every_set_says_so(tab: Tab) -> None:
    assert tab.run(TALLY) == tally_of({})
    values = tab.run("[...document.querySelectorAll('.who-list li')].map(one => one.dataset.value)")
    assert set(values) == {"unknown"}


def test_one_button_fills_in_the_refusal_that_began_it(tab: Tab) -> None:
    press(tab, "refusal")
    assert tab.run(TALLY) == tally_of(dict(REFUSAL))
    assert tab.run("document.getElementById('who-fact-new_t2_12_months').value") == "0"
    said = shown(tab, "uk-nhs-london-sheffield")
    assert "✗ Not met" in said
    assert "Decided by " + " and ".join(f"{says(name)}: 0" for name in REFUSAL) in said
    assert "active inflammation: new lesions on a scan" in said
    assert "? Not known" in shown(tab, "hsct-mexico")
    press(tab, "clear")
    assert tab.run(TALLY) == tally_of({})


def test_answers_follow_what_is_put_in_and_say_what_decides(tab: Tab) -> None:
    put_in(tab, age=61, edss=6.5, course="PPMS")
    assert tab.run(TALLY) == tally_of({"age": 61, "edss": 6.5, "course": "PPMS"})
    said = shown(tab, "halt-ms")
    assert "Decided by" in said
    assert "would do so alone" in said
    # Ideal lines are told apart, and never decide.
    assert "Held to be best, not needed: under 45 years" in shown(tab, "ectrims-ebmt-2025")


def test_what_can_not_be_is_not_used_and_is_said_beside_its_field(tab: Tab) -> None:
    put_in(tab, age=300, relapses_12_months=3, relapses_36_months=1)
    assert tab.run(TALLY) == tally_of({"relapses_36_months": 1})
    tab.run("document.getElementById('who-with-facts').click()")
    used = tab.run("document.getElementById('who-sheet-facts').textContent")
    assert used == f"Put in: {says('relapses_36_months')}: 1."
    wrong = "document.getElementById('who-wrong-{}').textContent"
    assert "from 0 to 120, in steps of 1" in tab.run(wrong.format("age"))
    assert f"more than {says('relapses_36_months')}" in tab.run(wrong.format("relapses_12_months"))
    assert tab.run("document.getElementById('who-fact-age').getAttribute('aria-invalid')") == "true"


def test_it_asks_for_nothing_and_leaves_no_trace(tab: Tab, address: str) -> None:
    asked, before = tab.requests(), tab.run(KEPT)
    press(tab, "refusal")
    put_in(tab, age=41, course="RRMS")
    tab.run("document.getElementById('who-with-facts').click()")
    tab.run("document.getElementById('who-fact-age').focus()")
    tab.press("Enter")
    assert tab.requests() == asked
    assert tab.run("location.href") == address
    assert tab.run(KEPT) == before
    assert {name: value for name, value in before.items() if name != "back"} == NOTHING
    tab.ask("Page.reload")
    tab.wait_for(f"{READY} && performance.getEntriesByType('navigation')[0].type === 'reload' && {TALLY}")
    assert tab.run("[...document.querySelectorAll('[data-fact]')].every(one => one.value === '')")
    assert tab.run(TALLY) == tally_of({})


def test_a_request_and_a_trace_would_be_seen(tab: Tab) -> None:
    asked, before = tab.requests(), tab.run(KEPT)
    tab.run("fetch('../site.css?age=41').then(came => came.text())")
    tab.run("localStorage.setItem('age', '41')")
    assert tab.requests() != asked
    assert tab.run(KEPT) != before
    tab.run("localStorage.clear()")


def test_from_a_folder_it_answers_too(browser: Tab, folder: Path) -> None:
    open_page(browser, (folder / PATH).as_uri())
    press(browser, "refusal")
    assert browser.run(TALLY) == tally_of(dict(REFUSAL))


def test_without_a_script_the_tables_stand_and_the_form_does_not(browser: Tab, address: str) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        open_page(browser, address)
        assert not browser.run("document.getElementById('who').checkVisibility()")
        assert browser.run("document.getElementById('rules').checkVisibility()")
        assert "in the tables below" in browser.run("document.body.innerText")
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_the_questions_follow_from_what_decides_and_what_is_missing(tab: Tab) -> None:
    press(tab, "refusal")
    asked = tab.run("[...document.querySelectorAll('#who-questions li')].map(one => one.textContent)")
    assert any(f"Is this what decides against it: {says('enhancing_lesions')}" in one for one in asked)
    assert any(f"What do my notes say of these: {says('course')}" in one for one in asked)
    assert asked[-1] == "What else could be done, and what if we wait?"


@pytest.mark.parametrize("facts", [dict(REFUSAL), {"age": 61, "edss": 6.5, "course": "PPMS"}, {"age": 30}])
def test_it_prints_one_sheet_with_answers_and_questions(tab: Tab, facts: dict[str, object]) -> None:
    put_in(tab, **facts)
    tab.run("document.getElementById('who-with-facts').click()")
    assert pages_of_paper(tab) == 1
    tab.ask("Emulation.setEmulatedMedia", media="print")
    paper = tab.run("document.body.innerText")
    tab.ask("Emulation.setEmulatedMedia", media="")
    assert "Questions" in paper
    assert paper.count("Not known") + paper.count("Not met") + paper.count("✓ Met") == len(judge_all({}))
    assert PURPOSE in paper


def test_what_was_put_in_is_on_paper_only_where_that_is_ticked(tab: Tab) -> None:
    put_in(tab, age=61)
    sheet = "document.getElementById('who-sheet-facts').textContent"
    assert tab.run(sheet) == ""
    tab.run("document.getElementById('who-with-facts').click()")
    assert tab.run(sheet) == "Put in: age: 61."


@pytest.mark.parametrize("width", [320, *WIDTHS])
def test_nothing_is_moved_sideways_and_everything_is_big_enough_to_touch(
    browser: Tab, address: str, width: int
) -> None:
    open_page(browser, address, width)
    press(browser, "refusal")
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run(SMALL) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_serious(browser: Tab, folder: Path, width: int) -> None:
    pytest.importorskip("axe_core_python")
    # From a folder: the policy of the server would not let the test's own script in.
    open_page(browser, (folder / PATH).as_uri(), width)
    press(browser, "refusal")
    put_in(browser, age=300)
    assert LookedOver.by_axe().serious(browser) == []


def test_on_a_phone_two_buttons_do_not_touch(browser: Tab, address: str) -> None:
    browser.open(address, width=WIDTHS[0])
    browser.wait_for(READY)
    boxes = "['refusal', 'clear'].map(one => document.getElementById(`who-${one}`).getBoundingClientRect())"
    fill, clear = browser.run(f"{boxes}.map(({{left, right, top, bottom}}) => ({{left, right, top, bottom}}))")
    assert max(clear["top"] - fill["bottom"], clear["left"] - fill["right"]) >= 8


def test_on_a_phone_the_facts_come_first_and_the_tally_stays_in_sight(browser: Tab, address: str) -> None:
    open_page(browser, address, 390)
    order = "[...document.querySelectorAll('#who-facts, #who-answers')].map(one => one.getBoundingClientRect().top)"
    facts, answers = browser.run(order)
    assert facts < answers
    browser.run("document.getElementById('who-fact-jcv_index').scrollIntoView({block: 'center'})")
    top = "document.getElementById('{}').getBoundingClientRect().top"
    assert 0 <= browser.run(top.format("who-line")) <= 1
    press(browser, "to-answers")
    assert 0 < browser.run(top.format("who-answers")) < 200
    assert browser.run("document.activeElement.id") == "who-answers"
    assert browser.run("location.href") == address


def test_the_live_line_is_polite_and_short(tab: Tab) -> None:
    press(tab, "refusal")
    assert tab.run("document.getElementById('who-tally').getAttribute('role')") == "status"
    assert len(tab.run(TALLY)) < 50
    live = tab.run("[...document.querySelectorAll('[role=status], [role=alert], [aria-live]')].map(one => one.id)")
    assert live == ["who-tally"]


def test_the_keyboard_alone_fills_in_the_refusal_and_reads_an_answer(tab: Tab) -> None:
    for _ in range(30):
        tab.press("Tab")
        if tab.run("document.activeElement.id") == "who-refusal":
            break
    tab.press("Enter")
    assert tab.run(TALLY) == tally_of(dict(REFUSAL))
    for _ in range(4):
        tab.press("Tab")
    assert json.loads(tab.run("JSON.stringify(Boolean(document.activeElement.closest('#who-facts')))"))
