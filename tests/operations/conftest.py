"""The small desk of the tickets' tests, and people of the HMIS Lead at their browsers."""

from tests.dashboards.conftest import Desk, Enter, desk, enter, queries_of

__all__ = ["Desk", "Enter", "desk", "enter", "queries_of"]
