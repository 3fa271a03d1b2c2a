"""Results that appear whole: everything that writes a file writes it beside its place, and swaps.

A single file or a new folder comes with one rename (`write_whole`, `write_new_folder`). A folder that holds an earlier
result, and perhaps files of somebody else, gets the new files one by one (`write_into`), by a plan that is flushed to
the disk before the first: whoever writes there next carries out a plan that a killed run left, and clears away what had
none. Who writes holds a lock of the kernel, which ends with the process; that the file of the lock lies there says
nothing (decision 51).
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from filecmp import cmp
from pathlib import Path, PurePosixPath

from remission.inputs.problems import InputProblems, Problem

if sys.platform != "win32":
    import fcntl

LIST = "written.json"
"""In a folder of results: the files that are of the result. What no list names belongs to somebody else."""

HIDDEN = ".remission"
_LOCK, _NEW, _PLAN, _PROBE = "lock", "new", "plan.json", "probe"
_PROBE_BYTES = 1 << 16
# Flushing waits for the disk and not for the processor: side by side a site of 500 files takes 0.1 s instead of 0.5 s.
_FLUSHES_AT_ONCE = 16
# The hidden folder behind each lock, and the folder that was made for it, if one was.
_held_now: dict[int, tuple[Path, Path | None]] = {}
# A network disk without locks still takes results, only two at once are not kept apart there.
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
# Whoever clears away after a killed run holds its lock for an instant, and is no other run.
_TRIES, _REST_SECONDS = 10, 0.02
_STUMBLES = 1000


@contextmanager
def write_whole(target: Path, *, waits: bool = False, check: Callable[[], None] | None = None) -> Iterator[Path]:
    """Where to write a file: what lies there at the end comes to `target` by one rename; nothing comes on an error.

    A body that writes nothing changes nothing. Where another run writes the same file, `waits` waits for it (for what
    is read, added to and written again); otherwise InputProblems. `check` is called when the file lies in its place and
    nobody else can have changed it yet. OSError names `target`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     with write_whole(Path(home, "rows.csv")) as new:
    ...         _ = new.write_text("a")
    ...     [path.name for path in Path(home).iterdir()]
    ['rows.csv']
    """
    # Through a link: what it leads to is replaced, and the link stays.
    target = Path(os.path.realpath(target))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if target.exists() and not target.is_file():  # a pipe or a device has no whole
        yield target
        return
    with _beside(target, waits=waits, check=check) as new:
        yield new


@contextmanager
def write_new_folder(target: Path) -> Iterator[Path]:
    """Where to write the files of a folder that is `is_free`: it appears with all of them, or not at all."""
    target = Path(os.path.realpath(target))
    # One that is there may be a disk of its own, onto which no folder can be renamed.
    if target.is_dir():
        with write_into(target, listed=False) as result:
            yield result.new
        return
    with _beside(target) as new:
        new.mkdir()
        yield new


@contextmanager
def write_into(folder: Path, *, listed: bool = True, called: str = "", waits: bool = False) -> Iterator[FolderResult]:
    """A result of many files in a folder: replaced together at the end, and nothing on an error.

    `listed`: `written.json` names the files, those that only the last list named are deleted, and a file of somebody's
    own is never written over (InputProblems). `called` keeps apart results of two or three files that lie in one
    folder. InputProblems where another run writes there, unless it `waits`.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     with write_into(Path(home)) as result:
    ...         result.write("tables/a.csv", "a")
    ...     sorted(path.name for path in Path(home).rglob("*"))
    ['a.csv', 'tables', 'written.json']
    """
    folder, was_there = Path(os.path.realpath(folder)), folder.is_dir()
    place = _place(folder, called)
    try:
        with _held(place, folder, waits=waits, made=None if was_there else folder):
            result = FolderResult(folder, place / _NEW)
            yield result
            _plan(result, place, listed=listed)
            _carry_out(place)
    finally:
        if not was_there:
            with suppress(OSError):  # it holds the result
                folder.rmdir()


class FolderResult:
    """What is being written into a folder. Every file under `new` will come to the same path under `folder`."""

    def __init__(self, folder: Path, new: Path) -> None:
        new.mkdir()
        self.folder, self.new = folder, new
        self.before = _listed(folder / LIST)
        self.kept: set[str] = set()
        self.forgotten: set[str] = set()

    def place(self, name: str) -> Path:
        """Where the file of this path is to be written; ValueError for one that leads out of the folder."""
        if not _is_below(name):
            raise ValueError(f"found a path that leads out of the folder: {name}")
        path = self.new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, content: str | bytes) -> None:
        """Write a text or bytes."""
        self.place(name).write_bytes(content.encode() if isinstance(content, str) else content)

    def keep(self, name: str) -> None:
        """A file of the last result is of this one too, as it is."""
        self.kept.add(name)

    def forget(self, names: Iterable[str]) -> None:
        """Delete files that no list names, unless they are of this result."""
        self.forgotten |= set(names)


def with_line(path: Path, columns: Sequence[str], line: Sequence[str]) -> bytes:
    """The bytes of a CSV list with one line more, to be written whole: half a line at its end would never be read.

    What a person typed into it stays as it is.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    there = path.read_bytes() if path.exists() else b""
    if not there:
        writer.writerow(columns)
    elif not there.endswith(b"\n"):  # an editor left the last line open, to which this one would be joined
        there += b"\n"
    writer.writerow(line)
    return there + text.getvalue().encode()


