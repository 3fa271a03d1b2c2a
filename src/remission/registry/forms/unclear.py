"""What a person is told about an answer that could not be taken as it stands."""

from __future__ import annotations


class Unclear(Exception):  # noqa: N818 - nothing went wrong: somebody is asked again
    """An answer that is asked again; `words` are for the person, and the exception's message has none of them."""

    def __init__(self, words: str) -> None:
        super().__init__("an answer that has to be asked again")
        self.words = words
