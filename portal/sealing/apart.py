"""pyHanko begins an event loop for each signature; a caller that is inside of one already may not begin another."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """Do it in a thread of its own, and hand over what comes of it or what it raises."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sealing") as hand:
        return hand.submit(work).result()
