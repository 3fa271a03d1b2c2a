"""A record on its page: what is due, what was told in words, and what a helper may do there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SHORT = {"version": "1", "do": "send", "walking.step/walking-7": "3", "asked.relapses/visit-7": "yes",
         "relapses.day/relapses-7": "May 2019", "registry.own_words": "<b>I walk</b>"}  # fmt: skip


def test_a_short_form_is_sent_and_stands_in_words(join: Callable[..., Any]) -> None:
    member = join()
    assert "Nothing has been told yet" in member.client.get("/my/").content.decode()
    assert member.client.get("/my/form/short/").status_code == 200
    answer = member.client.post("/my/form/short/", SHORT)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my/told/")
    thanks = member.client.get("/my/told/").content.decode()
    assert "What you told today is kept" in thanks
    page = member.client.get("/my/").content.decode()
    assert "Relapse, May 2019" in page
    assert "&lt;b&gt;I walk&lt;/b&gt;" in page
