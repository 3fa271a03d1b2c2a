"""How hard a text is to read: the grade of Flesch and Kincaid, with names of drugs and methods excepted by a list.

Kincaid et al. 1975: 0.39 words a sentence + 11.8 syllables a word - 15.59. Syllables are counted by groups of vowels,
which is right for most English words and a little too many for some.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

# Names cannot be said in shorter words: each counts as one syllable.
EXCEPTED = frozenset({
    "alemtuzumab", "ocrelizumab", "ofatumumab", "natalizumab", "rituximab", "cladribine", "teriflunomide",
    "siponimod", "atacicept", "cyclophosphamide", "interferon", "beam", "atg", "hsct", "ppms", "spms", "ms",
    "mist", "ectrims", "ebmt", "starms", "edss", "mri", "cns", "clopper", "pearson", "kaplan", "meier",
    "clopper-pearson", "kaplan-meier", "beta-binomial", "binomial-normal", "remission", "oligoclonal",
    "myelodysplasia", "mexico", "united", "kingdom", "america", "american", "italy", "italian", "germany",
    "brazil", "sweden", "swedish",
})  # fmt: skip
# What is read in sentences: a paragraph, an item of a list, a cell of words.
READ = ("p", "li", "td")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,]*")
_END = re.compile(r"(?<=[.!?])[”)]?\s+")
# A link or a label of few words is no sentence, and would make any page easy.
FEWEST_WORDS = 5


class Paragraphs(HTMLParser):
    """The text of paragraphs, items and cells of words within main, one by one; headings and pictures are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[str] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("br", "img", "input", "meta", "link", "path"):
            self.inside.append(tag)
        if tag in READ:
            self._text = []

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass
        if tag in READ:
            self.found.append(" ".join("".join(self._text).split()))
            self._text = []

    def handle_data(self, data: str) -> None:
        if "main" in self.inside and not {"code", "svg", "script", "noscript", "nav"} & set(self.inside):
            self._text.append(data)


def paragraphs_of(html: str) -> list[str]:
    """The texts of a page that a person reads in sentences."""
    parser = Paragraphs()
    parser.feed(html)
    return [unescape(one) for one in parser.found if len(_WORD.findall(one)) >= FEWEST_WORDS]


def grade(texts: list[str]) -> float:
    """The grade of some texts together; each ends a sentence, with or without a stop."""
    sentences = [one for text in texts for one in _END.split(text) if _WORD.search(one)]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    syllables = sum(map(syllables_of, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def syllables_of(word: str) -> int:
    """Syllables of one word, at least one; of a number or a name of the list, one."""
    plain = word.lower().strip("'’-.,")
    if plain in EXCEPTED or not plain or plain[0].isdigit():
        return 1
    groups = re.findall(r"[aeiouy]+", plain)
    silent = plain.endswith("e") and not plain.endswith(("le", "ee")) and len(groups) > 1
    past = plain.endswith("ed") and not plain.endswith(("ted", "ded")) and len(groups) > 1
    return max(len(groups) - silent - past, 1)
