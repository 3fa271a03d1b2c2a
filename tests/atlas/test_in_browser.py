"""The live map in a real browser, under the content-security policy of the server and of the page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from made_up.atlas import SYNTHETIC
from made_up.headless_chromium import CHROMIUM, Tab, headless_chromium
from made_up.map import boards
from made_up.site import default_map, write_site
from remission.atlas.map.drawing import draw_map
from remission.atlas.map.index import SERVED
from remission.exhibits.site.serve import site_server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
MONTHS = 14
LIVE = "document.body?.dataset.live"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("atlas") / "site", MONTHS)


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with site_server(folder, 0, SERVED) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Tab]:
    with headless_chromium() as tab:
        yield tab


@pytest.fixture
def tab(browser: Tab, address: str) -> Iterator[Tab]:
    """The live map, its default view shown; nothing may have gone wrong by the end of the test."""
    browser.open("about:blank")
    browser.events.clear()
    browser.open(address)
    browser.wait_for(LIVE)
    yield browser
    assert browser.troubles() == []


def labels(tab: Tab) -> list[str]:
    """What each place on the live map says, London's twice."""
    return list(tab.run("[...document.querySelectorAll('#live path[aria-label]')].map(p => p.ariaLabel)"))


def mouse(tab: Tab, what: str, x: float, y: float) -> None:
    tab.ask(
        "Input.dispatchMouseEvent", type=what, x=x, y=y, button="left" if what != "mouseMoved" else "none", clickCount=1
    )


def go(tab: Tab, control: str, value: object) -> None:
    kind = "input" if control == "month" else "change"
    tab.run(f"(c => {{ c.value = {value!r}; c.dispatchEvent(new Event('{kind}', {{bubbles: true}})) }})"
            f"(document.getElementById('{control}'))")  # fmt: skip


def test_it_becomes_live_without_violation_error_or_foreign_host_and_is_light(browser: Tab, address: str) -> None:
    with headless_chromium() as fresh:
        fresh.open(address)
        fresh.wait_for(LIVE)
        assert fresh.troubles() == []
        hosts = {urlsplit(one).hostname for one in fresh.requests() if not one.startswith("data:")}
        assert hosts == {"127.0.0.1"}
        assert fresh.bytes_received() < 450_000
        assert fresh.run("document.getElementById('drawn').hidden && !document.getElementById('live').hidden")


def test_the_live_default_view_says_what_the_still_one_says(tab: Tab) -> None:
    still = {row["words"] for row in draw_map(default_map(MONTHS), SYNTHETIC).specs["wide"]["datasets"]["shown"]}
    live = {words.split(";")[0] for words in labels(tab)}
    assert live == {words.split(";")[0] for words in still}
    title = tab.run("document.querySelector('#live .role-title-text').textContent")
    assert title == "Share by high-efficacy therapies, by hospital, 12 months to December 2024"
    assert SYNTHETIC.warning in tab.run("document.querySelector('#live svg').textContent")


def test_every_symbol_of_the_map_has_a_name_in_any_view(tab: Tab) -> None:
    nameless = "document.querySelectorAll('#live [role=\"graphics-symbol\"]:not([aria-label])').length"
    named = "document.querySelectorAll('#live [role=\"graphics-symbol\"][aria-label]').length"
    for view in ("hexagons", "cells"):
        go(tab, "view", view)
        tab.wait_for(f"{LIVE}.endsWith('{view}')")
        assert tab.run(nameless) == 0
        assert tab.run(named) > 40


def test_the_slider_speaks_the_month_and_changes_map_table_and_address(tab: Tab) -> None:
    before = labels(tab)
    tab.run("document.getElementById('places-part').open = true")
    go(tab, "month", 3)
    tab.wait_for(f"{LIVE}.includes('2024-02')")
    assert tab.run("document.getElementById('month').getAttribute('aria-valuetext')") == "February 2024"
    assert labels(tab) != before
    assert tab.run("location.hash").count("month=2024-02") == 1
    assert "February 2024" in tab.run("document.querySelector('#places caption').textContent")
    said = tab.run("[...document.querySelectorAll('#places tbody tr')].map(r => "
                   "[r.cells[0].textContent, r.cells[2].textContent, r.cells[3].textContent])")  # fmt: skip
    on_map = dict(words.split(": ", 1) for words in labels(tab))
    with_value = [(name, value, limits) for name, value, limits in said if value != "–"]
    assert len(with_value) > 80
    assert all(on_map[name].startswith(f"{value} ({limits})") for name, value, limits in with_value)