def check_ending(path: Path, endings: Sequence[str]) -> None:
    """InputProblems for a file of an ending that is not one of these."""
    if path.suffix not in endings:
        found, advice = f"the ending '{path.suffix}'", "Name the file accordingly."
        raise InputProblems(Problem.of_file(path.name, found=found, allowed=", ".join(endings), do=advice))


def is_free(folder: Path) -> bool:
    """Is there no such folder, or nothing in it but what a killed run left aside?"""
    settle(folder)
    return not folder.exists() or (folder.is_dir() and all(path.name == HIDDEN for path in folder.iterdir()))


def is_writing() -> bool:
    """Is there anything half made in this process, that it should take away before it ends?"""
    return bool(_held_now)


def abandon() -> None:
    """Bring to its end what is decided and take away the rest: for a process that ends when this returns.

    It raises nothing and waits for nobody, so that a handler of signals may call it wherever the process is.
    """
    for place, made in list(_held_now.values()):
        with suppress(OSError):
            _carry_out(place)
            _release(place)
            if made is not None:
                made.rmdir()


def settle(folder: Path, *, called: str = "") -> None:
    """Before a folder is read: carry out what a killed run had planned, so that nobody reads half of two results."""
    place = _place(Path(os.path.realpath(folder)), called)
    if (place / _PLAN).is_file():
        with _held(place, folder, waits=True):
            pass


def _place(folder: Path, called: str) -> Path:
    return folder / (f".{called}{HIDDEN}" if called else HIDDEN)


@contextmanager
def _beside(target: Path, *, waits: bool = False, check: Callable[[], None] | None = None) -> Iterator[Path]:
    """A path in a hidden folder beside the target, and so on the same disk: what is made there is renamed to it."""
    place = _place(target.parent, target.name)
    with _held(place, target, waits=waits):
        _clear_dead(target.parent, place)
        # Of the same name, for some writers go by its ending.
        new = place / _NEW / target.name
        new.parent.mkdir()
        yield new
        if new.exists():
            _flush(new)
            _keep_mode(target, new)
            os.replace(new, target)
            _flush_one(target.parent)
            if check:
                check()


@contextmanager
def _held(
    place: Path, target: Path, *, waits: bool = False, tries: int = _TRIES, made: Path | None = None
) -> Iterator[None]:
    """A hidden folder that is this process's alone, settled and empty; gone afterwards."""
    try:
        lock = _lock(place, tries, waits=waits)
    except OSError as error:  # whoever reads it asked for the target and knows no hidden folder
        raise OSError(error.errno, error.strerror, str(target)) from None
    if lock is None:
        advice = "Wait until it has ended, or choose another place."
        found = "another run that is writing it now"
        raise InputProblems(Problem.of_file(target.name, found=found, allowed="one run at a time", do=advice))
    try:
        _held_now[lock] = place, made
        _carry_out(place)
        _clear(place)
        yield
    except Exception as error:
        _check_space(place, target, error)
        raise
    finally:
        _release(place)
        _held_now.pop(lock, None)
        _unlock(lock)


def _release(place: Path) -> None:
    # A plan that could not be carried out stays, with its files, for the next run.
    if not (place / _PLAN).is_file():
        _clear(place)
        # The lock last: without it the next one could begin in a folder that is still being cleared.
        with suppress(OSError):
            (place / _LOCK).unlink()
            place.rmdir()


def _check_space(place: Path, target: Path, error: Exception) -> None:
    """OSError when nothing more can be written there: a library may tell of a full disk in words that nobody knows."""
    if isinstance(error, OSError | InputProblems):
        return
    try:
        (place / _PROBE).write_bytes(bytes(_PROBE_BYTES))
        _flush(place / _PROBE)
    except OSError as full:
        raise OSError(full.errno, full.strerror, str(target)) from error


