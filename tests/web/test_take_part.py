"""The door: the answer first, what it takes, who runs it, and how one stops; the same place on the site alone."""

from __future__ import annotations

import pytest
from django.test import Client

from made_up.reading import grade, paragraphs_of
from remission.inputs.problems import InputProblems
from remission.site.pages.take_part import PATH, take_part_page
from remission.web.instance import Instance
from remission.web.observatory import Observatory
from remission.web.pages.everybody import take_part
from remission.web.site_files import OURS


def page() -> str:
    return Client().get("/take-part/").content.decode()


def test_it_says_at_once_what_it_is_how_long_it_takes_and_how_to_stop(observatory: Instance) -> None:
    text = page()
    for words in ("It takes 2 minutes", "about 30 minutes", "How you stop", "Who can see it", "It is for adults",
                  "It gives no advice", "Nobody reads it in an emergency"):  # fmt: skip
        assert words in text, words
    assert text.index("It takes 2 minutes") < text.index("What you get") < text.index("Who runs this")


def test_it_is_easy_to_read(observatory: Instance) -> None:
    assert grade(paragraphs_of(page())) <= 8


@pytest.mark.parametrize("is_open", [True, False])
def test_nobody_is_led_to_a_door_that_is_shut(
    observatory: Instance, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    monkeypatch.setattr(take_part, "is_open", lambda instance: is_open)
    text = page()
    assert ('href="/account/signup/"' in text) == is_open
    assert ("Sign-up is not open here yet" in text) != is_open


def test_who_runs_it_is_what_the_host_declares_and_nothing_where_nothing_is(
    observatory: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(instance: Instance) -> Observatory:
        raise InputProblems([])

    monkeypatch.setattr(take_part, "read_observatory", missing)
    assert "This has not been said here yet" in page()

    class Declared:
        name, controller = "Records of the <Trust>", "The Trust, 1 Street"

    monkeypatch.setattr(take_part, "read_observatory", lambda instance: Declared())
    text = page()
    assert "Records of the &lt;Trust&gt;" in text
    assert "The Trust, 1 Street" in text


def test_the_address_of_the_site_leads_to_the_page_that_is_served(observatory: Instance) -> None:
    assert f"/{PATH}".startswith(OURS)
    assert Client().get(f"/{PATH}").headers["Location"] == "/take-part/"


def test_the_page_of_the_site_alone_says_that_nothing_runs_there() -> None:
    page = take_part_page()
    assert page.headlines == ["No registry runs here. This copy of the site keeps no record of anybody."]
    said = [str(one) for section in page.sections for block in section.blocks for one in block.sentences]
    assert grade([*page.headlines, *page.in_short, *said]) <= 8
    assert any("make serve" in one for one in said)
