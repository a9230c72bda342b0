"""The portal and the bare app, each under the gunicorn that `portal serve` starts: two processes of four threads."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.databases import ROOT

PORTAL, BARE = "portal.app:wsgi()", "tests.bench.bare:wsgi()"
PATIENCE = 120
"""Seconds until a server must have answered."""
MEGABYTE = 1024 * 1024


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    started_after: float
    """Seconds from exec to the first answer."""

    @property
    def tree(self) -> list[psutil.Process]:
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def memory(self) -> float:
        """Megabytes of all its processes, shared pages counted once (PSS)."""
        return sum(process.memory_full_info().pss for process in self.tree) / MEGABYTE


@contextmanager
def served(target: str, url: str, folder: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", target, "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--no-control-socket", "--log-level", "warning", "--bind", f"127.0.0.1:{port}", "--keep-alive", "30"),
    ]
    environ = {**os.environ, "PORTAL_DATA": str(folder), "DATABASE_URL": url, "PORT": str(port)}
    began = time.perf_counter()
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield Server(process, port, _first_answer(process, port, began, folder))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _first_answer(process: subprocess.Popen[bytes], port: int, began: float, folder: Path) -> float:
    while time.perf_counter() - began < PATIENCE and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/sign-in")
            if connection.getresponse().status < 500:
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.01)
        finally:
            connection.close()
    raise RuntimeError(f"The server did not start: {(folder / 'server.log').read_text()[-2000:]}")
