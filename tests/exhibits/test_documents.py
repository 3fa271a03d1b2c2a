"""Texts in Markdown as sections of a page: everything of them is there, nothing in them is run."""

from __future__ import annotations

import re

import pytest

from remission.exhibits.documents import read_document
from remission.exhibits.wording import anchor
from remission.report.definitions.worlds import worlds_page
from remission.site.documents import library_document

TEXT = """# The title

Before. See [the other](other.md#part).

## First part

| option | meaning |
|---|---|
| `a < b` | **less** |

### Inside & out

<script>alert(1)</script> and `code`.

## Second part

1. one
2. two
"""


def html(text: str) -> str:
    document = read_document(text, lambda address: address.replace(".md", ".html"))
    return document.lead + "".join(block.document for one in document.sections for block in one.blocks)


def test_headings_of_the_second_level_are_sections_with_anchors() -> None:
    document = read_document(TEXT)
    assert document.title == "The title"
    assert [(one.name, one.title) for one in document.sections] == [
        ("first-part", "First part"),
        ("second-part", "Second part"),
    ]
    assert '<h3 id="inside--out">' in html(TEXT)


def test_html_in_a_text_is_letters() -> None:
    assert "<script>" not in html(TEXT)
    assert "&lt;script&gt;" in html(TEXT)


def test_links_lead_where_they_are_resolved_to() -> None:
    assert '<a href="other.html#part">the other</a>' in html(TEXT)


def test_a_table_is_named_and_reached_by_the_keyboard() -> None:
    made = html(TEXT)
    assert '<div class="scroll" tabindex="0" role="group" aria-label="Table: First part">' in made
    assert '<th scope="col" class="words">option</th>' in made
    assert made.count("<div") == made.count("</div>")


@pytest.mark.parametrize("text", [worlds_page(), library_document("rules")], ids=["worlds", "rules"])
def test_every_word_of_our_own_documents_is_on_the_page(text: str) -> None:
    plain = re.sub(r"<[^>]+>", " ", html(text))
    for name, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        plain = plain.replace(name, sign)
    document = read_document(text)
    titles = " ".join([document.title, *(one.title for one in document.sections)])
    said = set(re.findall(r"[A-Za-z]{3,}", plain + titles))
    without_links = re.sub(r"\]\([^)]*\)", "", text)
    assert set(re.findall(r"[A-Za-z]{3,}", without_links)) - said == set()


def test_anchors_within_a_document_lead_to_its_headings() -> None:
    made = html(worlds_page())
    ids = set(re.findall(r'id="([^"]+)"', made)) | {one.name for one in read_document(worlds_page()).sections}
    assert set(re.findall(r'href="#([^"]+)"', made)) <= ids
    assert anchor("A change of just the threshold counts") in ids
