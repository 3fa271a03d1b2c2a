"""The harness itself: a pin that is dropped in is found and compared, and whatever is wrong with one is noticed."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pytest

from pins import (
    ANSWERS,
    ASKED_BY,
    HERE,
    OURS,
    Pin,
    check_layout,
    compare,
    difference,
    find_pins,
    hashes,
    load_pin,
    stale,
)
from run import NO_R, check, drift, main, parsed, write

# What somebody touches who adds a statistic: CONTRIBUTING says how many.
TOUCHED = ("src/remission/stats/NAME.py", "validation/NAME/ask.R", "validation/NAME/ours.py")
ASK = """# `mean`
for (name in names(tables)) answer(name, "mean", values = mean(tables[[name]]$value))
"""
MEAN = '''"""The mean."""

from pins import Tolerance

TOLERANCE = Tolerance(1e-9, "two sums")


def ours(inputs, name, question):
    """Our answer."""
    return [float({"mean": inputs[name]["value"].mean()}[question])]
'''
needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not installed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder of pins with one dropped in: the mean of 1, 2 and 6."""
    shutil.copy(HERE / "answers.R", tmp_path)
    folder = tmp_path / "means"
    (folder / "inputs").mkdir(parents=True)
    (folder / "inputs" / "three.csv").write_text("value\n1\n2\n6\n", encoding="utf-8")
    (folder / ASKED_BY).write_text(ASK, encoding="utf-8")
    (folder / OURS).write_text(MEAN, encoding="utf-8")
    answer(folder, {"three|mean": [3.0]})
    return tmp_path


def answer(folder: Path, answers: dict[str, list[float | str | None]]) -> None:
    """Store these as R's answers to the scripts and inputs as they are."""
    record = {"r": "R version 4", "packages": {}, "hashes": hashes(load_pin(folder)), "answers": answers}
    (folder / ANSWERS).write_text(json.dumps(record), encoding="utf-8")


def only_pin(root: Path) -> Pin:
    (pin,) = find_pins(root)
    return pin


def test_a_pin_that_is_dropped_in_is_found_and_compared(root: Path) -> None:
    pin = only_pin(root)
    assert (pin.name, pin.what, pin.functions, pin.tolerance.apart) == ("means", "The mean", "`mean`", 1e-9)
    assert [f"validation/NAME/{one}" for one in (ASKED_BY, OURS)] == list(TOUCHED[1:])
    assert compare(pin).apart == {"three|mean": 0.0}
    assert compare(pin).problems == stale(pin) == check_layout(root) == []
    assert check(pin, ask=False)
    shutil.rmtree(pin.folder)
    assert find_pins(root) == check_layout(root) == []


@needs_r
def test_r_is_asked_about_a_pin_that_is_dropped_in(root: Path) -> None:
    (root / "means" / ANSWERS).unlink()
    write(root / "means")
    assert only_pin(root).theirs == {"three|mean": [3.0]}
    assert only_pin(root).stored["r"].startswith("R version")
    assert check(only_pin(root), ask=True)


def test_without_r_the_stored_answers_are_compared_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["signed_rank"]) == 2
    assert capsys.readouterr().out.endswith(f"{NO_R}\n")


def test_answers_that_r_no_longer_gives_are_noticed(root: Path) -> None:
    pin = only_pin(root)
    assert drift(pin, {"answers": {"three|mean": [3.0]}}) == 0
    assert drift(pin, {"answers": {"three|mean": [3.5]}}) == pytest.approx(0.5 / 3)
    assert drift(pin, {"answers": {}}) == math.inf
    assert drift(pin, {"answers": {"three|mean": [3.0], "three|median": [2.0]}}) == math.inf


def test_a_wrong_answer_is_noticed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(root / "means", {"three|mean": [3.0 + 1e-8]})
    (problem,) = compare(only_pin(root)).problems
    assert problem.startswith("means: three|mean is [3.0], expected [3.00000001]")
    assert not check(only_pin(root), ask=False)
    assert problem in capsys.readouterr().out


@pytest.mark.parametrize(
    ("apart", "within", "problems"), [(1e-10, "math.inf", 0), (1e-10, "theirs[0] * 1e-11", 1), (1e-8, "math.inf", 1)]
)
def test_one_answer_may_be_held_closer_than_the_others_and_never_farther(
    root: Path, apart: float, within: str, problems: int
) -> None:
    closer = f"import math\n\n\ndef within(key, theirs):\n    return {within}\n"
    (root / "means" / OURS).write_text(f"{MEAN}\n\n{closer}", encoding="utf-8")
    answer(root / "means", {"three|mean": [3.0 * (1 + apart)]})
    assert len(compare(only_pin(root)).problems) == problems


@pytest.mark.parametrize("name", [pin.name for pin in find_pins()])
def test_an_answer_that_is_off_by_twice_the_tolerance_is_noticed_in_every_pin(name: str, tmp_path: Path) -> None:
    pin = load_pin(HERE / name)
    key = next(
        key for key, theirs in pin.theirs.items() if math.isfinite(theirs[0]) and not pin.on_purpose(key, theirs)
    )
    first, *rest = pin.theirs[key]
    moved = first + 2 * pin.tolerance.apart * max(1.0, abs(first))
    assert compare(_with_answer(pin, tmp_path, key, [first, *rest])).problems == []
    assert len(compare(_with_answer(pin, tmp_path, key, [moved, *rest])).problems) == 1


