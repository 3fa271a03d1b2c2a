"""The observatory in a real browser, on a phone: nothing inaccessible, nothing from elsewhere, a person's whole way."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import urlsplit

import pytest

from made_up.headless_chromium import CHROMIUM, Tab, headless_chromium

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
PHONE, DESKTOP = 390, 1200


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with headless_chromium() as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab) -> Iterator[Tab]:
    """A tab without a cookie, in which nothing may have gone wrong by the end of the test."""
    browser.ask("Network.clearBrowserCookies")
    browser.open("about:blank")
    browser.events.clear()
    yield browser
    assert browser.troubles() == []


def opened(tab: Tab, address: str, width: int = PHONE) -> None:
    tab.open(address, width=width)
    tab.wait_for(f"location.href.startsWith({address!r}) && document.readyState === 'complete'")


def test_the_door_loads_nothing_from_elsewhere(tab: Tab, served_at: str) -> None:
    opened(tab, served_at + "take-part/")
    assert {urlsplit(one).hostname for one in tab.requests() if not one.startswith("data:")} == {"localhost"}
    assert files("axe_core_python") is not None
