"""Kept-alive clients in threads, bounded in number of requests and in time; every answer is checked."""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import quantiles

from tests.bench.busy import spent
from tests.bench.servers import Server

WARM_UP = 6
"""Requests of each client that are not counted: connections open, caches of both processes fill."""
AT_LEAST = 12
AT_MOST = 2_000


@dataclass(frozen=True)
class Request:
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    shows: bytes = b""
    """What a right answer contains."""


Visit = Callable[[int, int], Request]
"""The request that a client (0, 1, …) sends as its n-th."""


@dataclass(frozen=True)
class Measured:
    """Milliseconds at the half and at 95 of 100, requests a second, and answers that were wrong.

    `work` is the server's own processor time for one request in milliseconds: what a busy machine does not change much.
    """

    p50: float
    p95: float
    rate: float
    wrong: int
    work: float


def measure(server: Server, visit: Visit, clients: int, seconds: float) -> Measured:
    runs = [Client(server.port, visit, number) for number in range(clients)]
    _together([run.warm_up for run in runs])
    began, worked = time.perf_counter(), spent(server.tree)
    _together([lambda run=run: run.drive(began + seconds) for run in runs])
    span = time.perf_counter() - began
    times = sorted(taken for run in runs for taken in run.times)
    cuts = quantiles(times, n=20, method="inclusive")
    work = (spent(server.tree) - worked) / len(times)
    return Measured(
        p50=cuts[9] * 1000,
        p95=cuts[18] * 1000,
        rate=len(times) / span,
        wrong=sum(run.wrong for run in runs),
        work=work * 1000,
    )


def warm_up(server: Server, visit: Visit, clients: int) -> None:
    """So that what is measured afterwards is not what every process loads and compiles once."""
    runs = [Client(server.port, visit, number) for number in range(clients)]
    _together([run.warm_up for run in runs])
    for run in runs:
        run.connection.close()


def _together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Client:
    def __init__(self, port: int, visit: Visit, number: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.visit, self.number = visit, number
        self.sent = self.wrong = 0
        self.times: list[float] = []

    def warm_up(self) -> None:
        for _ in range(WARM_UP):
            self._ask()

    def drive(self, until: float) -> None:
        while len(self.times) < AT_MOST and (len(self.times) < AT_LEAST or time.perf_counter() < until):
            began = time.perf_counter()
            self._ask()
            self.times.append(time.perf_counter() - began)
        self.connection.close()

    def _ask(self) -> None:
        asked = self.visit(self.number, self.sent)
        self.sent += 1
        self.connection.request("GET" if asked.body is None else "POST", asked.path, asked.body, dict(asked.headers))
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != asked.status or asked.shows not in content:
            self.wrong += 1
