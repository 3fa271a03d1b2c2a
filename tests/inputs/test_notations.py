"""What JSON and TOML may say and no table can hold is refused where it is read, by its place."""

from __future__ import annotations

import pytest

from remission.inputs.notations import DEEPEST, decoded, parse_json, unholdable
from remission.inputs.problems import InputProblems
from remission.inputs.strict_records import parse_toml


def refused(content: bytes) -> str:
    with pytest.raises(InputProblems) as raised:
        parse_json(content, "a.json")
    return raised.value.report()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", "a.json: found bytes that are not UTF-8 in line 1"),
        (b'{"a": 1,\n}', "a.json: found text that is not JSON (line 2)"),
        (b"", "a.json: found text that is not JSON (line 1)"),
        (b"[" * 100_000, "a.json: found lists or objects in each other too deep"),
        (b"[NaN]", "found text that is not JSON (JSON has no number NaN)"),
        (b"[1, -Infinity]", "found text that is not JSON (JSON has no number -Infinity)"),
        (b'{"a": ["x", "\\uD800"]}', "a.json, column a[2]: found half a letter"),
        (b'{"a\\udfff": 1}', "found half a letter"),
    ],
)
def test_json_that_nothing_can_hold_is_named(content: bytes, said: str) -> None:
    assert said in refused(content)


def test_json_that_can_be_held_is_read_as_it_is() -> None:
    # A letter beyond the first plane is written as two escapes, and is whole.
    assert parse_json(b'\xef\xbb\xbf{"a": "\\ud83d\\ude00", "b": [1, 2.5, null]}', "a.json") == {
        "a": "\U0001f600",
        "b": [1, 2.5, None],
    }


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0, -1, 10**18])
def test_a_whole_number_of_a_column_stays_one(number: int) -> None:
    read = parse_json(str(number).encode(), "a.json")
    assert (read, type(read)) == (number, int)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30, int("9" * 4000)])
def test_a_longer_one_is_a_number_with_a_point_whatever_its_length(number: int) -> None:
    read = parse_json(str(number).encode(), "a.json")
    assert type(read) is float
    assert read in ((float("inf"),) if number > 10**400 else (float(number),))


def test_depth_is_counted_from_the_file() -> None:
    def nested(depth: int) -> object:
        return [nested(depth - 1)] if depth else 1

    assert list(unholdable(nested(DEEPEST + 1), "a.toml")) == []
    assert [problem.allowed for problem in unholdable(nested(DEEPEST + 2), "a.toml")] == [f"at most {DEEPEST} deep"]


def test_every_number_of_a_toml_file_that_is_too_long_is_told_at_once() -> None:
    with pytest.raises(InputProblems) as raised:
        parse_toml(b"a = 9223372036854775808\nb = [1, { c = -9223372036854775809 }]\nd = 9223372036854775807", "a.toml")
    assert [problem.place for problem in raised.value.problems] == ["a.toml, key a", "a.toml, key b[2].c"]


def test_text_is_read_with_and_without_a_mark_and_the_line_of_a_wrong_byte_is_named() -> None:
    assert decoded("\ufeffä\n".encode(), "a") == "ä\n"
    with pytest.raises(InputProblems, match="1 problem"):
        decoded(b"a\nb\xe4", "a")