def test_boards_stay_not_published_whatever_is_chosen(tab: Tab) -> None:
    go(tab, "window", "3")
    tab.wait_for(f"{LIVE}.includes(' 3 ')")
    said = [words for words in labels(tab) if words.startswith("Board ")]
    assert len(said) == len(boards())
    assert all(words.endswith("not published by this nation") for words in said)


def test_a_permalink_restores_its_view(tab: Tab, address: str) -> None:
    tab.open("about:blank")
    tab.open(f"{address}#measure=share-dimethyl+fumarate&window=3&month=2024-01&view=hexagons")
    tab.wait_for(LIVE)
    assert tab.run("document.body.dataset.live") == "share-dimethyl fumarate 3 2024-01 hexagons"
    assert len(labels(tab)) == 42
    chosen = tab.run("['therapy', 'window', 'view'].map(id => document.getElementById(id).selectedOptions[0].text)")
    assert chosen == ["dimethyl fumarate", "3 months", "Care boards"]


def test_the_way_back_leads_to_the_view_before_and_forward_again(tab: Tab) -> None:
    begun = tab.run("document.body.dataset.live")
    go(tab, "window", "3")
    tab.wait_for(f"{LIVE}.includes(' 3 ')")
    for place in (3, 4, 5):  # as the slider passes them: one stop together
        go(tab, "month", place)
    tab.wait_for(f"{LIVE}.includes('2024-04')")
    tab.run("history.back()")
    tab.wait_for(f"{LIVE} === 'share-high-efficacy 3 2024-12 cells'")
    assert tab.run("document.getElementById('window').value") == "3"
    tab.run("history.back()")
    tab.wait_for(f"{LIVE} === {begun!r}")
    tab.run("history.forward()")
    tab.wait_for(f"{LIVE}.includes(' 3 2024-12')")


def test_the_way_back_leads_to_the_question_before_and_keeps_the_view(tab: Tab) -> None:
    tab.wait_for("document.body.dataset.find === 'ready'")
    ask = "(words => { const part = name => document.getElementById(`place-${name}`);" \
          " part('asked').value = words; part('go').click() })"  # fmt: skip
    answer = "document.getElementById('place-said').textContent"
    tab.run(f"{ask}('Newham')")
    tab.run(f"{ask}('Sheffield')")
    assert "Near Sheffield" in tab.run(answer)
    go(tab, "window", "3")
    tab.wait_for(f"{LIVE}.includes(' 3 ')")
    assert "Sheffield" not in tab.run("location.href")
    tab.run("history.back()")
    tab.wait_for(f"{LIVE}.includes(' 12 ')")
    assert "Near Sheffield" in tab.run(answer)
    tab.run("history.back()")
    tab.wait_for(f"{answer}.includes('Near Newham')")


def test_an_address_that_means_nothing_is_the_default_view(tab: Tab, address: str) -> None:
    tab.open("about:blank")
    tab.open(f"{address}#measure=__proto__&window=7&month=1999-99&view=%3Cscript%3E&x")
    tab.wait_for(LIVE)
    assert tab.run("document.body.dataset.live") == "share-high-efficacy 12 2024-12 cells"


def test_the_keyboard_moves_over_the_map_and_opens_a_trust(tab: Tab) -> None:
    stops = "document.querySelectorAll('#live path[tabindex=\"0\"]').length"
    assert tab.run(stops) == 1
    tab.run("document.querySelector('#live path[aria-label^=\"Hospital\"]').focus()")
    first = tab.run("document.activeElement.ariaLabel")
    tab.press("ArrowDown")
    second = tab.run("document.activeElement.ariaLabel")
    assert second != first
    assert tab.run("document.getElementById('said').textContent") == second
    go(tab, "month", 5)
    tab.wait_for(f"{LIVE}.includes('2024-04')")
    assert tab.run(stops) == 1
    tab.run("document.querySelector('#live path[aria-label^=\"Hospital\"]').focus()")
    tab.press("Enter")
    tab.wait_for("location.pathname.startsWith('/trust/')")


