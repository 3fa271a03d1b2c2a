"""The search: one line for each page, in a script file, so that it works from a folder too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remission.exhibits.page import Block, Page, Section
from remission.exhibits.site.shell import linked, template_text
from remission.exhibits.tables import OF_THE_LIBRARY
from remission.exhibits.wording import count
from remission.site.shell import ROOM

if TYPE_CHECKING:
    from remission.exhibits.site.write import PageEntry
    from remission.site.known import Known
    from remission.studies.study import Study

PATH, SCRIPT = "search.html", "search.js"
# The first part of the address says what a page is about.
KINDS = {
    "": "Pages of the site",
    "evidence": "What the studies say",
    "claim": "Claims",
    "study": "Studies",
    "endpoint": "Endpoints",
}


def search_script(entries: Sequence[PageEntry], known: Known) -> str:
    """The index and what searches it, in one file."""
    topics = topics_of(known)
    index = [[one.path, one.title, one.said, " ".join((*topics.get(one.path, ()), *one.found_by))] for one in entries]
    # As a script and not as data: a page from a folder may not read the file beside it.
    written = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    return f"const index = {written};\n{template_text(ROOM, 'search.js')}"


def topics_of(known: Known) -> dict[str, tuple[str, ...]]:
    """Words by which pages are found besides their title, by address: therapies and regimens of studies, of claims."""
    studies = {f"study/{one.name}.html": tuple(_words_of(one)) for one in known.evidence.studies.every}
    claims = {f"claim/{one.claim.name}.html": (*one.claim.topics, one.claim.words) for one in known.decisions}
    return studies | claims


def _words_of(study: Study) -> Iterator[str]:
    yield study.country
    yield study.registry
    for arm in study.arms:
        yield from (arm.therapy, arm.given, arm.course)
        yield from (said.says for said in (arm.conditioning, arm.serotherapy) if said)


def search_page(entries: Sequence[PageEntry]) -> Page:
    """Every page on one list, by what it is about; the box above it is brought to life by the script."""
    return Page(
        path=PATH,
        title="Search, and every page",
        subtitle=f"{count(len(entries), 'page')} on one list",
        provenance=OF_THE_LIBRARY,
        sections=[_section(kind, title, entries) for kind, title in KINDS.items() if _of(kind, entries)],
        script=SCRIPT,
    )


def _of(kind: str, entries: Sequence[PageEntry]) -> list[PageEntry]:
    # What has no kind of its own stands among the pages of the site.
    folder = [(one, one.path.rpartition("/")[0]) for one in entries]
    return [one for one, found in folder if found == kind or (not kind and found not in KINDS)]


def _section(kind: str, title: str, entries: Sequence[PageEntry]) -> Section:
    lines = [linked(one.title, one.path) for one in sorted(_of(kind, entries), key=lambda one: one.title.casefold())]
    return Section(kind or "site", title, [Block(sentences=lines)])
