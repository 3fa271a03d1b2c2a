"""Every place of the program that writes does so in a `with` of `inputs.writing`: read off the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "remission"
DOORS = {"write_whole", "write_new_folder", "write_into", "write_page"}
WRITES = {
    *("write_text", "write_bytes", "write_csv", "write_parquet", "write_ipc", "write_json", "write_ndjson"),
    *("write_excel", "write_xport", "savefig", "touch", "symlink_to", "hardlink_to", "extractall"),
    *("sink_csv", "sink_parquet", "sink_ipc", "sink_ndjson", "unlink", "rmtree", "copyfile", "copy", "copy2"),
    *("copytree", "move", "copyfileobj", "mkdtemp", "mkstemp", "NamedTemporaryFile", "TemporaryDirectory", "truncate"),
}
# What writes where it was told to: who calls it stands in such a `with`, or is here too.
HANDED = {
    ("records/files/cutting.py", "_write"),
    ("records/files/cutting.py", "_cut_csv"),
    ("records/files/cutting.py", "_cut_parquet"),
    ("cdisc/adtte.py", "_write_dataset"),
    ("supply/build.py", "_write"),
    ("cdisc/datasets.py", "write_list"),
    ("cdisc/sdtm/tables.py", "write_lists"),
    ("web/backup/restore.py", "unpack"),
}
# What writes no result.
EXCEPTED = {
    ("inputs/download.py", "_write_note"): "the note of a transfer: a torn one is none, and the transfer begins anew",
    ("inputs/download.py", "_received"): "drops the note of a transfer that is done",
    ("inputs/download.py", "_save"): "a transfer that breaks off is kept on purpose, and gone on with",
    ("inputs/download.py", "_forget"): "drops such a transfer",
    ("places/sources/boundaries.py", "fetch"): "drops a transfer that is no boundary",
    ("atlas/pages/map.py", "_whole_tables"): "into memory",
    ("supply/stock/months.py", "_alone"): "into memory",
    ("multiverse/kept.py", "forget"): "drops what tells of persons, where only aggregates were asked for",
    ("multiverse/kept.py", "__init__"): "drops results of other records, before anything says that they are of these",
    ("cdisc/transport.py", "read_members"): "a folder for temporary files, which nobody keeps",
    ("supply/stock/added.py", "_keep"): "a folder for temporary files, which nobody keeps",
    ("web/home.py", "_make_keys"): "a key, which must never lie a moment where another could read it",
    ("web/open.py", "_hold"): "the file of a lock, in which nothing stands",
    ("web/erased.py", "remember"): "one line more, on the disk before anything is erased",
    ("web/erased.py", "_flush_folder"): "flushes a folder",
    ("web/backup/expiry.py", "prune"): "deletes what may be kept no longer",
    ("web/backup/copy.py", "copied"): "copies that are gone before anything else is done, and results of nobody",
    ("web/backup/copy.py", "_copy_database"): "one of these",
    ("web/backup/copy.py", "clear_copies"): "drops what is left of these by a run that was killed",
    ("web/backup/restore.py", "_swap"): "a whole folder for another, which stays under another name",
    ("web/backup/drill.py", "run_drill"): "a home that is made to be wiped",
    ("web/backup/drill.py", "_copy"): "the same",
    ("web/backup/drill.py", "_scratch"): "the same",
    (
        "web/acts/exporting.py",
        "_private_folder",
    ): "a folder of one export, in the home and for nobody else, which is gone",
    ("cdisc/convert.py", "load_sdtm"): "a folder for temporary files, which nobody keeps",
    ("web/fault_log.py", "say"): "a line more in a log, by several processes at once; where it fails, none",
    ("web/serving/demo.py", "demo_home"): "the home of a demo, which is wiped when it ends",
    ("web/serving/demo.py", "wipe"): "wipes it",
    ("web/serving/demo.py", "_locked"): "the file of a lock, in which nothing stands",
    ("web/mail/written.py", "_remove"): "takes letters of who was erased away for good: no copy may lie beside",
}

MAPPINGS = (ast.Dict, ast.DictComp, ast.Lambda)


class Walk(ast.NodeVisitor):
    """Calls that write, and calls of a module's own functions, each with its function and whether a door is open."""

    def __init__(self) -> None:
        self.function, self.doors = "", 0
        self.writes: list[tuple[str, int, bool]] = []
        self.calls: list[tuple[str, str, bool]] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before = self.function, self.doors
        self.function, self.doors = (self.function or node.name), 0
        self.generic_visit(node)
        self.function, self.doors = before

    def visit_With(self, node: ast.With) -> None:
        opened = 0
        for item in node.items:
            self.visit(item)
            opened += name_of(item.context_expr) in DOORS
            self.doors += name_of(item.context_expr) in DOORS
        for line in node.body:
            self.visit(line)
        self.doors -= opened

    def visit_Call(self, node: ast.Call) -> None:
        if is_writing(node):
            self.writes.append((self.function, node.lineno, self.doors > 0))
        self.calls.append((self.function, name_of(node), self.doors > 0))
        self.generic_visit(node)


