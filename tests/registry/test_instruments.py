"""Instruments: each says who owns it, and no file carries what its owner wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.library.catalogue import LIBRARY, library_files
from remission.records.schema import TABLES
from remission.registry.instruments import Item, Score, check_instrument, instruments, load_instruments
from remission.registry.schema import OWN_TABLES

SLOT = (LIBRARY / "instruments/eq-5d.toml").read_text(encoding="utf-8")
# Invented: none of these stands in any questionnaire.
OWNERS_WORDS = [
    "Can you juggle three oranges?",
    "In the past year I sang in my bath",
    "none (1) some (2) all",
    "1. Juggling 2. Singing",
    "called “songs and oranges”",
    "one line\nanother line",
    "juggling " * 30,
]


def test_each_instrument_of_the_issue_has_its_tier() -> None:
    tiers = {name: one.tier for name, one in instruments().items()}
    assert tiers == {
        "edss-kurtzke": "text", "walking-ladder": "text",
        "ctcae": "fields", "nhpt": "fields", "pdds": "fields", "sdmt": "fields", "t25fw": "fields",
        "eq-5d": "slot", "msis-29": "slot", "neurostatus": "slot", "pro-ctcae": "slot", "promis": "slot",
    }  # fmt: skip


def test_the_folder_holds_nothing_but_instruments() -> None:
    files = {path.name for path in (LIBRARY / "instruments").rglob("*")}
    assert files == {path.name for path in library_files("instruments", ".toml")}


@pytest.mark.parametrize("words", OWNERS_WORDS)
@pytest.mark.parametrize("name", [one.name for one in instruments().values() if one.tier != "text"])
def test_words_of_an_owner_are_found_in_every_text(name: str, words: str) -> None:
    one, file = instruments()[name], f"{name}.toml"
    spoilt = [replace(one, **{at: words}) for at in ("measures", "licence", "owner", "locus")]
    spoilt += [replace(one, scores=(Score("a", words, 0, 1, ""),)), replace(one, scores=(Score(words, "a", 0, 1, ""),))]
    for instrument in spoilt:
        (problem,) = check_instrument(instrument, file)
        assert words not in str(problem)


@pytest.mark.parametrize("tier", ["slot", "fields"])
def test_an_item_is_refused_where_the_tier_allows_no_text(tier: str) -> None:
    one = replace(instruments()["walking-ladder"], tier=tier, items=(Item("a", "Walks"),))
    assert [problem.column for problem in check_instrument(one, "walking-ladder.toml")] == ["items"]
    assert list(check_instrument(replace(one, tier="text"), "walking-ladder.toml")) == []


def test_a_file_with_an_unknown_key_or_an_item_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "eq-5d.toml"
    path.write_text(SLOT + '\nwording = "x"\n[[items]]\nname = "a"\nwords = "Juggle"\n', encoding="utf-8")
    with pytest.raises(InputProblems) as wrong:
        load_instruments((path,))
    assert "wording" in wrong.value.report()
    path.write_text(SLOT + '\n[[items]]\nname = "a"\nwords = "Juggle"\n', encoding="utf-8")
    with pytest.raises(InputProblems) as wrong:
        load_instruments((path,))
    assert [problem.column for problem in wrong.value.problems] == ["items"]


def test_a_score_names_a_real_column() -> None:
    one = replace(instruments()["sdmt"], scores=(Score("a", "Right", 0, 1, "", "visits.sdmt_korrect"),))
    (problem,) = check_instrument(one, "sdmt.toml")
    assert problem.column == "scores[1].column"
    assert "visits.sdmt_correct" in problem.next_step


def test_scores_lie_where_the_schema_says() -> None:
    for one in instruments().values():
        for score in one.scores:
            if score.column:
                table, _, name = score.column.partition(".")
                column = {**TABLES, **OWN_TABLES}[table].column(name)
                assert (score.low, score.high) == (column.low, column.high), score.column
                assert column.unit in ("", score.unit)


def test_what_computes_an_instrument_is_in_the_library() -> None:
    assert [name for one in instruments().values() for name in one.scored_by if not (LIBRARY / name).is_file()] == []


def test_a_file_is_called_as_its_instrument(tmp_path: Path) -> None:
    path = tmp_path / "eq-6d.toml"
    path.write_text(SLOT, encoding="utf-8")
    with pytest.raises(InputProblems) as wrong:
        load_instruments((path,))
    assert [(problem.file, problem.column) for problem in wrong.value.problems] == [("eq-6d.toml", "name")]


@pytest.mark.parametrize(("address", "holds"), [("", 0), ("https://euroqol.org/", 0), ("https://euroqol.org/terms", 1)])
def test_terms_are_verified_only_where_somebody_read_them_at_an_address(address: str, holds: int) -> None:
    one = replace(instruments()["eq-5d"], status="verified", licence_address=address)
    assert [problem.column for problem in check_instrument(one, "eq-5d.toml")] == ["status"] * (1 - holds)
    assert list(check_instrument(replace(one, status="secondary"), "eq-5d.toml")) == []
