"""How hard a text is to read: the school grade of Kincaid and others 1975 (Navy report 8-75), from words and syllables.

Syllables are counted by rule and not looked up, so a word may be one off; over a page that evens out. Names that
nobody can say more simply (drugs, methods) count as one short word: `library/plain_words.csv` lists them, and the
therapies and brands of the library are among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

from remission.library.catalogue import table, therapies

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# What begins the next sentence: a stop, a question mark, a colon before a new thought, or a new line.
END = re.compile(r"[.?:;]+(?:\s|$)|\n+")
VOWELS = re.compile(r"[aeiouy]+")
# An e at the end is mute, and mostly in -es and -ed; not after a consonant and l or r ("table", "metres", "handled").
MUTE = re.compile(r"[^aeiouy]e$|[^aeiouycsxzgh]es$|[^aeiouytd]ed$")
SAID = re.compile(r"[^aeiouy](?:[lr]es?|led)$")
# Two vowels that are said one after the other: MRI is no word here, but "triage", "fluid", "being" are.
APART = re.compile(r"ia|io(?!u|n)|iu|eo(?!p)|ua(?!r)|ie(?=t|nc|r$)|(?<![gq])ui(?=d)|ei(?=ng)")
EXCEPTED = "it"


@dataclass(frozen=True)
class Excepted:
    """One name that has no simpler word, and why it is needed."""

    name: str
    why: str


@cache
def names() -> tuple[str, ...]:
    """Names that are excepted, the longest first, so that a name within another does not leave a rest of it."""
    listed = [one.name for one in table("plain_words", Excepted)]
    known = [name for one in therapies().values() for name in (one.name, *one.brands)]
    return tuple(sorted({*listed, *known}, key=len, reverse=True))


def syllables(word: str) -> int:
    """Syllables of an English word, by rule.

    >>> [syllables(word) for word in ("stopped", "table", "treatment", "hospital", "people", "scan")]
    [1, 2, 2, 3, 2, 1]
    """
    plain = word.lower().replace("’", "'")
    mute = bool(MUTE.search(plain) and not SAID.search(plain))
    return max(1, len(VOWELS.findall(plain)) + len(APART.findall(plain)) - mute)


def school_grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text: 8 is read with ease at about fourteen.

    >>> round(school_grade("The cat sat on the mat."), 2)
    -1.45
    """
    plain = text
    for name in names():
        plain = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", EXCEPTED, plain, flags=re.IGNORECASE)
    sentences = [found for one in END.split(plain) if (found := WORD.findall(one))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


# What stands on every page, or is no text: the way through the site, the foot, what a script or a picture holds.
UNREAD = frozenset(("nav", "footer", "script", "style", "svg", "title", "option"))
LINES = frozenset(
    ("p", "li", "h1", "h2", "h3", "h4", "div", "section", "label", "legend", "dt", "dd", "td", "th", "button")
)


class _Words(HTMLParser):
    """What a reader reads of a page, a line for each paragraph, item and cell."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.said = 0, list[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside += tag in UNREAD
        self.said += ["\n"] * (tag in LINES)

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in UNREAD
        self.said += ["\n"] * (tag in LINES)

    def handle_data(self, data: str) -> None:
        self.said += [] if self.inside else [" ".join(data.split()) + " "]


def text_of_page(html: str) -> str:
    """The words of a page as they are read, without what stands on every page.

    >>> text_of_page("<nav>Here</nav><p>One  two.</p><p>Three.</p>").split("\\n")[1].strip()
    'One two.'
    """
    page = _Words()
    page.feed(html)
    return "".join(page.said)