def test_a_click_on_a_cell_opens_the_trust(tab: Tab) -> None:
    tab.run("document.querySelector('#live path[aria-label^=\"Hospital\"]')"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true}))")  # fmt: skip
    tab.wait_for("location.pathname.startsWith('/trust/')")


# A point of the page where one of some shapes is the topmost thing, and the code of its place.
HIT = """(shapes => { for (const shape of shapes) {
  if (!shape.__data__.datum.href) continue;
  shape.scrollIntoView({block: 'center'});
  const box = shape.getBoundingClientRect();
  for (const part of [0.5, 0.3, 0.7, 0.2, 0.8]) for (const other of [0.5, 0.3, 0.7, 0.2, 0.8]) {
    const [x, y] = [box.left + box.width * part, box.top + box.height * other];
    if (document.elementFromPoint(x, y) === shape) return [x, y, shape.__data__.datum.code];
  } } return null; })(document.querySelectorAll('#live .LAYER > path'))"""
SHAPES = {"a cell": "layer_1_marks", "a circle": "layer_3_marks", "a cell of London enlarged": "layer_7_marks"}
INSET = "p.closest('.layer_7_marks')"


@pytest.mark.parametrize("kind", SHAPES)
def test_the_mouse_gets_words_and_the_page_of_the_trust_it_is_over(tab: Tab, kind: str) -> None:
    x, y, code = tab.run(HIT.replace("LAYER", SHAPES[kind]))
    mouse(tab, "mouseMoved", x, y)
    tab.wait_for("document.querySelector('#vg-tooltip-element.visible')")
    assert tab.run("document.getElementById('vg-tooltip-element').textContent").startswith(f"Hospital {code}: ")
    for what in ("mousePressed", "mouseReleased"):
        mouse(tab, what, x, y)
    tab.wait_for(f"location.pathname === '/trust/{code}.html'")


def test_outlines_and_frames_over_the_still_map_let_clicks_through_too(tab: Tab) -> None:
    tab.run("document.getElementById('drawn').hidden = false; document.getElementById('live').hidden = true")
    links = "[...document.querySelectorAll('#drawn .wide a')]"
    hit = f"""{links}.filter(link => {{ link.scrollIntoView({{block: 'center'}});
        const box = link.getBoundingClientRect();
        const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return top && top.closest('a') }}).length"""
    assert tab.run(hit) > 0.9 * tab.run(f"{links}.length")


def test_the_sentences_above_the_map_are_of_the_view_that_is_shown(tab: Tab, folder: Path) -> None:
    sentences = "[...document.querySelectorAll('#in-short p')].map(p => p.textContent)"
    before = tab.run(sentences)
    go(tab, "month", 3)
    tab.wait_for(f"{LIVE}.includes('2024-02')")
    then = tab.run(sentences)
    file = json.loads((folder / "data" / "share-high-efficacy.12.json").read_text(encoding="utf-8"))
    assert then[:2] == file["in_short"][file["months"].index("2024-02")]
    assert "12 months to February 2024. England: " in then[0]
    assert then[1].endswith("can be given a figure.")
    assert then[:2] != before[:2]
    assert len(then) == len(before) == 2  # one answer, one caveat; what holds for all views stands below the map
    assert "month=2024-02" in tab.run("document.getElementById('on-paper').textContent")


def test_a_measure_by_care_board_only_is_never_shown_by_hospital(tab: Tab, address: str) -> None:
    go(tab, "measure", "Issued per person expected")
    tab.wait_for(f"{LIVE}.includes('issued-per-expected')")
    assert tab.run("document.body.dataset.live").endswith("hexagons")
    assert tab.run("document.querySelector('#view option[value=cells]').disabled")
    assert "by care board only" in tab.run("document.querySelector('label[for=view]').innerText")
    assert not [words for words in labels(tab) if words.startswith("Hospital ")]
    assert "of 42 care boards" in tab.run("document.querySelector('#in-short p + p').textContent")
    go(tab, "measure", "Growth of treatment")
    tab.wait_for(f"{LIVE}.includes('growth')")
    assert tab.run("document.body.dataset.live").endswith("cells")
    tab.open("about:blank")
    tab.open(f"{address}#measure=issued-per-expected&view=cells")
    tab.wait_for(LIVE)
    assert tab.run("document.body.dataset.live") == "issued-per-expected 12 2024-12 hexagons"


