"""What a transport file says of its own length: whether it is whole, before its values are read.

Version 5 does not say how many records there are, and its last record is followed by blanks up to a multiple of 80
bytes. So a file that was cut off shows it by its length or by half a record, unless the cut is between two records and
at a multiple of 80. Layout: SAS technical note TS-140 and that of version 8 (status: secondary, as ReadStat has them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from remission.inputs.problems import Problem

BLOCK = 80
HEADER = b"HEADER RECORD*******"
OF_MEMBER, OF_VARIABLES, OF_RECORDS = (b"MEMBER", b"MEMBV8"), (b"NAMESTR", b"NAMSTV8"), (b"OBS ", b"OBSV8")
VARIABLE_BYTES = 140
TEXT = 2
AGAIN = "Ask for the file again, or write it again: records may be missing."


class Field(NamedTuple):
    """A variable: where its value stands in a record."""

    name: str
    is_text: bool
    start: int
    length: int


@dataclass(frozen=True)
class Layout:
    """The variables of a dataset, its records as bytes, and how many there are if the file says so."""

    fields: tuple[Field, ...]
    data: bytes
    declared: int | None
    members: int

    @property
    def record_bytes(self) -> int:
        """Length of a record."""
        return sum(field.length for field in self.fields)

    @property
    def begun(self) -> int:
        """Records that have begun: as many as are declared, or as reach to the last byte that is no blank."""
        return -(-len(self.data.rstrip(b" ")) // self.record_bytes) if self.declared is None else self.declared


def read_layout(content: bytes) -> Layout | None:
    """The layout of a transport file of version 5 or 8; None when its headers are not there.

    >>> read_layout(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!") is None
    True
    """
    headers = {at: content[at + len(HEADER) : at + len(HEADER) + 8] for at in _headers(content)}
    variables = next((at for at, kind in headers.items() if kind.startswith(OF_VARIABLES)), None)
    records = next((at for at, kind in headers.items() if kind.startswith(OF_RECORDS)), None)
    if variables is None or records is None:
        return None
    members = sum(kind.startswith(OF_MEMBER) for kind in headers.values())
    after = min(at for at in headers if at > variables)
    fields = tuple(_fields(content[variables + BLOCK : after]))
    if not fields:
        return None
    return Layout(fields, content[records + BLOCK :], _declared(content[records : records + BLOCK]), members)


def members_of(content: bytes) -> tuple[bytes, ...]:
    """A transport file of several datasets as files of one each: what stands before the first of them begins each."""
    begins = [at for at in _headers(content) if content[at + len(HEADER) : at + len(HEADER) + 8].startswith(OF_MEMBER)]
    # None begins in a file that was cut off before its first.
    return tuple(content[: begins[0]] + content[at:end] for at, end in pairwise((*begins, len(content))))


def name_of(member: bytes) -> str:
    """What the first dataset of a transport file calls itself; empty where it does not say.

    >>> name_of(b"")
    ''
    """
    at = next((at for at in _headers(member) if member[at + len(HEADER) :].startswith(OF_MEMBER)), None)
    # Two header records, then eight letters of SAS; version 8 has room for longer names.
    begin = None if at is None else at + 2 * BLOCK + 8
    long = at is not None and member[at + len(HEADER) :].startswith(OF_MEMBER[1])
    return "" if begin is None else member[begin : begin + (32 if long else 8)].decode("latin-1").strip().upper()


def _headers(content: bytes) -> Iterator[int]:
    at = content.find(HEADER)
    while at >= 0:
        if at % BLOCK == 0:
            yield at
        at = content.find(HEADER, at + 1)


def _fields(described: bytes) -> Iterator[Field]:
    start = 0
    for at in range(0, len(described) - VARIABLE_BYTES + 1, VARIABLE_BYTES):
        kind, length = (int.from_bytes(described[at + shift : at + shift + 2], "big") for shift in (0, 4))
        name = described[at + 8 : at + 16].decode("latin-1").strip()
        yield Field(name, kind == TEXT, start, length)
        start += length


def _declared(header: bytes) -> int | None:
    said = header[48:].decode("latin-1")
    # Version 5 fills the place with zeros, and so do programs that write version 8 and do not count.
    return int(said) if said.strip().isdigit() and not said.startswith("0" * 15) else None


def check_layout(file: str, content: bytes) -> Iterator[Problem]:
    """Why a transport file cannot be taken for whole; nothing when it can."""
    over = len(content) % BLOCK
    if over:
        found = f"{len(content):,} bytes, which is no multiple of {BLOCK}: the file was cut off"
        yield Problem.of_file(file, found=found, allowed="a whole transport file", do=AGAIN)
        return
    layout = read_layout(content)
    if layout is None:
        found = "no header of records"
        yield Problem.of_file(file, found=found, allowed="a transport file of version 5 or 8", do=AGAIN)
        return
    if layout.members > 1:
        found, advice = f"{layout.members} datasets in one file", "Write this one into a file of its own."
        yield Problem.of_file(file, found=found, allowed="one dataset a file", do=advice)
        return
    yield from _check_records(file, layout)
    yield from _check_texts(file, layout)


def _check_records(file: str, layout: Layout) -> Iterator[Problem]:
    held, rest = divmod(len(layout.data), layout.record_bytes)
    if layout.begun > held or (layout.declared is None and held == layout.begun and rest >= BLOCK):
        found = f"{held:,} whole records and a part of the next: the file was cut off"
        if layout.declared is not None:
            found = f"{held:,} records where its header says {layout.declared:,}: the file was cut off"
        yield Problem.of_file(file, found=found, allowed="a whole transport file", do=AGAIN)
    elif layout.declared is None and not layout.begun:
        yield Problem.of_file(
            file,
            found="no record",
            allowed="records: version 5 cannot tell a dataset without any from one that was cut off",
            do="Leave it out, or write it as version 8 or Dataset-JSON, which say how many records there are.",
        )


def _check_texts(file: str, layout: Layout) -> Iterator[Problem]:
    """Texts that go on after a sign NUL, at which programs end a text."""
    if b"\x00" not in layout.data:
        return
    whole = len(layout.data) // layout.record_bytes
    bytes_of = np.frombuffer(layout.data, np.uint8, whole * layout.record_bytes).reshape(whole, layout.record_bytes)
    for field in layout.fields:
        text = bytes_of[:, field.start : field.start + field.length]
        if not field.is_text or not (text == 0).any():
            continue
        # Some programs fill up a text with NUL instead of blanks, and then nothing follows.
        ended = np.logical_or.accumulate(text == 0, axis=1)
        broken = np.flatnonzero((ended & (text != 0) & (text != ord(" "))).any(axis=1))
        if broken.size:
            yield Problem.at_row(
                file,
                int(broken[0]) + 1,
                field.name,
                found="text after a sign NUL, at which a text ends",
                allowed="texts without NUL",
                do="Write the text without it.",
                more=int(broken.size) - 1,
            )
