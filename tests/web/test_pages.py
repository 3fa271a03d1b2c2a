"""Pages that everybody sees, in the shell of the site."""

from __future__ import annotations

import pytest
from django.test import Client

from remission.web.instance import Instance


@pytest.mark.parametrize("path", ["/take-part/", "/account/login/", "/account/signup/", "/account/password/reset/"])
def test_a_page_that_everybody_sees_is_whole_and_in_the_shell(observatory: Instance, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.count("<!doctype html>") == 1
    assert '<main id="main">' in text
    assert "<script>" not in text
    assert "style=" not in text
    assert answer.headers["Cache-Control"].find("no-store") >= 0


def test_what_is_not_there_and_what_is_not_yours_look_the_same(observatory: Instance) -> None:
    answer = Client().get("/nothing/")
    assert answer.status_code == 404
    assert "Nothing is here" in answer.content.decode()


def test_who_reads_a_public_page_is_given_no_cookie(observatory: Instance) -> None:
    reader = Client()
    assert reader.get("/take-part/").cookies == {}
    # A form needs one, and it goes with the browser's window.
    assert reader.get("/account/login/").cookies["csrftoken"]["max-age"] == ""
