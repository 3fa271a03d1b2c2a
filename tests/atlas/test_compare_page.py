"""Trusts side by side: the table has every one, the form's data say the same, and it works from a folder."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from made_up.atlas import SITE, SYNTHETIC
from made_up.headless_chromium import CHROMIUM, headless_chromium
from remission.atlas.page_shell import render_atlas_page
from remission.atlas.pages.compare import CompareParts, compare_data, compare_files, compare_page, compare_table
from remission.atlas.place_words import MeasureWords
from remission.atlas.recipes.compare import Side, Sides
from remission.exhibits.page import Page
from remission.exhibits.site.shell import files_of
from remission.inputs.writing import write_new_folder

SHARE = {"value": 0.2, "low": 0.1, "high": 0.3, "unit": "proportion", "absent_reason": None}
HIDDEN = {"value": None, "low": 0.0, "high": 0.9, "unit": "proportion", "absent_reason": "not visible here"}
VOLUME = {"value": 120.0, "low": 90.0, "high": None, "unit": "patient-years a year", "absent_reason": None}
STATES = {"used": 9, "not visible": 7, "not used": 2}


def words(name: str, title: str) -> MeasureWords:
    return MeasureWords(name, title, "?", "", "", "", "")


def side(code: str, name: str, share: dict[str, object] = SHARE) -> Side:
    figures = {"injectables-seen": share, "volume": VOLUME}
    return Side(code, name, figures, {"Interferons": 0.25, "Anti-CD20": 0.75, "Other": None}, STATES, 12)


TRUSTS = [side("A1", "Ash </script>"), side("B2", "Beech", HIDDEN), side("C3", "Cedar"), side("D4", "Dogwood")]
SIDES = Sides(
    [*TRUSTS, Side("E5", "Elm", {}, {}, {}, 0)],
    [words("injectables-seen", "Injectables"), words("volume", "All treatment")],
    ("Interferons", "Anti-CD20", "Other"),
    "October 2025 to September 2026",
    {"injectables-seen": SHARE | {"value": 0.15}},
)
PARTS = CompareParts(SIDES, [], SYNTHETIC)


def test_the_table_has_every_trust_and_what_is_not_known_is_said() -> None:
    rows = compare_table(PARTS).rows()
    names = [row[0].split(">")[1].split("<")[0] for row in rows]
    assert names == ["Ash &lt;/script&gt;", "Beech", "Cedar", "Dogwood", "Elm"]
    assert rows[0][1:] == ["20.0\xa0% (10.0 to 30.0)", "120 (90.0 to open)", "12"]
    assert rows[1][1] == "not visible here (bounds 0.0 to 90.0\xa0%)"
    assert rows[4][1:] == ["not estimable", "not estimable", "0"]
    csv = compare_table(PARTS).csv()
    assert "mix: Anti-CD20" in csv.partition("\n")[0]
    assert all("synthetic" in line for line in csv.splitlines()[1:])


def test_the_form_holds_what_the_table_prints_and_cannot_end_its_element() -> None:
    held = compare_data(PARTS)
    assert "</script>" not in held
    data = json.loads(held)
    assert (data["standing"], data["warning"]) == (SYNTHETIC.kind, SYNTHETIC.warning)
    assert [trust[0] for trust in data["trusts"]] == ["A1", "B2", "C3", "D4", "E5"]
    assert data["trusts"][1][2][0] == "not visible here (bounds 0.0 to 90.0\xa0%)"
    assert data["trusts"][1][3][0] == [None, 0.0, 0.9]
    # Not known is a dash and no bar, none is said, and neither is a zero.
    assert data["trusts"][0][5] == ["25\xa0%", "75\xa0%", "–"]
    assert data["trusts"][0][4] == [0.25, 0.75, None]
    assert data["measures"][0][2].startswith("15.0\xa0%")


def rendered(page: Page) -> str:
    return render_atlas_page(page, SITE)


def test_the_page_says_what_it_cannot_do_without_a_script() -> None:
    page, *_ = files_of(compare_page(PARTS), rendered)
    text = str(page[1])
    assert re.search(r"<noscript>.*Nothing can be put side by side here without a script", text, re.DOTALL)
    assert '<section id="compare" aria-labelledby="compare-title" hidden>' in text
    assert "script-src 'self'" in html.unescape(text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare") / "site"
    with write_new_folder(folder) as site:
        for name, content in (*files_of(compare_page(PARTS), rendered), *compare_files()):
            path = site / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        (site / "atlas.css").write_text("", encoding="utf-8")
    return folder


HEADS = "[...document.querySelectorAll('#compare-head th')].map(one => one.textContent)"


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_from_a_folder_two_to_four_stand_side_by_side_and_the_way_back_works(folder: Path) -> None:
    with headless_chromium() as tab:
        tab.open(f"{(folder / 'compare.html').as_uri()}#trusts=a1,B2,nobody")
        tab.wait_for("document.body?.dataset.compared")
        assert tab.run(HEADS) == ["Figure", "Ash </script>", "Beech", "England"]
        first = tab.run("[...document.querySelectorAll('#compare-rows tr')][1].innerText")
        assert "20.0" in first
        assert "not visible here" in first
        assert tab.run("document.querySelectorAll('#compare-rows svg .bounds').length") == 1
        choose = "(s => { s.value = 'D4'; s.dispatchEvent(new Event('change', {bubbles: true})) })"
        tab.run(f"{choose}(document.getElementById('compare-4'))")
        assert tab.run(HEADS) == ["Figure", "Ash </script>", "Beech", "Dogwood", "England"]
        assert tab.run("location.hash") == "#trusts=A1,B2,D4"
        tab.run("history.back()")
        tab.wait_for("document.body.dataset.compared === 'A1,B2'")
        tab.run("['compare-1', 'compare-2'].forEach(id => { const s = document.getElementById(id); s.value = '';"
                " s.dispatchEvent(new Event('change')) })")  # fmt: skip
        assert tab.run("document.getElementById('compare-said').textContent") == "Choose two trusts or more."
        assert not tab.run("document.getElementById('compare-table').checkVisibility()")
        assert tab.troubles() == []
