"""Letters: the right Act, every medicine, no letter written over, and unknown codes named all at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from remission.foi.letters import letter
from remission.foi.letters.authorities import Authority
from remission.foi.letters.letter import asked_therapies, letter_text, write_letters
from remission.inputs.problems import InputProblems

ON = date(2026, 11, 2)
KNOWN = {
    "RJ1": Authority("RJ1", "Guy's and St Thomas' NHS Foundation Trust", "England"),
    "S08000031": Authority("S08000031", "NHS Greater Glasgow and Clyde", "Scotland"),
    "7A4": Authority("7A4", "Cardiff and Vale University Health Board", "Wales"),
    "RRV0": Authority("RRV0", "A trust that is gone", "England", closed="2025-04-01"),
    "RXX": Authority("RXX", "A mental health trust", "England", acute=False),
}


def test_the_letter_names_the_act_of_the_nation() -> None:
    for code, act, advice in (
        ("RJ1", "Act 2000", 16),
        ("7A4", "Act 2000", 16),
        ("S08000031", "(Scotland) Act 2002", 15),
    ):
        text = letter_text(KNOWN[code], ON)
        assert f"Freedom of Information {act}" in text
        assert f"section {advice})" in text
        assert KNOWN[code].name in text
    assert "2002" not in letter_text(KNOWN["RJ1"], ON)
    assert "Act 2000" not in letter_text(KNOWN["S08000031"], ON)


def test_the_letter_asks_for_one_table_and_what_the_atlas_needs() -> None:
    text = letter_text(KNOWN["RJ1"], ON)
    for words in (
        "2 November 2026",
        "homecare",
        "twelve months",
        '"<5"',
        "not held",
        "section of the Act",
        "20th working",
    ):
        assert words in text
    assert all(f"| {one.name} (" in text for one in asked_therapies())
    assert {"natalizumab", "ocrelizumab", "cladribine"} <= {one.name for one in asked_therapies()}
    assert "$" not in text


def test_letters_go_to_open_hospitals_and_are_never_written_over(tmp_path: Path) -> None:
    paths = write_letters(tmp_path, [], ON, KNOWN)
    assert [path.name for path in paths] == ["RJ1_2026-11-02.md", "S08000031_2026-11-02.md", "7A4_2026-11-02.md"]
    paths[0].write_text("my own words")
    assert write_letters(tmp_path, ["RJ1"], ON, KNOWN) == paths[:1]
    assert paths[0].read_text() == "my own words"


def test_codes_that_cannot_be_asked_are_named_together(tmp_path: Path) -> None:
    with pytest.raises(InputProblems) as raised:
        write_letters(tmp_path, ["RJ2", "RRV0", "RJ1"], ON, KNOWN)
    report = raised.value.report()
    assert "found RJ2" in report
    assert "Did you mean RJ1?" in report
    assert "Ask its successor" in report
    assert not (tmp_path / "foi").exists()


def test_letters_that_were_asked_for_together_come_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(authority: Authority, on: date) -> str:
        if authority.code == "R1H":
            raise KeyboardInterrupt
        return letter_text(authority, on)

    monkeypatch.setattr(letter, "letter_text", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_letters(tmp_path, ["RJ1", "R1H"], date(2026, 11, 2))
    assert list(tmp_path.rglob("*.md")) == []
