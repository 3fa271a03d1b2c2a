"""What a browser without a script would send from a page: the inputs of its form, as they are filled in there."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = ("input", "br", "meta", "link", "img", "hr")


class Page(HTMLParser):
    """The elements of a page that a test looks at: inputs with what is in them, ids, links, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._area = self._list = ""
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        self._silent += tag in ("style", "script")
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "input" and name and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.sent.append((name, value))
        elif tag == "textarea":
            self._area = name
            self.sent.append((name, ""))
        elif tag == "select":
            self._list = name
            self.sent.append((name, ""))
        elif tag == "option" and self._list and "selected" in given:
            self.sent[-1] = (self._list, value)

    def handle_data(self, data: str) -> None:
        if self._area:
            # The first line break after the tag belongs to the page and not to the text.
            before = self.sent[-1][1]
            self.sent[-1] = (self._area, before + data if before else data.removeprefix("\n"))
        elif not self._silent and data.strip():
            self.text.append(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")
        self._area = "" if tag == "textarea" else self._area
        self._list = "" if tag == "select" else self._list

    def inputs(self) -> dict[str, str | list[str]]:
        """Everything that would be sent, as Django's client takes it."""
        made: dict[str, list[str]] = {}
        for name, value in self.sent:
            made.setdefault(name, []).append(value)
        return {name: values if len(values) > 1 else values[0] for name, values in made.items()}

    def of(self, tag: str) -> Iterator[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return (given for one, given in self.elements if one == tag)

    @property
    def said(self) -> str:
        """All the text."""
        return " ".join(self.text)
