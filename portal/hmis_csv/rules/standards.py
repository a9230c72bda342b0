"""Local policy on how soon entries are keyed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import yaml

from portal.settings import data_dir


@dataclass(frozen=True)
class Standards:
    """Local policy: days within which an entry is keyed, and from where a month is called late or a batch."""

    keyed_within: Mapping[int | None, int]
    """days by project type; None is for all others"""
    late_share: float
    batch_share: float
    batch_from: int
    enough_days: int

    def days(self, project_type: int | None) -> int:
        return self.keyed_within.get(project_type, self.keyed_within[None])


@cache
def default_standards() -> Standards:
    found = yaml.safe_load((data_dir("content") / "hmis_csv" / "standards.yml").read_text("utf-8"))
    within = {None if key == "default" else key: days for key, days in found.pop("keyed_within").items()}
    return Standards(MappingProxyType(within), **found)
