"""`remission eligibility`: asked at the terminal or from a file, the answer first; bad facts end with 2."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from remission.cli import command_line
from remission.cli.eligibility import check
from remission.inputs.problems import InputProblems
from remission.studies.criteria.facts import vocabulary
from remission.studies.criteria.given import read_facts


def said(*words: str, typed: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(command_line(), ["eligibility", *words], input=typed)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text("enhancing_lesions = 0\nnew_t2_12_months = 0\n", encoding="utf-8")
    return path


def test_alone_it_lists_every_set_and_a_program_reads_facts_and_sets() -> None:
    code, text, _ = said()
    assert code == 0
    assert "  ram-ms: RAM-MS, Norway and others. Its rules bear no date. It takes nobody now." in text.splitlines()
    told = json.loads(said("--json")[1])
    assert (len(told["sets"]), len(told["facts"])) == (22, len(vocabulary().every))


def test_a_file_of_facts_is_answered_first(scan: Path) -> None:
    code, text, _ = said("check", "--facts", str(scan))
    assert code == 0
    assert text.splitlines()[0] == "Of 22 rule sets 3 are not met, 19 are unknown and none is met."
    # By whom, before anything else: nobody looks for three among twenty-two.
    assert text.splitlines()[1].startswith("Not met: NHS centres in London and Sheffield; MIST, ")
    assert "[enhancing" not in text
    assert json.loads(said("check", "--facts", str(scan), "--json")[1])["counts"]["not met"] == 3


def test_one_set_is_told_in_full(scan: Path) -> None:
    lines = said("check", "--facts", str(scan), "--set", "ram-ms")[1].splitlines()
    assert lines[0] == "RAM-MS, Norway and others: not met."
    assert "      read in way 2: not met" in lines
    assert any(line.startswith("      source: registry record NCT03477500") for line in lines)


def test_who_is_asked_may_not_know_and_is_asked_again_what_cannot_be() -> None:
    # A course that there is not, then one that there is; too old, then not known; then nothing more.
    code, text, asked = said("check", "--ask", "--set", "ram-ms", typed="XX\nspms\n")
    assert code == 0
    assert text.splitlines()[0] == "RAM-MS, Norway and others: not met."
    assert "That cannot be: CIS, RRMS, SPMS, PPMS, Enter, or stop." in asked
    # Nothing else could change the answer, so nothing else is asked.
    assert "How old are you?" not in asked
    assert said("check", "--ask", "--set", "ram-ms", typed="\n" * 30)[1].startswith(
        "RAM-MS, Norway and others: unknown."
    )


def test_who_is_tired_stops_and_is_answered_with_what_was_said() -> None:
    _, text, asked = said("check", "--ask", typed="spms\n Stop \n41\n")
    assert asked.count("?") == 2
    assert "What decides: course of MS: secondary progressive (SPMS)" in text
    assert "How old are you? (" in text


def test_what_does_not_go_with_an_earlier_answer_is_asked_again() -> None:
    _, _, asked = said("check", "--ask", "--set", "ms-bmt-canada", typed="41\n4\n1\n0\n3\n")
    assert "That does not go with what you said before (relapses in the last 12 months)" in asked


def test_questions_do_not_stand_among_what_a_program_reads() -> None:
    _, text, asked = said("check", "--ask", "--json", typed="RRMS\n41\n")
    assert json.loads(text)["counts"]["unknown"] > 0
    assert "What kind of MS do you have?" in asked


def test_neither_or_both_ways_to_give_facts_are_refused(scan: Path) -> None:
    assert said("check")[0] == 2
    assert said("check", "--ask", "--facts", str(scan))[0] == 2


def test_a_bad_file_raises_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("age = 300\nedss = 6.3\n", encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        said("check", "--facts", str(path))
    assert len(caught.value.problems) == 2


def test_the_exit_code_is_2_without_a_trail(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("age = 300\nedss = 6.3\n", encoding="utf-8")
    words = [sys.executable, "-m", "remission.cli", "eligibility", "check", "--facts", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 2
    assert "2 problems in all." in done.stderr
    assert "Traceback" not in done.stderr


def test_the_template_is_a_file_in_which_nothing_is_known(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(said("check", "--template")[1], encoding="utf-8")
    assert json.loads(said("check", "--facts", str(path), "--json")[1])["counts"]["unknown"] == 22


def test_published_refusals_have_a_source_and_the_registry_waits_for_ten() -> None:
    text = said("refusals")[1]
    assert "[verified]" in text
    assert "when 10 people have told theirs" in text
    assert len(json.loads(said("refusals", "--json")[1])["published"]) >= 4


def test_a_key_that_stands_twice_in_json_is_refused_and_none_is_taken_for_the_other(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"age": 41, "edss": 3, "age": 61, "edss": 30}', encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        read_facts(path)
    told = [(one.column, one.found) for one in caught.value.problems]
    assert told == [("age", "the same key twice"), ("edss", "the same key twice"), ("edss", "30")]
    assert "41" not in str(caught.value)


def test_of_many_keys_that_are_no_facts_the_first_are_told_and_the_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({f"k{number}": number for number in range(1_000)} | {"age": 410}), encoding="utf-8")
    with pytest.raises(InputProblems) as caught:
        read_facts(path)
    assert len(caught.value.problems) == 51
    assert "And 950 more" in caught.value.report()
    assert "found 410" in caught.value.report()


def test_an_answer_that_is_no_text_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\nRRMS\n"), encoding="utf-8", errors="strict")
    monkeypatch.setattr("sys.stdin", typed)
    check(ask=True, name="shtg-scotland-2019")
    assert capsys.readouterr().err.count("That cannot be: CIS, RRMS, SPMS, PPMS, Enter, or stop.") == 1
