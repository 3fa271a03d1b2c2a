"""The map's page is whole without a script, allows nothing foreign, and is light."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
from dataclasses import replace
from functools import cache

import pytest

from made_up.atlas import SITE, SYNTHETIC
from made_up.map import codes
from made_up.site import index
from remission.atlas.map.index import CONTENT_SECURITY_POLICY, IndexShown, index_style, render_index, script_files
from remission.atlas.map.live import Choice
from remission.atlas.map.scale import NOT_VISIBLE
from remission.atlas.place_words import HOMECARE, NO_ADVICE


@cache
def made() -> IndexShown:
    return index(3)


@cache
def page() -> str:
    return render_index(made(), SITE)


def test_it_has_the_map_and_its_table_without_any_script() -> None:
    assert page().count("<svg ") == 6  # two pictures in two widths, the patterns and the focus ring of the live one
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", page())
    assert len(rows) == made().map.figure.table.frame.height + made().hexagons.figure.table.frame.height
    assert sum('<a href="trust/' in name for name, _ in rows) == len(codes())
    assert html.unescape(NOT_VISIBLE.table) in page()


def test_the_box_comes_first_then_the_answer_then_the_map_and_only_then_its_controls() -> None:
    order = [page().index(part) for part in ('id="place"', 'id="in-short"', 'id="picture"', 'id="controls"')]
    assert order == sorted(order)


def test_it_says_at_the_top_what_its_rows_are() -> None:
    words = html.unescape(page())
    assert words.index(f"<strong>{SYNTHETIC.warning}") < words.index("<svg")
    assert f"({SYNTHETIC.warning})</title>" in html.unescape(page())


def test_every_page_says_what_is_hidden_and_that_it_advises_nobody() -> None:
    assert HOMECARE in page()
    assert NO_ADVICE in page()


def test_opened_from_a_folder_it_says_how_to_get_the_live_map() -> None:
    still = re.search(r'<p id="still">(.*?)</p>', page())
    assert still is not None
    assert "remission atlas open" in still[1]
    assert 'id="controls" hidden' in page()


def test_the_policy_allows_its_one_style_by_hash_and_nothing_inline_beside_it() -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page())
    assert policy is not None
    assert html.unescape(policy[1]) == CONTENT_SECURITY_POLICY
    styles = re.findall(r"<style>(.*?)</style>", page(), re.S)
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    assert styles == [index_style()]
    assert f"style-src 'self' 'sha256-{digest}'" in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert not re.search(r"""\s(?:style|on[a-z]+)=["']""", page())


def test_scripts_are_its_own_after_the_page_or_data() -> None:
    tags = re.findall(r"<script([^>]*)>", page())
    name = next(name for name in script_files() if name.startswith("atlas-"))
    assert tags == [f' defer src="{name}"', ' defer src="find.js"', ' type="application/json" id="settings"']


def test_it_names_no_other_host() -> None:
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert set(re.findall(r"https?://[^\"'\s<)]+", page())) <= namespaces
    script = next(script for name, script in script_files().items() if name.startswith("atlas-"))
    assert "http" not in script


def test_script_names_change_with_what_is_in_them() -> None:
    for name, script in script_files().items():
        assert hashlib.sha256(script.encode()).hexdigest()[:8] in name
    assert settings()["bundle"] in script_files()


def test_page_and_script_are_under_80_kb_packed() -> None:
    script = next(script for name, script in script_files().items() if name.startswith("atlas-"))
    assert sum(len(gzip.compress(text.encode(), 6)) for text in (page(), script)) < 80_000


def test_settings_cannot_end_their_element() -> None:
    choice = Choice("a", "</script><b>")
    evil = render_index(replace(made(), choices=(choice,), default=choice), SITE)
    assert "<b>" not in evil
    assert settings(evil)["choices"][0][1] == "</script><b>"


def test_names_on_the_page_are_escaped() -> None:
    assert "<i>" not in render_index(replace(made(), title="<i>", in_short=["<i>"], notes=["<i>"]), SITE)


def test_the_default_view_must_be_one_that_can_be_chosen() -> None:
    with pytest.raises(ValueError, match="must be one"):
        render_index(replace(made(), default=Choice("other", "Other")), SITE)
    boards = Choice("a", "A", boards=True)
    with pytest.raises(ValueError, match="with a map of hospitals"):
        render_index(replace(made(), choices=(boards,), default=boards), SITE)


def test_printed_it_says_in_which_file_the_numbers_are() -> None:
    printed = re.search(r'<p class="on-paper" id="on-paper">(.*?)</p>', page())
    assert printed is not None
    assert "in the file tables/map.synthetic.csv beside this page" in printed[1]
    assert "file" not in html.unescape(
        re.findall('id="on-paper">(.*?)</p>', render_index(replace(made(), downloads=[]), SITE))[0]
    )


def test_settings_know_the_choices_and_the_default_view() -> None:
    assert settings()["default"] == {"measure": made().default.name, "window": 12, "month": "2024-12", "view": "cells"}
    assert [one[3] for one in settings()["choices"]] == ["", "", "", "ocrelizumab", "dimethyl fumarate", "ocrelizumab"]
    assert [one[0] for one in settings()["choices"] if one[4]] == ["issued-per-expected"]


def settings(of: str = "") -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="settings">(.*?)</script>', of or page(), re.S)
    assert found is not None
    return dict(json.loads(found[1]))
