"""Every page of the atlas: whole without a script, marked for what its rows are, and ranking nobody."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import cache

import pytest

from made_up.atlas import PUBLISHED, SITE, SYNTHETIC, about_parts, pages, trust_parts
from made_up.vega_lite import check_spec
from remission.atlas.page_shell import OGL, atlas_style, render_atlas_page, trust_link
from remission.atlas.pages.about import about_page
from remission.atlas.pages.trust import trust_page
from remission.atlas.pictures.run_chart import run_of
from remission.atlas.place_words import HOMECARE, NO_ADVICE
from remission.exhibits.figure import Figure
from remission.exhibits.page import Page, tables_of
from remission.exhibits.theme import SIZES
from remission.inputs.provenance import STANDING_WORDS, Provenance

PATHS = ("trust/RXA7.html", "measure/share-high-efficacy.html", "measures.html", "deserts.html", "find.html",
         "coverage.html", "foi.html", "about.html")  # fmt: skip
WARNING = STANDING_WORDS["synthetic"]
# Tables of the library's facts, which no invented row is in.
LIBRARY = {"states.csv", "sources.csv"}
SVG_NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@cache
def made_pages() -> dict[str, Page]:
    return pages()


def page(path: str) -> Page:
    return made_pages()[path]


@cache
def shown(path: str) -> str:
    return render_atlas_page(page(path), SITE)


@cache
def figures() -> list[Figure]:
    blocks = [block for path in PATHS for section in page(path).sections for block in section.blocks]
    return [block.picture.figure for block in blocks if block.picture]


def words(path: str) -> str:
    """The words on a page, without pictures."""
    without = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", shown(path), flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", without))


def test_the_paths_are_those_of_the_pages() -> None:
    assert set(made_pages()) == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_no_page_names_another_host(path: str) -> None:
    assert set(re.findall(r"https?://[^\"'\s<)]+", shown(path))) <= SVG_NAMESPACES


@pytest.mark.parametrize("path", PATHS)
def test_the_policy_allows_own_files_only_and_a_script_only_where_one_is(path: str) -> None:
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', shown(path))
    assert len(policy) == 1
    said = html.unescape(policy[0])
    assert said.startswith("default-src 'none'; style-src 'self'")
    assert ("script-src 'self'" in said) == (path == "find.html")
    assert "unsafe" not in said


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_inline_that_the_policy_forbids(path: str) -> None:
    assert not re.search(r"<style|<[^>]+\sstyle=|<[^>]+\son[a-z]+=|javascript:|<form", shown(path))
    assert len(re.findall(r"<script", shown(path))) == (path == "find.html")


@pytest.mark.parametrize("path", PATHS)
def test_the_standing_is_in_the_banner_the_title_and_on_every_table(path: str) -> None:
    made = html.unescape(shown(path))
    assert f'<p class="banner" role="note"><strong>{WARNING}.' in made
    assert WARNING in re.findall(r"<title>([^<]*)</title>", made)[0]
    captions = re.findall(r"<caption>(.*?)</caption>", made)
    assert len(captions) > 0
    library = [table.caption for table in tables_of(page(path).sections) if table.file_name in LIBRARY]
    assert [caption for caption in captions if WARNING not in caption] == library


def test_every_figure_says_what_its_rows_are() -> None:
    assert len(figures()) == 7
    for figure in figures():
        for width in SIZES:
            assert WARNING in " ".join(figure.spec(width)["title"]["subtitle"]).replace("\n", " ")


def test_real_rows_have_no_banner() -> None:
    made = render_atlas_page(about_page(about_parts(PUBLISHED)), SITE)
    assert "banner" not in made
    assert not any(said in html.unescape(made) for said in STANDING_WORDS.values() if said)


def test_mixed_rows_say_so() -> None:
    mixed = Provenance("made-up-atlas", "partly synthetic", "0" * 64)
    assert STANDING_WORDS["partly synthetic"] in render_atlas_page(about_page(about_parts(mixed)), SITE)


@pytest.mark.parametrize("path", PATHS)
def test_homecare_and_no_advice_and_the_licence_stand_on_every_page(path: str) -> None:
    assert all(sentence in words(path) for sentence in (HOMECARE, NO_ADVICE, OGL))


@pytest.mark.parametrize("path", ["trust/RXA7.html", "measure/share-high-efficacy.html", "deserts.html", "find.html"])
def test_homecare_stands_beside_the_numbers_and_not_only_at_the_foot(path: str) -> None:
    assert HOMECARE in page(path).headlines


@pytest.mark.parametrize("path", PATHS)
def test_words_are_neutral_and_nobody_is_ranked(path: str) -> None:
    said = words(path).lower()
    neutral = said.replace("neither better nor worse", "").replace("a ranking that the intervals do not support", "")
    assert not re.search(r"\b(rank\w*|league|best|worst|better|worse|good|bad|poor|top|leading|lagging)\b", neutral)
    denied = neutral.replace("they do not say what was prescribed", "")
    assert "prescri" not in denied


@pytest.mark.parametrize("path", PATHS)
def test_navigation_reaches_every_page_and_links_lead_somewhere(path: str) -> None:
    made, root = shown(path), page(path).root
    assert all(f'href="{root}{link.path}"' in made for link in SITE.navigation)
    ids = set(re.findall(r'\sid="([^"]+)"', made))
    assert set(re.findall(r'href="#([^"]+)"', made)) <= ids
    pages_known = {link.path for link in SITE.navigation} | {"atlas.css"}
    for address in re.findall(r'href="([^"#]+)"', made):
        plain = address.removeprefix(root)
        kind = ("trust/", "measure/", "data:")
        folder = f"{page(path).data_folder}/"
        assert plain in pages_known or plain.startswith(kind) or address.startswith(folder), address


@pytest.mark.parametrize("path", PATHS)
def test_ids_are_unique(path: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', shown(path))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PATHS)
def test_every_table_can_be_downloaded_and_says_what_it_is(path: str) -> None:
    tables = tables_of(page(path).sections)
    assert len({table.file_name for table in tables}) == len(tables) > 0
    for table in tables:
        assert f'href="{page(path).data_folder}/{table.file_name}"' in shown(path)
        assert table.file_name.endswith(".synthetic.csv") or table.file_name in LIBRARY
        assert "standing" in table.csv().partition("\n")[0]


@pytest.mark.parametrize("width", list(SIZES))
def test_every_spec_is_vega_lite_as_altair_knows_it(width: str) -> None:
    for figure in figures():
        check_spec(figure.spec(width))  # type: ignore[arg-type]  # a width


def test_a_phone_gets_pictures_that_fit() -> None:
    for path in PATHS:
        for block in [block for section in page(path).sections for block in section.blocks if block.picture]:
            assert block.picture is not None
            found = re.search(r'viewBox="0 0 (\d+)', block.picture.narrow)
            assert found is not None
            assert int(found[1]) <= 390


def test_the_same_page_has_the_same_bytes() -> None:
    again = render_atlas_page(trust_page(trust_parts()), SITE)
    assert again == shown("trust/RXA7.html")


def test_a_trust_page_needs_two_drawings_in_two_widths() -> None:
    blocks = [block for section in page("trust/RXA7.html").sections for block in section.blocks]
    assert sum(block.picture is not None for block in blocks) == 2


def test_a_trust_page_tells_what_it_was_and_what_was_refused() -> None:
    said = words("trust/RXA7.html")
    assert "Eastport General Hospital NHS Trust (RXY): merger, 1 July 2020" in said
    assert "Reported as RXY in January 2019 to July 2020." in said
    assert "The figures put 2 codes together; no amount is seen to be counted twice." in said
    assert "FOIA, section 12" in said


def test_a_place_without_a_page_is_a_name_without_a_link() -> None:
    assert trust_link("", "SA9", "A board", ()) == "A board"
    assert "<a" in trust_link("", "RXA7", "A trust", {"RXA7"})


def test_a_trust_of_which_nothing_is_known_has_a_page_that_says_so() -> None:
    parts = trust_parts()
    nothing = parts.mix.frame.clear()
    series = nothing.select("month", value="patient_years")
    made = trust_page(
        replace(
            parts,
            mix=replace(parts.mix, frame=nothing),
            run=run_of("A trust", "All", "patient-years", series, parts.mix.months),
            coverage=replace(parts.coverage, frame=parts.coverage.frame.clear()),
            strips=[],
            starts=parts.starts.clear(),
            answers=parts.answers.clear(),
            neighbours=(),
        )
    )
    assert "so nothing is known of that year" in made.headlines[0]
    assert "No answer of this trust" in render_atlas_page(made, SITE)
    assert all(row[1] == "not reported" for row in tables_of(made.sections)[0].rows())


def test_what_is_written_by_others_is_escaped() -> None:
    odd = Page(title="<b>A & B</b>", subtitle="", provenance=SYNTHETIC, headlines=["<i>"], path="x.html")
    assert "<b>A" not in render_atlas_page(odd, SITE)
    assert "<i>" not in render_atlas_page(odd, SITE)


def test_a_code_in_no_list_says_so_and_nothing_of_areas() -> None:
    parts = trust_parts()
    made = trust_page(replace(parts, place=replace(parts.place, listed=False)))
    assert made.subtitle == "A code in no list; place not known"


def test_starts_are_whole_units_of_the_window_and_unknown_is_no_number() -> None:
    table = next(one for one in tables_of(page("trust/RXA7.html").sections) if one.name == "starts")
    assert table.columns[1].header == "Units issued in the window"
    assert [row[1] for row in table.rows()] == ["14", "9", "not known"]


def test_without_starts_there_is_a_sentence_and_no_empty_table() -> None:
    parts = trust_parts()
    made = trust_page(replace(parts, starts=parts.starts.clear()))
    assert "starts" not in [table.name for table in tables_of(made.sections)]
    assert "No such pack is seen in these data." in render_atlas_page(made, SITE)


def test_the_style_reaches_no_other_file() -> None:
    assert not re.search(r"@import|url\(", atlas_style())


def test_boundaries_are_attributed_only_where_they_are_drawn() -> None:
    assert "Crown copyright" in words("about.html").replace("\xa0", " ")
    assert "public domain" in words("about.html")
