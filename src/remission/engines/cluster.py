"""A cluster of machines, by dask.distributed (`pip install 'remission[cluster]'`).

Every machine needs the same version of Remission and sees the same folders under the same paths: only names of files
and small results travel. A scheduler runs whatever it is sent, and an address without `tls://` is neither encrypted nor
asks who is calling: keep it inside a network that you trust.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from remission.engines.engine import Item, Progress, Result, attempt, in_order, results

AHEAD = 4
"""Items submitted for each thread of the cluster, so that none waits for this process."""


@dataclass(frozen=True)
class ClusterEngine:
    """Runs on the workers of the scheduler at `address`, for instance tcp://10.0.0.5:8786."""

    address: str
    timeout_seconds: float = 30.0

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], progress: Progress | None = None
    ) -> Iterator[Result]:
        """As in Engine; OSError when nobody answers at the address."""
        with self._connected() as client:
            ahead = AHEAD * max(1, sum(client.nthreads().values()))
            # Not pure: the same function of the same file name is another result once the file was written again.
            attempts = in_order(lambda item: client.submit(attempt, function, item, pure=False), items, ahead)
            yield from results(attempts, progress)

    def _connected(self) -> Any:
        try:
            return import_module("distributed").Client(self.address, timeout=self.timeout_seconds)
        except OSError as error:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "no scheduler answers", self.address) from error
