"""The index of the search: what pages say of themselves, and words by which people look for them."""

from __future__ import annotations

import json
from datetime import date

from remission.evidence.pages.b_cells import b_cells_page
from remission.evidence.pages.eligibility import eligibility_page
from remission.evidence.pages.league import league_page
from remission.exhibits.site.write import PageEntry, entry_of
from remission.site.known import know_site
from remission.site.search import search_page, search_script, topics_of
from remission.studies.load import load_studies

KNOWN = know_site(load_studies(), date(2026, 11, 30))
ENTRIES = (
    PageEntry("study/oratorio.html", "ORATORIO 2017", "Ocrelizumab against placebo."),
    PageEntry("claim/cancer-back.html", "“it could”", "Nobody knows."),
    PageEntry("methods.html", "How this is done", "</script>"),
)


def index() -> dict[str, list[str]]:
    text = search_script(ENTRIES, KNOWN)
    return {path: said for path, *said in json.loads(text.removeprefix("const index = ").partition(";\n")[0])}


def test_the_index_holds_title_sentence_and_topics_of_each_page() -> None:
    found = index()
    assert list(found) == [one.path for one in ENTRIES]
    assert found["study/oratorio.html"][:2] == ["ORATORIO 2017", "Ocrelizumab against placebo."]
    assert "ocrelizumab" in found["study/oratorio.html"][2]
    assert "cancer" in found["claim/cancer-back.html"][2]


def test_pages_are_found_by_the_words_that_clinicians_and_people_use_for_them() -> None:
    pages = [make(KNOWN.evidence) for make in (league_page, eligibility_page, b_cells_page)]
    written = search_script([entry_of(one) for one in pages], KNOWN)
    rows = {path: " ".join(said).casefold() for path, *said in json.loads(
        written.removeprefix("const index = ").partition(";\n")[0])}  # fmt: skip
    asked = {
        "evidence/league.html": ("network", "ranking", "natalizumab", "ocrelizumab", "efficacy"),
        "evidence/eligibility.html": ("eligib", "criteria", "refused", "starms", "ram-ms"),
        "evidence/b-cells.html": ("memory b", "cd27", "rituximab"),
    }
    missing = [(path, word) for path, words in asked.items() for word in words if word not in rows[path]]
    assert not missing


def test_every_study_and_claim_is_found_by_words_of_its_own() -> None:
    topics = topics_of(KNOWN)
    assert {f"study/{one.name}.html" for one in KNOWN.evidence.studies.every} <= set(topics)
    assert {f"claim/{one.claim.name}.html" for one in KNOWN.decisions} <= set(topics)
    assert "Mexico" in topics["study/ruiz-arguelles-2019.html"]


def test_without_a_script_every_page_is_on_one_list_by_what_it_is_about() -> None:
    page = search_page(ENTRIES)
    assert [one.title for one in page.sections] == ["Pages of the site", "Claims", "Studies"]
    listed = [str(sentence) for one in page.sections for block in one.blocks for sentence in block.sentences]
    assert all(any(f'href="{entry.path}"' in line for line in listed) for entry in ENTRIES)
