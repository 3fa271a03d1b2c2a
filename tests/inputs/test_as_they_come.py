"""What bytes are is judged in one place: separators, encodings, pages, each as people's files have them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.inputs.as_they_come import (
    SEPARATORS,
    decoded,
    encoding_of,
    kind_of,
    looks_like_a_page,
    separators_of,
)

CELLS = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n;,\t|'), min_size=1, max_size=5)


@given(st.sampled_from(SEPARATORS), st.lists(CELLS, min_size=2, max_size=5), st.integers(0, 4))
def test_the_sign_that_cuts_every_line_alike_is_the_one(sign: str, cells: list[str], rows: int) -> None:
    text = "\n".join([sign.join(cells)] * (rows + 1)) + "\n"
    assert separators_of(text) == separators_of(text, headed=False) == (sign,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # A decimal comma in every row, and none in the header: ragged rows make no comma of a semicolon.
        ("id;edss\n1;2,5\n2;3,0;late\n3;3,5;early\n", (";",)),
        # A comma in one cell of a table that is ragged: it is in no name of a column.
        ("id;edss\n1;2\n2;3;late, tired\n3;3;early\n", (";",)),
        ("a;b,c\n1;2,5\n", (";", ",")),
        ("one column\n1\n", ()),
        ('a,"b;c"\n1,2\n', (",",)),
        ("", ()),
    ],
)
def test_a_header_settles_what_separates(text: str, found: tuple[str, ...]) -> None:
    assert separators_of(text) == found


def test_above_a_table_a_letter_may_stand() -> None:
    letter = "Dear Sir, thank you, and regards\nOur figures:\n"
    table = "medicine;patients;note\nOcrevus;12;\nTysabri;5;old, and new\n"
    assert separators_of(letter + table, headed=False) == (";",)
    assert separators_of(letter + table) == (",",)


@pytest.mark.parametrize(
    ("begin", "page"),
    [
        (b"\xef\xbb\xbf <!doctype html>", True),
        (b"<HTML>", True),
        (b"<?xml version='1.0'?>", True),
        (b"<Error><Code>NoSuchKey</Code>", True),
        (b"\n\t<table>", True),
        # Counts that are not told, and a header in brackets: tables.
        (b"<5,<5,12", False),
        (b"< 5;7", False),
        (b"year_month,ods_code", False),
    ],
)
def test_a_page_is_known_by_its_first_tag_wherever_it_is_asked(begin: bytes, page: bool) -> None:
    assert looks_like_a_page(begin) == page
    assert (kind_of(begin) == "page") == page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_text_is_read_as_its_bytes_show(encoding: str) -> None:
    content = "Età;µg".encode(encoding)
    assert decoded(content) == "Età;µg"
    assert encoding_of(content) == ("" if encoding == "windows-1252" else encoding.removesuffix("-sig"))
