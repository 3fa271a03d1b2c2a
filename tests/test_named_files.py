"""What a sentence names is there: files, modules and names in docstrings, comments and documents outlive no move."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FOLDERS = ("src", "tests", "docs", "benchmarks", "geometry", "validation")
# A changelog tells of files that were.
DOCUMENTS = sorted(
    [*ROOT.glob("docs/*.md"), *(ROOT / name for name in ("CONTRIBUTING.md", "README.md", "GLOSSARY.md"))]
)
SHIPPED = ("*.py", "*.toml", "*.csv", "*.json", "*.js", "*.css", "*.R")
# A capital placeholder stands for a file that somebody will add.
FILE = re.compile(r"(?<![\w./-])((?:[\w-]+/)*[a-z_][\w-]*\.py)\b")
DOTTED = re.compile(r"(?<![\w/])remission(?:\.\w+)+")
TICKED = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`")
# Tables of so many bytes hold no name of code.
LARGE = 200_000
Told = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
# A tokenizer written in Python would take five times as long over the whole of the code.
TEXT_OR_REMARK = re.compile(r"""#[^\n]*|("{3}|'{3}|["'])(?:\\.|(?!\1).)*\1""", re.DOTALL)


def parts_of(source: str) -> tuple[list[tuple[int, str]], set[str]]:
    """Docstrings and comments of a module with the line of each, and every word of its code and its other texts."""
    sentences = [
        (node.body[0].lineno, text)
        for node in with_text(ast.parse(source))
        if (text := ast.get_docstring(node, clean=False))
    ]
    # A docstring begins its line: no other text does so on the same one.
    telling = {line for line, _ in sentences}
    code, end, line = [], 0, 1
    for found in TEXT_OR_REMARK.finditer(source):
        code.append(between := source[end : found.start()])
        line += between.count("\n")
        if found[0].startswith("#"):
            sentences.append((line, found[0]))
        elif not (line in telling and not between.rpartition("\n")[2].strip(" r")):
            code.append(found[0])
        end, line = found.end(), line + found[0].count("\n")
    return sentences, set(re.findall(r"\w+", "".join([*code, source[end:]])))


def with_text(node: ast.AST) -> Iterator[Told]:
    """A module and all it defines, at any depth: in statements only, for no expression has a docstring."""
    if isinstance(node, Told):
        yield node
    for field in ("body", "orelse", "handlers", "finalbody", "cases"):
        for statement in getattr(node, field, ()):
            yield from with_text(statement)


def is_there(dotted: str, texts: Mapping[str, str]) -> bool:
    """Does a dotted name lead to a module of `texts` (by path below src), or to a name that stands in one?"""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        path = "/".join(parts[:end])
        found = texts.get(f"{path}.py", texts.get(f"{path}/__init__.py"))
        if found is not None:
            # Names below it are asked by word: a function, a constant, what a package hands on by name.
            return all(part.startswith("__") or re.search(rf"\b{part}\b", found) for part in parts[end : end + 1])
    return False


def endings(files: Iterable[str]) -> set[str]:
    """All that a file can be called by: its name, and any end of its path."""
    paths = [name.split("/") for name in files]
    return {"/".join(path[start:]) for path in paths for start in range(len(path))}


def strays(text: str, files: set[str], texts: Mapping[str, str], words: set[str]) -> list[str]:
    """Files, dotted names and `names_like_this` in a text that nothing is called by."""
    lost = [name for name in FILE.findall(text) if name not in files]
    lost += [name for name in DOTTED.findall(text) if not is_there(name, texts)]
    return lost + [name for name in TICKED.findall(text) if name not in words]


class House(NamedTuple):
    """What can be named, and what is said: sentences by the file and line that say them."""

    files: set[str]
    texts: dict[str, str]
    words: set[str]
    sentences: dict[str, str]


@cache
def house() -> House:
    """Everything that is written in the folders of the project."""
    paths = [path for folder in FOLDERS for kind in SHIPPED for path in (ROOT / folder).rglob(kind)]
    named = {str(path.relative_to(ROOT)): path for path in paths}
    # Pins are named by their folder.
    words, texts, sentences = {one for path in paths for one in (path.stem, path.parent.name)}, {}, {}
    for name, path in named.items():
        if name.startswith("src/") and path.stat().st_size < LARGE:
            text = texts[name.removeprefix("src/")] = path.read_text(encoding="utf-8")
            told, mine = parts_of(text) if name.endswith(".py") else ([], set(re.findall(r"\w+", text)))
            words |= mine
            sentences |= {f"{name}:{line}": sentence for line, sentence in told}
        elif name.endswith(".R"):
            # What is asked of R is named by R's words.
            words |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return House(endings(named), texts, words, sentences)


def lost(sentences: Mapping[str, str]) -> list[str]:
    files, texts, words, _ = house()
    return [f"{at} names {stray}" for at, text in sentences.items() for stray in strays(text, files, texts, words)]


def test_what_a_docstring_or_comment_names_is_there() -> None:
    assert len(house().sentences) > 1000
    assert lost(house().sentences) == []


def test_what_a_document_names_is_there() -> None:
    assert lost({path.name: path.read_text(encoding="utf-8") for path in DOCUMENTS}) == []


def test_a_file_that_moved_and_a_name_that_went_are_noticed() -> None:
    files = endings(["src/remission/walk.py"])
    texts = {"remission/walk.py": "def step(): ...\n", "remission/__init__.py": ""}
    good = "`walk.py`, `src/remission/walk.py`, `rules/NAME.py`, remission.walk, remission.walk.step and `a_word`"
    assert strays(good, files, texts, {"a_word"}) == []
    bad = "`run.py`, `lib/walk.py`, remission.run, remission.walk.leap and `b_word`"
    assert strays(bad, files, texts, {"a_word"}) == [
        "run.py", "lib/walk.py", "remission.run", "remission.walk.leap", "b_word",
    ]  # fmt: skip


def test_only_docstrings_and_comments_are_read_and_they_vouch_for_nothing() -> None:
    source = '"""Tells of the moved_module."""\nTEXT = "shown_text"  # a remark\n\n\ndef work():\n    """Does."""\n'
    sentences, words = parts_of(source)
    assert sorted(sentences) == [(1, "Tells of the moved_module."), (2, "# a remark"), (6, "Does.")]
    assert {"TEXT", "shown_text", "work"} <= words
    assert not {"moved_module", "remark"} & words