def _lock(place: Path, tries: int, *, waits: bool) -> int | None:
    """An open file that is locked; None where another process has it. The lock ends with the process, however."""
    stumbled = 0
    while tries > 0:
        try:
            place.mkdir(parents=True, exist_ok=True)
            opened = os.open(place / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
        except (FileNotFoundError, FileExistsError):
            stumbled += 1
            # A holder who ended just now took the folder away; not so often in a row: there none can be made (/proc).
            if place.is_file() or stumbled > _STUMBLES:
                raise
            continue
        stumbled = 0
        if _locked(opened, waits=waits):
            with suppress(FileNotFoundError):
                # Not the file of a holder who ended meanwhile: that one locks nobody out any more.
                if os.path.samestat(os.fstat(opened), os.stat(place / _LOCK)):
                    return opened
        else:
            tries -= 1
            time.sleep(_REST_SECONDS if tries else 0)
        os.close(opened)
    return None


def _locked(opened: int, *, waits: bool) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    return True


def _unlock(opened: int) -> None:
    if sys.platform != "win32":
        with suppress(OSError):
            # Said, and not only closed: a process that was forked meanwhile has the file open too.
            fcntl.flock(opened, fcntl.LOCK_UN)
    os.close(opened)


def _clear(place: Path) -> None:
    """Take away all but the lock: what a run left that had planned nothing, or was not carried out."""
    shutil.rmtree(place / _NEW, ignore_errors=True)
    for name in (_PLAN, f"{_PLAN}{HIDDEN}", _PROBE):
        (place / name).unlink(missing_ok=True)


def _clear_dead(folder: Path, own: Path) -> None:
    """Clear what killed runs left beside: the copy of a large cohort may be among it."""
    for place in folder.glob(f".*{HIDDEN}"):
        # Without the file of a lock it was not made here.
        if place != own and (place / _LOCK).is_file():
            with suppress(InputProblems, OSError), _held(place, place, tries=1):
                pass


def _plan(result: FolderResult, place: Path, *, listed: bool) -> None:
    """Say in a file what is to be done, flushed: from then on it will be done, now or by the next run."""
    new = {path.relative_to(result.new).as_posix() for path in result.new.rglob("*") if not path.is_dir()}
    gone = (result.forgotten | (result.before if listed else set())) - new - result.kept - {LIST}
    # The deepest first: what leads to the others comes after them, and the list of all last.
    names = sorted(new, key=lambda name: (-name.count("/"), name)) + sorted(gone)
    if listed:
        result.write(LIST, json.dumps(sorted(new | result.kept), indent=0) + "\n")
        names.append(LIST)
    _check_replaceable(result.folder, set(names) - gone)
    if listed:
        _check_listed(result, new)
    _flush(result.new)
    half = place / f"{_PLAN}{HIDDEN}"
    half.write_text(json.dumps({"names": names, "gone": sorted(gone)}), encoding="utf-8")
    _flush(half)
    os.replace(half, place / _PLAN)
    _flush_one(place)


def _check_replaceable(folder: Path, names: Iterable[str]) -> None:
    """Before anything is planned: a folder where a file is to lie could not be replaced, and the plan never end."""
    for path in (folder / name for name in names):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if path.parent.exists() and not path.parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path.parent))


def _check_listed(result: FolderResult, names: Iterable[str]) -> None:
    """InputProblems for each file that would be replaced and that no earlier result lists: it is somebody's own."""
    pairs = ((name, result.folder / name) for name in set(names) - result.before - result.kept - result.forgotten)
    own = sorted(name for name, path in pairs if path.is_file() and not cmp(path, result.new / name, shallow=False))
    found, allowed = f"a file that is not in the {LIST} of this folder", "none that would be written over"
    advice = "Move it away, or choose another folder."
    if own:
        raise InputProblems([Problem.of_file(name, found=found, allowed=allowed, do=advice) for name in own])


def _carry_out(place: Path) -> None:
    """Do what is planned in a hidden folder, if anything is; as often as it takes, for what is done is passed over."""
    if not (place / _PLAN).is_file():
        return
    try:
        _swap(place)
    # It is decided: stopped by Ctrl-C between two files, it is brought to its end before anybody is told.
    except BaseException:
        _swap(place)
        raise


def _swap(place: Path) -> None:
    folder, touched = place.parent, {place.parent}
    plan = json.loads((place / _PLAN).read_text(encoding="utf-8"))
    for name in filter(_is_below, plan["names"]):
        new, path = place / _NEW / name, folder / name
        if new.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            _keep_mode(path, new)
            # Not a bare rename: a folder of it may be a link to another disk.
            shutil.move(new, path)
            touched.add(path.parent)
        # Resolved: a name that leads out of the folder by a link is not followed.
        elif name in plan["gone"] and path.is_file() and path.resolve().is_relative_to(folder.resolve()):
            path.unlink()
    for one in touched:
        _flush_one(one)
    (place / _PLAN).unlink(missing_ok=True)


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _keep_mode(old: Path, new: Path) -> None:
    """What its owner had closed to others stays closed."""
    if old.is_file():
        with suppress(OSError):  # a disk without modes
            shutil.copymode(old, new)


def _listed(path: Path) -> set[str]:
    """The paths that an earlier result listed; none where there is no such list, or it is spoilt."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return set()
    return {name for name in found if isinstance(name, str)} if isinstance(found, list) else set()


def _flush(path: Path) -> None:
    """Onto the disk: a disk that is full, or a network, may say so only now; and the swap must not outrun the files."""
    every = [path, *path.rglob("*")] if path.is_dir() else [path]
    if len(every) == 1:
        _flush_one(path)
        return
    with ThreadPoolExecutor(_FLUSHES_AT_ONCE) as pool:
        list(pool.map(_flush_one, every))


def _flush_one(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in _NO_LOCKS:  # EINVAL: there are disks on which a folder cannot be flushed
            raise
    finally:
        os.close(opened)
