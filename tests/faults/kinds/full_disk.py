"""A disk that is full at any point: a limit on the size of files, and a small disk of its own where root may."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from faults.scenes import CHEAP, SCENES, Ready, finished, ready, side_by_side, wrong_code
from faults.trials import Asked, Tried

TITLE = "full disk"
LIMITS = (0, 700, 4_000, 20_000, 100_000)
FREE_KB = (0, 8, 40, 200)


def tries(asked: Asked) -> Iterator[Tried]:
    """Every command under every limit; then, where a disk may be mounted, with so many kilobytes left on it."""
    for one in ready(asked, SCENES[:1] if asked.short else CHEAP):
        yield from side_by_side(partial(_try, one, asked, limit) for limit in LIMITS[asked.of(0, 4) :])
        if not asked.short and os.geteuid() == 0:
            for free in FREE_KB:
                yield from _on_small_disk(one, asked, free)


def control(asked: Asked) -> Iterator[Tried]:
    """Written where it is to lie."""
    for one in ready(asked, SCENES[:1]):
        yield from side_by_side(partial(_try, one, asked, limit, "--plainly") for limit in LIMITS[1:2])


def _try(one: Ready, asked: Asked, limit: int, *options: str) -> Tried:
    root = asked.folder / f"{one.scene.name}-{limit}"

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    code, said = finished(one.play(root, *options, preexec_fn=limited))
    return _judged(one, f"files of at most {limit:,} bytes", root, code, said)


def _judged(one: Ready, what: str, root: Path, code: int, said: str) -> Tried:
    found = one.judged(what, root, said, ended_well=code == 0)
    wrong = found.wrong or wrong_code(code, said)
    return Tried(found.what, wrong, found.detail or said.strip()[-200:] if wrong else "")


def _on_small_disk(one: Ready, asked: Asked, free: int) -> Iterator[Tried]:
    with small_disk(asked.folder / "disk") as disk:
        if disk is None:
            return
        root = disk / "root"
        shutil.copytree(one.before, root)
        left = shutil.disk_usage(disk).free - free * 1024
        (disk / "filler").write_bytes(bytes(max(left, 0)))
        code, said = finished(one.play(root, env={**os.environ, "TMPDIR": str(asked.folder)}))
        yield _judged(one, f"{free} kB left on the disk", root, code, said)


@contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """A disk of a few megabytes; None where none may be mounted."""
    place.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], capture_output=True, check=False)