def test_therapies_are_listed_by_group_and_stand_once_in_each(tab: Tab) -> None:
    listed = "[...document.querySelectorAll('#therapy option')].map(one => one.text)"
    go(tab, "measure", "Share of one therapy")
    assert tab.run(listed) == ["ocrelizumab", "dimethyl fumarate"]
    go(tab, "measure", "Share of a part, one therapy")
    assert tab.run(listed) == ["ocrelizumab"]
    tab.wait_for(f"{LIVE}.startsWith('hospital-share-ocrelizumab')")
    assert tab.run("document.getElementById('therapy').checkVisibility()")


def test_the_keyboard_starts_at_a_trust_and_has_one_stop_for_each_place(tab: Tab) -> None:
    first = tab.run("document.querySelector('#live path[tabindex=\"0\"]').__data__.datum.href")
    assert first.startswith("trust/")
    stops = tab.run("[...document.querySelectorAll('#live path[tabindex]')].map(p => p.ariaLabel)")
    assert len(stops) == len(set(stops)) == len(set(labels(tab)))
    london = tab.run(
        f"[...document.querySelectorAll('#live path[aria-label]')].filter(p => {INSET}).map(p => p.tabIndex)"
    )
    assert len(london) > 20
    assert all(tabindex == -1 for tabindex in london)
    twice = {words for words in labels(tab) if labels(tab).count(words) > 1}
    assert not twice & set(tab.run(f"[...document.querySelectorAll('#live path[tabindex]')].filter(p => !({INSET}))"
                                   ".map(p => p.ariaLabel)"))  # fmt: skip


def test_the_focus_ring_lies_over_the_circles_around_its_place(tab: Tab) -> None:
    tab.run("document.querySelectorAll('#live path[tabindex]')[60].focus()")
    boxes = tab.run("[document.activeElement, ...document.querySelectorAll('#ring path')].map(p => "
                    "(b => [b.left, b.top, b.width, b.height])(p.getBoundingClientRect()))")  # fmt: skip
    assert len(boxes) == 3
    assert all(abs(one - other) < 1 for box in boxes[1:] for one, other in zip(boxes[0], box, strict=True))
    inks = tab.run("[...document.querySelectorAll('#ring path')].map(p => getComputedStyle(p))"
                   ".map(s => [s.stroke, parseFloat(s.strokeWidth) >= 3])")  # fmt: skip
    assert inks == [["rgb(0, 0, 0)", True], ["rgb(255, 255, 255)", True]]
    assert tab.run("document.getElementById('live').lastElementChild.id") == "ring"
    tab.run("document.activeElement.blur()")
    assert tab.run("document.querySelectorAll('#ring path').length") == 0


@pytest.mark.parametrize("width", [390, 768])
def test_no_select_is_narrower_than_half_of_the_box(tab: Tab, address: str, width: int) -> None:
    tab.open("about:blank")
    tab.open(f"{address}#measure=share-ocrelizumab", width=width, height=800)
    tab.wait_for(LIVE)
    box = tab.run("document.getElementById('controls').clientWidth")
    sizes = tab.run("[...document.querySelectorAll('select')].map(s => s.getBoundingClientRect().width)")
    assert min(sizes) > (0.9 if width == 390 else 0.45) * box
    assert min(sizes[:2]) > 0.95 * box
    assert tab.run("document.documentElement.scrollWidth") <= width


def test_at_twice_the_size_the_map_fills_the_width(tab: Tab, address: str) -> None:
    tab.open("about:blank")
    tab.open(address, width=640, height=800)
    tab.wait_for(LIVE)
    drawn = tab.run("document.querySelector('#live svg').getBoundingClientRect().width")
    assert drawn > 0.97 * tab.run("document.getElementById('picture').clientWidth")


