"""Pictures of studies: marked as published, every point a link to a card, every number in the table and the CSV."""

from __future__ import annotations

import html
import io
import re
from functools import cache

import polars as pl
import pytest

from made_up import synthesis as made
from made_up.vega_lite import check_spec
from remission.exhibits.figure import Figure
from remission.exhibits.theme import SIZES, Width
from remission.inputs.provenance import MARKS, STANDING_WORDS

KINDS = tuple(made.figures())
WIDTHS: tuple[Width, ...] = tuple(SIZES)


@cache
def figures() -> dict[str, Figure]:
    return made.figures()


@cache
def svg(kind: str, width: Width = "wide") -> str:
    return figures()[kind].svg(width)


def links(drawn: str) -> list[str]:
    return re.findall(r'<a href="([^"]+)"', drawn)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_spec_is_vega_lite_as_altair_knows_it(kind: str, width: Width) -> None:
    check_spec(figures()[kind].spec(width))


@pytest.mark.parametrize("kind", KINDS)
def test_picture_table_and_csv_say_that_the_numbers_are_published(kind: str) -> None:
    words, table = MARKS["published"], figures()[kind].table
    drawn = " ".join(re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", svg(kind)))
    assert STANDING_WORDS["published"].startswith("PUBLISHED: numbers from papers")
    assert words == "Published numbers"
    assert words in html.unescape(drawn)
    assert words in html.unescape(table.html())
    assert set(pl.read_csv(io.StringIO(table.csv()))["standing"]) == {"published"}
    assert table.file_name.endswith(".published.csv")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("forest", ["alpha", "beta", "gamma", "delta", "sormani-2017"]),
        ("funnel", ["gamma", "delta", "beta", "alpha"]),
        ("lights", ["mist", "beta"]),
        ("claims", ["mortality", "cladribine"]),
        ("years", ["sweden", "sweden", "hamburg"]),
        ("by year", ["gamma", "delta", "beta", "alpha"]),
    ],
)
def test_every_point_opens_its_card(kind: str, width: Width, expected: list[str]) -> None:
    found = [address.rpartition("/")[2].removesuffix(".html") for address in links(svg(kind, width))]
    assert found == expected


@pytest.mark.parametrize("kind", [one for one in KINDS if one != "cumulative"])
def test_every_link_has_words_and_the_table_has_the_same_links(kind: str) -> None:
    drawn = svg(kind)
    titles = re.findall(r'<a href="[^"]+"[^>]*><path [^>]*><title>([^<]+)</title>', drawn)
    assert len(titles) == len(links(drawn))
    assert set(links(drawn)) == set(re.findall(r'<a href="([^"]+)"', figures()[kind].table.html()))


@pytest.mark.parametrize("kind", ["funnel", "years", "by year"])
def test_a_point_with_a_link_stays_in_its_place(kind: str) -> None:
    places = re.findall(r'<a href="[^"]+"[^>]*><path transform="translate\(([^)]+)\)"', svg(kind))
    assert len(set(places)) == len(links(svg(kind))) > 1


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_fits_the_page_and_the_phone(kind: str, width: Width) -> None:
    found = re.search(r'viewBox="0 0 (\d+)', svg(kind, width))
    assert found is not None
    assert int(found[1]) <= (900 if width == "wide" else 366)


@pytest.mark.parametrize("kind", KINDS)
def test_it_names_no_other_host(kind: str) -> None:
    hosts = set(re.findall(r"https?://[^\"'\s<)]+", svg(kind)))
    assert hosts <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_an_ink_never_says_alone_what_a_line_is() -> None:
    rows = figures()["lights"].specs["wide"]["datasets"]["words"]
    assert {"+", "–", "×", "!"} <= {row["words"] for row in rows}
