"""A picture leaves the house named, described, marked for what its rows are, and naming no other host."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import jsonschema
import polars as pl
import pytest
import vl_convert

from made_up.vega_lite import check_spec
from remission.exhibits import rendering
from remission.exhibits.figure import Figure
from remission.exhibits.rendering import VEGA_LITE, render_png, render_svg
from remission.exhibits.tables import Table, shows
from remission.exhibits.theme import SIZES
from remission.inputs.provenance import STANDING_WORDS, Provenance
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.report.adverse_events import derive_adverse_events
from remission.report.edss_change import estimate_edss_change
from remission.report.event_free import estimate_event_free
from remission.report.pictures.adverse_events import draw_adverse_events
from remission.report.pictures.edss_change import draw_edss_change
from remission.report.pictures.flow import draw_flow
from remission.report.pictures.swimmer import draw_swimmer
from remission.report.population import derive_flow
from remission.report.timelines import derive_timelines

KINDS = ("flow", "curve", "timelines", "edss-change", "edss-trajectories", "adverse-events")
SVG_NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@cache
def figures() -> dict[str, Figure]:
    cohort = load_cohort("two-arm")
    outcome = evaluate(cohort, "neda-3")
    curve = estimate_event_free(outcome, cohort=cohort, group_by="arm")
    change = estimate_edss_change(cohort, "arm")
    adverse = derive_adverse_events(cohort) or []
    drawn = (
        draw_flow(derive_flow(cohort, outcome), cohort.provenance),
        curve.draw(),
        draw_swimmer(derive_timelines(cohort, outcome, "arm"), curve.clock, cohort.provenance),
        change.draw_change(),
        change.draw_trajectories(),
        draw_adverse_events(adverse[0]),
    )
    return dict(zip(KINDS, drawn, strict=True))


@cache
def svg(kind: str) -> str:
    return figures()[kind].svg()


def dot(kind: str = "simulated", name: str = "dot") -> Figure:
    provenance = Provenance("made-up", kind, "0" * 64)  # type: ignore[arg-type]  # a kind that is one
    frame = pl.DataFrame({"x": [1]})
    spec = {"data": {"values": [{"x": 1}]}, "mark": {"type": "point", "clip": True}, "encoding": {"x": {"field": "x"}}}
    table = Table("dot", "A dot.", frame, (shows("x"),), provenance)
    return Figure(name, "A <dot>", "Only one", "One dot.", {"wide": spec, "narrow": spec}, table, provenance)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_on_every_picture_what_its_rows_are(kind: str) -> None:
    assert STANDING_WORDS["simulated"] in visible_text(svg(kind))
    assert STANDING_WORDS["simulated"] in html.unescape(figures()[kind].table.html())


@pytest.mark.parametrize("kind", ["reconstructed", "simulated"])
def test_the_warning_comes_from_the_provenance(kind: str) -> None:
    assert STANDING_WORDS[kind] in visible_text(dot(kind).svg())


def test_without_a_provenance_that_warns_there_is_no_warning() -> None:
    assert not any(words in dot("observed").svg() for words in STANDING_WORDS.values() if words)


@pytest.mark.parametrize("kind", KINDS)
def test_no_picture_names_another_host(kind: str) -> None:
    assert set(re.findall(r"https?://[^\"'\s<)]+", svg(kind))) <= SVG_NAMESPACES


def test_it_strips_the_host_that_the_renderer_adds_to_links() -> None:
    linked = dot()
    spec = {**linked.specs["wide"], "encoding": {"x": {"field": "x"}, "href": {"value": "place/R0A"}}}
    made = replace(linked, specs={"wide": spec, "narrow": spec}).svg()
    assert 'href="place/R0A"' in made
    assert "vega.github.io" not in made


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_is_one_image_with_a_title_and_a_description(kind: str) -> None:
    figure, made = figures()[kind], svg(kind)
    assert re.match(r'<svg [^>]*role="img"[^>]*aria-label="', made)
    assert f"<title>{figure.title}</title><desc>" in html.unescape(made)
    assert "graphics-symbol" not in made


def test_what_is_written_on_it_is_escaped() -> None:
    assert "<title>A &lt;dot&gt;</title>" in dot().svg()


@pytest.mark.parametrize("sign", ["\x07", "\x00", "\x0c", "\ufffe"])
def test_a_sign_that_xml_cannot_write_ends_no_drawing(sign: str) -> None:
    name = f"A{sign}B"
    spec = {
        "data": {"values": [{"name": name, "n": 1}, {"name": "A\nB", "n": 2}, {"name": "A\\u0007B", "n": 3}]},
        "mark": "bar",
        "encoding": {"y": {"field": "name", "type": "nominal"}, "x": {"field": "n", "type": "quantitative"}},
    }
    svg = render_svg(spec, name="odd", title=name, description=f"Bars of {name}.")
    assert ElementTree.fromstring(svg) is not None
    assert svg.count("A\ufffdB") == 5  # on the axis, as title, in the description, and in the label of both
    assert "A\\u0007B" in svg
    assert render_png(svg, 1)[:4] == b"\x89PNG"


@pytest.mark.parametrize("name", ["a\nb", "a'b", 'a"b', "a\\b", "a\u2028b", "\U0001f600"])
def test_the_name_of_a_group_cannot_end_an_expression(name: str) -> None:
    rows: Any = SimpleNamespace(rows=list)  # no medians: only the bars of the group are looked at
    changes = pl.DataFrame({"group": [name, name], "change": [1.0, -1.0]})
    drawn = draw_edss_change(changes, [name], rows, Provenance("c", "simulated", "")).svg()
    # One bar for each change: a filter that meant another name would leave none.
    assert drawn.count('class="mark-rect') == 1
    assert len(re.findall(r'<path[^>]*fill="#[0-9a-f]{6}"[^>]*>', drawn.partition('class="mark-rect')[2])) >= 2


def test_two_pictures_on_one_page_share_no_id() -> None:
    first, second = (set(re.findall(r'id="([^"]+)"', dot(name=name).svg())) for name in ("first", "second"))
    assert first
    assert not first & second


@pytest.mark.parametrize("width", list(SIZES))
def test_the_same_picture_has_the_same_bytes(width: str, drawn_anew: Callable[[], None]) -> None:
    before = dot().svg(width)  # type: ignore[arg-type]  # a width that is one
    drawn_anew()
    assert dot().svg(width) == before  # type: ignore[arg-type]


def test_a_picture_that_was_drawn_is_remembered_and_another_is_not_taken_for_it() -> None:
    rendering.drawn.cache_clear()
    pictures = {dot(name="a").svg(), dot(name="b").svg(), dot().svg("narrow")}
    told = rendering.drawn.cache_info()
    assert (len(pictures), told.misses, told.hits) == (3, 2, 1)


@pytest.mark.parametrize("width", list(SIZES))
@pytest.mark.parametrize("kind", KINDS)
def test_every_spec_is_vega_lite_as_altair_knows_it(kind: str, width: str) -> None:
    spec = figures()[kind].spec(width)  # type: ignore[arg-type]  # a width that is one
    check_spec(spec)


def test_altair_refuses_a_spec_that_is_not_one() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check_spec({**dot().spec(), "mark": {"type": "blob"}})


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_gets_a_picture_that_fits(kind: str) -> None:
    found = re.search(r'viewBox="0 0 (\d+)', figures()[kind].svg("narrow"))
    assert found is not None
    assert int(found[1]) <= 390


def test_the_renderer_speaks_the_grammar_we_write() -> None:
    assert vl_convert.get_vegalite_versions()[-1] == VEGA_LITE


def test_it_is_shown_in_a_notebook() -> None:
    shown = dot()._repr_mimebundle_()
    assert shown["text/html"].startswith("<figure><svg")
    assert "<table>" in shown["text/html"]
    assert dot().png().startswith(b"\x89PNG")


def visible_text(made: str) -> str:
    """The words that are drawn, not those of the description."""
    return html.unescape(" ".join(re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", made)))