def _with_answer(pin: Pin, root: Path, key: str, theirs: list[float]) -> Pin:
    """The pin, with this as R's only answer."""
    copy = root / pin.name
    copy.mkdir(exist_ok=True)
    shutil.copy(pin.folder / OURS, copy)
    (copy / ANSWERS).write_text(json.dumps({"answers": {key: theirs}}), encoding="utf-8")
    # One whose questions are written in its script has no tables.
    if pin.inputs_folder.is_dir():
        shutil.copytree(pin.inputs_folder, load_pin(copy).inputs_folder, dirs_exist_ok=True)
    return load_pin(copy)


def test_an_answer_that_nobody_compares_is_noticed(root: Path) -> None:
    answer(root / "means", {"three|mean": [3.0], "three|median": [2.0], "four|mean": [2.0]})
    problems = compare(only_pin(root)).problems
    assert [problem.partition("; ")[0] for problem in problems] == [
        "means: three|median is compared by nobody",
        "means: four|mean is compared by nobody",
    ]


@pytest.mark.parametrize("answers", [{}, {"three|mean": []}])
def test_a_pin_without_an_answer_is_noticed(root: Path, answers: dict[str, list[float | str | None]]) -> None:
    ours = (root / "means" / OURS).read_text(encoding="utf-8")
    nothing = ours.replace("return [", "return [] and [")
    (root / "means" / OURS).write_text(nothing, encoding="utf-8")
    answer(root / "means", answers)
    assert len(compare(only_pin(root)).problems) == 1


@pytest.mark.parametrize("path", ["answers.R", "means/ask.R", "means/inputs/three.csv"])
def test_a_changed_script_or_input_is_noticed(root: Path, path: str) -> None:
    with (root / path).open("a", encoding="utf-8") as opened:
        opened.write("\n")
    (problem,) = stale(only_pin(root))
    assert problem.startswith(f"means: {path} is not what R answered about")
    assert not check(only_pin(root), ask=False)


def test_an_input_that_came_or_went_is_noticed(root: Path) -> None:
    inputs = root / "means" / "inputs"
    (inputs / "three.csv").rename(inputs / "four.csv")
    assert [problem.split()[1] for problem in stale(only_pin(root))] == [
        "means/inputs/four.csv",
        "means/inputs/three.csv",
    ]


@pytest.mark.parametrize("name", [ASKED_BY, OURS, ANSWERS])
def test_a_pin_that_lacks_a_file_is_noticed(root: Path, name: str) -> None:
    (root / "means" / name).unlink()
    assert check_layout(root) == [f"means/{name}: missing, so nothing here is compared"]
    assert find_pins(root) == []


@pytest.mark.parametrize("path", ["means/more.R", "means/r/ask.R", "loose.R"])
def test_a_script_that_nobody_runs_is_noticed(root: Path, path: str) -> None:
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).touch()
    assert [problem.partition(":")[0] for problem in check_layout(root)] == [path]


def test_a_folder_that_compares_by_itself_is_left_alone(root: Path) -> None:
    for path in ("calculators/compare.py", "calculators/r/drive.R", "calculators/answers.json"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    assert [pin.name for pin in find_pins(root)] == ["means"]
    assert check_layout(root) == []


def otherwise(folder: Path, value: float) -> None:
    with (folder / OURS).open("a", encoding="utf-8") as opened:
        opened.write(f'\n\ndef on_purpose(key, theirs):\n    return [{value}], "we know better"\n')


def test_what_we_answer_on_purpose_is_compared_too(root: Path) -> None:
    answer(root / "means", {"three|mean": [2.5]})
    otherwise(root / "means", 3.0)
    assert compare(only_pin(root)).problems == []
    assert compare(only_pin(root)).on_purpose == {"three|mean": "we know better"}


@pytest.mark.parametrize(
    ("theirs", "instead", "said"),
    [(2.5, 3.5, "expected [3.5]"), (3.0, 3.0, "is said to differ on purpose, and does not")],
)
def test_a_purpose_that_is_not_so_is_noticed(root: Path, theirs: float, instead: float, said: str) -> None:
    answer(root / "means", {"three|mean": [theirs]})
    otherwise(root / "means", instead)
    (problem,) = compare(only_pin(root)).problems
    assert said in problem


@pytest.mark.parametrize(
    ("ours", "theirs"), [([1.0], [1.0, 2.0]), ([math.nan], [1.0]), ([1.0], [math.nan]), ([math.inf], [1.0])]
)
def test_a_missing_answer_is_infinitely_far(ours: list[float], theirs: list[float]) -> None:
    assert difference(ours, theirs) == math.inf


def test_what_r_prints_is_read_whole() -> None:
    assert parsed("a|b\t1 NA Inf -Inf NaN\n# R\tR version 4\n# package MASS\t7.3\n") == {
        "r": "R version 4",
        "packages": {"MASS": "7.3"},
        "answers": {"a|b": [1.0, None, "inf", "-inf", None]},
    }
    with pytest.raises(ValueError, match="twice"):
        parsed("a\t1\na\t2\n")
