"""An engine by its name."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

from remission.engines.cluster import ClusterEngine
from remission.engines.processes import ProcessEngine
from remission.engines.serial import SerialEngine
from remission.engines.threads import ThreadEngine

if TYPE_CHECKING:
    from remission.engines.engine import Engine

ENGINES = ("serial", "threads", "processes", "cluster")


def load_engine(name: str = "serial", workers: int | None = None, address: str | None = None) -> Engine:
    """The engine called `name`, one of ENGINES; `workers` is one a processor unless told otherwise.

    Raises ValueError, in words for the user, when there is no such engine, the number of workers makes no sense, or
    a cluster has no address or no dask.distributed.

    >>> load_engine("threads", workers=2)
    ThreadEngine(workers=2)
    """
    if name not in ENGINES:
        raise ValueError(f"no engine is called {name}: use one of {', '.join(ENGINES)}")
    if workers is not None and workers < 1:
        raise ValueError(f"{workers} workers: use 1 or more")
    if (address is not None) != (name == "cluster"):
        raise ValueError("the address of a scheduler and the engine cluster go together: give both or neither")
    if address is not None:
        if find_spec("distributed") is None:
            raise ValueError("a cluster needs dask.distributed: pip install 'remission[cluster]'")
        return ClusterEngine(address)
    if name == "serial":
        return SerialEngine()
    at_once = workers or os.cpu_count() or 1
    return ThreadEngine(at_once) if name == "threads" else ProcessEngine(at_once)
