"""Reading in a thread of its own, so that whoever waits for it can tell how far it is, and stop it."""

import threading
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from portal.hmis_csv.reading.streams import Progress

Done = TypeVar("Done")
EVERY = 0.5
"""Seconds between two tellings."""


class Stopped(Exception):
    """Nobody waits for the result any more."""


class Background(Generic[Done]):
    """`work` is handed the function that it tells its progress to; that function raises once it is to stop."""

    def __init__(self, work: Callable[[Progress], Done]) -> None:
        self._work = work
        self._taken = 0
        self._is_stopped = False
        self._result: Done | None = None
        self._failure: BaseException | None = None

    def progress(self) -> Generator[int]:
        """What was taken so far, every half second until the end; left early, the work is stopped.

        Raises:
            whatever the work raises.
        """
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(EVERY)
                yield self._taken
        finally:
            self._is_stopped = True
            thread.join()
        if self._failure is not None:
            raise self._failure

    @property
    def result(self) -> Done:
        if self._result is None:
            raise RuntimeError("The work has not ended.")
        return self._result

    def _run(self) -> None:
        try:
            self._result = self._work(self._tell)
        except BaseException as failure:  # noqa: BLE001  # it is raised again where the result is waited for
            self._failure = failure

    def _tell(self, taken: int) -> None:
        if self._is_stopped:
            raise Stopped
        self._taken += taken
