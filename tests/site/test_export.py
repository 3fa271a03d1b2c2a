"""The exported site as a reader finds it: every link leads somewhere, every page is light, no host but its own."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from remission.inputs.provenance import STANDING_WORDS
from remission.outcomes.definitions.reading import endpoint_names
from remission.site.bundled import BUNDLED
from remission.site.shell import NO_ADVICE
from remission.studies.claims.load import load_claims

MOST_BYTES = 450_000
# Names in pictures and in data for machines, which no browser asks for.
NAMES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "https://schema.org"}
SINGLE_FILES = {one.path for one in BUNDLED}


def pages(whole_site: Path) -> dict[str, str]:
    return {
        path.relative_to(whole_site).as_posix(): path.read_text("utf-8") for path in sorted(whole_site.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def every(whole_site: Path) -> dict[str, str]:
    return pages(whole_site)


@pytest.fixture(scope="module")
def own(every: dict[str, str]) -> dict[str, str]:
    """The pages in the shell of the site; reports are single files."""
    return {path: text for path, text in every.items() if path not in SINGLE_FILES}


@pytest.mark.parametrize("path", ["index.html", "claims.html", "unknown.html"])
def test_pages_of_published_numbers_say_that_they_are(own: dict[str, str], path: str) -> None:
    assert STANDING_WORDS["published"] in html.unescape(own[path])


def test_everything_that_was_asked_for_is_there(every: dict[str, str]) -> None:
    asked = {"index.html", "claims.html", "evidence/progressive.html", "endpoints.html", "rules.html", "worlds.html",
             "reports.html", "methods.html", "unknown.html", "search.html", "atlas.html", *SINGLE_FILES}  # fmt: skip
    assert asked <= set(every)
    assert {f"endpoint/{name}.html" for name in endpoint_names()} <= set(every)
    assert {f"claim/{one.name}.html" for one in load_claims()} <= set(every)


def test_every_internal_link_resolves_to_a_file_and_to_a_place_in_it(whole_site: Path, every: dict[str, str]) -> None:
    ids = {path: set(re.findall(r'\sid="([^"]+)"', text)) for path, text in every.items()}
    for path, text in every.items():
        for address in re.findall(r'(?:href|src)="([^"]+)"', re.sub(r"<script.*?</script>", "", text, flags=re.S)):
            said = html.unescape(address)
            if said.startswith(("data:", "http://www.w3.org", "https://doi.org/")):
                continue
            file, _, part = said.partition("#")
            target = (whole_site / path).parent / unquote(file) if file else whole_site / path
            assert target.is_file(), f"{path} leads to {said}"
            if part and target.suffix == ".html":
                found = target.resolve().relative_to(whole_site.resolve()).as_posix()
                assert unquote(part) in ids[found], f"{path} leads to {said}"


def test_every_page_but_the_single_files_is_light(whole_site: Path, own: dict[str, str]) -> None:
    heavy = {
        path: (whole_site / path).stat().st_size for path in own if (whole_site / path).stat().st_size >= MOST_BYTES
    }
    assert heavy == {}


def test_no_page_names_another_host(own: dict[str, str]) -> None:
    for path, text in own.items():
        without_doi = re.sub(r'href="https://doi\.org/[^"]+"', "", text)
        assert set(re.findall(r"https?://[^\"'\s<)]+", without_doi)) <= NAMES, path


def test_the_policy_is_strict_and_nothing_inline_needs_more(own: dict[str, str]) -> None:
    for path, text in own.items():
        said = html.unescape(re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[0])
        assert said.startswith("default-src 'none'; style-src 'self'; "), path
        assert "unsafe" not in said, path
        scripts = re.findall(r"<script([^>]*)>", text)
        assert ("script-src 'self'" in said) == any("src=" in one for one in scripts), path
        # Data for a machine or for the script of the page are no code.
        assert all("src=" in one or re.search(r"application/(ld\+)?json", one) for one in scripts), path
        assert not re.search(r"<style|<[^>]+\sstyle=|<[^>]+\son[a-z]+=|javascript:|<form", text), path


def test_ids_are_unique(own: dict[str, str]) -> None:
    for path, text in own.items():
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), path


def test_every_page_says_its_day_and_that_it_advises_nobody(own: dict[str, str]) -> None:
    for path, text in own.items():
        assert "This site was made on 30 November 2026." in text, path
        assert NO_ADVICE in html.unescape(text), path


def test_every_navigation_names_the_same_places(own: dict[str, str]) -> None:
    for path, text in own.items():
        words = re.findall(r">([^<]+)</a></li>", text.partition('<nav class="site"')[2].partition("</nav>")[0])
        assert words == ["Questions", "Evidence", "Claims", "Progressive MS", "Endpoints", "Reports", "Hospitals",
                         "Methods", "Take part", "Not known"], path  # fmt: skip


def test_reports_lead_back_to_the_site(every: dict[str, str]) -> None:
    for one in BUNDLED:
        assert '<a href="../../index.html">Remission</a>' in every[one.path]


def test_the_index_of_the_search_names_every_page_and_lies_in_a_script(whole_site: Path, own: dict[str, str]) -> None:
    written = (whole_site / "search.js").read_text("utf-8")
    index = json.loads(re.match(r"const index = (.*);\n", written)[1])  # type: ignore[index]
    listed = {path for path, *_ in index}
    assert listed == set(own) - {"index.html", "search.html"}
    words = {path: " ".join((title, sentence, topics)) for path, title, sentence, topics in index}
    assert "Mexico" in words["study/ruiz-arguelles-2019.html"]
    assert "ocrelizumab" in words["study/oratorio.html"]
    assert "5 to 10%" in words["claim/mortality-5-10.html"]


def test_a_door_without_its_page_is_a_card_that_names_the_command(every: dict[str, str]) -> None:
    for text in (every["atlas.html"], every["index.html"]):
        assert "remission site export DIR --with-atlas" in text


def test_claims_have_a_claim_review_and_questions_have_none(every: dict[str, str]) -> None:
    for one in load_claims():
        text = every[f"claim/{one.name}.html"]
        found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
        assert len(found) == (one.kind == "claim"), one.name
        for review in map(json.loads, found):
            assert review["@type"] == "ClaimReview"
            assert review["claimReviewed"] == one.words
            assert review["itemReviewed"]["author"]["name"] == one.said_by
            assert ("ratingValue" in review["reviewRating"]) == (
                review["reviewRating"]["alternateName"] != "Cannot be tested yet"
            )
