"""Documents of the library as pages: the text is the one that the project's own files have."""

from __future__ import annotations

from remission.exhibits.documents import read_document
from remission.exhibits.page import Block, Link, Page, Section
from remission.exhibits.tables import OF_THE_LIBRARY
from remission.library.catalogue import LIBRARY

METHODS = Link("Methods", "methods.html")
_ADDRESSES = {"rules.md": "rules.html", "worlds.md": "worlds.html", "endpoints.md": "endpoints.html"}


def library_document(name: str) -> str:
    """The text of a document of the library.

    >>> library_document("rules").splitlines()[0]
    '# The rules, exactly'
    """
    return (LIBRARY / "documents" / f"{name}.md").read_text(encoding="utf-8")


def document_page(text: str, path: str, said: str, subtitle: str) -> Page:
    """A document as a page below the methods; `said` is what it answers, in a sentence."""
    document = read_document(text, _resolved)
    lead = [Section("about", "About this page", [Block(document=document.lead)])] if document.lead else []
    return Page(
        path=path,
        title=document.title,
        subtitle=subtitle,
        provenance=OF_THE_LIBRARY,
        headlines=[said],
        sections=[*lead, *document.sections],
        trail=[METHODS],
    )


def _resolved(address: str) -> str:
    file, sign, part = address.partition("#")
    return _ADDRESSES.get(file, file) + sign + part
