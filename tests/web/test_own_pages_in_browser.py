"""Journey, data, counts, host and audit in a real browser: nothing inaccessible, nothing cut, one sheet of paper."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from made_up.headless_chromium import CHROMIUM, Tab
from made_up.journeys import traveller
from made_up.looked_over import LookedOver, at_width
from made_up.registry_people import day
from remission.web.instance import Instance
from remission.web.jobs.tasks import counts
from remission.web.records.models import ConsentRow, PersonRow
from remission.web.records.writing import write_answers

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
PERSON = ("my/journey/", "my/data/", "registry/", "take-part/")
PAGES = (*(("", path) for path in PERSON), ("host", "host/"), ("auditor", "audit/"), ("auditor", "audit/records/"))


@pytest.fixture(scope="module")
def over() -> LookedOver:
    pytest.importorskip("axe_core_python")
    return LookedOver.by_axe()


@pytest.fixture
def members(observatory: Instance, join: Callable[..., Any], sign_in: Callable[..., Any]) -> dict[str, Any]:
    """Somebody with a long story, the host and an auditor, by their duty."""
    one = join()
    PersonRow.objects.update(registered_on=day(0))
    ConsentRow.objects.update(given_on=day(0))
    write_answers([replace(answer, person_id=one.person_id) for answer in traveller().answers])
    counts.run()
    return {"": one, **{duty: sign_in(f"{duty}@example.org", duty=duty) for duty in ("host", "auditor")}}


def signed_in(tab: Tab, member: Any, address: str, width: int) -> None:
    cookie = member.client.cookies["sessionid"].value
    tab.ask("Network.setCookie", name="sessionid", value=cookie, url=address)
    tab.open(address, width=width)
    tab.wait_for(f"location.href === {address!r} && document.readyState === 'complete'")


@pytest.mark.parametrize(("duty", "path"), PAGES)
def test_axe_finds_nothing_serious_and_nothing_is_cut(
    tab: Tab, members: dict[str, Any], served_at: str, over: LookedOver, duty: str, path: str
) -> None:
    signed_in(tab, members[duty], served_at + path, 390)
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert over.serious(tab) == []
    at_width(tab, 1200)
    assert tab.run("document.documentElement.scrollWidth") <= 1200
    assert over.serious_where_otherwise(tab) == []
    assert {urlsplit(one).hostname for one in tab.requests() if not one.startswith("data:")} == {"localhost"}


def test_a_button_is_as_large_as_a_thumb(tab: Tab, members: dict[str, Any], served_at: str) -> None:
    for duty, path in PAGES:
        signed_in(tab, members[duty], served_at + path, 390)
        small = "[...document.querySelectorAll('main button, main a.button')].filter(one => one.offsetHeight < 44)"
        assert tab.run(f"{small}.map(one => one.textContent)") == [], path


def test_a_long_story_is_one_sheet_of_paper(tab: Tab, members: dict[str, Any], served_at: str) -> None:
    signed_in(tab, members[""], served_at + "my/journey/", 1200)
    printed = base64.b64decode(tab.ask("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    tab.ask("Emulation.setEmulatedMedia", media="print")
    seen = "[...document.querySelectorAll('svg, tbody, #own-words, #studies')].filter(one => one.offsetHeight !== 0)"
    shown = tab.run(f"{seen}.map(one => one.id || one.tagName)")
    assert "own-words" in shown
    assert "studies" not in shown
