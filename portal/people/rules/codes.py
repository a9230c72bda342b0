"""HUD's code lists, read once from the one file that ships them (content/hmis_csv/codes.yml)."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from portal.settings import data_dir

NEWEST = 2026


@cache
def codes(name: str, year: int | None = NEWEST) -> Mapping[int, str]:
    """Codes of HUD's list `name` ("2.02.6") with their words as that year knows them; of every year without one."""
    found = _lists()[name]
    others = {code for when, only in found.get("only", {}).items() if year and when != year for code in only}
    return MappingProxyType({code: words for code, words in found["codes"].items() if code not in others})


@cache
def _lists() -> Any:
    return yaml.safe_load((data_dir("content") / "hmis_csv" / "codes.yml").read_text("utf-8"))
