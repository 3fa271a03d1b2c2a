"""The shape of the house: rooms that can be listed at a glance, modules that can be read in one sitting."""

from __future__ import annotations

import io
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "remission"
MOST_MODULES = 20
MOST_CODE_LINES = 350
# One unit of compilation: a cached kernel does not notice that a kernel in another file changed.
EXCEPTED = {SRC / "outcomes" / "walk.py"}
VAGUE = {"utils", "helpers", "common", "base", "core", "misc", "tools"}
NO_CODE = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.COMMENT}


def modules(folder: Path) -> list[Path]:
    """The modules of one folder; its `__init__` only says what it is for."""
    return [path for path in folder.glob("*.py") if not path.name.startswith("__")]


def code_lines(text: str) -> int:
    """Lines with a token that is no comment and no string standing alone (a docstring).

    >>> code_lines('\"\"\"What.\"\"\"\\n\\n# why\\nx = 1\\n')
    1
    """
    lines: set[int] = set()
    begins = True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in NO_CODE:
            begins = begins or token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
            continue
        alone = begins and token.type == tokenize.STRING and token.line.strip().startswith(('"""', "r"))
        begins = False
        if not alone:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines)


def too_full(root: Path) -> list[str]:
    folders = {path.parent for path in root.rglob("*.py")}
    return sorted(str(folder.relative_to(root)) for folder in folders if len(modules(folder)) > MOST_MODULES)


def too_long(root: Path, excepted: set[Path]) -> list[str]:
    texts = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py") if path not in excepted}
    # To know what is code takes long, and a module of few lines has no more of them that are.
    long = {path for path, text in texts.items() if text.count("\n") >= MOST_CODE_LINES}
    return sorted(str(path.relative_to(root)) for path in long if code_lines(texts[path]) > MOST_CODE_LINES)


def test_no_folder_has_more_modules_than_one_can_look_over() -> None:
    assert too_full(SRC) == []


def test_no_module_is_too_long_to_read_in_one_sitting() -> None:
    assert too_long(SRC, EXCEPTED) == []


def test_the_two_counts_notice_what_they_are_for(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text('"""What."""\n' + "x = 1\n" * 351, encoding="utf-8")
    for number in range(20):
        (tmp_path / f"short_{number}.py").write_text("x = 1\n" * 350, encoding="utf-8")
    assert too_long(tmp_path, set()) == ["long.py"]
    assert too_full(tmp_path) == ["."]


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in SRC.rglob("*.py") if path.stem in VAGUE] == []


def test_every_room_says_what_it_is_for() -> None:
    silent = [path for path in SRC.rglob("__init__.py") if not path.read_text(encoding="utf-8").startswith('"""')]
    assert silent == []


def test_the_package_root_imports_nothing() -> None:
    code = "import sys; import remission; print(sorted(name for name in sys.modules if name.startswith('remission')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['remission']"


@pytest.mark.parametrize("room", sorted(path.name for path in SRC.iterdir() if (path / "__init__.py").is_file()))
def test_every_room_has_tests_beside_it_or_is_data(room: str) -> None:
    assert list((SRC.parents[1] / "tests" / room).glob("test_*.py")) != []