def test_play_moves_on_its_own_but_only_a_month_a_press_for_those_who_asked_for_calm(tab: Tab, address: str) -> None:
    go(tab, "month", 0)
    tab.wait_for(f"{LIVE}.includes('2023-11')")
    tab.run("document.getElementById('play').click()")
    tab.wait_for(f"{LIVE}.includes('2024-01')")
    tab.run("document.getElementById('play').click()")
    tab.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    try:
        tab.open("about:blank")
        tab.open(f"{address}#month=2023-11")
        tab.wait_for(LIVE)
        assert tab.run("document.getElementById('play').textContent") == "Next month"
        tab.run("document.getElementById('play').click()")
        tab.wait_for(f"{LIVE}.includes('2023-12')")
        assert tab.run("new Promise(done => setTimeout(() => done(document.body.dataset.live), 1300))").count("2023-12")
    finally:
        tab.ask("Emulation.setEmulatedMedia", features=[])


def test_pictures_and_numbers_of_another_view_are_made_on_the_spot(tab: Tab, tmp_path: Path) -> None:
    tab.ask("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    assert tab.run("document.querySelector('[data-kind=parquet]').hidden") is False
    go(tab, "month", 4)
    tab.wait_for(f"{LIVE}.includes('2024-03')")
    assert tab.run("document.querySelector('[data-kind=parquet]').hidden") is True
    for kind in ("svg", "png", "csv"):
        tab.run(f"document.querySelector('[data-kind={kind}] a').click()")
        tab.wait_for("true")
    names = {f"share-high-efficacy.12.2024-03.cells.synthetic.{kind}" for kind in ("svg", "png", "csv")}
    for _ in range(200):
        if names <= {one.name for one in tmp_path.iterdir()}:
            break
        tab.run("new Promise(done => setTimeout(done, 50))")
    held = {one.suffix: one.read_bytes() for one in tmp_path.iterdir()}
    assert SYNTHETIC.warning.split(":")[0].encode() in held[".svg"]
    assert b'<pattern id="p-hatch"' in held[".svg"]
    assert held[".png"].startswith(b"\x89PNG")
    lines = held[".csv"].decode().splitlines()
    assert lines[0].startswith("measure,window,month,place,code,")
    assert lines[1].startswith('"share-high-efficacy","12","2024-03",')
    assert lines[1].endswith('"synthetic"')


def test_a_phone_gets_its_own_drawing_without_overflow(tab: Tab, address: str) -> None:
    tab.open("about:blank")
    tab.open(address, width=390, height=800)
    tab.wait_for(LIVE)
    assert tab.run("document.documentElement.scrollWidth") <= 390
    assert tab.run("document.querySelector('#live svg').viewBox.baseVal.width") <= 390


def test_opened_by_double_click_the_still_map_is_there_with_the_way_to_the_live_one(tab: Tab, folder: Path) -> None:
    tab.open("about:blank")
    tab.open((folder / "index.html").as_uri())
    tab.wait_for("document.readyState === 'complete' && document.getElementById('still')")
    assert tab.run("document.getElementById('still').checkVisibility()")
    assert tab.run("document.querySelector('#drawn .wide svg').getBoundingClientRect().height") > 500
    assert not tab.run("document.getElementById('controls').checkVisibility()")
    assert tab.run("getComputedStyle(document.querySelector('.banner')).borderLeftWidth") == "5px"
    assert tab.run("document.querySelector('.live').clientHeight < 1.5 * document.getElementById('still').clientHeight")
    assert tab.troubles() == []


def test_what_cannot_be_loaded_is_said_and_the_map_stays(tab: Tab, folder: Path, address: str) -> None:
    kept = folder / "data" / "share-ocrelizumab.12.json"
    kept.rename(kept.with_suffix(".gone"))
    try:
        go(tab, "measure", "Share of one therapy")
        tab.wait_for("document.getElementById('said').textContent.includes('could not be loaded')")
        assert labels(tab)
    finally:
        kept.with_suffix(".gone").rename(kept)
    tab.events.clear()
