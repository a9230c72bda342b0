"""`portal serve`: what it says before and when it listens, and what libraries may say meanwhile."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.servers import free_port

pytestmark = pytest.mark.once


def environment(folder: Path, port: int) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PORTAL_DATA": str(folder), "PORT": str(port)}


def serve(folder: Path, port: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "serve"],
        env=environment(folder, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until_serving(said: IO[str]) -> Iterator[str]:
    """What a person reads; the worker's own lines of JSON come in between."""
    for line in said:
        if not line.startswith("{"):
            yield line
        if line.startswith("Serving"):
            return


def test_a_busy_port_is_told_in_a_sentence_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with serve(tmp_path / "data", port) as started:
            said, complained = started.communicate(timeout=60)

    assert (started.returncode, said) == (1, "")
    assert complained == f"Port {port} is in use. Try PORT=9000 make run, or PORT=9000 portal serve.\n"
    assert not (tmp_path / "data").exists()


def test_a_port_that_does_not_exist_is_told_in_a_sentence(tmp_path: Path) -> None:
    with serve(tmp_path / "data", 70000) as started:
        said, complained = started.communicate(timeout=60)

    assert (started.returncode, said, complained) == (1, "", "PORT must be at most 65535, not 70000.\n")


def test_serving_is_said_when_it_answers_and_ends_well_when_stopped(tmp_path: Path) -> None:
    port = free_port()
    with serve(tmp_path / "data", port) as started:
        assert started.stdout is not None
        lines = list(until_serving(started.stdout))
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        asked.request("GET", "/sign-in")
        status = asked.getresponse().status
        asked.close()
        started.send_signal(signal.SIGTERM)
        _, complained = started.communicate(timeout=60)

    assert lines == [
        "This database is not a demo. `portal invite-admin EMAIL` makes the first account.\n",
        f"Serving HMIS Desk at http://127.0.0.1:{port} (stop with Ctrl-C).\n",
    ]
    assert (status, started.returncode, complained) == (200, 0, "")


SPEAKING = """
import logging
from portal.app import configure_logging
configure_logging()
logging.getLogger("apscheduler.scheduler").warning("skipped")
logging.getLogger("some.library").warning("You typed %s", "Robin")
try:
    int("Robin")
except ValueError:
    logging.getLogger("some.library").exception("Robin")
"""


def test_of_libraries_is_logged_who_spoke_and_where_and_never_their_words() -> None:
    spoke = subprocess.run(
        [sys.executable, "-c", SPEAKING], check=True, capture_output=True, text=True, timeout=60, env=dict(os.environ)
    )

    assert [json.loads(line) for line in spoke.stderr.splitlines()] == [
        {"event": "some.library", "level": "warning", "where": "<string>:6"},
        {
            "event": "some.library",
            "level": "error",
            "where": "<string>:10",
            "failure": "ValueError",
            "trace": ["<string>:8"],
        },
    ]