def name_of(node: ast.expr) -> str:
    """The last name of what is called."""
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def is_writing(call: ast.Call) -> bool:
    """May this call change a file? A write_csv() to nowhere is a text, a replace of two arguments that of a text."""
    name, of_os = name_of(call), ast.unparse(call.func).startswith("os.")
    if name == "open":
        given = [*call.args[:2], *(one.value for one in call.keywords if one.arg == "mode")]
        modes = [one.value for one in given if isinstance(one, ast.Constant)]
        return of_os or any(isinstance(mode, str) and set(mode) <= set("rwaxbt+") - {"r"} for mode in modes)
    if name in ("replace", "rename"):
        # Of a path: one other path. A frame takes a mapping, a text two texts, a record keywords.
        one = len(call.args) == 1 and not call.keywords and not isinstance(call.func, ast.Name)
        asked = ast.unparse(call.func)
        of_frame = one and (isinstance(call.args[0], MAPPINGS) or "pl.col" in asked or ".select(" in asked)
        return of_os or (one and not of_frame)
    if name in ("write_csv", "write_json", "write_ndjson", "copy"):
        return bool(call.args)
    if name == "truncate":  # of a time, and of no file
        return not ast.unparse(call.func).endswith(".dt.truncate")
    return name in WRITES


@cache
def walked(text: str) -> Walk:
    walk = Walk()
    walk.visit(ast.parse(text))
    return walk


def strays(file: str, text: str) -> Iterator[str]:
    walk = walked(text)
    handed = {function for path, function in HANDED if path == file}
    for function, line, behind_a_door in walk.writes:
        if not behind_a_door and function not in handed and (file, function) not in EXCEPTED:
            yield f"{file}:{line} in {function}"
    for function, called, behind_a_door in walk.calls:
        if called in handed and not behind_a_door and function not in handed:
            yield f"{file}: {function} calls {called}"


def modules() -> dict[str, str]:
    texts = {path.relative_to(SRC).as_posix(): path.read_text(encoding="utf-8") for path in SRC.rglob("*.py")}
    del texts["inputs/writing.py"]
    return texts


def test_nothing_else_opens_a_path_for_writing() -> None:
    assert [stray for file, text in modules().items() for stray in strays(file, text)] == []


def test_what_is_excepted_is_there_and_writes() -> None:
    writing = {(file, function) for file, text in modules().items() for function, _, _ in walked(text).writes}
    assert HANDED | EXCEPTED.keys() <= writing


@pytest.mark.parametrize(
    "line",
    [
        'path.write_text("x")',
        "rows.write_csv(path)",
        "rows.lazy().sink_parquet(path)",
        'path.open("w")',
        'open(path, mode="ab")',
        "os.open(path, os.O_WRONLY)",
        "os.replace(path, other)",
        "path.replace(other)",
        "shutil.move(path, other)",
        "tempfile.mkdtemp()",
        "path.unlink()",
    ],
)
def test_a_stray_writer_is_found_and_one_in_a_door_is_not(line: str) -> None:
    assert list(strays("x.py", f"def f(path):\n    {line}\n")) == ["x.py:2 in f"]
    assert list(strays("x.py", f"def f(path):\n    with write_whole(path) as new:\n        {line}\n")) == []
    # The door is shut behind its `with`, and does not open another function's.
    assert list(strays("x.py", f"def f(path):\n    with write_whole(path) as new:\n        pass\n    {line}\n")) != []


@pytest.mark.parametrize(
    "line",
    ["rows.write_csv()", 'path.open("rb")', 'open(path, encoding="w")', 'text.replace("a", "b")', "replace(one)"],
)
def test_what_only_reads_or_makes_a_text_is_none(line: str) -> None:
    assert list(strays("x.py", f"def f(path):\n    {line}\n")) == []


def test_who_hands_a_path_on_stands_in_a_door() -> None:
    assert list(strays("supply/build.py", "def f(path):\n    _write(stock, path)\n")) == [
        "supply/build.py: f calls _write"
    ]
