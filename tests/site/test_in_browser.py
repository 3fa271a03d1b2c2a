"""The site in a real browser, from a folder and served: no violation, nothing inaccessible, an answer in one click."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from made_up.headless_chromium import CHROMIUM, Tab, headless_chromium
from made_up.looked_over import LookedOver, at_width
from remission.evidence.page_files import page_files
from remission.exhibits.site.serve import site_server
from remission.site.bundled import BUNDLED
from remission.site.shell import served

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
PAGES = (
    *("index.html", "claims.html", "claim/mortality-5-10.html", "claim/cancer-back.html", "endpoints.html"),
    *("endpoint/neda-3.html", "rules.html", "worlds.html", "reports.html", "methods.html", "unknown.html"),
    *("search.html", "atlas.html", "study/uk-2025.html", "take-part/index.html", "plan-a-trial.html"),
    "trials/virtual-people.html",
    *(kind.PATH for kind in page_files().values() if kind.PATH.startswith("evidence/")),
)
PHONE, DESKTOP = 390, 1200


@pytest.fixture(scope="module")
def address(whole_site: Path) -> Iterator[str]:
    with site_server(whole_site, 0, served()) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with headless_chromium("--allow-file-access-from-files") as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab) -> Iterator[Tab]:
    """A tab in which nothing may have gone wrong by the end of the test."""
    browser.open("about:blank")
    browser.events.clear()
    yield browser
    assert browser.troubles() == []


def opened(tab: Tab, address: str, width: int = 1200) -> None:
    tab.open(address, width=width)
    tab.wait_for(f"location.href.startsWith({address!r}) && document.readyState === 'complete'")


@pytest.fixture(scope="module")
def over() -> LookedOver:
    pytest.importorskip("axe_core_python")
    return LookedOver.by_axe()


@pytest.mark.parametrize("path", [*PAGES, *(one.path for one in BUNDLED)])
def test_no_page_breaks_the_policy_or_asks_another_host(tab: Tab, address: str, path: str) -> None:
    opened(tab, address + path)
    assert {urlsplit(one).hostname for one in tab.requests() if not one.startswith("data:")} == {"127.0.0.1"}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_to_be_moved_sideways_and_axe_finds_nothing_serious(
    tab: Tab, whole_site: Path, over: LookedOver, path: str
) -> None:
    opened(tab, (whole_site / path).as_uri(), PHONE)
    assert tab.run("document.documentElement.scrollWidth") <= PHONE
    assert over.serious(tab) == []
    at_width(tab, DESKTOP)
    assert over.serious_where_otherwise(tab) == []


@pytest.mark.parametrize("planted", ["seen at every width", "seen on a desk alone"])
def test_axe_finds_what_was_planted(tab: Tab, whole_site: Path, over: LookedOver, planted: str) -> None:
    opened(tab, (whole_site / "index.html").as_uri(), PHONE)
    # Not as an element: the policy of the page lets none style it.
    tab.run("""(sheet => { sheet.replaceSync('@media (max-width: 900px) { .on-a-desk { display: none } }')
      document.adoptedStyleSheets.push(sheet) })(new CSSStyleSheet())""")
    tab.run("document.querySelector('main').insertAdjacentHTML('beforeend', '<p><button></button></p>')")
    if planted == "seen on a desk alone":
        tab.run("document.querySelector('main > p:last-child').className = 'on-a-desk'")
        assert over.serious(tab) == []
        at_width(tab, DESKTOP)
        found = over.serious_where_otherwise(tab)
    else:
        found = over.serious(tab)
    assert [one.partition(":")[0] for one in found] == ["button-name"]


@pytest.mark.parametrize(("spoilt", "found"), [("textContent = ''", ["button-name"]), ("title = 'x'", [])])
def test_of_many_that_are_alike_one_that_is_not_is_looked_at(
    tab: Tab, whole_site: Path, over: LookedOver, spoilt: str, found: list[str]
) -> None:
    opened(tab, (whole_site / "index.html").as_uri(), PHONE)
    tab.run("document.querySelector('main').insertAdjacentHTML('beforeend', '<p><button>a</button></p>'.repeat(9))")
    tab.run(f"document.querySelectorAll('main > p > button')[7].{spoilt}")
    assert [one.partition(":")[0] for one in over.serious(tab)] == found
    assert tab.run("window.alike.filter(one => one.matches('main > p:has(> button)')).length") == 7


def test_one_click_leads_from_the_front_page_to_the_mortality_answer(tab: Tab, whole_site: Path) -> None:
    opened(tab, (whole_site / "index.html").as_uri())
    assert "1.8" in tab.run("document.querySelector('#do-5-to-10-percent-die .number').textContent")
    tab.run("document.querySelector('#do-5-to-10-percent-die a').click()")
    tab.wait_for("location.pathname.endsWith('/evidence/mortality.html') && document.readyState === 'complete'")
    assert "2,509" in tab.run("document.querySelector('main').textContent")


@pytest.mark.parametrize(
    ("asked", "first"),
    [("Mexico", "study/ruiz-arguelles-2019.html"), ("oratorio", "study/oratorio.html"),
     ("5 to 10%", "claim/mortality-5-10.html"), ("NEDA-3", "endpoint/neda-3.html")],
)  # fmt: skip
def test_the_search_finds_studies_claims_and_endpoints_from_a_folder(
    tab: Tab, whole_site: Path, asked: str, first: str
) -> None:
    opened(tab, (whole_site / "index.html").as_uri())
    tab.run(
        f"(box => {{ box.value = {asked!r}; box.dispatchEvent(new Event('input')) }})(document.getElementById('asked'))"
    )
    found = tab.run("[...document.querySelectorAll('#found a')].map(one => one.getAttribute('href'))")
    assert first in found[:5]
    assert "found" in tab.run("document.getElementById('found-said').textContent")


def test_what_is_not_there_is_said_to_be_found_nowhere(tab: Tab, whole_site: Path) -> None:
    opened(tab, (whole_site / "search.html").as_uri() + "#q=xylophone")
    assert tab.run("document.getElementById('found-said').textContent") == "0 pages found."
