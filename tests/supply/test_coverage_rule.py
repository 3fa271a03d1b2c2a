"""The rule of coverage is a file: every threshold says why, and everything wrong in it is said at once."""

from __future__ import annotations

import copy
from dataclasses import fields
from pathlib import Path

import pytest

from remission.inputs.problems import InputProblems
from remission.inputs.strict_records import read_toml
from remission.library.catalogue import NotInLibrary, library_files
from remission.supply.coverage.rule import CoverageRule, load_coverage_rule, read_coverage_rule

STANDARD = read_toml(library_files("coverage", ".toml")[0])


def test_every_threshold_has_its_sentence() -> None:
    rule = load_coverage_rule()
    other = {"name", "title", "note", "gaps", "therapy_gaps", "why"}
    assert set(rule.why) == {field.name for field in fields(CoverageRule)} - other
    sentences = [*rule.why.values(), *(gap.why for gap in (*rule.gaps.values(), *rule.therapy_gaps.values()))]
    assert all(sentence.endswith(".") and len(sentence) > 20 for sentence in sentences)


def test_everything_wrong_is_said_at_once() -> None:
    written = copy.deepcopy(STANDARD)
    written["partial_submision"] = written.pop("partial_submission")
    written["regular_months"]["value"] = 3.5
    written["noise_times"]["value"] = "many"
    del written["tail_share"]["why"]
    written["supply"]["therapies"]["ocrelizumap"] = written["supply"]["therapies"].pop("ocrelizumab")
    with pytest.raises(InputProblems) as raised:
        read_coverage_rule(written, "mine.toml")
    found = {problem.column for problem in raised.value.problems}
    assert found >= {"partial_submission", "partial_submision", "regular_months.value", "noise_times.value"}
    assert found >= {"tail_share.why", "supply.therapies.ocrelizumap"}
    assert "Did you mean partial_submission?" in raised.value.report()


def test_a_rule_of_ones_own_is_a_file(tmp_path: Path) -> None:
    text = library_files("coverage", ".toml")[0].read_text(encoding="utf-8")
    file = tmp_path / "mine.toml"
    file.write_text(text.replace("value = 0.2\n", "value = 0.3\n"), encoding="utf-8")
    assert load_coverage_rule(file).partial_submission == 0.3
    with pytest.raises(InputProblems, match="1 problem"):
        load_coverage_rule(tmp_path / "other.toml")
    with pytest.raises(NotInLibrary, match="standard"):
        load_coverage_rule("strict")
