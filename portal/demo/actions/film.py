"""What happens one after the other: a moment, and what is done in it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

Scene = Callable[[datetime], None]


class Film:
    """Scenes in order of time, however they were added; those of one moment in the order of adding."""

    def __init__(self) -> None:
        self._scenes: list[tuple[datetime, int, Scene]] = []
        self._numbers = count()

    def add(self, at: datetime, scene: Scene) -> None:
        heappush(self._scenes, (at, next(self._numbers), scene))

    def run(self, until: datetime) -> Iterator[datetime]:
        """Play all that happens by then, and what that brings with it; gives each moment when it has been."""
        while self._scenes and self._scenes[0][0] <= until:
            at, _, scene = heappop(self._scenes)
            scene(at)
            yield at
